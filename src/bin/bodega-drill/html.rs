//! What a person sees of a page: its forms and what stands in them.

/// The form that sends to `action`, from its first tag to its last.
pub fn form<'a>(page: &'a str, action: &str) -> Option<&'a str> {
    let mut rest = page;
    while let Some(start) = rest.find("<form") {
        let form = &rest[start..];
        let end = form.find("</form>")?;
        if attribute(tag(form), "action") == Some(action) {
            return Some(&form[..end]);
        }
        rest = &form[end..];
    }
    None
}

/// The value of an `<input>` of a form.
pub fn value<'a>(form: &'a str, name: &str) -> Option<&'a str> {
    form.match_indices("<input")
        .map(|(start, _)| tag(&form[start..]))
        .find(|input| attribute(input, "name") == Some(name))
        .and_then(|input| attribute(input, "value"))
}

/// `text` up to the end of its first tag.
fn tag(text: &str) -> &str {
    &text[..text.find('>').unwrap_or(text.len())]
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    tag[start..].split('"').next()
}

/// The fields of a form as a browser sends them.
pub fn encode(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<form method="post" action="/logout"><button>x</button></form>
        <form id="f" method="post" action="/products"><input type="hidden" name="_submission" value="key">
        <input id="units" name="units" value="7"></form>"#;

    #[test]
    fn a_form_is_found_by_where_it_sends_to() {
        let form = form(PAGE, "/products").unwrap();
        assert_eq!(value(form, "_submission"), Some("key"));
        assert_eq!(value(form, "units"), Some("7"));
        assert_eq!(value(form, "id"), None);
    }

    #[test]
    fn other_forms_are_not_taken_for_it() {
        assert!(form(PAGE, "/product").is_none());
        assert_eq!(value(form(PAGE, "/logout").unwrap(), "_submission"), None);
    }
}

use super::*;
use crate::web::Message;

fn refused(fields: &[&'static str]) -> Form {
    let mut form = Form::default();
    form.set("name", "Ana");
    for field in fields {
        form.fail(field, Message::new("required-field"));
    }
    form
}

fn rendered(form: &Form) -> String {
    let fields = Controls::new(Language::Spanish, form, "f").retyped();
    let name = fields.field("name", "users-first-name").hint("products-units-hint");
    let password = fields.field("password", "users-password").password();
    html! { (fields.alert(html! {})) (name) (password) }.into_string()
}

#[test]
fn the_first_field_with_a_message_gets_the_focus_and_no_other() {
    let page = rendered(&refused(&["password", "name"]));
    assert_eq!(page.matches("autofocus").count(), 1);
    assert!(page.find("autofocus") < page.find("f-password"), "{page}");
}

#[test]
fn when_all_of_a_sign_in_is_refused_the_password_is_to_be_typed_again() {
    let page = rendered(&refused(&[""]));
    assert!(page.rfind("autofocus") > page.find("f-password"), "{page}");
}

#[test]
fn what_was_typed_is_kept_but_for_passwords() {
    let mut form = refused(&["name"]);
    form.set("password", "secreto");
    let page = rendered(&form);
    assert!(page.contains("value=\"Ana\"") && !page.contains("secreto"), "{page}");
}

#[test]
fn a_message_and_a_hint_explain_their_field() {
    let page = rendered(&refused(&["name"]));
    assert!(page.contains("aria-invalid=\"true\" aria-describedby=\"f-name-error f-name-hint\""), "{page}");
    assert!(page.contains("id=\"f-name-error\"") && page.contains("id=\"f-name-hint\""), "{page}");
}

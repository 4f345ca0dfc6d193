use time::macros::datetime;

use super::*;

const GOOD: Input = Input {
    name: " Café  molido ",
    code: "CAF-012",
    description: "500 g\r\nNatural",
    units: " 12 ",
    category: "Cafe\u{301}s",
};

fn complaints(input: &Input) -> Vec<(&'static str, &'static str)> {
    let complaints = Draft::parse(input, None).err().unwrap_or_default();
    complaints.into_iter().map(|(field, message)| (field, message.key)).collect()
}

#[test]
fn what_fits_is_tidied_and_nothing_else() {
    let draft = Draft {
        name: "Café  molido".into(),
        code: "CAF-012".into(),
        description: "500 g\nNatural".into(),
        units: 12,
        category: "Cafés".into(),
    };
    assert_eq!(Draft::parse(&GOOD, None), Ok(draft));
}

#[test]
fn each_field_that_does_not_fit_is_named_once() {
    let required =
        ["name", "code", "description", "units", "category"].map(|field| (field, "required-field"));
    assert_eq!(complaints(&Input::default()), required);
    let long = "x".repeat(2001);
    let all = Input { name: &long, code: &long, description: &long, units: &long, category: &long };
    assert_eq!(complaints(&all), required.map(|(field, _)| (field, "too-long")));
    assert_eq!(complaints(&Input { code: "a b", ..GOOD }), [("code", "code-characters")]);
    assert_eq!(complaints(&Input { code: "A\u{410}", ..GOOD }), [("code", "code-letters")]);
    assert_eq!(
        complaints(&Input { units: "-1", name: "a\u{200b}b", ..GOOD }),
        [("name", "invisible-character"), ("units", "units-invalid")]
    );
    assert_eq!(complaints(&Input { description: "a\u{7}", ..GOOD }), [("description", "bad-characters")]);
}

#[test]
fn a_code_that_is_stored_may_stay_and_no_other_like_it() {
    let at = datetime!(2026-01-02 03:04);
    let stored = Product {
        id: Id::NIL,
        name: String::new(),
        code: "a b".into(),
        description: String::new(),
        units: 0,
        category: String::new(),
        version: 1,
        created_at: at,
        updated_at: at,
        updated_by: String::new(),
        deleted_at: None,
    };
    assert!(Draft::parse(&Input { code: " a b", ..GOOD }, Some(&stored)).is_ok());
    assert!(Draft::parse(&Input { code: "a  b", ..GOOD }, Some(&stored)).is_err());
}

#[test]
fn units_are_whole_numbers_up_to_a_thousand_million() {
    assert_eq!(units("0"), Some(0));
    assert_eq!(units("1000000000"), Some(1_000_000_000));
    for text in ["", "-1", "+1", "1.5", "1,5", "1e3", "1000000001", "99999999999", "diez", " 1", "٣"] {
        assert_eq!(units(text), None, "{text:?}");
    }
}

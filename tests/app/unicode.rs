//! Texts that look alike and are not: one form of writing for what is the same, and nothing that cannot be seen.

use bodega::db::users_schema::accounts;
use bodega::web::{Language, Message};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::support::{Answer, Form, PASSWORD, Replica, Shop, unique};

/// é as one character, and as e with an accent that follows it.
const TOGETHER: &str = "jos\u{e9}";
const APART: &str = "jose\u{301}";

async fn sign_in(replica: &Replica, email: &str, password: &str) -> Answer {
    replica.visitor().submit(&Form::forged("/login", &[("email", email), ("password", password)])).await
}

/// Registers with these values, and says what came of it.
async fn register(replica: &Replica, first_name: &str, email: &str, password: &str) -> Answer {
    let mut visitor = replica.visitor();
    let form = visitor.get("/register").await.form_to("/register").fill("first_name", first_name);
    let form = form.fill("last_name", "Prueba").fill("email", email).fill("password", password);
    visitor.submit(&form).await
}

/// Changes the address of a row to one that an earlier release stored as it was typed.
async fn store_as_typed(shop: &Shop, email: &str, as_typed: &str) {
    let mut connection = shop.users_connection().await;
    let row = diesel::update(accounts::table.filter(accounts::email.eq(email)));
    let set = (accounts::email.eq(as_typed), accounts::email_key.eq(as_typed.to_lowercase()));
    assert_eq!(row.set(set).execute(&mut connection).await.unwrap(), 1);
}

fn spanish(key: &'static str) -> Message {
    Message::new(key)
}

#[tokio::test]
async fn an_address_is_one_however_a_keyboard_writes_its_accents() {
    let replica = Shop::new().await.replica().await;
    let host = unique("@") + ".example";
    register(&replica, "José", &format!("{APART}{host}"), PASSWORD).await.assert_redirect("/products");
    for name in [TOGETHER, APART, "JOS\u{c9}", "JOSE\u{301}"] {
        let email = format!("{name}{host}");
        sign_in(&replica, &email, PASSWORD).await.assert_redirect("/products");
        let taken = register(&replica, "José", &email, "otra clave larga 73").await;
        taken.assert_message("email", &spanish("email-taken"), Language::Spanish);
    }
}

/// 200 accents that some keyboards write as characters of their own.
#[tokio::test]
async fn a_long_password_is_one_however_a_keyboard_writes_its_accents() {
    let replica = Shop::new().await.replica().await;
    let email = unique("eva") + "@example.com";
    let password = format!("nueve faros verdes 28 {}", "\u{e9}".repeat(200));
    let apart = password.replace('\u{e9}', "e\u{301}");
    register(&replica, "Eva", &email, &apart).await.assert_redirect("/products");
    for password in [&password, &apart] {
        sign_in(&replica, &email, password).await.assert_redirect("/products");
    }
}

#[tokio::test]
async fn an_account_stored_as_it_was_typed_is_still_found_and_gets_no_double() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let host = unique("@") + ".example";
    let email = unique("eva") + "@example.com";
    replica.person_at("Eva", &email).await;
    store_as_typed(&shop, &email, &format!("{APART}{host}")).await;
    for name in [TOGETHER, APART, "JOS\u{c9}"] {
        let email = format!("{name}{host}");
        sign_in(&replica, &email, PASSWORD).await.assert_redirect("/products");
        let taken = register(&replica, "José", &email, PASSWORD).await;
        taken.assert_message("email", &spanish("email-taken"), Language::Spanish);
    }
}

#[tokio::test]
async fn of_two_accounts_that_an_earlier_release_told_apart_each_has_its_own_way_in() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let host = unique("@") + ".example";
    for name in [APART, TOGETHER] {
        let email = unique("eva") + "@example.com";
        replica.person_at("Eva", &email).await;
        store_as_typed(&shop, &email, &format!("{name}{host}")).await;
    }
    for name in [APART, TOGETHER] {
        let email = format!("{name}{host}");
        let mut browser = replica.sign_in(&email).await;
        assert_eq!(browser.get("/").await.attribute("header .person", "data-email"), email);
    }
}

#[tokio::test]
async fn a_password_is_one_however_a_keyboard_writes_its_accents() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let passwords = ["siete camio\u{301}nes 91", "siete cami\u{f3}nes 91"];
    for password in passwords {
        let email = unique("ana") + "@example.com";
        register(&replica, "Ana", &email, password).await.assert_redirect("/products");
        for password in passwords {
            sign_in(&replica, &email, password).await.assert_redirect("/products");
        }
        sign_in(&replica, &email, "siete camiones 91").await.assert_status(422);
    }
}

#[tokio::test]
async fn a_password_hashed_as_it_was_typed_by_an_earlier_release_still_lets_in() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let email = unique("ana") + "@example.com";
    replica.person_at("Ana", &email).await;
    let apart = "siete camio\u{301}nes 91";
    // Of `apart`, as such: 8 MiB, one pass.
    let hash = earlier_hash(apart);
    let mut connection = shop.users_connection().await;
    let row = diesel::update(accounts::table.filter(accounts::email.eq(&email)));
    row.set(accounts::password_hash.eq(hash)).execute(&mut connection).await.unwrap();
    sign_in(&replica, &email, apart).await.assert_redirect("/products");
    // From now on as everybody's.
    sign_in(&replica, &email, "siete cami\u{f3}nes 91").await.assert_redirect("/products");
    sign_in(&replica, &email, apart).await.assert_redirect("/products");
}

fn earlier_hash(password: &str) -> String {
    use argon2::password_hash::{PasswordHasher, SaltString, rand_core::OsRng};
    let salt = SaltString::generate(&mut OsRng);
    argon2::Argon2::default().hash_password(password.as_bytes(), &salt).unwrap().to_string()
}

#[tokio::test]
async fn texts_are_stored_in_one_form() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let form = ana.product_form("Cafe\u{301}", "CAFE\u{301}-1").await;
    let form = form.fill("category", "Te\u{301}s").fill("description", "Cafe\u{301}\nsolo");
    let path = ana.add(&form).await;
    let edit = ana.get(&format!("{path}/edit")).await.form_to(&path);
    let stored = ["name", "code", "category", "description"].map(|field| edit.value(field).to_owned());
    assert_eq!(stored, ["Caf\u{e9}", "CAF\u{c9}-1", "T\u{e9}s", "Caf\u{e9}\r\nsolo"]);
    let taken = ana.product_form("Otro", "CAF\u{c9}-1").await;
    let message = spanish("code-taken").with("name", "Café");
    ana.submit(&taken).await.assert_message("code", &message, Language::Spanish);
}

#[tokio::test]
async fn what_nobody_can_see_is_refused_and_said_by_its_number() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    for language in Language::ALL {
        ana.set_cookie("language", language.tag());
        for (text, number) in [
            ("Ca\u{200b}fé", "U+200B"),
            ("Caf\u{ad}é", "U+00AD"),
            ("Café\u{202e}3", "U+202E"),
            ("\u{2067}Café", "U+2067"),
            ("Café\u{feff}x", "U+FEFF"),
            ("Ca\u{2028}fé", "U+2028"),
            ("Café\u{e0041}", "U+E0041"),
            // Joiners where they join nothing that needs it.
            ("Ca\u{200d}fé", "U+200D"),
            ("Café\u{200c}", "U+200C"),
            ("\u{200d}Café", "U+200D"),
        ] {
            for field in ["name", "category"] {
                let form = ana.product_form("Café", &unique("C-")).await.fill(field, text);
                let message = Message::new("invisible-character").with("number", number);
                ana.submit(&form).await.assert_message(field, &message, language);
            }
        }
        for nothing in ["\u{200b}", "\u{200b} \u{feff}", "\u{3164}", "\u{2060}\u{200d}"] {
            for field in ["name", "category", "description"] {
                let form = ana.product_form("Café", &unique("C-")).await.fill(field, nothing);
                ana.submit(&form).await.assert_message(field, &Message::new("required-field"), language);
            }
        }
    }
    let answer = register(&replica, "\u{200b}", "eva\u{200b}@example.com", PASSWORD).await;
    answer.assert_message("first_name", &spanish("required-field"), Language::Spanish);
    let message = spanish("invisible-character").with("number", "U+200B");
    answer.assert_message("email", &message, Language::Spanish);
}

#[tokio::test]
async fn what_scripts_and_pictures_need_is_stored_as_typed() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    for text in [
        "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
        "\u{915}\u{94d}\u{200d}\u{937}",
        "👩\u{200d}🔧 ☎\u{fe0f}",
        "1\u{fe0f}\u{20e3}",
        "\u{845b}\u{e0100}",
        "شركة ABC 3",
    ] {
        let path = ana.add_product(text, &unique("C-")).await;
        assert_eq!(ana.get(&format!("{path}/edit")).await.form_to(&path).value("name"), text);
    }
}

#[tokio::test]
async fn a_code_has_letters_of_one_script_and_none_that_only_look_like_latin_ones() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    ana.add_product("Latina", "A-1").await;
    for code in
        ["\u{410}-1", "\u{410}\u{412}\u{421}", "P\u{410}-1", "A\u{3bf}", "\u{ff21}-1", "\u{430}.\u{440}"]
    {
        let form = ana.product_form("Otra", code).await;
        ana.submit(&form).await.assert_message("code", &spanish("code-letters"), Language::Spanish);
    }
    for code in ["Ñ-1", "É_2", "ß.3", "ЖУК-1", "κωδ/5", "日本カナ", "٣-1", "abc-9"] {
        ana.add_product("Bien", code).await;
    }
    // One that is there already can stay.
    let path = ana.add_product("Antes", "B-1").await;
    let mut connection = shop.products_connection().await;
    let sql = "UPDATE products SET code = 'А-1', code_key = 'а-1' WHERE code = 'B-1'";
    assert_eq!(diesel::sql_query(sql).execute(&mut connection).await.unwrap(), 1);
    let form = ana.get(&format!("{path}/edit")).await.form_to(&path).fill("units", "8");
    ana.submit(&form).await.assert_redirect(&path);
}

#[tokio::test]
async fn a_name_written_from_right_to_left_does_not_turn_what_stands_beside_it() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let email = unique("mona") + "@example.com";
    let mut mona = replica.person_at("منى", &email).await;
    let path = mona.add_product("شاي", "S-1").await;
    let isolated = |name: &str| format!("\u{2068}{name}\u{2069}");
    assert!(mona.get("/").await.text_of("h1").contains(&isolated("منى")));
    assert_eq!(mona.get("/").await.text_of("header .person bdi"), "منى Prueba");
    assert_eq!(mona.get("/").await.text_of(".rows li bdi"), "شاي");
    let form = mona.product_form("x", "S-1").await;
    let answer = mona.submit(&form).await;
    assert!(answer.message("code").unwrap().contains(&isolated("شاي")), "{:?}", answer.message("code"));
    let page = mona.get(&path).await;
    assert_eq!(page.text_of(".saved bdi"), "منى Prueba");
    // Where nothing has to be kept together nothing is added.
    let mut ana = replica.person("Ana").await;
    assert!(!ana.get("/").await.text_of("h1").contains('\u{2068}'));
}

#[tokio::test]
async fn what_nobody_can_see_is_left_out_of_a_description_and_lines_and_tabs_are_kept() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let form = ana.product_form("Café", "C-1").await;
    let pasted = "\u{feff}Tos\u{ad}tado\u{200b}\r\n\tmedio \u{202e}oirbos\u{202c}\r\nمی\u{200c}خواهم 👩\u{200d}🔧\u{200b}";
    let path = ana.add(&form.clone().fill("description", pasted)).await;
    let stored = ana.get(&format!("{path}/edit")).await.form_to(&path);
    assert_eq!(stored.value("description"), "Tostado\r\n\tmedio oirbos\r\nمی\u{200c}خواهم 👩\u{200d}🔧");
    // Of nothing but such there is nothing.
    let form = ana.product_form("Té", "T-1").await;
    let blank = ana.submit(&form.fill("description", "\u{200b}\u{202e}")).await;
    blank.assert_message("description", &spanish("required-field"), Language::Spanish);
}

#[tokio::test]
async fn what_people_have_written_turns_nothing_round_that_stands_beside_it() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("منى").await;
    let name = "منى (A-1)";
    let form = ana.product_form(name, "C-1").await.fill("category", name);
    let path = ana.add(&form).await;
    let product = ana.get(&path).await;
    assert_eq!(product.texts("h1 bdi, .details a bdi"), [name, name]);
    assert!(product.has("dd.prose[dir='auto']"));
    assert!(product.texts(".saved bdi")[0].starts_with("منى"));
    assert_eq!(ana.get("/products").await.texts("tbody th bdi, tbody td bdi"), [name, name]);
    let edit = ana.get(&format!("{path}/edit")).await;
    assert!(
        ["name", "category", "description"]
            .iter()
            .all(|field| edit.has(&format!("[name='{field}'][dir='auto']")))
    );
    assert!(!edit.has("[name='code'][dir]"));
    let form = ana.get("/users/invitations").await.form_to("/users/invitations");
    ana.submit(&form.fill("email", "luis@example.com").fill("role", "clerk")).await;
    let invitations = ana.get("/users/invitations").await;
    assert!(invitations.texts("#invitation-table td bdi")[0].starts_with("منى"));
}

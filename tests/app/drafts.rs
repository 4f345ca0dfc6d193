//! A form whose sender has to sign in first is not lost.

use bodega::accounts::account;
use bodega::web::{Language, Message};

use crate::support::{Answer, Browser, Form, PASSWORD, Replica, Server, Shop, shared_mysql, unique};

/// Signs in on the page that an answer leads to, and goes on to where that leads.
async fn sign_in(browser: &mut Browser, answer: &Answer, email: &str) -> Answer {
    let form = browser.follow(answer).await.form_to("/login");
    let answer = browser.submit(&form.fill("email", email).fill("password", PASSWORD)).await;
    answer.assert_status(303);
    browser.follow(&answer).await
}

/// Two people of one installation, by their addresses.
async fn two_people(replica: &Replica) -> (Browser, String, String) {
    let (tomas, lucia) = (unique("tomas") + "@example.com", unique("lucia") + "@example.com");
    let browser = replica.person_at("Tomás", &tomas).await;
    replica.person_at("Lucía", &lucia).await;
    (browser, tomas, lucia)
}

/// Ends somebody's sign-ins, as an administrator does.
async fn end_sign_ins(administrator: &mut Browser, email: &str) {
    let users = administrator.replica().app.users.clone();
    let account = users.run(async |connection| account::find_by_email(email, connection).await);
    let person = format!("/users/{}", account.await.unwrap().unwrap().id);
    let form = administrator.get(&person).await.form_to(&format!("{person}/sign-ins/end"));
    administrator.submit(&form).await.assert_redirect(&person);
}

/// What a page says of a form that was typed before signing in.
fn notice(page: &Answer) -> Vec<String> {
    page.texts(".notice[role='status'] p")
}

fn words(key: &'static str) -> String {
    Message::new(key).text(Language::Spanish)
}

#[tokio::test]
async fn a_new_product_typed_after_the_sign_in_ended_comes_back_in_its_form() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    let mut ana = replica.person_at("Ana", &email).await;
    let typed = ana.product_form("Café", "C-1").await.fill("description", "uno\r\ndos ñ <b>");
    ana.forget_cookie("bodega_session");
    let answer = ana.submit(&typed).await;
    assert!(
        answer.assert_status(303).location().unwrap().starts_with("/login?next=%2Fproducts"),
        "{answer:?}"
    );
    let page = sign_in(&mut ana, &answer, &email).await;
    assert_eq!(notice(&page), [words("fields-restored")]);
    let form = page.form_to("/products");
    for field in ["name", "code", "description", "units", "category"] {
        assert_eq!(form.value(field), typed.value(field), "{field}");
    }
    assert_ne!(form.value("_submission"), typed.value("_submission"));
    let path = ana.add(&form).await;
    assert_eq!(ana.get(&path).await.text_of("h1"), "Café");
    // Whoever goes back is not told that it is not saved, nor that it is lost.
    let again = ana.get(&format!("/products/new?draft={}", form.value("draft"))).await;
    assert_eq!(notice(&again), Vec::<String>::new());
    assert_eq!(again.form_to("/products").value("name"), "");
}

#[tokio::test]
async fn an_edit_sent_after_the_sign_in_ended_comes_back_with_its_version() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    let mut ana = replica.person_at("Ana", &email).await;
    let mut luis = replica.person("Luis").await;
    let path = ana.add_product("Café", "C-1").await;
    let typed = ana.get(&format!("{path}/edit")).await.form_to(&path).fill("units", "42");
    ana.forget_cookie("bodega_session");
    let answer = ana.submit(&typed).await;
    let theirs = luis.get(&format!("{path}/edit")).await.form_to(&path).fill("name", "Té");
    luis.submit(&theirs).await.assert_redirect(&path);
    let page = sign_in(&mut ana, &answer, &email).await;
    assert_eq!(notice(&page), [words("fields-restored")]);
    let form = page.form_to(&path);
    assert_eq!((form.value("units"), form.value("version")), ("42", "1"));
    ana.submit(&form).await.assert_page(409, Language::Spanish);
    // Who does without it sees what is stored.
    let discarded = ana.get(&page.attribute(".notice a", "href")).await;
    assert_eq!(notice(&discarded), Vec::<String>::new());
    let form = discarded.form_to(&path);
    assert_eq!((form.value("name"), form.value("units"), form.value("version")), ("Té", "7", "2"));
}

#[tokio::test]
async fn a_deletion_sent_after_the_sign_in_ended_leads_back_to_the_product() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    let mut ana = replica.person_at("Ana", &email).await;
    let path = ana.add_product("Café", "C-1").await;
    let form = ana.get(&path).await.form_to(&format!("{path}/delete"));
    ana.forget_cookie("bodega_session");
    let answer = ana.submit(&form).await;
    let page = sign_in(&mut ana, &answer, &email).await;
    page.assert_page(200, Language::Spanish);
    assert_eq!(page.text_of("h1"), "Café");
    assert!(page.has(&format!("form[action='{path}/delete']")), "not deleted");
    assert_eq!(page.texts(".alert[role='alert'] p"), [words("site-unsent")]);
    assert!(!ana.get(&path).await.has(".alert"));
}

#[tokio::test]
async fn a_form_that_is_not_kept_is_said_to_be_undone_once_its_sender_is_in() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    let mut ana = replica.person_at("Ana", &email).await;
    let path = ana.add_product("Café", "C-1").await;
    for language in Language::ALL {
        ana.submit(&Form::forged("/language", &[("language", language.tag()), ("next", "/")])).await;
        for (page, action) in [
            ("/account", "/account/password"),
            ("/users/settings", "/users/settings"),
            ("/users/invitations?page=1", "/users/invitations"),
            (path.as_str(), &format!("{path}/delete")),
        ] {
            let form = ana.get(page).await.form_to(action);
            ana.forget_cookie("bodega_session");
            let answer = ana.submit(&form).await;
            let login = ana.follow(&answer).await;
            assert!(!login.has(".alert"), "nobody is in yet");
            let back = sign_in(&mut ana, &answer, &email).await;
            back.assert_page(200, language);
            assert_eq!(back.texts("main > .alert[role='alert']"), [language.text("site-unsent")], "{action}");
            assert!(!ana.get(page).await.has("main > .alert"), "{page}");
        }
        // Whoever only wanted to see a page has sent nothing.
        ana.forget_cookie("bodega_session");
        let answer = ana.get("/account").await;
        assert!(!sign_in(&mut ana, &answer, &email).await.has("main > .alert"));
    }
}

#[tokio::test]
async fn without_a_referring_page_signing_in_still_leads_to_a_page() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    replica.person_at("Ana", &email).await;
    let mut visitor = replica.visitor();
    let answer = visitor.submit(&Form::forged("/products", &[("name", "Café")])).await;
    sign_in(&mut visitor, &answer, &email).await.assert_page(200, Language::Spanish);
}

#[tokio::test]
async fn drafts_that_do_not_exist_are_empty_forms() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    for draft in ["", "x", "*", &"0".repeat(32), &"0".repeat(5000), "%00"] {
        let form = ana.get(&format!("/products/new?draft={draft}")).await.form_to("/products");
        assert_eq!(form.value("name"), "");
    }
}

#[tokio::test]
async fn whoever_signs_in_next_on_that_browser_sees_nothing_of_what_somebody_else_typed() {
    let replica = Shop::new().await.replica().await;
    let mut administrator = replica.person("Ana").await;
    let (mut browser, tomas, lucia) = two_people(&replica).await;
    let path = browser.add_product("Café", "C-1").await;
    let typed = "what Tomás typed";
    let forms = [
        browser.product_form(typed, "T-1").await,
        browser.get(&format!("{path}/edit")).await.form_to(&path).fill("name", typed),
        browser.get("/account").await.form_to("/account").fill("first_name", typed),
        browser.get("/account").await.form_to("/account/email").fill("email", format!("{typed}@example.com")),
    ];
    let pages = [
        ("/products/new", "fields-restored"),
        (&format!("{path}/edit"), "fields-restored"),
        ("/account", "account-profile-restored"),
        ("/account", "account-email-restored"),
    ];
    for (form, (page, said)) in forms.iter().zip(pages) {
        for is_ended in [true, false] {
            browser = replica.sign_in(&tomas).await;
            browser.get(page).await;
            match is_ended {
                true => end_sign_ins(&mut administrator, &tomas).await,
                // In another tab.
                false => _ = browser.submit(&Form::forged("/logout", &[])).await.assert_redirect("/login"),
            }
            let answer = browser.submit(form).await;
            let mut other = browser.clone();
            let hers = sign_in(&mut other, &answer, &lucia).await;
            hers.assert_page(200, Language::Spanish);
            assert!(!hers.text().contains(typed), "{page} {is_ended}");
            assert_eq!(notice(&hers), Vec::<String>::new(), "{page} {is_ended}");
            // It waits for him.
            let his = sign_in(&mut browser, &answer, &tomas).await;
            assert!(his.text().contains(typed), "{page} {is_ended}");
            assert_eq!(notice(&his), [words(said)], "{page} {is_ended}");
        }
    }
}

#[tokio::test]
async fn a_link_to_what_a_stranger_or_a_colleague_typed_shows_nothing_of_it() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let mut colleague = replica.person("Luis").await;
    let path = ana.add_product("Café", "C-1").await;
    let evil = "CHANGED BY A VISITOR";
    let fields = |key: &str| {
        let known =
            [("version", "1"), ("code", "X-1"), ("units", "0"), ("category", "x"), ("description", "x")];
        let named =
            [("_submission", key), ("name", evil), ("first_name", evil), ("email", "evil@evil.example")];
        [&known[..], &named].concat().iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    };
    let own_key = colleague.product_form("x", "x").await.value("_submission").to_owned();
    for key in ["x", "", &own_key] {
        for (action, page) in [
            ("/products", "/products/new".to_owned()),
            (path.as_str(), format!("{path}/edit")),
            ("/account", "/account".into()),
            ("/account/email", "/account".into()),
        ] {
            let mut stranger = replica.visitor();
            stranger.with("referer", &format!("http://localhost:8080{page}"));
            let answer = stranger.submit(&Form { action: action.into(), fields: fields(key) }).await;
            let next = answer.assert_status(303).location().unwrap().to_owned();
            let next = url::Url::parse("http://localhost:8080").unwrap().join(&next).unwrap();
            let link = next.query_pairs().find(|(name, _)| name == "next").unwrap().1.into_owned();
            assert!(link.starts_with(&page), "{link}");
            let shown = ana.get(&link).await;
            shown.assert_page(200, Language::Spanish);
            assert!(!shown.text().contains(evil) && !shown.text().contains("evil.example"), "{link}");
            assert_eq!(notice(&shown), Vec::<String>::new());
        }
    }
}

#[tokio::test]
async fn what_comes_back_is_said_to_be_so_in_both_languages_and_can_be_done_without() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    let mut ana = replica.person_at("Ana", &email).await;
    for language in Language::ALL {
        ana.submit(&Form::forged("/language", &[("language", language.tag()), ("next", "/")])).await;
        for (page, action, field, said) in [
            ("/products/new", "/products", "name", "fields-restored"),
            ("/account", "/account", "first_name", "account-profile-restored"),
            ("/account", "/account/email", "email", "account-email-restored"),
        ] {
            let form = ana.get(page).await.form_to(action).fill(field, "typed@example.com");
            ana.forget_cookie("bodega_session");
            let answer = ana.submit(&form).await;
            let back = sign_in(&mut ana, &answer, &email).await;
            back.assert_page(200, language);
            assert_eq!(notice(&back), [Message::new(said).text(language)], "{action}");
            assert_eq!(back.form_to(action).value(field), "typed@example.com");
            // Leaving it asks first, as with anything that is not saved.
            let asks = |mark| back.has(&format!("form[action='{action}'][{mark}]"));
            assert_eq!(asks("data-unsaved"), asks("data-guard"), "{action}");
            let discard = back.attribute(".notice a[data-discard]", "href");
            assert_eq!(discard, page);
            let without = ana.get(&discard).await;
            assert_eq!(notice(&without), Vec::<String>::new());
            assert_ne!(without.form_to(action).value(field), "typed@example.com");
        }
    }
}

#[tokio::test]
async fn what_could_not_be_kept_is_said_to_be_lost() {
    let replica = Shop::new().await.replica().await;
    let email = unique("ana") + "@example.com";
    let mut ana = replica.person_at("Ana", &email).await;
    // More than any form that could be saved.
    let form = ana.product_form("Café", "C-1").await.fill("description", "a".repeat(40_000));
    ana.forget_cookie("bodega_session");
    let answer = ana.submit(&form).await;
    let page = sign_in(&mut ana, &answer, &email).await;
    assert_eq!(notice(&page), [words("fields-lost")]);
    assert_eq!(page.form_to("/products").value("name"), "");
    for lost in ["/account", "/products/new"] {
        let page = ana.get(&format!("{lost}?draft={}", "0".repeat(32))).await;
        assert_eq!(notice(&page), [words("fields-lost")]);
    }
}

#[tokio::test]
async fn forms_in_which_nothing_is_typed_and_those_that_no_page_shows_again_are_not_kept() {
    let redis = Server::redis();
    let replica = Shop::on(&shared_mysql(), &redis.address()).await.replica().await;
    let mut ana = replica.person("Ana").await;
    let path = ana.add_product("Café", "C-1").await;
    let forms = [
        ana.get(&path).await.form_to(&format!("{path}/delete")),
        ana.get("/users/invitations").await.form("#invitation-form").fill("email", "eva@example.com"),
        ana.get("/account").await.form_to("/account/password").fill("password", PASSWORD),
    ];
    ana.forget_cookie("bodega_session");
    for form in forms {
        let answer = ana.submit(&form).await;
        assert!(!answer.assert_status(303).location().unwrap().contains("draft"), "{answer:?}");
    }
    assert_eq!(count(&replica).await, 0);
}

async fn count(replica: &Replica) -> i64 {
    const COUNT: &str = "return #redis.call('KEYS', 'bodega:draft:*')";
    replica.app.redis.script(COUNT, vec!["bodega:draft:".into()], vec![]).await.expect("Redis")
}

/// Strangers who send forms without end: a thousand wait at most, and none of those whose sign-in has ended
/// has to make room for them.
#[tokio::test]
async fn only_so_many_forms_wait_and_those_of_strangers_take_no_room_of_those_who_were_in() {
    let redis = Server::redis();
    let replica = Shop::on(&shared_mysql(), &redis.address()).await.replica().await;
    let mut administrator = replica.person("Ana").await;
    let (mut tomas, his, hers) = two_people(&replica).await;
    let mut lucia = replica.sign_in(&hers).await;
    let (form_of_his, form_of_hers) =
        (tomas.product_form("Té", "T-1").await, lucia.product_form("Café", "C-1").await);
    end_sign_ins(&mut administrator, &his).await;
    lucia.forget_cookie("bodega_session");
    let (answer_to_him, answer_to_her) =
        (tomas.submit(&form_of_his).await, lucia.submit(&form_of_hers).await);
    let form = Form::forged("/products", &[("_submission", "x"), ("name", &"x".repeat(1000))]);
    for _ in 0..1100 {
        // From an address of its own.
        replica.visitor().submit(&form).await.assert_status(303);
    }
    assert_eq!(count(&replica).await, 1001);
    let page = sign_in(&mut tomas, &answer_to_him, &his).await;
    assert_eq!(
        (notice(&page), page.form_to("/products").value("name")),
        (vec![words("fields-restored")], "Té")
    );
    let page = sign_in(&mut lucia, &answer_to_her, &hers).await;
    assert_eq!((notice(&page), page.form_to("/products").value("name")), (vec![words("fields-lost")], ""));
}

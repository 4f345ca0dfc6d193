//! The security log: what stands in it, and finding it again.

use bodega::audit::{Event, log};
use bodega::db::now;
use bodega::db::users_schema::security_log as rows;
use bodega::id::Id;
use bodega::web::{Language, Role};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use time::Duration;

use crate::factor::Person;
use crate::passkeys::Device;
use crate::roles::{add_account, person_as};
use crate::support::{Answer, Form, Htmx, PASSWORD, Replica, Shop, unique};

fn events(answer: &Answer) -> Vec<String> {
    answer.texts("#log-table tbody th")
}

fn words(event: Event) -> String {
    Language::Spanish.text(&format!("event-{}", event.key()))
}

/// Some that are written without anybody waiting for it may come late.
async fn wait_for(shop: &Shop, event: Event) {
    let mut connection = shop.users_connection().await;
    for _ in 0..200 {
        let found = rows::table.filter(rows::event.eq(event.key())).count();
        if found.get_result::<i64>(&mut connection).await.unwrap() > 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{event:?} is not in the log");
}

/// The details of so many entries of one event, as they will be when all of them are written.
async fn details_of(shop: &Shop, event: Event, count: usize) -> Vec<String> {
    let mut connection = shop.users_connection().await;
    for _ in 0..200 {
        let found = rows::table.filter(rows::event.eq(event.key())).order(rows::detail).select(rows::detail);
        let found: Vec<String> = found.load(&mut connection).await.unwrap();
        if found.len() >= count {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("fewer than {count} of {event:?} are in the log");
}

/// So many entries, a minute apart, the newest a minute old; every tenth another event by somebody else.
async fn fill(shop: &Shop, count: i64) {
    let mut connection = shop.users_connection().await;
    let numbers: Vec<i64> = (0..count).collect();
    for chunk in numbers.chunks(1000) {
        let entry = |number: &i64| {
            let rare = number % 10 == 0;
            (
                (rows::id.eq(Id::new()), rows::at.eq(now() - Duration::minutes(count - number))),
                rows::event.eq(if rare { "invited" } else { "signed-in" }),
                rows::actor.eq(if rare { "eva@example.com" } else { "luis@example.com" }),
                (rows::subject.eq(""), rows::detail.eq(number.to_string()), rows::address.eq("192.0.2.1")),
                (rows::agent.eq("=HYPERLINK(\"x\")"), rows::request_id.eq("")),
            )
        };
        let entries: Vec<_> = chunk.iter().map(entry).collect();
        diesel::insert_into(rows::table).values(entries).execute(&mut connection).await.unwrap();
    }
}

#[tokio::test]
async fn what_administrators_do_is_in_it_with_who_whom_and_from_where() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    let email = unique("luis") + "@example.com";
    let luis = format!("/users/{}", add_account(&replica, &email, Role::Clerk).await.id);
    for verb in ["role", "sign-ins/end", "password-link", "disable", "enable"] {
        let form = ana.get(&luis).await.form_to(&format!("{luis}/{verb}"));
        ana.submit(&if verb == "role" { form.fill("role", "viewer") } else { form }).await;
    }
    let log = ana.get(&format!("/users/log?person={email}")).await;
    let expected =
        [Event::Enabled, Event::Disabled, Event::PasswordLinkMade, Event::SignInEnded, Event::RoleChanged];
    assert_eq!(events(&log), expected.map(words));
    assert!(log.text().contains("Almacén → Consulta"), "roles in words");
    let me = ana.get("/").await.attribute("header .person", "data-email");
    assert!(log.texts("#log-table tbody td:nth-child(3)").iter().all(|actor| *actor == me));
    assert!(log.texts("#log-table tbody td:nth-child(6)").iter().all(|address| address.starts_with("10.")));
    let page = ana.get(&luis).await;
    assert_eq!(page.texts("[aria-labelledby='activity'] strong"), expected.map(words));
}

#[tokio::test]
async fn refusals_and_failures_are_in_it() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    person_as(&replica, Role::Viewer).await.get("/users").await.assert_status(403);
    let wrong = Form::forged("/login", &[("email", "nadie@example.com"), ("password", "no es la clave")]);
    replica.visitor().submit(&wrong).await.assert_status(422);
    for event in [Event::Refused, Event::SignInFailed, Event::SignedIn, Event::Registered] {
        wait_for(&shop, event).await;
        let log = ana.get(&format!("/users/log?event={}", event.key())).await;
        assert_eq!(events(&log)[0], words(event));
    }
    let log = ana.get("/users/log").await.text();
    assert!(!log.contains("no es la clave"));
}

#[tokio::test]
async fn a_sign_in_says_by_what() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let (mut ana, mut device) = (Person::new(&replica).await, Device::new());
    let form = device.enrol(&mut ana.browser).await.fill("code", ana.phone.code(1));
    ana.browser.submit(&form).await.assert_redirect("/account/passkeys");
    ana.wait(&shop).await;
    let mut visitor = replica.visitor();
    let form = ana.first_step(&mut visitor).await.fill("code", ana.phone.code(0));
    visitor.submit(&form).await.assert_redirect("/products");
    let mut visitor = replica.visitor();
    let form = ana.first_step(&mut visitor).await.fill("recovery_code", &ana.recovery_codes[0]);
    visitor.submit(&form).await.assert_redirect("/products");
    let mut visitor = replica.visitor();
    let form = device.sign(&mut visitor, "/login").await;
    visitor.submit(&form).await.assert_redirect("/products");
    let expected = ["passkey", "password", "password and code", "password and recovery code"];
    assert_eq!(details_of(&shop, Event::SignedIn, 4).await, expected);
}

#[tokio::test]
async fn a_password_or_code_that_was_wrong_when_asked_for_once_more_is_in_it() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = Person::new(&replica).await;
    let account = ana.browser.get("/account").await;
    let form = account.form_to("/account/email").fill("email", unique("eva") + "@example.com");
    let right = form.clone().fill("current_password", PASSWORD).fill("code", ana.phone.code(1));
    let codes = ana.browser.get("/account/factor").await.form_to("/account/factor/codes");
    for form in [
        form.fill("current_password", "no es la clave"),
        codes.fill("password", "no es la clave"),
        account
            .form_to("/account/password")
            .fill("current_password", PASSWORD)
            .fill("password", "ocho mares 7"),
    ] {
        ana.browser.submit(&form.fill("code", ana.phone.wrong_code())).await.assert_status(422);
    }
    // What is right is no failure, nor when it comes a second time.
    for _ in 0..2 {
        ana.browser.submit(&right).await.assert_redirect("/account");
    }
    // Two are alike, and counted together.
    log::writer(&replica.app).finish().await.unwrap();
    let details = details_of(&shop, Event::ReauthenticationFailed, 3).await;
    assert_eq!(details, ["password", "password", "second factor"]);
    let log = ana.browser.get("/users/log?event=proof-failed").await;
    assert_eq!(events(&log), [Event::ReauthenticationFailed; 3].map(words));
    assert_eq!(log.attribute("option[value='proof-failed']", "selected"), "");
    assert!(log.texts("#log-table tbody td:nth-child(3)").iter().all(|actor| *actor == ana.email));
    assert!(!log.text().contains("no es la clave"));
}

async fn wrong_password(replica: &Replica, address: &str, email: &str) {
    let wrong = Form::forged("/login", &[("email", email), ("password", "no es la clave")]);
    let mut visitor = replica.visitor();
    visitor.with("x-forwarded-for", address).submit(&wrong).await.assert_status(422);
}

#[tokio::test]
async fn refusals_that_are_alike_are_a_row_at_once_and_one_that_counts_the_others() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    let email = unique("luis") + "@example.com";
    for _ in 0..4 {
        wrong_password(&replica, "2001:db8::1", &email).await;
    }
    wait_for(&shop, Event::SignInFailed).await;
    let page = format!("/users/log?event=sign-in-failed&person={email}");
    let details = "#log-table tbody td:nth-child(5)";
    assert_eq!(ana.get(&page).await.texts(details), ["contraseña"]);
    log::writer(&replica.app).finish().await.unwrap();
    let log = ana.get(&page).await;
    let counted = &log.texts(details)[0];
    assert!(counted.starts_with("contraseña · 3 veces desde el "), "{counted}");
    assert_eq!(log.texts("#log-table tbody td:nth-child(4)"), [email.clone(), email.clone()]);
    let file = ana.get(&page.replace("/log?", "/log.csv?")).await.text();
    let lines: Vec<&str> = file.lines().collect();
    assert!(lines[1].contains(";\"3\";\"20") && lines[2].ends_with(";\"1\";\"\""), "{file}");
}

#[tokio::test]
async fn whoever_tries_many_accounts_is_in_it_ten_times_and_then_with_how_many_there_were() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    for count in 0..25 {
        wrong_password(&replica, &format!("2001:db8::{count}"), &(unique("luis") + "@example.com")).await;
    }
    wrong_password(&replica, "192.0.2.1", "eva@example.com").await;
    log::writer(&replica.app).finish().await.unwrap();
    let log = ana.get("/users/log?event=sign-in-failed").await;
    let whom = log.texts("#log-table tbody td:nth-child(4)");
    assert_eq!(whom.len(), 10 + 1 + 1);
    assert!(whom.contains(&"eva@example.com".to_owned()), "others are not counted with them");
    let various = Language::Spanish.text("log-various");
    let row = whom.iter().position(|whom| *whom == various).expect("the others of that network");
    let detail = &log.texts("#log-table tbody td:nth-child(5)")[row];
    assert!(detail.starts_with("contraseña · 15 veces desde el "), "{detail}");
    assert_eq!(log.texts("#log-table tbody td:nth-child(6)")[row], various);
}

#[tokio::test]
async fn that_old_refusals_were_removed_is_said_above_it() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    let link = "a[href='/users/log?event=log-shortened']";
    assert!(!ana.get("/users/log").await.has(link));
    let statement = "INSERT INTO security_log (id, at, event, actor, subject, detail, address, agent, request_id, \
                     since) VALUES (RANDOM_BYTES(16), UTC_TIMESTAMP(6), 'log-shortened', '', '', '12345', '', '', \
                     '', '2026-03-02 09:05:00')";
    diesel::sql_query(statement).execute(&mut shop.users_connection().await).await.unwrap();
    let log = ana.get("/users/log").await;
    assert!(log.has(link) && log.text().contains("2 mar 2026, 09:05"), "{}", log.text());
    let details = log.texts("#log-table tbody td:nth-child(5)");
    assert_eq!(details[0], "12.345 entradas, hasta el 2 mar 2026, 09:05 UTC");
}

#[tokio::test]
async fn it_is_filtered_and_paged_back_and_forth() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    wait_for(&shop, Event::SignedIn).await;
    fill(&shop, 120).await;
    let details = |answer: &Answer| answer.texts("#log-table tbody td:nth-child(5)");
    let first = ana.get("/users/log?person=luis%40").await;
    assert_eq!((details(&first).len(), details(&first)[0].as_str()), (50, "119"));
    assert!(!first.has("a.previous[href]"));
    let second = ana.get(&first.attribute("a.next", "href")).await;
    assert_eq!(details(&second)[0], "64");
    let third = ana.get(&second.attribute("a.next", "href")).await;
    assert_eq!(details(&third).len(), 8);
    assert!(!third.has("a.next[href]"));
    let back = ana.get(&third.attribute("a.previous", "href")).await;
    assert_eq!(details(&back), details(&second));
    assert_eq!(details(&ana.get("/users/log?event=invited&person=eva").await).len(), 12);
    assert_eq!(details(&ana.get("/users/log?person=%25").await).len(), 0);
    let (today, later) = (now().date(), now().date() + Duration::days(2));
    assert_eq!(details(&ana.get(&format!("/users/log?from={later}")).await).len(), 0);
    assert_eq!(details(&ana.get(&format!("/users/log?to={}", today - Duration::days(3))).await).len(), 0);
    assert_eq!(details(&ana.get(&format!("/users/log?to={today}")).await).len(), 50);
    for odd in ["event=x", "from=x&to=2026-02-31", "older=x", "newer=x", "older=00000000000000000000000000"] {
        ana.get(&format!("/users/log?{odd}")).await.assert_status(200);
    }
    ana.htmx(Htmx::Partial);
    assert!(!ana.get("/users/log?person=eva").await.has("header"));
}

#[tokio::test]
async fn its_export_holds_every_row_that_fits_and_no_formula() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    fill(&shop, 2500).await;
    ana.with("accept-encoding", "gzip");
    let file = ana.get("/users/log.csv?person=luis").await;
    file.assert_status(200);
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(file.header("content-disposition").unwrap().starts_with("attachment"));
    let text = file.text();
    assert!(text.starts_with("\u{feff}\"Cuándo (UTC)\";"), "{}", &text[..60]);
    assert!(text.ends_with("\"\r\n"), "the end of the last line");
    let lines = cells(&text, b';');
    assert_eq!(lines.len(), 1 + 2250, "a head and all rows");
    assert_eq!((lines[1][1].as_str(), lines[1][2].as_str()), ("signed-in", "luis@example.com"));
    assert_eq!(lines[1][6], "'=HYPERLINK(\"x\")");
    let numbers: std::collections::BTreeSet<_> = lines[1..].iter().map(|line| &line[4]).collect();
    assert_eq!(numbers.len(), 2250, "each once");
}

/// A file as a spreadsheet reads it that takes this for what parts the cells.
fn cells(text: &str, separator: u8) -> Vec<Vec<String>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let line = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
    reader.into_records().map(|record| line(record.unwrap())).collect()
}

#[tokio::test]
async fn no_cell_of_its_export_begins_a_formula_whatever_the_reader_takes_for_what_parts_them() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut ana = replica.person("Ana").await;
    let agents = [
        ";=HYPERLINK(CHAR(104)&CHAR(58));",
        ",=1+1,",
        "\t=1+1",
        "a; +1",
        "a;\"=1+1\"",
        "a,\"\"@SUM(A1)",
        "\"=1+1",
        "Mozilla/5.0 (X11; Linux x86_64; rv:152.0)",
    ];
    for agent in agents {
        let email = format!("{agent}\n=1@example.com");
        let wrong = Form::forged("/login", &[("email", &email), ("password", "no es la clave")]);
        replica.visitor().with("user-agent", agent).submit(&wrong).await.assert_status(422);
    }
    details_of(&shop, Event::SignInFailed, agents.len()).await;
    for (language, own) in [(Language::Spanish, b';'), (Language::English, b',')] {
        ana.set_cookie("language", language.tag());
        let text = ana.get("/users/log.csv?event=sign-in-failed").await.text();
        for separator in [b';', b',', b'\t'] {
            for cell in cells(&text, separator).iter().flatten() {
                let begin = cell.trim_start_matches(|c: char| c.is_whitespace() || c == '"');
                assert!(!begin.starts_with(['=', '+', '-', '@']), "{language:?} {separator} {cell:?}");
            }
        }
        let lines = cells(&text, own);
        assert!(lines.iter().all(|line| line.len() == 10), "{language:?} {lines:?}");
        // What is no danger is as it came.
        assert!(lines.iter().any(|line| line[6] == agents[7]), "{lines:?}");
    }
}

#[tokio::test]
async fn what_the_program_says_in_an_entry_is_in_the_language_of_who_reads_it() {
    let replica = Shop::new().await.replica().await;
    let email = unique("eva") + "@example.com";
    let mut eva = replica.person_at("Eva", &email).await;
    let key = |page: &Answer, action: &str| page.form_to(action).value("_submission").to_owned();
    let settings = eva.get("/users/settings").await;
    for _ in 0..3 {
        wrong_password(&replica, "2001:db8::7", &email).await;
    }
    replica.sign_in(&email).await;
    let end = eva.get("/account").await.form_to("/account/sign-ins/end-others");
    eva.submit(&end).await.assert_redirect("/account");
    let mut luis = replica.person("Luis").await;
    luis.submit(&Form::forged("/users/settings", &[("_submission", &key(&settings, "/users/settings"))]))
        .await;
    log::writer(&replica.app).finish().await.unwrap();
    let cells = "#log-table tbody td:nth-child(3), #log-table tbody td:nth-child(5)";
    for (language, expected, other) in [
        (Language::Spanish, ["contraseña", "todas las demás"], "password"),
        (Language::English, ["password", "all others"], "contraseña"),
    ] {
        eva.submit(&Form::forged("/language", &[("language", language.tag()), ("next", "/")])).await;
        let texts = eva.get("/users/log").await.texts(cells);
        for detail in expected {
            assert!(texts.iter().any(|text| text.starts_with(detail)), "{detail}: {texts:?}");
        }
        assert!(
            !texts.iter().any(|text| text.starts_with(other) || text.contains("ManagePeople")),
            "{texts:?}"
        );
        assert!(texts.iter().any(|text| text == "POST /users/settings"), "{texts:?}");
    }
}

#[tokio::test]
async fn a_long_address_is_broken_between_its_parts_wherever_it_stands_in_a_table() {
    let replica = Shop::new().await.replica().await;
    let mut eva = replica.person("Eva").await;
    let form = eva.get("/users/invitations").await.form_to("/users/invitations");
    let invited = eva.submit(&form.fill("email", "ana.luz-ruiz@correo.example").fill("role", "clerk")).await;
    invited.assert_status(200);
    let parts = "<bdi>ana.<wbr>luz-<wbr>ruiz@<wbr>correo.<wbr>example</bdi>";
    for page in ["/users/invitations", "/users/log"] {
        assert!(eva.get(page).await.text().contains(parts), "{page}");
    }
    assert!(eva.get("/users").await.text().contains("@<wbr>example.<wbr>com</bdi>"));
}

//! The second step of signing in.

use bodega::web::{Language, Message};
use diesel_async::SimpleAsyncConnection;
use fred::interfaces::ClientLike;

use super::{Person, first_step, logged};
use crate::support::{Form, Htmx, PASSWORD, Server, Shop, shared_mysql};

#[tokio::test]
async fn the_password_alone_lets_nobody_in() {
    let replica = Shop::new().await.replica().await;
    let ana = Person::new(&replica).await;
    let mut visitor = replica.visitor();
    let page = first_step(&mut visitor, &ana.email).await;
    page.assert_page(200, Language::Spanish);
    assert!(page.has("form[action='/login/factor'] input[name='code'][autofocus]"));
    assert_eq!(visitor.cookie("bodega_session"), None);
    visitor.get("/products").await.assert_redirect("/login?next=%2Fproducts");
}

#[tokio::test]
async fn the_code_lets_in_on_any_replica_and_leads_where_the_person_wanted() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let ana = Person::new(&replicas[0]).await;
    let mut visitor = replicas[0].visitor();
    let form = visitor.get("/login?next=%2Fproducts%3Fq%3Dx").await.form_to("/login");
    let form = form.fill("email", &ana.email).fill("password", PASSWORD);
    let form = visitor.submit(&form).await.form_to("/login/factor");
    let answer = visitor.at(&replicas[1]).submit(&form.fill("code", ana.phone.code(1))).await;
    answer.assert_redirect("/products?q=x");
    visitor.at(&replicas[0]).get("/products").await.assert_page(200, Language::Spanish);
}

#[tokio::test]
async fn a_code_is_accepted_once_also_by_two_replicas_at_once() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let ana = Person::new(&replicas[0]).await;
    // The code that set it up is used, too.
    ana.wait(&shop).await;
    let code = ana.phone.code(0);
    let (mut one, mut other) = (replicas[0].visitor(), replicas[1].visitor());
    let forms = [ana.first_step(&mut one).await, ana.first_step(&mut other).await];
    let [first, second] = forms.map(|form| form.fill("code", &code));
    let (first, second) = tokio::join!(one.submit(&first), other.submit(&second));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    let mut other = replicas[1].visitor();
    let form = ana.first_step(&mut other).await.fill("code", &code);
    other.submit(&form).await.assert_status(422);
}

#[tokio::test]
async fn the_code_that_set_it_up_does_not_sign_in() {
    let replica = Shop::new().await.replica().await;
    let ana = Person::new(&replica).await;
    let mut visitor = replica.visitor();
    let form = ana.first_step(&mut visitor).await.fill("code", &ana.first_code);
    visitor.submit(&form).await.assert_status(422);
}

#[tokio::test]
async fn a_form_that_arrives_twice_leads_to_one_session() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let ana = Person::new(&replicas[0]).await;
    let mut visitor = replicas[0].visitor();
    let form = ana.first_step(&mut visitor).await.fill("code", ana.phone.code(1));
    let mut again = visitor.clone();
    visitor.submit(&form).await.assert_redirect("/products");
    again.at(&replicas[1]).submit(&form).await.assert_redirect("/products");
    assert_eq!(visitor.session(), again.session());
    // And once more by somebody who has the cookie already: it stays good.
    visitor.submit(&form).await.assert_redirect("/products");
    visitor.get("/products").await.assert_status(200);
    let other = visitor.submit(&form.clone().fill("code", ana.phone.wrong_code())).await;
    other.assert_status(422);
}

/// Whoever has read it has read the code, too, which is good for one sign-in.
#[tokio::test]
async fn a_form_that_comes_again_from_elsewhere_signs_nobody_in() {
    let replica = Shop::new().await.replica().await;
    let ana = Person::new(&replica).await;
    let mut visitor = replica.visitor();
    let form = ana.first_step(&mut visitor).await.fill("code", ana.phone.code(1));
    visitor.submit(&form).await.assert_redirect("/products");
    let mut thief = replica.visitor();
    thief.with("x-forwarded-for", "192.0.2.66").submit(&form).await.assert_status(422);
    visitor.get("/products").await.assert_status(200);
}

#[tokio::test]
async fn a_clock_one_step_off_is_borne_and_two_are_not() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let ana = Person::new(&replica).await;
    for (steps, status) in [(3, 422), (-3, 422), (1, 303)] {
        let mut visitor = replica.visitor();
        ana.wait(&shop).await;
        let form = ana.first_step(&mut visitor).await.fill("code", ana.phone.code(steps));
        visitor.submit(&form).await.assert_status(status);
    }
}

#[tokio::test]
async fn a_wrong_code_is_said_beside_its_field_and_the_form_is_still_good() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let ana = Person::new(&replica).await;
    for htmx in [Htmx::No, Htmx::Partial] {
        let mut visitor = replica.visitor();
        ana.wait(&shop).await;
        let form = ana.first_step(&mut visitor).await.fill("code", ana.phone.wrong_code());
        visitor.htmx(htmx);
        let answer = visitor.submit(&form).await;
        answer.assert_message("code", &Message::new("factor-code-wrong"), Language::Spanish);
        assert_eq!(answer.focused().as_deref(), Some("code"));
        assert_eq!(answer.has("html[lang]") && answer.has("header"), htmx == Htmx::No);
        let form = answer.form_to("/login/factor").fill("code", ana.phone.code(0));
        let answer = visitor.submit(&form).await;
        assert_eq!(answer.location(), Some("/products"));
    }
}

#[tokio::test]
async fn a_recovery_code_lets_in_once_however_it_is_typed() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let ana = Person::new(&replica).await;
    assert_eq!(ana.recovery_codes.len(), 10);
    let typed = format!(" {} ", ana.recovery_codes[3].replace('-', " ").to_uppercase());
    let mut visitor = replica.visitor();
    let form = ana.first_step(&mut visitor).await.fill("recovery_code", &typed);
    visitor.submit(&form).await.assert_redirect("/products");
    let page = visitor.get("/account/factor").await;
    let left = Message::new("factor-codes-left").with("count", 9).text(Language::Spanish);
    assert!(page.texts(".part p").contains(&left), "{:?}", page.texts(".part p"));
    let mut second = replica.visitor();
    let form = ana.first_step(&mut second).await.fill("recovery_code", &typed);
    let answer = second.submit(&form).await;
    answer.assert_message("recovery_code", &Message::new("factor-code-wrong"), Language::Spanish);
    assert!(answer.has("details[open]"));
    assert_eq!(logged(&shop, "recovery-code-used").await, 1);
}

#[tokio::test]
async fn a_shorter_recovery_code_of_a_release_before_is_still_good() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let ana = Person::new(&replica).await;
    let mut connection = shop.users_connection().await;
    let older = "UPDATE recovery_codes SET code = UNHEX(SHA2('0123456789abcdef', 256)) LIMIT 1";
    connection.batch_execute(older).await.unwrap();
    for status in [303, 422] {
        let mut visitor = replica.visitor();
        let form = ana.first_step(&mut visitor).await.fill("recovery_code", "0123-4567-89AB-CDEF");
        visitor.submit(&form).await.assert_status(status);
    }
}

#[tokio::test]
async fn codes_of_another_person_are_wrong() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let (ana, luis) = (Person::new(&replica).await, Person::new(&replica).await);
    let mut visitor = replica.visitor();
    for (field, value) in [("code", luis.phone.code(1)), ("recovery_code", luis.recovery_codes[0].clone())] {
        let form = ana.first_step(&mut visitor).await.fill(field, value);
        visitor.submit(&form).await.assert_status(422);
    }
}

#[tokio::test]
async fn a_forged_or_foreign_or_missing_ticket_begins_anew() {
    let replica = Shop::new().await.replica().await;
    let (ana, luis) = (Person::new(&replica).await, Person::new(&replica).await);
    let mut visitor = replica.visitor();
    let foreign = luis.first_step(&mut visitor).await.value("ticket").to_owned();
    let form = ana.first_step(&mut visitor).await.fill("code", ana.phone.code(1));
    let ticket = form.value("ticket").to_owned();
    let changed = format!("{}{}", if ticket.starts_with('A') { 'B' } else { 'A' }, &ticket[1..]);
    for ticket in [changed.as_str(), "", "x", &ticket[..50]] {
        let answer = visitor.submit(&form.clone().fill("ticket", ticket)).await;
        answer.assert_page(422, Language::Spanish);
        assert_eq!(answer.alert(), Message::new("factor-start-over").text(Language::Spanish));
        assert!(answer.has("form[action='/login']"));
    }
    // Somebody else's ticket is good for them alone.
    visitor.submit(&form.clone().fill("ticket", foreign)).await.assert_status(422);
    assert_eq!(visitor.cookie("bodega_session"), None);
}

#[tokio::test]
async fn a_ticket_ends_with_the_password_it_was_given_for_and_with_the_account() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    for change in ["password_hash = CONCAT(password_hash, ' ')", "disabled_at = UTC_TIMESTAMP()"] {
        let ana = Person::new(&replica).await;
        let mut visitor = replica.visitor();
        let form = ana.first_step(&mut visitor).await.fill("code", ana.phone.code(1));
        let mut connection = shop.users_connection().await;
        let statement = format!("UPDATE accounts SET {change} WHERE email = '{}'", ana.email);
        connection.batch_execute(&statement).await.unwrap();
        let answer = visitor.submit(&form).await;
        answer.assert_status(422);
        assert_eq!(answer.alert(), Message::new("factor-start-over").text(Language::Spanish));
    }
}

#[tokio::test]
async fn guesses_have_to_wait_and_the_right_password_between_them_does_not_help() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let ana = Person::new(&replicas[0]).await;
    let mut statuses = vec![];
    for count in 0..10 {
        let mut visitor = replicas[count % 2].visitor();
        let form = ana.first_step(&mut visitor).await.fill("code", ana.phone.wrong_code());
        let answer = visitor.submit(&form).await;
        statuses.push(answer.status);
        if answer.status == 429 {
            assert!(answer.header("retry-after").is_some() && answer.has("form[action='/login/factor']"));
            let form = answer.form_to("/login/factor").fill("recovery_code", &ana.recovery_codes[0]);
            visitor.submit(&form).await.assert_status(429);
            break;
        }
    }
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    assert!(statuses.len() > 5, "{statuses:?}");
}

#[tokio::test]
async fn an_emptied_redis_between_the_steps_changes_nothing() {
    let server = Server::redis();
    let shop = Shop::on(&shared_mysql(), &server.address()).await;
    let replica = shop.replica().await;
    let ana = Person::new(&replica).await;
    let mut visitor = replica.visitor();
    let form = ana.first_step(&mut visitor).await;
    let client = crate::sessions::redis(&server.address()).await;
    client.flushall::<()>(false).await.unwrap();
    let wrong = form.clone().fill("code", ana.phone.wrong_code());
    visitor.submit(&wrong).await.assert_status(422);
    visitor.submit(&form.fill("code", ana.phone.code(1))).await.assert_redirect("/products");
    client.flushall::<()>(false).await.unwrap();
    visitor.get("/products").await.assert_status(200);
}

#[tokio::test]
async fn without_a_password_there_is_no_second_step() {
    let replica = Shop::new().await.replica().await;
    let ana = Person::new(&replica).await;
    let mut visitor = replica.visitor();
    let mut form = visitor.get("/register").await.form_to("/register");
    form.action = "/login/factor".into();
    let form: Form = form.fill("code", ana.phone.code(1)).fill("email", &ana.email);
    visitor.submit(&form).await.assert_status(422);
    assert_eq!(visitor.cookie("bodega_session"), None);
}

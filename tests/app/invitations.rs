//! Invitations, from the form to the account.

use bodega::db::now;
use bodega::db::users_schema::{invitations, mails};
use bodega::web::{Language, Message};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::support::{Answer, Browser, Form, PASSWORD, Replica, Shop, unique};

struct Office {
    shop: Shop,
    replica: Replica,
    ana: Browser,
}

impl Office {
    async fn new(arguments: &[&str]) -> Self {
        let shop = Shop::new().await;
        let replica = shop.replica_with(arguments).await;
        let ana = replica.person("Ana").await;
        Self { shop, replica, ana }
    }

    async fn invite(&mut self, email: &str, role: &str) -> Answer {
        let form = self.ana.get("/users/invitations").await.form("#invitation-form");
        self.ana.submit(&form.fill("email", email).fill("role", role)).await
    }

    /// The path of the link of a new invitation.
    async fn link(&mut self, email: &str, role: &str) -> String {
        path(&self.invite(email, role).await)
    }

    /// The form of a link, filled in by its visitor.
    async fn form(&self, link: &str) -> (Browser, Form) {
        let mut eva = self.replica.visitor();
        let form = eva.get(link).await.form_to(link);
        let form = form.fill("first_name", "Eva").fill("last_name", "Prueba").fill("password", PASSWORD);
        (eva, form)
    }
}

fn path(answer: &Answer) -> String {
    let link = answer.attribute(".link input", "value");
    link.strip_prefix("http://localhost:8080").expect("a link of this site").to_owned()
}

fn address() -> String {
    unique("eva") + "@example.com"
}

#[tokio::test]
async fn a_page_past_the_last_is_the_last() {
    let mut office = Office::new(&[]).await;
    for _ in 0..26 {
        office.invite(&address(), "clerk").await;
    }
    for (page, rows) in [("1", 25), ("2", 1), ("3", 1), ("99999999999999999999", 1), ("0", 25)] {
        let list = office.ana.get(&format!("/users/invitations?page={page}")).await;
        assert_eq!(list.texts("#invitation-table tbody th").len(), rows, "{page}");
    }
}

#[tokio::test]
async fn who_is_invited_gets_an_account_with_the_role_also_where_registration_is_closed() {
    let mut office = Office::new(&["--registration", "closed"]).await;
    let email = address();
    let link = office.link(&email, "manager").await;
    let (mut eva, form) = office.form(&link).await;
    eva.submit(&form).await.assert_redirect("/products");
    let page = eva.get("/products").await;
    assert_eq!(page.attribute("header .person", "data-email"), email);
    let person = office
        .ana
        .get(&format!("/users?q={email}"))
        .await
        .attribute("#people-table a[href^='/users/0']", "href");
    let role = office.ana.get(&person).await.form_to(&format!("{person}/role"));
    assert_eq!(role.value("role"), "manager");
    assert!(office.ana.get("/users/invitations").await.text().contains("aceptada"));
}

#[tokio::test]
async fn an_invitation_is_good_for_one_account_however_often_its_form_arrives() {
    let mut office = Office::new(&[]).await;
    let link = office.link(&address(), "clerk").await;
    let (mut eva, form) = office.form(&link).await;
    let (mut again, mut thief) = (eva.clone(), office.form(&link).await);
    eva.submit(&form).await.assert_redirect("/products");
    again.submit(&form).await.assert_redirect("/products");
    office.replica.visitor().get(&link).await.assert_page(404, Language::Spanish);
    thief.0.submit(&thief.1).await.assert_page(404, Language::Spanish);
}

#[tokio::test]
async fn of_two_who_accept_at_once_one_gets_the_account() {
    let mut office = Office::new(&[]).await;
    let link = office.link(&address(), "clerk").await;
    let ((mut a, form_a), (mut b, form_b)) = (office.form(&link).await, office.form(&link).await);
    let (first, second) = tokio::join!(a.submit(&form_a), b.submit(&form_b));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404]);
}

#[tokio::test]
async fn forged_revoked_and_expired_links_are_good_for_nothing() {
    let mut office = Office::new(&[]).await;
    for link in ["/invitations/x", "/invitations/%FF", &format!("/invitations/{}", "A".repeat(3000))] {
        let status = office.replica.visitor().get(link).await.status;
        assert!([400, 404].contains(&status), "{link}: {status}");
    }
    let revoked = office.link(&address(), "clerk").await;
    let (mut eva, form) = office.form(&revoked).await;
    let page = office.ana.get("/users/invitations").await;
    let revoke = page.form("#invitation-table form");
    office.ana.submit(&revoke).await.assert_redirect("/users/invitations");
    eva.submit(&form).await.assert_page(404, Language::Spanish);
    let expired = office.link(&address(), "clerk").await;
    let (mut eva, form) = office.form(&expired).await;
    let mut connection = office.shop.users_connection().await;
    let past = diesel::update(invitations::table).set(invitations::expires_at.eq(now()));
    past.execute(&mut connection).await.unwrap();
    eva.get(&expired).await.assert_page(404, Language::Spanish);
    eva.submit(&form).await.assert_page(404, Language::Spanish);
}

#[tokio::test]
async fn inviting_again_ends_the_invitation_before() {
    let mut office = Office::new(&[]).await;
    let email = address();
    let (first, second) =
        (office.link(&email, "clerk").await, office.link(&email.to_uppercase(), "viewer").await);
    office.replica.visitor().get(&first).await.assert_status(404);
    office.replica.visitor().get(&second).await.assert_status(200);
}

#[tokio::test]
async fn an_invitation_ends_those_to_the_same_address_and_to_no_other_like_it() {
    let mut office = Office::new(&[]).await;
    let at = unique("@");
    let mut links = vec![];
    for name in ["josé", "straße", "ana"] {
        links.push(office.link(&format!("{name}{at}"), "clerk").await);
    }
    let ended = office.link(&format!("eva{at}"), "clerk").await;
    for name in ["jose", "strasse", "añä", "EVA"] {
        office.link(&format!("{name}{at}"), "clerk").await;
    }
    for link in links {
        office.replica.visitor().get(&link).await.assert_status(200);
    }
    office.replica.visitor().get(&ended).await.assert_status(404);
    let log = office.ana.get("/users/log?event=invitation-revoked").await;
    let subjects = log.texts("#log-table tbody td:nth-child(4)");
    assert_eq!(subjects, [format!("eva{at}")], "{}", log.text());
}

#[tokio::test]
async fn what_cannot_be_invited_is_said_beside_the_field() {
    let mut office = Office::new(&[]).await;
    let taken = office.ana.get("/users").await.texts("#people-table td:nth-child(2)")[0].clone();
    for (email, key) in [("", "required-field"), ("eva", "email-invalid"), (&taken, "email-taken")] {
        let answer = office.invite(email, "clerk").await;
        answer.assert_message("email", &Message::new(key), Language::Spanish);
    }
    office.invite(&address(), "king").await.assert_message(
        "role",
        &Message::new("people-role-unknown"),
        Language::Spanish,
    );
}

#[tokio::test]
async fn the_rules_of_registration_hold_and_what_was_typed_stays_but_the_password() {
    let mut office = Office::new(&[]).await;
    let link = office.link(&address(), "clerk").await;
    let (mut eva, form) = office.form(&link).await;
    let answer = eva.submit(&form.fill("password", "12345678")).await;
    answer.assert_message("password", &Message::new("password-common"), Language::Spanish);
    assert_eq!(answer.form_to(&link).value("first_name"), "Eva");
    assert!(!answer.text().contains("12345678"));
}

#[tokio::test]
async fn a_link_is_shown_once_and_its_secret_stored_nowhere() {
    let mut office = Office::new(&[]).await;
    let form = office.ana.get("/users/invitations").await.form("#invitation-form");
    let form = form.fill("email", address());
    let first = office.ana.submit(&form).await;
    let secret = path(&first).trim_start_matches("/invitations/").to_owned();
    let again = office.ana.submit(&form).await;
    again.assert_status(200);
    assert!(!again.has(".link") && again.has("[role='alert']"));
    let mut connection = office.shop.users_connection().await;
    use bodega::db::users_schema::submissions;
    let answers: Vec<Option<String>> =
        submissions::table.select(submissions::answer).load(&mut connection).await.unwrap();
    assert!(answers.iter().flatten().all(|answer| !answer.contains(&secret)));
}

#[tokio::test]
async fn with_smtp_the_link_leaves_by_mail_and_the_page_says_how_far_it_has_come() {
    let mut office = Office::new(&["--smtp-url", "smtp://127.0.0.1:1"]).await;
    let email = address();
    office.invite(&email, "clerk").await.assert_redirect("/users/invitations");
    let page = office.ana.get("/users/invitations").await;
    assert!(!page.has(".link") && page.text().contains("correo en espera"));
    let mut connection = office.shop.users_connection().await;
    let (to, body): (String, String) =
        mails::table.select((mails::recipient, mails::body)).first(&mut connection).await.unwrap();
    assert_eq!(to, email);
    let link = body.split_whitespace().find_map(|word| word.strip_prefix("http://localhost:8080")).unwrap();
    office.replica.visitor().get(link).await.assert_status(200);
    let failed = diesel::update(mails::table).set((mails::tries.eq(3), mails::last_error.eq("refused")));
    failed.execute(&mut connection).await.unwrap();
    assert!(office.ana.get("/users/invitations").await.text().contains("correo aún sin entregar"));
    diesel::update(mails::table).set(mails::expires_at.eq(now())).execute(&mut connection).await.unwrap();
    assert!(office.ana.get("/users/invitations").await.text().contains("correo no enviado"));
    diesel::update(mails::table).set(mails::sent_at.eq(now())).execute(&mut connection).await.unwrap();
    assert!(office.ana.get("/users/invitations").await.text().contains("correo enviado"));
}

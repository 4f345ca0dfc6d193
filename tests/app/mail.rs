//! Mail on its way: sent once, by whichever replica, and tried again until it expires.

use std::time::Duration;

use bodega::audit::log;
use bodega::db::users_schema::{jobs, mails};
use bodega::mail::Mail;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use diesel_async::{AsyncConnection, RunQueryDsl};

use crate::support::{MailServer, Mood, Replica, Shop, unique};

fn mail(recipient: &str) -> Mail {
    Mail {
        recipient: recipient.to_owned(),
        subject: "Un asunto con eñe".into(),
        body: "Hola:\n\nhttp://localhost:8080/secreto\n".into(),
        lifetime: time::Duration::minutes(30),
    }
}

async fn post(replica: &Replica, recipient: &str) {
    let mail = mail(recipient);
    replica.app.users.run(async |connection| mail.post(connection).await).await.unwrap();
}

#[derive(Debug, diesel::QueryableByName)]
struct State {
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Nullable<Text>)]
    last_error: Option<String>,
    #[diesel(sql_type = Text)]
    is: String,
}

async fn state(shop: &Shop) -> State {
    let query = "SELECT body, last_error, IF(sent_at IS NOT NULL, 'sent', IF((SELECT COUNT(*) FROM jobs \
                 WHERE kind = 'mail' AND run_at IS NOT NULL) = 0, 'given up', 'waiting')) AS `is` FROM mails";
    diesel::sql_query(query).get_result(&mut shop.users_connection().await).await.unwrap()
}

async fn sql(shop: &Shop, statement: &str) {
    diesel::sql_query(statement).execute(&mut shop.users_connection().await).await.unwrap();
}

/// Of what has arrived.
fn recipients(server: &MailServer) -> Vec<String> {
    server.letters().into_iter().map(|letter| letter.to).collect()
}

const DUE: &str = "UPDATE jobs SET run_at = UTC_TIMESTAMP(6) WHERE kind = 'mail'";

#[tokio::test]
async fn each_mail_is_sent_once_although_three_replicas_send() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    let mut replicas = Vec::new();
    for _ in 0..3 {
        replicas.push(shop.replica_with(&[&server.url()]).await);
    }
    for count in 0..12 {
        post(&replicas[0], &format!("ana{count}@example.com")).await;
    }
    tokio::join!(replicas[0].work(), replicas[1].work(), replicas[2].work());
    let mut to = recipients(&server);
    to.sort();
    to.dedup();
    assert_eq!((to.len(), server.letters().len()), (12, 12));
    assert!(server.letters()[0].text.contains("http://localhost:8080/secreto"));
}

#[tokio::test]
async fn a_mail_that_was_refused_is_tried_again_and_sent_when_that_helps() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    let replica = shop.replica_with(&[&server.url()]).await;
    post(&replica, "ana@example.com").await;
    // The last two are about the installation, which its operator can mend.
    for refusal in ["451 come back later", "550 5.7.1 no relaying for you", "530 sign in first"] {
        server.becomes(Mood::Refuses(refusal));
        sql(&shop, DUE).await;
        replica.work().await;
        let state = state(&shop).await;
        assert_eq!(state.is, "waiting");
        assert!(state.last_error.unwrap().contains(&refusal[4..]));
    }
    server.becomes(Mood::Takes);
    replica.work().await;
    assert_eq!(server.letters().len(), 0, "not at once");
    sql(&shop, DUE).await;
    replica.work().await;
    assert_eq!(server.letters().len(), 1);
    let state = state(&shop).await;
    assert_eq!((state.is.as_str(), state.last_error, state.body.as_str()), ("sent", None, ""));
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_given_up_at_once_and_the_log_says_so() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    let replica = shop.replica_with(&[&server.url()]).await;
    let mut ana = replica.person("Ana").await;
    for (refusal, code) in [("550 nobody of that name", "550"), ("550 5.1.1 no such box", "550 5.1.1")] {
        sql(&shop, "DELETE FROM mails").await;
        let email = unique("luis") + "@example.com";
        post(&replica, &email).await;
        server.becomes(Mood::Refuses(refusal));
        replica.work().await;
        let state = state(&shop).await;
        assert_eq!((state.is.as_str(), state.body.as_str()), ("given up", ""));
        assert!(state.last_error.unwrap().contains(&refusal[4..]));
        log::writer(&replica.app).finish().await.unwrap();
        let log = ana.get(&format!("/users/log?event=mail-refused&person={email}")).await;
        assert_eq!(log.texts("#log-table tbody td:nth-child(5)"), [code]);
    }
}

#[tokio::test]
async fn a_link_that_a_mail_server_quotes_is_shown_to_nobody() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    let replica = shop.replica_with(&[&server.url()]).await;
    let mut ana = replica.person("Ana").await;
    for refusal in [
        "451 4.7.1 <http://localhost:8080/password/new/Zq0-Zq0_Zq0-Zq0_Zq0-Zq0_Zq0-Zq0_> is not liked",
        "550 5.7.1 http://localhost:8080/password/new/Zq0-Zq0_Zq0-Zq0_Zq0-Zq0_Zq0-Zq0_",
    ] {
        sql(&shop, "DELETE FROM mails").await;
        sql(&shop, "DELETE FROM jobs WHERE kind = 'mail'").await;
        post(&replica, "luis@example.com").await;
        server.becomes(Mood::Refuses(refusal));
        replica.work().await;
        let page = ana.get("/jobs").await;
        let reason = page.texts("#jobs-waiting tbody td:nth-child(4)").join("");
        assert!(reason.contains("http://localhost:8080/password/new/~"), "{reason}");
        assert!(!String::from_utf8_lossy(&page.body).contains("Zq0"), "{reason}");
        assert!(!state(&shop).await.last_error.unwrap().contains("Zq0"));
    }
}

#[tokio::test]
async fn a_server_that_is_away_or_says_nothing_holds_nobody_for_long() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    server.becomes(Mood::Hangs);
    let hanging = shop.replica_with(&[&server.url()]).await;
    let away = shop.replica_with(&["--smtp-url=smtp://127.0.0.1:9"]).await;
    for replica in [hanging, away] {
        sql(&shop, "DELETE FROM mails").await;
        sql(&shop, "DELETE FROM jobs").await;
        post(&replica, "ana@example.com").await;
        tokio::time::timeout(Duration::from_secs(50), replica.work()).await.unwrap();
        let state = state(&shop).await;
        assert_eq!(state.is, "waiting");
        assert!(state.last_error.is_some());
    }
}

#[tokio::test]
async fn what_has_expired_is_not_sent_and_keeps_no_link() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    let replica = shop.replica_with(&[&server.url()]).await;
    post(&replica, "ana@example.com").await;
    sql(&shop, "UPDATE mails SET expires_at = NOW(6) - INTERVAL 1 DAY").await;
    replica.work().await;
    let state = state(&shop).await;
    assert_eq!((state.is.as_str(), state.body.as_str()), ("given up", ""));
    assert!(server.letters().is_empty());
}

#[tokio::test]
async fn a_mail_whose_cause_did_not_happen_is_not_sent() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    let replica = shop.replica_with(&[&server.url()]).await;
    let cause = shop
        .users_connection()
        .await
        .transaction(async |connection| {
            mail("ana@example.com").post(connection).await?;
            Err::<(), _>(diesel::result::Error::RollbackTransaction)
        })
        .await;
    assert!(cause.is_err());
    post(&replica, "luis@example.com").await;
    replica.work().await;
    assert_eq!(recipients(&server), ["luis@example.com"]);
}

/// Its replicas look at `next_try_at`, and move it for a minute when they take a mail.
#[tokio::test]
async fn mail_that_the_release_before_left_behind_is_sent_once() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    let replicas = [shop.replica_with(&[&server.url()]).await, shop.replica_with(&[&server.url()]).await];
    for (recipient, next_try_at) in [
        ("left@example.com", "UTC_TIMESTAMP(6) - INTERVAL 121 SECOND"),
        ("fresh@example.com", "UTC_TIMESTAMP(6) - INTERVAL 60 SECOND"),
        ("claimed@example.com", "UTC_TIMESTAMP(6) + INTERVAL 50 SECOND"),
        ("ended@example.com", "NULL"),
    ] {
        sql(&shop, &format!(
            "INSERT INTO mails (id, recipient, subject, body, created_at, expires_at, next_try_at) VALUES \
             (RANDOM_BYTES(16), '{recipient}', 'x', 'x', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 DAY, {next_try_at})"
        )).await;
    }
    tokio::join!(replicas[0].work(), replicas[1].work());
    sql(&shop, "UPDATE jobs SET run_at = UTC_TIMESTAMP(6) WHERE kind = 'mail-adoption'").await;
    tokio::join!(replicas[0].work(), replicas[1].work());
    assert_eq!(recipients(&server), ["left@example.com"]);
    let jobs = jobs::table.filter(jobs::kind.eq("mail")).count();
    assert_eq!(jobs.get_result::<i64>(&mut shop.users_connection().await).await.unwrap(), 1);
}

#[tokio::test]
async fn the_mail_of_an_invitation_that_is_taken_back_is_not_sent_and_keeps_no_link() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    let replica = shop.replica_with(&[&server.url()]).await;
    let mut ana = replica.person("Ana").await;
    let form = ana.get("/users/invitations").await.form("#invitation-form");
    ana.submit(&form.fill("email", unique("eva") + "@example.com"))
        .await
        .assert_redirect("/users/invitations");
    let revoke = ana.get("/users/invitations").await.form("#invitation-table form");
    ana.submit(&revoke).await.assert_redirect("/users/invitations");
    replica.work().await;
    assert!(server.letters().is_empty());
    assert_eq!(state(&shop).await.body, "");
}

#[tokio::test]
async fn replicas_without_a_mail_server_leave_mail_to_the_others() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    let replicas = [shop.replica().await, shop.replica_with(&[&server.url()]).await];
    post(&replicas[0], "ana@example.com").await;
    replicas[0].work().await;
    assert_eq!(state(&shop).await.is, "waiting");
    replicas[1].work().await;
    assert_eq!((state(&shop).await.is.as_str(), server.letters().len()), ("sent", 1));
}

#[tokio::test]
async fn an_address_that_is_none_waits_for_no_server() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    let replica = shop.replica_with(&[&server.url()]).await;
    post(&replica, "a@b\r\nBcc: all@example.com").await;
    post(&replica, "luis@example.com").await;
    replica.work().await;
    assert_eq!(recipients(&server), ["luis@example.com"]);
    let waiting = mails::table.filter(mails::body.ne("")).count();
    assert_eq!(waiting.get_result::<i64>(&mut shop.users_connection().await).await.unwrap(), 0);
}

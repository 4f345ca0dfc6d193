//! Mail on its way: sent once, by whichever replica, and tried again until it expires.

use std::time::Duration;

use bodega::db::users_schema::mails;
use bodega::users::delivery::Postman;
use bodega::users::mail::Mail;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use diesel_async::RunQueryDsl;

use crate::support::{MailServer, Mood, Replica, Shop, unique};

async fn post(replica: &Replica, recipient: &str) {
    let mail = Mail {
        recipient: recipient.to_owned(),
        subject: "Un asunto con eñe".into(),
        body: "Hola:\n\nhttp://localhost:8080/secreto\n".into(),
        lifetime: time::Duration::minutes(30),
    };
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
    let query = "SELECT body, last_error, IF(sent_at IS NOT NULL, 'sent', \
                 IF(next_try_at IS NULL, 'given up', 'waiting')) AS `is` FROM mails";
    diesel::sql_query(query).get_result(&mut shop.users_connection().await).await.unwrap()
}

async fn sql(shop: &Shop, statement: &str) {
    diesel::sql_query(statement).execute(&mut shop.users_connection().await).await.unwrap();
}

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
    let postmen: Vec<_> = replicas.iter().map(|replica| Postman::new(&replica.app).unwrap()).collect();
    let (a, b, c) =
        tokio::join!(postmen[0].deliver_due(), postmen[1].deliver_due(), postmen[2].deliver_due());
    assert_eq!(a.unwrap() + b.unwrap() + c.unwrap(), 12);
    let mut to: Vec<_> = server.letters().into_iter().map(|letter| letter.to).collect();
    to.sort();
    to.dedup();
    assert_eq!((to.len(), server.letters().len()), (12, 12));
    assert!(server.letters()[0].text.contains("http://localhost:8080/secreto"));
}

#[tokio::test]
async fn a_mail_that_was_refused_is_tried_again_and_sent_when_that_helps() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    let replica = shop.replica_with(&[&server.url()]).await;
    let postman = Postman::new(&replica.app).unwrap();
    post(&replica, "ana@example.com").await;
    // The last two are about the installation, which its operator can mend.
    for refusal in ["451 come back later", "550 5.7.1 no relaying for you", "530 sign in first"] {
        server.becomes(Mood::Refuses(refusal));
        sql(&shop, "UPDATE mails SET next_try_at = NOW(6) - INTERVAL 1 DAY").await;
        assert_eq!(postman.deliver_due().await.unwrap(), 0);
        let state = state(&shop).await;
        assert_eq!(state.is, "waiting");
        assert!(state.last_error.unwrap().contains(&refusal[4..]));
    }
    assert_eq!(postman.deliver_due().await.unwrap(), 0, "not at once");
    server.becomes(Mood::Takes);
    sql(&shop, "UPDATE mails SET next_try_at = NOW(6) - INTERVAL 1 DAY").await;
    assert_eq!(postman.deliver_due().await.unwrap(), 1);
    let state = state(&shop).await;
    assert_eq!((state.is.as_str(), state.last_error, state.body.as_str()), ("sent", None, ""));
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_given_up_at_once_and_the_log_says_so() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    let replica = shop.replica_with(&[&server.url()]).await;
    let mut ana = replica.person("Ana").await;
    let postman = Postman::new(&replica.app).unwrap();
    for (refusal, code) in [("550 nobody of that name", "550"), ("550 5.1.1 no such box", "550 5.1.1")] {
        sql(&shop, "DELETE FROM mails").await;
        let email = unique("luis") + "@example.com";
        post(&replica, &email).await;
        server.becomes(Mood::Refuses(refusal));
        assert_eq!(postman.deliver_due().await.unwrap(), 0);
        let state = state(&shop).await;
        assert_eq!((state.is.as_str(), state.body.as_str()), ("given up", ""));
        assert!(state.last_error.unwrap().contains(&refusal[4..]));
        replica.app.log.finish().await.unwrap();
        let log = ana.get(&format!("/users/log?event=mail-refused&person={email}")).await;
        assert_eq!(log.texts("#log-table tbody td:nth-child(5)"), [code]);
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
        post(&replica, "ana@example.com").await;
        let delivery = async { Postman::new(&replica.app).unwrap().deliver_due().await.unwrap() };
        assert_eq!(tokio::time::timeout(Duration::from_secs(50), delivery).await.unwrap(), 0);
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
    sql(&shop, "UPDATE mails SET expires_at = NOW(6) - INTERVAL 1 DAY, next_try_at = expires_at").await;
    assert_eq!(Postman::new(&replica.app).unwrap().deliver_due().await.unwrap(), 0);
    let state = state(&shop).await;
    assert_eq!((state.is.as_str(), state.body.as_str()), ("given up", ""));
    assert!(server.letters().is_empty());
}

#[tokio::test]
async fn an_address_that_is_none_waits_for_no_server() {
    let (shop, server) = (Shop::new().await, MailServer::new().await);
    let replica = shop.replica_with(&[&server.url()]).await;
    post(&replica, "a@b\r\nBcc: all@example.com").await;
    post(&replica, "luis@example.com").await;
    assert_eq!(Postman::new(&replica.app).unwrap().deliver_due().await.unwrap(), 1);
    assert_eq!(server.letters()[0].to, "luis@example.com");
    let waiting = mails::table.filter(mails::next_try_at.is_not_null()).count();
    assert_eq!(waiting.get_result::<i64>(&mut shop.users_connection().await).await.unwrap(), 0);
}

//! What a replica that is told to end finishes first.

use std::time::Duration;

use bodega::db::users_schema::mails;
use bodega::mail::Mail;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::process::{Serving, environment, run};
use crate::support::{MailServer, Mood, Shop, shared_mysql, shared_redis};

const A_MOMENT: Duration = Duration::from_millis(20);

#[tokio::test]
async fn a_mail_that_is_being_handed_over_is_noted_as_sent_before_the_replica_ends() {
    let (shop, server) = (Shop::empty(&shared_mysql(), &shared_redis()).await, MailServer::new().await);
    let mut environment = environment(&shop);
    assert!(run(&["migrate"], &environment).status.success());
    environment.push(("BODEGA_SMTP_URL", server.url().trim_start_matches("--smtp-url=").to_owned()));
    server.becomes(Mood::Hesitates);
    let mail = Mail {
        recipient: "ana@example.com".into(),
        subject: "Un asunto".into(),
        body: "Hola".into(),
        lifetime: time::Duration::minutes(30),
    };
    let mut connection = shop.users_connection().await;
    mail.post(&mut connection).await.unwrap();
    let mut replica = Serving::new(environment);
    replica.log_until("\"ready\"").await;
    while server.letters().is_empty() {
        sleep(A_MOMENT).await;
    }
    replica.signal("TERM");
    // It serves nobody any more, and waits for nothing but the mail server.
    while TcpStream::connect(&replica.listen).await.is_ok() {
        sleep(A_MOMENT).await;
    }
    server.becomes(Mood::Takes);
    assert_eq!(replica.exit_code().await, Some(0));
    let waiting = mails::table.filter(mails::sent_at.is_null()).count();
    assert_eq!(waiting.get_result::<i64>(&mut connection).await.unwrap(), 0, "it would be sent again");
    assert_eq!(server.letters().len(), 1);
}

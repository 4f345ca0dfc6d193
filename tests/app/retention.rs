//! What need not be kept is removed, and nothing else.

use bodega::db::users_schema::{invitations, jobs, links, mails, sign_ins, submissions};
use bodega::db::{Connection, now};
use bodega::id::Id;
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use std::time::Duration;

use crate::support::Shop;

const DAY: Duration = Duration::from_hours(24);

async fn add(days: u32, number: u8, connection: &mut Connection) {
    let (id, at) = ([number; 32], now() - DAY * days);
    let (address, agent) = (sign_ins::address.eq(""), sign_ins::agent.eq(""));
    let of = sign_ins::account_id.eq(Id::new());
    let times = (sign_ins::created_at.eq(at), sign_ins::last_seen_at.eq(at));
    let row = (sign_ins::id.eq(&id[..]), of, address, agent, times);
    diesel::insert_into(sign_ins::table).values(row).execute(connection).await.unwrap();
    let times = (links::created_at.eq(at), links::expires_at.eq(at));
    let row = (links::id.eq(&id[..]), links::account_id.eq(Id::new()), links::kind.eq("password"), times);
    diesel::insert_into(links::table).values((row, links::detail.eq(""))).execute(connection).await.unwrap();
    let times = (invitations::created_at.eq(at), invitations::expires_at.eq(at));
    let by = (invitations::invited_by.eq(Id::new()), invitations::invited_by_name.eq(""));
    let whom = (invitations::email.eq("eva@example.com"), invitations::role.eq("clerk"));
    let row = (invitations::id.eq(Id::new()), invitations::link.eq(&id[..]), whom, by, times);
    diesel::insert_into(invitations::table).values(row).execute(connection).await.unwrap();
    let times = (mails::created_at.eq(at), mails::expires_at.eq(at));
    let letter = (mails::recipient.eq("eva@example.com"), mails::subject.eq(""), mails::body.eq(""));
    let row = (mails::id.eq(Id::new()), letter, times);
    diesel::insert_into(mails::table).values(row).execute(connection).await.unwrap();
}

async fn counts(connection: &mut Connection) -> [i64; 4] {
    [
        sign_ins::table.count().get_result(connection).await.unwrap(),
        links::table.count().get_result(connection).await.unwrap(),
        invitations::table.count().get_result(connection).await.unwrap(),
        mails::table.count().get_result(connection).await.unwrap(),
    ]
}

#[tokio::test]
async fn what_was_over_ninety_days_ago_is_removed() {
    let shop = Shop::new().await;
    let mut connection = shop.users_connection().await;
    for (number, days) in [0, 89, 91, 103, 105, 400].into_iter().enumerate() {
        add(days, number as u8, &mut connection).await;
    }
    shop.replica().await.work().await;
    assert_eq!(counts(&mut connection).await, [4, 2, 2, 2], "a sign-in ends after 14 days without a visit");
}

#[tokio::test]
async fn old_jobs_and_claims_are_removed_in_both_databases_and_others_are_not() {
    let shop = Shop::new().await;
    for mut connection in [shop.users_connection().await, shop.products_connection().await] {
        let statements = "
            INSERT INTO jobs (id, kind, input, position, created_at, run_at, ended_at, failed_at) VALUES
                (RANDOM_BYTES(16), 'a', '', '', NOW(), NULL, NOW() - INTERVAL 91 DAY, NULL),
                (RANDOM_BYTES(16), 'b', '', '', NOW(), NULL, NOW() - INTERVAL 91 DAY, NOW() - INTERVAL 91 DAY),
                (RANDOM_BYTES(16), 'c', '', '', NOW(), NULL, NOW() - INTERVAL 89 DAY, NULL),
                (RANDOM_BYTES(16), 'd', '', '', NOW() - INTERVAL 400 DAY, NOW(), NULL, NULL);
            INSERT INTO submissions SELECT RANDOM_BYTES(16), RANDOM_BYTES(16), REPEAT('x', 32), '1', NOW() - INTERVAL 4 DAY;
            INSERT INTO submissions SELECT RANDOM_BYTES(16), RANDOM_BYTES(16), REPEAT('x', 32), '1', NOW() - INTERVAL 2 DAY";
        connection.batch_execute(statements).await.unwrap();
    }
    shop.replica().await.work().await;
    for mut connection in [shop.users_connection().await, shop.products_connection().await] {
        let left = jobs::table.filter(jobs::kind.eq_any(["a", "b", "c", "d"])).select(jobs::kind);
        let left: Vec<String> = left.order(jobs::kind).load(&mut connection).await.unwrap();
        assert_eq!(left, ["c", "d"]);
        let claims = submissions::table.count().get_result::<i64>(&mut connection).await.unwrap();
        assert_eq!(claims, 1);
    }
}

#[tokio::test]
async fn what_is_removed_is_removed_in_small_batches() {
    let shop = Shop::new().await;
    let mut connection = shop.users_connection().await;
    let at = now() - DAY * 200;
    let row = |_| {
        let times = (mails::created_at.eq(at), mails::expires_at.eq(at));
        let letter = (mails::recipient.eq("eva@example.com"), mails::subject.eq(""), mails::body.eq(""));
        (mails::id.eq(Id::new()), letter, times)
    };
    let rows: Vec<_> = (0..700).map(row).collect();
    diesel::insert_into(mails::table).values(rows).execute(&mut connection).await.unwrap();
    shop.replica().await.work().await;
    assert_eq!(counts(&mut connection).await[3], 0);
    let steps = jobs::table.filter(jobs::kind.eq("retention")).select(jobs::steps);
    assert_eq!(steps.first::<u32>(&mut connection).await.unwrap(), 3, "500, 200, none");
}

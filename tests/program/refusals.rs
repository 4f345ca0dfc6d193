//! What refusals leave in the security log: as much as administrators can read, and none uncounted.

use std::net::Ipv6Addr;

use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

use crate::process::{Serving, environment, run};
use crate::support::{Browser, Form, Replica, Shop, shared_mysql, shared_redis, unique};
use crate::way;

const REFUSALS: usize = 2000;
/// Visitors at once.
const VISITORS: usize = 10;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

async fn number(query: &str, shop: &Shop) -> i64 {
    let query = format!("{query} FROM security_log WHERE event LIKE 'sign-in-%ed' OR event = 'refused'");
    let number = diesel::sql_query(query).get_result::<Number>(&mut shop.users_connection().await).await;
    number.unwrap().number
}

/// A network that no other test has: all of them share one rate limiter.
fn network() -> String {
    let [a, b, c, d] = rand::random::<[u16; 4]>();
    Ipv6Addr::new(a, b, c, d, 0, 0, 0, 1).to_string()
}

/// Has visitors refused so often by a replica, which is then told to end, and counts what is in the log.
async fn refused(begin: impl AsyncFnOnce(&Replica) -> Browser, again: fn(&mut Browser, usize) -> Form) {
    let shop = Shop::empty(&shared_mysql(), &shared_redis()).await;
    let mut environment = environment(&shop);
    assert!(run(&["migrate"], &environment).status.success());
    // Nobody reads the lines meanwhile.
    environment.push(("BODEGA_LOG", "bodega::cli::serve=info,error".to_owned()));
    let mut replica = Serving::new(environment);
    replica.log_until("\"ready\"").await;
    let visitor = begin(&way::to(&replica.listen, &shop)).await;
    let tasks = (0..VISITORS).map(|first| {
        let mut visitor = visitor.clone();
        tokio::spawn(async move {
            for count in (first..REFUSALS).step_by(VISITORS) {
                let form = again(&mut visitor, count);
                let status = visitor.submit(&form).await.status;
                assert!([422, 429, 403].contains(&status), "{status}");
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    replica.signal("TERM");
    replica.log_until("\"drained\"").await;
    let rows = number("SELECT COUNT(*) AS number", &shop).await;
    println!("{REFUSALS} refusals, {rows} rows");
    assert!(rows < 200, "{rows} rows");
    let counted = number("SELECT CAST(SUM(times) AS SIGNED) AS number", &shop).await;
    assert_eq!(counted, REFUSALS as i64);
}

async fn somebody(replica: &Replica) -> Browser {
    let mut visitor = replica.visitor();
    visitor.with("x-forwarded-for", &network());
    visitor
}

fn wrong_password(email: &str) -> Form {
    Form::forged("/login", &[("email", email), ("password", "no es la clave")])
}

fn garbage() -> Form {
    Form::forged("/login/passkey", &[("challenge", "x"), ("credential", "{}")])
}

#[tokio::test]
async fn two_thousand_wrong_passwords_at_one_account_leave_few_rows_that_count_all_of_them() {
    refused(somebody, |_, _| wrong_password("ana@example.com")).await;
}

#[tokio::test]
async fn two_thousand_wrong_passwords_at_as_many_accounts_leave_few_rows_that_count_all_of_them() {
    refused(somebody, |_, _| wrong_password(&(unique("ana") + "@example.com"))).await;
}

#[tokio::test]
async fn two_thousand_passkeys_that_are_none_leave_few_rows_that_count_all_of_them() {
    refused(somebody, |_, _| garbage()).await;
}

#[tokio::test]
async fn refusals_of_two_thousand_networks_leave_few_rows_that_count_all_of_them() {
    let again = |visitor: &mut Browser, _| {
        visitor.with("x-forwarded-for", &network());
        garbage()
    };
    refused(somebody, again).await;
}

#[tokio::test]
async fn two_thousand_pages_that_somebody_may_not_see_leave_few_rows_that_count_all_of_them() {
    let clerk = async |replica: &Replica| {
        replica.person("Ana").await;
        replica.person("Luis").await
    };
    refused(clerk, |_, count| Form::forged(&format!("/users/{count}/disable"), &[])).await;
}

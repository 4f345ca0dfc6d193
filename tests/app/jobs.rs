//! What administrators see of jobs, and can do about them.

use crate::roles::person_as;
use crate::support::{Answer, Form, Shop};
use bodega::db::{Connection, Database};
use bodega::id::Id;
use bodega::jobs::{self, JobState};
use bodega::upkeep;
use bodega::web::{Language, Role};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use poem::Endpoint;
use tokio_util::sync::CancellationToken;

/// The key of a job that was given up.
pub async fn failed(database: &Database) -> Id {
    let id = Id::new();
    let insert = async move |connection: &mut Connection| {
        let statement = "INSERT INTO jobs (id, kind, input, position, tries, last_error, created_at, ended_at, failed_at) \
                         VALUES (?, 'retention', 'null', '', 20, 'too tired', NOW(), NOW(), NOW())";
        diesel::sql_query(statement).bind::<diesel::sql_types::Binary, _>(id).execute(connection).await
    };
    database.run(insert).await.unwrap();
    id
}

#[tokio::test]
async fn administrators_see_what_failed_runs_and_waits_in_both_databases() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let mut eva = person_as(&replica, Role::Administrator).await;
    let page = eva.get("/jobs").await;
    assert_eq!(page.texts("section > p"), ["Ninguna.", "Ninguna.", "Ninguna."]);
    failed(&replica.app.users).await;
    failed(&replica.app.products).await;
    replica.work().await;
    let running = "INSERT INTO jobs (id, kind, input, position, done, total, replica, created_at, taken_at, run_at) VALUES \
        (RANDOM_BYTES(16), 'import', '', '', 3, 70, 'web2', NOW(), NOW(), UTC_TIMESTAMP() + INTERVAL 1 HOUR)";
    shop.products_connection().await.batch_execute(running).await.unwrap();
    let page = eva.get("/jobs").await;
    page.assert_page(200, Language::Spanish);
    assert_eq!(page.texts("#jobs-failed tbody td:nth-child(4)"), ["too tired", "too tired"]);
    assert_eq!(page.texts("#jobs-failed form button"), ["Reintentar", "Reintentar"]);
    assert_eq!(page.texts("section > .hint"), [Language::Spanish.text("jobs-failed-hint")], "what that does");
    assert_eq!(page.texts("#jobs-failed [lang='en']"), ["too tired", "too tired"], "whatever the page is in");
    let running = page.texts("#jobs-running tbody th, #jobs-running tbody td:nth-child(2)");
    assert_eq!(running, ["import", "3 de 70 · en web2"], "a kind that this release does not know, too");
    assert_eq!(page.texts("#jobs-waiting tbody th").len(), 3, "each recurring one once");
    assert!(!page.has("#jobs-waiting form, #jobs-running form"));
}

#[tokio::test]
async fn what_was_given_up_is_begun_again_once_by_an_administrator_however_often_the_form_comes() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let id = failed(&replicas[0].app.products).await;
    let action = format!("/jobs/db_productos/{id}/retry");
    let mut eva = person_as(&replicas[0], Role::Administrator).await;
    let page = eva.get("/jobs").await;
    let (form, other) = (page.form_to(&action), eva.get("/jobs").await.form_to(&action));
    eva.submit(&form).await.assert_redirect("/jobs");
    let page = eva.get("/jobs").await;
    assert!(!page.has("#jobs-failed tbody") && page.has(&format!("#jobs-waiting #job-{id}")));
    // It fails again, and only then the form arrives once more.
    let fail = "UPDATE jobs SET run_at = NULL, ended_at = NOW(), failed_at = NOW(), last_error = 'again'";
    shop.products_connection().await.batch_execute(fail).await.unwrap();
    eva.at(&replicas[1]).submit(&form).await.assert_redirect("/jobs");
    let mut connection = shop.products_connection().await;
    assert_eq!(jobs::latest(JobState::Failed, 2, &mut connection).await.unwrap().len(), 1);
    eva.submit(&other).await.assert_redirect("/jobs");
    assert_eq!(jobs::latest(JobState::Waiting, 2, &mut connection).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_job_or_a_database_that_is_not_there_cannot_be_begun_again() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let id = failed(&replica.app.products).await;
    let mut eva = person_as(&replica, Role::Administrator).await;
    let form = eva.get("/jobs").await.form_to(&format!("/jobs/db_productos/{id}/retry"));
    for (action, status) in [
        (format!("/jobs/mysql/{id}/retry"), 404),
        ("/jobs/db_productos/x/retry".into(), 404),
        // Nor one of the other database.
        (format!("/jobs/db_usuarios/{id}/retry"), 303),
    ] {
        eva.submit(&Form { action, ..form.clone() }).await.assert_status(status);
    }
    let mut connection = shop.products_connection().await;
    assert_eq!(jobs::latest(JobState::Failed, 2, &mut connection).await.unwrap().len(), 1);
}

#[tokio::test]
async fn metrics_tell_how_many_jobs_there_are_and_what_became_of_those_that_were_taken() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    failed(&replica.app.products).await;
    replica.work().await;
    let health = bodega::health::Health::default();
    health.started(replica.app.clone());
    let port = bodega::health::internal(health);
    let ending = CancellationToken::new();
    let working = tokio::spawn(upkeep::worker(&replica.app).run(replica.app.clone(), ending.clone()));
    let metrics = loop {
        let request = poem::Request::builder().uri("/metrics".parse().unwrap()).finish();
        let metrics = Answer::of(port.get_response(request).await).await.text();
        // They are counted one database after the other.
        if metrics.matches("bodega_jobs{").count() == 6 {
            break metrics;
        }
        tokio::task::yield_now().await;
    };
    for line in [
        "bodega_jobs{database=\"db_productos\",state=\"failed\"} 1\n",
        "bodega_jobs{database=\"db_productos\",state=\"waiting\"} 1\n",
        "bodega_jobs{database=\"db_usuarios\",state=\"failed\"} 0\n",
        "bodega_jobs{database=\"db_usuarios\",state=\"running\"} 0\n",
        "bodega_jobs{database=\"db_usuarios\",state=\"waiting\"} 2\n",
        "bodega_job_runs_total{kind=\"retention\",outcome=\"done\"} 1\n",
    ] {
        assert!(metrics.contains(line), "{line} in\n{metrics}");
    }
    ending.cancel();
    working.await.unwrap();
}

//! Pages for what goes wrong.

use std::sync::{Arc, Mutex};

use crate::roles::person_as;
use crate::support::{Form, Htmx, Replica, Shop};
use bodega::layers;
use bodega::web::{Language, Role};
use poem::http::Method;
use poem::{Body, Response, Route, handler};
use tracing::instrument::WithSubscriber;

#[handler]
async fn panics() -> Response {
    panic!("the secret cause");
}

#[handler]
async fn fails() -> bodega::error::Result<Response> {
    Err(bodega::error::Error::Internal("the secret cause".into()))
}

#[handler]
async fn breaks() -> bodega::error::Result<Response> {
    Err(diesel::result::Error::QueryBuilderError("the secret cause".into()).into())
}

/// A replica whose pages go wrong, within the layers of all pages.
async fn broken() -> Replica {
    let app = Shop::new().await.replica().await.app;
    let routes = Route::new()
        .at("/panics", poem::get(panics))
        .at("/fails", poem::get(fails))
        .at("/breaks", poem::get(breaks));
    let site = layers::around(&app, routes);
    Replica::with_site(app, site)
}

#[tokio::test]
async fn our_mistakes_show_the_request_id_and_never_the_cause() {
    let replica = broken().await;
    for language in Language::ALL {
        for path in ["/panics", "/fails", "/breaks"] {
            let mut visitor = replica.visitor();
            visitor.set_cookie("language", language.tag()).with("x-request-id", "0a1b-2c.3d_4e:5f");
            let answer = visitor.get(path).await;
            answer.assert_page(500, language);
            assert_eq!(answer.text_of(".reference code"), "0a1b-2c.3d_4e:5f");
            assert_eq!(answer.header("x-request-id"), Some("0a1b-2c.3d_4e:5f"));
            assert!(!answer.text().contains("secret cause"));
        }
    }
}

#[tokio::test]
async fn our_mistakes_are_logged_with_their_cause_and_the_request() {
    let replica = broken().await;
    for path in ["/panics", "/fails", "/breaks"] {
        let log = Log::default();
        let mut visitor = replica.visitor();
        visitor.with("x-request-id", "0a1b-2c.3d_4e:5f");
        visitor.get(path).with_subscriber(log.subscriber()).await.assert_status(500);
        let lines = log.lines();
        let errors: Vec<_> = lines.iter().filter(|line| line["level"] == "ERROR").collect();
        assert_eq!(errors.len(), 1, "{path}: {lines:#?}");
        assert_eq!(errors[0]["request_id"], "0a1b-2c.3d_4e:5f", "{path}");
        let cause = errors[0]["cause"].as_str().expect("a cause");
        assert!(cause.contains("the secret cause"), "{path}: {cause}");
    }
}

#[tokio::test]
async fn who_meets_a_control_that_honest_pages_do_not_meet_is_in_the_log() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let form = ana.product_form("Café", "C-1").await;
    let key = form.value("_submission");
    let mut luis = person_as(&replica, Role::Viewer).await;
    let foreign = Form::forged("/logout", &[("_submission", key)]);
    for (form, site, cause) in [
        (Form::forged("/products", &[("_submission", key)]), "same-origin", "role"),
        (Form::forged("/account", &[("_submission", key)]), "same-origin", "_submission"),
        (Form::forged("/account", &[]), "same-origin", "_submission"),
        (foreign, "cross-site", "own pages"),
    ] {
        let log = Log::default();
        luis.with("sec-fetch-site", site);
        let answer = luis.submit(&form).with_subscriber(log.subscriber()).await;
        assert!((400..500).contains(&answer.status), "{cause}");
        let lines = log.lines();
        let refusal = lines.iter().find(|line| line["message"] == "request refused").expect(cause);
        assert!(refusal["cause"].as_str().unwrap().contains(cause), "{refusal}");
        assert!(refusal["person"].is_string() && refusal["request_id"].is_string(), "{refusal}");
    }
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn subscriber(&self) -> impl tracing::Subscriber + Send + Sync + use<> {
        // With one subscriber alone, of one thread alone, whether an event is wanted is decided for good by the
        // thread that meets it first, which may be another test's (tracing-core, `Rebuilder::JustOne`).
        let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry());
        let writer = self.clone();
        tracing_subscriber::fmt().json().flatten_event(true).with_writer(move || writer.clone()).finish()
    }

    fn lines(&self) -> Vec<serde_json::Value> {
        let bytes = self.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_panic_costs_one_answer_and_no_more() {
    let replica = broken().await;
    for _ in 0..3 {
        replica.visitor().get("/panics").await.assert_status(500);
        replica.visitor().get("/nowhere").await.assert_page(404, Language::Spanish);
    }
}

#[tokio::test]
async fn what_does_not_exist_has_a_page_in_the_visitors_language() {
    let replica = Shop::new().await.replica().await;
    for language in Language::ALL {
        let mut visitor = replica.visitor();
        visitor.set_cookie("language", language.tag());
        for path in ["/nowhere", "/products/a/b/c", "/login/", "/static", "//", "/%2e%2e/", "/%ff"] {
            visitor.get(path).await.assert_page(404, language);
        }
        let answer = visitor.ask(Method::POST, "/nowhere", Body::empty()).await;
        answer.assert_page(404, language);
    }
}

#[tokio::test]
async fn other_methods_have_a_page_too() {
    let replica = Shop::new().await.replica().await;
    let mut visitor = replica.visitor();
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        visitor.ask(method, "/login", Body::empty()).await.assert_page(405, Language::Spanish);
    }
    visitor.get("/logout").await.assert_page(405, Language::Spanish);
}

#[tokio::test]
async fn htmx_shows_an_error_as_the_whole_page() {
    let replica = Shop::new().await.replica().await;
    let mut ana = replica.person("Ana").await;
    let answer = ana.htmx(Htmx::Partial).get("/products/nowhere").await;
    answer.assert_status(404);
    assert_eq!(answer.header("hx-retarget"), Some("body"));
}

#[tokio::test]
async fn error_pages_know_who_is_signed_in() {
    let replica = Shop::new().await.replica().await;
    let page = replica.person("Ana").await.get("/nowhere").await;
    page.assert_page(404, Language::Spanish);
    assert!(page.has("header nav form[action='/logout']"));
}

//! What the route table promises of every route.

use bodega::routes::{self, Access, Entry, Kind};
use bodega::web::Language;

use crate::support::{Browser, Form, Htmx, Replica, Shop};

/// Routes that change something without a key, because doing them twice is as good as once.
const SWITCHES: [&str; 3] = ["/login", "/logout", "/language"];

/// A product and its path, with the route's own address for it.
struct Place {
    browser: Browser,
    product: String,
}

impl Place {
    async fn new(replica: &Replica) -> Self {
        let mut browser = replica.person("Ana").await;
        let product = browser.add_product("Café", &crate::support::unique("C-")).await;
        Self { browser, product }
    }

    fn path(&self, entry: &Entry) -> String {
        entry.path.replace("/products/:id", &self.product)
    }

    /// The form as its page shows it, filled in right.
    async fn form(&mut self, entry: &Entry) -> Form {
        let path = self.path(entry);
        match entry.path {
            "/register" => {
                let form = self.browser.get("/register").await.form_to("/register");
                let email = crate::support::unique("ana") + "@example.com";
                let form = form.fill("first_name", "Ana").fill("last_name", "Prueba").fill("email", email);
                form.fill("password", crate::support::PASSWORD)
            }
            "/products" => self.browser.product_form("Té", &crate::support::unique("T-")).await,
            "/products/:id" => {
                let page = format!("{}/edit", self.product);
                self.browser.get(&page).await.form_to(&path).fill("units", "8")
            }
            "/products/:id/restore" => {
                self.browser.press(&self.product.clone(), "delete").await.assert_redirect("/products");
                self.browser.get(&self.product.clone()).await.form_to(&path)
            }
            "/products/:id/delete" => self.browser.get(&self.product.clone()).await.form_to(&path),
            other => panic!("{other} is a new form: teach this test where it stands"),
        }
    }
}

#[tokio::test]
async fn every_form_needs_a_key_and_does_its_thing_once_for_each() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    for entry in routes::table().into_iter().filter(|entry| entry.kind == Kind::Form) {
        let mut place = Place::new(&replica).await;
        if entry.access == Access::Anyone {
            place.browser = replica.visitor();
        }
        let form = place.form(&entry).await;
        let mut again = place.browser.clone();
        place.browser.submit(&form.clone().without("_submission")).await.assert_page(400, Language::Spanish);
        let before = crate::ledger::of(&shop).await;
        let first = place.browser.submit(&form).await;
        first.assert_status(303);
        let between = crate::ledger::of(&shop).await;
        assert_ne!(between, before, "{}: the form changes something", entry.path);
        let second = again.submit(&form).await;
        assert_eq!((second.status, second.location()), (303, first.location()), "{}", entry.path);
        assert_eq!(crate::ledger::of(&shop).await, between, "{}: the second time nothing", entry.path);
    }
}

#[tokio::test]
async fn no_route_takes_posts_without_a_key_but_the_switches() {
    for entry in routes::table() {
        if entry.kind == Kind::Switch {
            assert!(SWITCHES.contains(&entry.path), "{} is new: has it to be done only once?", entry.path);
        }
    }
}

#[tokio::test]
async fn every_route_that_is_not_opened_aloud_is_closed_to_visitors() {
    let replica = Shop::new().await.replica().await;
    let place = Place::new(&replica).await;
    let open = ["/", "/register", "/login", "/logout", "/language"];
    for entry in routes::table() {
        assert_eq!(entry.access == Access::Anyone, open.contains(&entry.path), "{}", entry.path);
        if entry.access == Access::Anyone {
            continue;
        }
        for htmx in [Htmx::No, Htmx::Full, Htmx::Partial] {
            let mut visitor = replica.visitor();
            visitor.htmx(htmx);
            let answer = visitor.ask(entry.method(), &place.path(&entry), poem::Body::empty()).await;
            let location = answer.location().unwrap_or_else(|| panic!("{} {answer:?}", entry.path));
            assert!(location.starts_with("/login?next=%2F"), "{}: {location}", entry.path);
            assert_eq!(answer.status, if htmx == Htmx::No { 303 } else { 200 });
        }
    }
}

#[tokio::test]
async fn every_page_answers_heads_as_it_answers_gets() {
    let replica = Shop::new().await.replica().await;
    let place = Place::new(&replica).await;
    for entry in routes::table().into_iter().filter(|entry| entry.kind == Kind::Page) {
        for mut browser in [place.browser.clone(), replica.visitor()] {
            let path = place.path(&entry);
            let get = browser.get(&path).await;
            let head = browser.ask(poem::http::Method::HEAD, &path, poem::Body::empty()).await;
            assert_eq!((head.status, head.location()), (get.status, get.location()), "{path}");
            assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
        }
    }
}

#[tokio::test]
async fn every_form_of_every_page_goes_to_a_route_and_has_a_key_if_that_needs_one() {
    let replica = Shop::new().await.replica().await;
    let mut place = Place::new(&replica).await;
    let deleted = place.browser.add_product("Té", "T-1").await;
    place.browser.press(&deleted, "delete").await;
    let mut pages = vec!["/".to_owned(), "/products".into(), "/products/new".into(), "/nowhere".into()];
    pages.extend([place.product.clone(), format!("{}/edit", place.product), deleted]);
    for path in pages {
        let page = place.browser.get(&path).await;
        for action in page.attributes("form[method='post']", "action") {
            let form = page.form_to(&action);
            if SWITCHES.contains(&action.as_str()) {
                continue;
            }
            assert!(!form.value("_submission").is_empty(), "{action} on {path}");
            let is_route =
                routes::table().iter().any(|entry| entry.kind == Kind::Form && fits(entry.path, &action));
            assert!(is_route, "{action} on {path} leads nowhere");
        }
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len()
        && pattern.iter().zip(path).all(|(part, given)| part.starts_with(':') || *part == given)
}

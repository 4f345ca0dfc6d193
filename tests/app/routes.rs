//! What the route table promises of every route.

use bodega::accounts::{LinkKind, Secret, account, link};
use bodega::routes::{self, Access, Entry, Kind as RouteKind};
use bodega::web::Language;

use crate::support::{Browser, Form, Htmx, Replica, Shop};

/// Routes that change something without a key, because doing them twice is as good as once.
const SWITCHES: [&str; 6] = [
    "/login",
    "/login/passkey",
    "/login/passkey/options",
    "/account/passkeys/options",
    "/logout",
    "/language",
];

/// Whoever registers may do everything.
const ADMINISTRATORS: [&str; 2] = ["--default-role", "administrator"];
/// Forms whose answer is a page with a link to pass on.
const SHOW_A_LINK: [&str; 2] = ["/users/:id/password-link", "/users/invitations"];

/// A password that is not the one from before.
const NEW: &str = "nueve faros verdes 28";

/// A product and its path, with the route's own address for it.
struct Place {
    replica: Replica,
    browser: Browser,
    /// The same at first.
    administrator: Browser,
    product: String,
    /// Somebody whom nobody else knows, and an invitation that is open.
    person: String,
    invitation: String,
    /// The browser's own address, and the action of the form that ends its owner's other sign-in.
    email: String,
    end: String,
    /// The action of the form that begins a job again.
    job: String,
    /// Where a link leads that sets the owner's password, and one that changes the address.
    password: String,
    address: String,
}

impl Place {
    async fn new(replica: &Replica) -> Self {
        let mut browser = replica.person("Ana").await;
        let product = browser.add_product("Café", &crate::support::unique("C-")).await;
        let email = || crate::support::unique("eva") + "@example.com";
        let person = crate::roles::add_account(replica, &email(), bodega::web::Role::Clerk).await.id;
        let form = browser.get("/users/invitations").await.form("#invitation-form");
        let invited = browser.submit(&form.fill("email", email())).await;
        let link = invited.attribute(".link input", "value");
        let invitation = link.trim_start_matches("http://localhost:8080").to_owned();
        let page = browser.get("/account").await;
        let own = page.attribute("header .person", "data-email");
        crate::roles::sign_in(replica, &own).await;
        let end = browser.get("/account").await.attribute(".sign-ins form", "action");
        let password = format!("/password/new/{}", own_link(replica, &own, LinkKind::Password).await);
        let address = format!("/account/email/{}", own_link(replica, &own, LinkKind::Email).await);
        let (person, email) = (format!("/users/{person}"), own);
        let job = crate::jobs::failed(&replica.app.products).await;
        let job = format!("/jobs/db_productos/{job}/retry");
        let (replica, administrator) = (replica.clone(), browser.clone());
        Self {
            replica,
            browser,
            administrator,
            product,
            person,
            invitation,
            email,
            end,
            job,
            password,
            address,
        }
    }
}

/// The secret of a link for somebody.
pub async fn own_link(replica: &Replica, email: &str, kind: LinkKind) -> String {
    let (secret, new) = (Secret::new(), format!("{email}.new"));
    let users = &replica.app.users;
    let account = users.run(async |connection| account::find_by_email(email, connection).await);
    let id = account.await.unwrap().unwrap().id;
    let insert = users.run(async |connection| link::insert(&secret, kind, id, &new, connection).await);
    insert.await.unwrap();
    secret.text
}

impl Place {
    fn path(&self, entry: &Entry) -> String {
        let path =
            entry.rule.path.replace("/products/:id", &self.product).replace("/users/:id", &self.person);
        let path = path.replace("/invitations/:token", &self.invitation);
        let path = path.replace("/password/new/:token", &self.password);
        let path = path.replace("/account/email/:token", &self.address);
        let path = path.replace("/jobs/:database/:id/retry", &self.job);
        path.replace("/account/sign-ins/:id/end", &self.end)
    }

    /// The form as its page shows it, filled in right.
    async fn form(&mut self, entry: &Entry) -> Form {
        let path = self.path(entry);
        match entry.rule.path {
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
            path if path.contains("/factor") || path.contains("/passkeys") || path == "/users/settings" => {
                crate::factor::forms::form(&self.replica, &mut self.browser, &mut self.administrator, path)
                    .await
            }
            "/invitations/:token" => {
                let form = self.browser.get(&path).await.form_to(&path);
                let form = form.fill("first_name", "Eva").fill("last_name", "Prueba");
                form.fill("password", crate::support::PASSWORD)
            }
            "/users/:id/role" => {
                self.browser.get(&self.person.clone()).await.form_to(&path).fill("role", "viewer")
            }
            "/users/:id/enable" => {
                let disable = format!("{}/disable", self.person);
                let form = self.browser.get(&self.person.clone()).await.form_to(&disable);
                self.browser.submit(&form).await.assert_redirect(&self.person);
                self.browser.get(&self.person.clone()).await.form_to(&path)
            }
            "/users/invitations" => {
                let form = self.browser.get("/users/invitations").await.form("#invitation-form");
                form.fill("email", crate::support::unique("luis") + "@example.com")
            }
            "/users/invitations/:id/revoke" => {
                self.browser.get("/users/invitations").await.form("#invitation-table form")
            }
            "/jobs/:database/:id/retry" => self.browser.get("/jobs").await.form_to(&path),
            "/account" => self.browser.get("/account").await.form_to(&path).fill("first_name", "Eva"),
            "/account/email" => {
                let form = self.browser.get("/account").await.form_to(&path);
                let email = crate::support::unique("eva") + "@example.com";
                form.fill("email", email).fill("current_password", crate::support::PASSWORD)
            }
            "/account/password" => {
                let form = self.browser.get("/account").await.form_to(&path);
                form.fill("current_password", crate::support::PASSWORD).fill("password", NEW)
            }
            "/account/sign-ins/:id/end" | "/account/sign-ins/end-others" => {
                self.browser.get("/account").await.form_to(&path)
            }
            "/account/email/:token" => self.browser.get(&path).await.form_to(&path),
            "/password/new/:token" => self.browser.get(&path).await.form_to(&path).fill("password", NEW),
            "/password/forgotten" => {
                self.browser.get(&path).await.form_to(&path).fill("email", self.email.as_str())
            }
            other if other.starts_with("/users/:id/") => {
                self.browser.get(&self.person.clone()).await.form_to(&path)
            }
            other => panic!("{other} is a new form: teach this test where it stands"),
        }
    }
}

#[tokio::test]
async fn every_form_needs_a_key_and_does_its_thing_once_for_each() {
    for entry in routes::table().into_iter().filter(|entry| entry.rule.kind == RouteKind::Form) {
        // Of its own: some forms change what holds for everybody.
        let shop = Shop::new().await;
        let replica = shop.replica_with(&ADMINISTRATORS).await;
        // Nothing listens there; the mail only has to be on its way.
        let mailing = shop.replica_with(&["--smtp-url=smtp://127.0.0.1:9"]).await;
        let mut place = Place::new(&replica).await;
        if entry.rule.access == Access::Anyone {
            place.browser =
                if entry.rule.path == "/password/forgotten" { &mailing } else { &replica }.visitor();
        }
        let form = place.form(&entry).await;
        let mut again = place.browser.clone();
        place.browser.submit(&form.clone().without("_submission")).await.assert_page(400, Language::Spanish);
        let before = crate::ledger::of(&shop).await;
        let first = place.browser.submit(&form).await;
        // Some show a link or codes once, and do not lead anywhere.
        let status = if SHOW_A_LINK.contains(&entry.rule.path) || first.has(".codes") { 200 } else { 303 };
        first.assert_status(status);
        let between = crate::ledger::of(&shop).await;
        assert_ne!(between, before, "{}: the form changes something", entry.rule.path);
        let second = again.submit(&form).await;
        assert_eq!((second.status, second.location()), (status, first.location()), "{}", entry.rule.path);
        assert_eq!(crate::ledger::of(&shop).await, between, "{}: the second time nothing", entry.rule.path);
    }
}

#[tokio::test]
async fn no_form_sets_what_is_not_its_to_set() {
    for entry in routes::table().into_iter().filter(|entry| entry.rule.kind == RouteKind::Form) {
        let shop = Shop::new().await;
        // The first one is the administrator, and nobody is a manager.
        let replica = shop.replica_with(&["--default-role", "viewer"]).await;
        let mailing = shop.replica_with(&["--default-role", "viewer", "--smtp-url=smtp://127.0.0.1:9"]).await;
        let mut place = Place::new(&replica).await;
        if entry.rule.access == Access::Anyone {
            place.browser =
                if entry.rule.path == "/password/forgotten" { &mailing } else { &replica }.visitor();
        }
        let mut form = place.form(&entry).await;
        for (name, value) in STRAY {
            // Two are there to set a role.
            let is_its_own = form.fields.iter().any(|(field, _)| field == name);
            form = if is_its_own { form } else { form.fill(name, value) };
        }
        let answer = place.browser.submit(&form).await;
        assert!([200, 303].contains(&answer.status), "{}: {}", entry.rule.path, answer.text());
        assert_eq!(crate::ledger::strays(&shop).await, [0; 4], "{}", entry.rule.path);
    }
}

/// Fields of rows that forms have nothing to do with, or that only other forms have.
const STRAY: [(&str, &str); 16] = [
    ("role", "manager"),
    ("email", "stray@example.com"),
    ("first_name", "Stray"),
    ("password_hash", "stray"),
    ("created_at", "2001-01-01 00:00:00"),
    ("updated_at", "2001-01-01 00:00:00"),
    ("disabled_at", "2001-01-01 00:00:00"),
    ("deleted_at", "2001-01-01 00:00:00"),
    ("expires_at", "2001-01-01 00:00:00"),
    ("updated_by", "Stray"),
    ("updated_by_name", "Stray"),
    ("invited_by_name", "Stray"),
    ("id", "00000000000000000000000000"),
    ("account_id", "00000000000000000000000000"),
    ("user_id", "00000000000000000000000000"),
    ("version", "77"),
];

#[tokio::test]
async fn no_route_takes_posts_without_a_key_but_the_switches() {
    for entry in routes::table() {
        if entry.rule.kind == RouteKind::Switch {
            assert!(
                SWITCHES.contains(&entry.rule.path),
                "{} is new: has it to be done only once?",
                entry.rule.path
            );
        }
    }
}

#[tokio::test]
async fn every_route_that_is_not_opened_aloud_is_closed_to_visitors() {
    let replica = Shop::new().await.replica_with(&ADMINISTRATORS).await;
    let place = Place::new(&replica).await;
    let open = [
        "/",
        "/register",
        "/login",
        "/login/factor",
        "/login/factor/new",
        "/login/passkey",
        "/login/passkey/options",
        "/logout",
        "/language",
        "/invitations/:token",
    ];
    for entry in routes::table() {
        let is_open = open.contains(&entry.rule.path)
            || entry.rule.path.starts_with("/password/")
            || entry.rule.path == "/account/email/:token";
        assert_eq!(entry.rule.access == Access::Anyone, is_open, "{}", entry.rule.path);
        if entry.rule.access == Access::Anyone {
            continue;
        }
        for htmx in [Htmx::No, Htmx::Full, Htmx::Partial] {
            let mut visitor = replica.visitor();
            visitor.htmx(htmx);
            let answer = visitor.ask(entry.method(), &place.path(&entry), poem::Body::empty()).await;
            let location = answer.location().unwrap_or_else(|| panic!("{} {answer:?}", entry.rule.path));
            assert!(location.starts_with("/login?next=%2F"), "{}: {location}", entry.rule.path);
            assert_eq!(answer.status, if htmx == Htmx::No { 303 } else { 200 });
        }
    }
}

#[tokio::test]
async fn every_page_answers_heads_as_it_answers_gets() {
    let replica = Shop::new().await.replica_with(&ADMINISTRATORS).await;
    let place = Place::new(&replica).await;
    for entry in routes::table().into_iter().filter(|entry| entry.rule.kind == RouteKind::Page) {
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
    let replica = Shop::new().await.replica_with(&ADMINISTRATORS).await;
    let mut place = Place::new(&replica).await;
    let deleted = place.browser.add_product("Té", "T-1").await;
    place.browser.press(&deleted, "delete").await;
    let mut pages = vec!["/".to_owned(), "/products".into(), "/products/new".into(), "/nowhere".into()];
    pages.extend(
        ["/account/factor", "/account/factor/new", "/account/passkeys", "/users/settings"].map(String::from),
    );
    pages.extend([place.product.clone(), format!("{}/edit", place.product), deleted]);
    pages.extend(["/users".to_owned(), "/users/invitations".into(), "/users/log".into(), "/jobs".into()]);
    pages.extend([place.person.clone(), place.invitation.clone(), "/account".into()]);
    pages.extend([place.password.clone(), place.address.clone()]);
    for path in pages {
        let page = place.browser.get(&path).await;
        for action in page.attributes("form[method='post']", "action") {
            let form = page.form_to(&action);
            if SWITCHES.contains(&action.as_str()) {
                continue;
            }
            assert!(!form.value("_submission").is_empty(), "{action} on {path}");
            let is_route = routes::table()
                .iter()
                .any(|entry| entry.rule.kind == RouteKind::Form && fits(entry.rule.path, &action));
            assert!(is_route, "{action} on {path} leads nowhere");
        }
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len()
        && pattern.iter().zip(path).all(|(part, given)| part.starts_with(':') || *part == given)
}

//! What people do all day: some read, some write, some come and go.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::sleep;

use crate::CATEGORY;
use crate::html;
use crate::http::Answer;
use crate::ledger::{Entry, State};
use crate::person::{Expected, Person};

/// Every fourth change is sent twice at once.
const IMPATIENCE: u32 = 4;
const PASSWORD: &str = "nueve faroles verdes 62";

/// Whether it is evening.
#[derive(Clone, Default)]
pub struct Evening(Arc<AtomicBool>);

impl Evening {
    pub fn begin(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn has_come(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Makes an account for a person and signs in.
pub async fn register(person: &mut Person) -> bool {
    let Some(page) = person.get("/register", Expected::Open("/register")).await else { return false };
    let (email, name) = (person.email.clone(), person.name.clone());
    let fields =
        [("first_name", "Simulacro"), ("last_name", &name), ("email", &email), ("password", PASSWORD)];
    person.send(&page, "/register", &fields, "/products").await.is_some()
}

/// Looks at the list, a search, the first page and the overview, again and again.
pub async fn read(person: &mut Person, evening: &Evening) {
    let category = html::encode(&[("category", CATEGORY), ("sort", "updated"), ("dir", "desc")]);
    let search = html::encode(&[("q", "simulacro"), ("sort", "name")]);
    let paths =
        [format!("/products?{category}"), format!("/products?{search}"), "/products".into(), "/".into()];
    for path in paths.iter().cycle() {
        if evening.has_come() {
            return;
        }
        let what = if path == "/" { "<main" } else { "id=\"product-list\"" };
        person.get(path, Expected::Page(what)).await;
    }
}

/// Looks around, signs out, is not let in with the old cookie, and signs in again.
pub async fn come_and_go(person: &mut Person, evening: &Evening) {
    while !evening.has_come() {
        visit(person).await;
        sleep(Duration::from_millis(300)).await;
    }
}

/// Signs out, tries the old cookie, and signs in again; `None` when that does not go as it should.
pub async fn visit(person: &mut Person) -> Option<()> {
    if let Some(page) = person.get("/products", Expected::Page("id=\"product-list\"")).await {
        // Keeps the cookie that the answer takes away.
        let mut thief = person.second_window();
        person.send(&page, "/logout", &[], "/login").await?;
        thief.get("/products", Expected::Redirect("/login")).await;
        person.history.append(&mut thief.history);
    }
    let page = person.get("/login", Expected::Open("name=\"password\"")).await?;
    let email = person.email.clone();
    person.send(&page, "/login", &[("email", &email), ("password", PASSWORD)], "/products").await.map(|_| ())
}

/// Signs out for good.
pub async fn leave(person: &mut Person) -> bool {
    let Some(page) = person.get("/products", Expected::Page("")).await else { return false };
    person.send(&page, "/logout", &[], "/login").await.is_some()
}

/// Makes products, changes, deletes and restores them; says what it was told of each.
pub async fn write(person: &mut Person, evening: &Evening, day: usize) -> Vec<Entry> {
    let mut entries = Vec::new();
    for number in 1.. {
        if evening.has_come() {
            break;
        }
        let code = format!("SIM-{}-{day}-{number}", person.name);
        let mut work = Work { person, entry: Entry { code, told: None, perhaps: None }, sent: 0 };
        // A change that went wrong ends the work at this product: what follows could not be judged.
        work.whole().await;
        entries.push(work.entry);
    }
    entries
}

/// The work at one product.
struct Work<'a> {
    person: &'a mut Person,
    entry: Entry,
    sent: u32,
}

impl Work<'_> {
    async fn whole(&mut self) -> Option<()> {
        let form = self.person.get("/products/new", Expected::Page("product-form")).await?;
        let made = State { version: 1, units: 1, deleted: false };
        let place = self.change(&form, "/products", made, "/products/").await?;
        for version in 2..=3 {
            self.look(&place).await?;
            let edit = format!("{place}/edit");
            let form = self.person.get(&edit, Expected::Page("product-form")).await?;
            self.change(&form, &place, State { version, units: version, deleted: false }, &place).await?;
        }
        let page = self.look(&place).await?;
        let deleted = State { version: 4, units: 3, deleted: true };
        self.change(&page, &format!("{place}/delete"), deleted, "/products").await?;
        let page = self.look(&place).await?;
        let restored = State { version: 5, units: 3, deleted: false };
        self.change(&page, &format!("{place}/restore"), restored, &place).await?;
        self.look(&place).await.map(|_| ())
    }

    /// Whoever was told that something is saved sees it, whichever replica answers.
    async fn look(&mut self, place: &str) -> Option<Answer> {
        let page = self.person.get(place, Expected::Page(&self.entry.code)).await?;
        let told = self.entry.told.expect("nobody looks at a product before it is made");
        let shows_deleted = html::form(&page.text(), &format!("{place}/restore")).is_some();
        let text = sentence(told.units);
        if shows_deleted != told.deleted || !page.text().contains(&text) {
            self.person.miss(place, "the page does not show what was saved before");
            return None;
        }
        Some(page)
    }

    /// Sends a change; `next` is what the product is after it. Nothing when it was not acknowledged.
    async fn change(&mut self, page: &Answer, action: &str, next: State, to: &str) -> Option<String> {
        let units = next.units.to_string();
        let text = sentence(next.units);
        let name = format!("Simulacro {}", self.entry.code);
        let all = [
            ("name", name.as_str()),
            ("code", &self.entry.code),
            ("units", &units),
            ("category", CATEGORY),
            ("description", &text),
        ];
        let is_save = !action.ends_with("/delete") && !action.ends_with("/restore");
        let fields = if is_save { &all[..] } else { &[] };
        self.sent += 1;
        self.entry.perhaps = Some(next);
        let place = match self.sent % IMPATIENCE {
            0 => self.person.send_twice(page, action, fields, to).await?,
            _ => self.person.send(page, action, fields, to).await?,
        };
        self.entry.told = self.entry.perhaps.take();
        Some(place)
    }
}

fn sentence(units: u32) -> String {
    format!("Quedan {units} del simulacro.")
}

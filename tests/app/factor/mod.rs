//! The second factor.

mod account;
mod administration;
pub mod forms;
mod letters;
mod second_step;
mod step_up;

use diesel_async::SimpleAsyncConnection;

pub use crate::support::Phone;
use crate::support::{Answer, Browser, Form, PASSWORD, Replica, Shop, unique};

/// Somebody with a second factor.
pub struct Person {
    pub browser: Browser,
    pub email: String,
    pub phone: Phone,
    /// The code that set it up.
    pub first_code: String,
    pub recovery_codes: Vec<String>,
}

impl Person {
    /// Registers and sets a second factor up.
    pub async fn new(replica: &Replica) -> Self {
        let email = unique("ana") + "@example.com";
        let browser = replica.person_at("Ana", &email).await;
        Self::with(browser, email).await
    }

    pub async fn with(mut browser: Browser, email: String) -> Self {
        let (phone, first_code, answer) = Phone::set_up(&mut browser).await;
        Self { browser, email, phone, first_code, recovery_codes: answer.texts(".codes code") }
    }

    /// The form that asks for a code, in a browser that has just sent the password.
    pub async fn first_step(&self, browser: &mut Browser) -> Form {
        first_step(browser, &self.email).await.form_to("/login/factor")
    }

    /// As if some time had passed since the last code.
    pub async fn wait(&self, shop: &Shop) {
        let mut connection = shop.users_connection().await;
        connection.batch_execute("UPDATE factors SET last_step = 0").await.unwrap();
    }
}

/// What the right password is answered.
pub async fn first_step(browser: &mut Browser, email: &str) -> Answer {
    let form = browser.get("/login").await.form_to("/login");
    browser.submit(&form.fill("email", email).fill("password", PASSWORD)).await
}

/// Entries of the security log with this name.
pub async fn logged(shop: &Shop, event: &str) -> i64 {
    use bodega::db::users_schema::security_log;
    use diesel::prelude::*;
    use diesel_async::RunQueryDsl;
    let mut connection = shop.users_connection().await;
    let entries = security_log::table.filter(security_log::event.eq(event)).count();
    entries.get_result(&mut connection).await.unwrap()
}

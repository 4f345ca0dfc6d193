//! An application for codes.

use std::time::{SystemTime, UNIX_EPOCH};

use bodega::auth::second_factor;
use data_encoding::BASE32_NOPAD;

use super::{Answer, Browser, PASSWORD};

/// The application on somebody's phone.
pub struct Phone(second_factor::Secret);

impl Phone {
    /// Sets a second factor up for a signed-in person. With it the code that did, and the page with the
    /// recovery codes.
    pub async fn set_up(browser: &mut Browser) -> (Self, String, Answer) {
        let page = browser.get("/account/factor/new").await;
        let phone = Self::of(&page);
        let code = phone.code(0);
        let form = page.form_to("/account/factor").fill("code", &code).fill("password", PASSWORD);
        let answer = browser.submit(&form).await;
        answer.assert_status(200);
        (phone, code, answer)
    }

    /// Takes the key from the page that shows it.
    pub fn of(page: &Answer) -> Self {
        Self::with_key(&page.text_of(".key code"))
    }

    /// Takes the key as somebody types it.
    pub fn with_key(key: &str) -> Self {
        Self(BASE32_NOPAD.decode(key.replace(' ', "").as_bytes()).expect("base32").into())
    }

    /// What it shows, with its clock so many steps off.
    pub fn code(&self, steps: i64) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / second_factor::STEP;
        self.0.code(now.checked_add_signed(steps).unwrap())
    }

    /// Six digits that are not valid at about this time.
    pub fn wrong_code(&self) -> String {
        let shown: Vec<_> = (-3..=3).map(|steps| self.code(steps)).collect();
        let mut wrong = (0..10).map(|digit| digit.to_string().repeat(6));
        wrong.find(|code| !shown.contains(code)).expect("seven codes are not ten")
    }
}

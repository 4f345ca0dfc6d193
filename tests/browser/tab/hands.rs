//! What a person does.

use serde_json::json;
use thirtyfour::prelude::*;
use tokio::time::{Instant, sleep};

use super::eyes::{control, is_truthy};
use super::{PATIENCE, PAUSE, Tab};

const FOCUS_IS_SEEN: &str = "(() => {
    const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement);
    return document.activeElement === document.body || outlineStyle !== 'none' || boxShadow !== 'none';
})()";

#[derive(Clone, Copy, Debug)]
pub enum Direction {
    Forward,
    Back,
}

impl Tab {
    /// Types into an empty field, or instead of what stands in it.
    pub async fn fill(&self, name: &str, text: &str) {
        let control = self.element(By::Css(control(name))).await;
        control.clear().await.expect("a field that can be changed");
        control.send_keys(text).await.expect("a field that can be changed");
    }

    pub async fn fill_all(&self, fields: &[(&str, &str)]) {
        for (name, text) in fields {
            self.fill(name, text).await;
        }
    }

    /// Presses keys, wherever the focus is.
    pub async fn keys(&self, keys: impl Into<TypingData>) {
        self.driver.action_chain().send_keys(keys).perform().await.expect("a keyboard");
    }

    /// Presses keys while another one is held down.
    pub async fn keys_with(&self, held: Key, keys: &str) {
        let keyboard = self.driver.action_chain().key_down(held.clone()).send_keys(keys).key_up(held);
        keyboard.perform().await.expect("a keyboard");
    }

    /// Presses Tab, or Shift and Tab, until an element has the focus, which has to be seen each time.
    pub async fn tab_to(&self, key: Direction, selector: &str) {
        for _ in 0..60 {
            let keyboard = self.driver.action_chain();
            let pressed = match key {
                Direction::Forward => keyboard.send_keys(Key::Tab),
                Direction::Back => keyboard.key_down(Key::Shift).send_keys(Key::Tab).key_up(Key::Shift),
            };
            pressed.perform().await.expect("a keyboard");
            let seen = self.eval(FOCUS_IS_SEEN).await;
            assert!(is_truthy(&seen), "focus that nobody sees: {seen}");
            if is_truthy(&self.eval(&format!("document.activeElement.matches({})", json!(selector))).await) {
                return;
            }
        }
        panic!("no way to {selector} by keyboard");
    }

    /// Chooses from a list of options, by the beginning of its text.
    pub async fn choose(&self, name: &str, text: &str) {
        let control = self.element(By::Css(control(name))).await;
        control.send_keys(text).await.expect("a list of options");
    }

    /// Presses the button or follows the link with this text, in the page's main part or in a dialog.
    pub async fn press(&self, text: &str) {
        self.press_in("*[self::main or self::dialog or @id='connection']", text).await;
    }

    pub async fn press_in(&self, place: &str, text: &str) {
        self.click(By::XPath(button(place, text))).await;
    }

    pub async fn click(&self, by: By) {
        let until = Instant::now() + PATIENCE;
        loop {
            let clicked = async { self.driver.find(by.clone()).await?.click().await }.await;
            let Err(error) = clicked else { return };
            assert!(Instant::now() < until, "{by:?}: {error}");
            sleep(PAUSE).await;
        }
    }

    /// Presses twice, as fast as people who think that everything needs a double click.
    pub async fn double_click(&self, text: &str) {
        let button = self.element(By::XPath(button("main", text))).await;
        self.driver.action_chain().double_click_element(&button).perform().await.expect("a mouse");
    }

    async fn element(&self, by: By) -> WebElement {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.driver.find(by.clone()).await {
                Ok(element) => return element,
                Err(error) => assert!(Instant::now() < until, "{error}"),
            }
            sleep(PAUSE).await;
        }
    }
}

fn button(place: &str, text: &str) -> String {
    format!("//{place}//*[self::button or self::a][normalize-space()='{text}']")
}

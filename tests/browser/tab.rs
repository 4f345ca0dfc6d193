//! What a person does in a browser, and what they see. Everything waits until it is possible, for half a
//! minute, and panics otherwise.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::prelude::*;
use tokio::time::{Instant, sleep};

use crate::support::Browser;

const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(40);

const FOCUS_IS_SEEN: &str = "(() => {
    const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement);
    return document.activeElement === document.body || outlineStyle !== 'none' || boxShadow !== 'none';
})()";

/// A tab of a browser, at a site.
pub struct Tab {
    driver: WebDriver,
    site: String,
}

/// How large its window is.
#[derive(Clone, Copy, Debug)]
pub enum Size {
    Phone,
    Desktop,
}

#[derive(Clone, Copy, Debug)]
pub enum Direction {
    Forward,
    Back,
}

impl Tab {
    pub fn new(driver: WebDriver, site: String) -> Self {
        Self { driver, site }
    }

    pub fn into_driver(self) -> WebDriver {
        self.driver
    }

    /// As in a new browser, on a desktop.
    pub async fn forget(&self) {
        let mut windows = self.driver.windows().await.expect("windows");
        let first = windows.remove(0);
        for window in windows {
            self.driver.switch_to_window(window).await.expect("a window");
            self.driver.close_window().await.expect("a window");
        }
        self.driver.switch_to_window(first).await.expect("a window");
        self.scripts(true).await;
        self.driver.goto("about:blank").await.expect("an empty page");
        self.devtools("Network.clearBrowserCookies", json!({})).await;
        self.devtools("Network.clearBrowserCache", json!({})).await;
        self.devtools("Emulation.setTimezoneOverride", json!({ "timezoneId": "" })).await;
        self.devtools("Emulation.setEmulatedMedia", json!({ "media": "" })).await;
        self.resize(Size::Desktop).await;
        self.driver.browser_log().await.expect("a log");
    }

    pub async fn resize(&self, size: Size) {
        let (width, height, mobile) = match size {
            Size::Phone => (360, 800, true),
            Size::Desktop => (1280, 900, false),
        };
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Whether pages may run JavaScript. What tests ask of a page still works without.
    pub async fn scripts(&self, are_allowed: bool) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": !are_allowed })).await;
    }

    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        let answer = self.driver.cdp().send_raw(method, parameters).await;
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// From now on is the browser of this person.
    pub async fn sign_in_as(&self, person: &Browser) {
        let cookie = json!({
            "name": "bodega_session", "value": person.session(), "url": self.site,
            "httpOnly": true, "sameSite": "Lax",
        });
        self.devtools("Network.setCookie", cookie).await;
    }

    /// The sign-in has ended, as far as this browser knows.
    pub async fn lose_session(&self) {
        self.driver.delete_cookie("bodega_session").await.expect("a cookie");
    }

    pub async fn open(&self, path: &str) {
        let address = format!("{}{path}", self.site);
        self.driver.goto(&address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    /// A form of another site's page sends something here.
    pub async fn send_from_elsewhere(&self, path: &str) {
        let form = format!("<form method=post action=\"{}{path}\"><button>send</button></form>", self.site);
        self.driver.goto(format!("data:text/html,{form}")).await.expect("a page");
        self.click(By::Css("button")).await;
    }

    pub async fn back(&self) {
        self.driver.back().await.expect("a page before this one");
    }

    /// A second tab of the same browser, in front from now on.
    pub async fn open_second(&self, path: &str) {
        let second = self.driver.new_tab().await.expect("a tab");
        self.driver.switch_to_window(second).await.expect("a tab");
        self.open(path).await;
    }

    /// The tab with this number, from 0 on, comes to the front.
    pub async fn turn_to(&self, number: usize) {
        let windows = self.driver.windows().await.expect("windows");
        self.driver.switch_to_window(windows[number].clone()).await.expect("a tab");
    }

    /// Path and query of what is shown.
    pub async fn path(&self) -> String {
        let url = self.driver.current_url().await.expect("a page");
        url.as_str().strip_prefix(&self.site).unwrap_or(url.as_str()).to_owned()
    }

    /// The value of a JavaScript expression, also where the page's own scripts are off.
    pub async fn eval(&self, expression: &str) -> Value {
        self.try_eval(expression).await.unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    async fn try_eval(&self, expression: &str) -> WebDriverResult<Value> {
        Ok(self.driver.execute(format!("return ({expression})"), Vec::new()).await?.json().clone())
    }

    /// Runs a script that ends by calling `done`.
    pub async fn run(&self, script: &str) -> Value {
        let script = format!("const done = arguments[0];\n{script}");
        let answer = self.driver.execute_async(script, Vec::new()).await;
        answer.unwrap_or_else(|error| panic!("{error}")).json().clone()
    }

    /// Waits until a JavaScript expression is true.
    pub async fn wait_for(&self, expression: &str) {
        let until = Instant::now() + PATIENCE;
        // The page may be another one in the middle of the question.
        while !self.try_eval(expression).await.is_ok_and(|value| is_truthy(&value)) {
            assert!(Instant::now() < until, "never true: {expression}");
            sleep(PAUSE).await;
        }
    }

    /// Waits until the page says this.
    pub async fn wait_for_text(&self, text: &str) {
        self.wait_for(&format!("document.body.innerText.includes({})", json!(text))).await;
    }

    /// Waits until the page's heading is this, and nothing is under way any more.
    pub async fn wait_for_page(&self, heading: &str) {
        self.wait_for(&format!("document.querySelector('h1')?.textContent === {}", json!(heading))).await;
        self.wait_for("!document.documentElement.hasAttribute('data-busy')").await;
    }

    pub async fn has(&self, selector: &str) -> bool {
        is_truthy(&self.eval(&format!("document.querySelector({})", json!(selector))).await)
    }

    /// The texts of all elements that fit.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        let expression = format!(
            "[...document.querySelectorAll({})].map(e => e.textContent.replace(/\\s+/g, ' ').trim())",
            json!(selector)
        );
        serde_json::from_value(self.eval(&expression).await).expect("texts")
    }

    /// Names of the products in the list, in its order.
    pub async fn products(&self) -> Vec<String> {
        self.texts("#product-table tbody th").await
    }

    /// What stands in a field.
    pub async fn value(&self, name: &str) -> String {
        let expression = format!("document.querySelector({}).value", json!(control(name)));
        self.eval(&expression).await.as_str().expect("a text").to_owned()
    }

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

    /// Name of the field that has the focus.
    pub async fn focused(&self) -> String {
        self.eval("document.activeElement.name ?? ''").await.as_str().unwrap_or_default().to_owned()
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

    /// Violations of the policy and failures of scripts since the last time. That an answer was an error
    /// is none.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.driver.browser_log().await.expect("a log").into_iter();
        let is_complaint = |level: &str| level == "SEVERE" || level == "WARNING";
        let complaints =
            log.filter(|entry| is_complaint(&entry.level) && entry.source.as_deref() != Some("network"));
        complaints.map(|entry| entry.message).collect()
    }

    /// What the page looked like when a test failed, for whoever reads its output.
    pub async fn report(&self) {
        let mut report = String::new();
        if let Ok(url) = self.driver.current_url().await {
            let _ = writeln!(report, "at {url}");
        }
        for expression in ["document.activeElement.outerHTML.slice(0, 300)", "document.body.innerText"] {
            if let Ok(value) = self.try_eval(expression).await {
                let _ = writeln!(report, "{}", value.as_str().unwrap_or_default());
            }
        }
        for entry in self.driver.browser_log().await.unwrap_or_default() {
            let _ = writeln!(report, "{} {:?} {}", entry.level, entry.source, entry.message);
        }
        eprintln!("{report}");
        let name = std::thread::current().name().unwrap_or("journey").replace("::", "-");
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
        let _ = self.driver.screenshot(&folder.join(name + ".png")).await;
    }
}

fn is_truthy(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false))
}

fn control(name: &str) -> String {
    format!(":is(main, dialog) [name='{name}']:not([type=hidden])")
}

fn button(place: &str, text: &str) -> String {
    format!("//{place}//*[self::button or self::a][normalize-space()='{text}']")
}

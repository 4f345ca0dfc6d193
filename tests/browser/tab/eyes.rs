//! What a person sees.

use serde_json::{Value, json};
use thirtyfour::prelude::*;
use tokio::time::{Instant, sleep};

use super::{PATIENCE, PAUSE, Tab};

impl Tab {
    /// The value of a JavaScript expression, also where the page's own scripts are off.
    pub async fn eval(&self, expression: &str) -> Value {
        self.try_eval(expression).await.unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    pub(super) async fn try_eval(&self, expression: &str) -> WebDriverResult<Value> {
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

    /// Name of the field that has the focus.
    pub async fn focused(&self) -> String {
        self.eval("document.activeElement.name ?? ''").await.as_str().unwrap_or_default().to_owned()
    }
}

pub(super) fn is_truthy(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false))
}

/// The selector of a field by its name.
pub(super) fn control(name: &str) -> String {
    format!(":is(main, dialog) [name='{name}']:not([type=hidden])")
}

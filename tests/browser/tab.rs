//! A person's tab: windows, sites and switches here, what they see in `eyes`, what they do in `hands`.
//! Everything waits until it is possible, for half a minute, and panics otherwise.

mod eyes;
mod hands;

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep};

use crate::support::Browser;

const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(40);

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

pub use hands::Direction;

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

    /// What a page of another site shows in a frame that is to show one of ours: its address.
    pub async fn framed_elsewhere(&self, path: &str) -> String {
        let frame = format!("<iframe src=\"{}{path}\" onload=\"dataset.loaded=true\"></iframe>", self.site);
        let elsewhere = site_of_one_page(frame).await;
        self.driver.goto(&elsewhere).await.expect("a page");
        self.wait_for("document.querySelector('iframe').dataset.loaded").await;
        self.driver.enter_frame(0).await.expect("a frame");
        let address = self.eval("location.href").await;
        self.driver.enter_default_frame().await.expect("the page around it");
        address.as_str().expect("an address").to_owned()
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

    /// Violations of the policy and failures of scripts since the last time. That an answer was an error
    /// is none.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.driver.browser_log().await.expect("a log").into_iter();
        let is_complaint = |level: &str| level == "SEVERE" || level == "WARNING";
        let complaints =
            log.filter(|entry| is_complaint(&entry.level) && entry.source.as_deref() != Some("network"));
        complaints.map(|entry| entry.message).collect()
    }

    /// Waits until there is a complaint, which has to say this.
    pub async fn wait_for_complaint(&self, words: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            let complaints = self.complaints().await;
            assert!(complaints.iter().all(|complaint| complaint.contains(words)), "{complaints:#?}");
            if !complaints.is_empty() {
                return;
            }
            assert!(Instant::now() < until, "no complaint of {words}");
            sleep(PAUSE).await;
        }
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

/// A site on this machine, since browsers let no other one ask it for anything; its address.
async fn site_of_one_page(page: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("bound"));
    let length = page.len();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\r\n");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = format!("{head}{page}");
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    address
}

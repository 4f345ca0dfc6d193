//! The browsers that the journeys share, and the chromedriver that starts them.

use std::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::process::Stdio;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities, LoggingPrefsLogLevel, WebDriver};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::runtime::Runtime;
use tokio::sync::{OnceCell, Semaphore};

use crate::site::Site;
use crate::tab::Tab;

/// Browsers at a time: more than two cores have work for make each other slow.
const BROWSERS: usize = 3;

/// One for all tests, since a browser that is handed on is talked to by connections of its own.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("threads"));
static PLACES: Semaphore = Semaphore::const_new(BROWSERS);
static IDLE: Mutex<Vec<WebDriver>> = Mutex::new(Vec::new());
static CHROMEDRIVER: OnceCell<Chromedriver> = OnceCell::const_new();

/// Goes on a journey through a site, in a browser that remembers nothing. In the end nothing may have
/// violated the Content-Security-Policy, and no script may have failed.
pub fn browse(site: impl Future<Output = Site>, journey: impl AsyncFnOnce(&Tab, &Site)) {
    RUNTIME.block_on(async {
        let _place = PLACES.acquire().await.expect("never closed");
        let site = site.await;
        let idle = IDLE.lock().expect("nothing panics while it holds this").pop();
        let driver = match idle {
            Some(driver) => driver,
            None => start().await,
        };
        let tab = Tab::new(driver, site.address());
        tab.forget().await;
        let way = AssertUnwindSafe(async {
            journey(&tab, &site).await;
            let complaints = tab.complaints().await;
            assert!(complaints.is_empty(), "the browser complains: {complaints:#?}");
        });
        match way.catch_unwind().await {
            Ok(()) => IDLE.lock().expect("nothing panics while it holds this").push(tab.into_driver()),
            Err(panic) => {
                tab.report().await;
                resume_unwind(panic)
            }
        }
    });
}

async fn start() -> WebDriver {
    let chromedriver = CHROMEDRIVER.get_or_init(Chromedriver::start).await;
    let driver = WebDriver::builder(&chromedriver.address, capabilities())
        .request_timeout(Duration::from_secs(90))
        .connect();
    driver.await.expect("Chromium starts")
}

fn capabilities() -> ChromeCapabilities {
    let mut capabilities = ChromeCapabilities::new();
    for argument in [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--accept-lang=es",
        // So that it ends with chromedriver, however that ends.
        "--remote-debugging-pipe",
    ] {
        capabilities.add_arg(argument).expect("a text");
    }
    capabilities.set_browser_log_level(LoggingPrefsLogLevel::All).expect("a level");
    capabilities
}

/// Lives as long as its standard input is open, and leaves nothing behind, however the tests end.
const CHROMEDRIVER_SHELL: &str = r#"
    TMPDIR=$(mktemp -d) && export TMPDIR || exit
    chromedriver --port=0 &
    cat >/dev/null
    kill $!
    # Browsers that end still write.
    for _ in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$TMPDIR"; sleep 0.2; [ -e "$TMPDIR" ] || break; done
"#;

struct Chromedriver {
    address: String,
    /// Its standard input is what keeps chromedriver alive.
    _shell: Child,
}

impl Chromedriver {
    /// On a free port, until this process ends.
    async fn start() -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", CHROMEDRIVER_SHELL]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut shell = command.spawn().expect("a shell");
        let mut lines = BufReader::new(shell.stdout.take().expect("piped")).lines();
        while let Some(line) = lines.next_line().await.expect("chromedriver's words") {
            let Some((_, port)) = line.split_once("started successfully on port ") else { continue };
            let address = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Self { address, _shell: shell };
        }
        panic!("chromedriver does not start; bin/test installs it");
    }
}

//! The running system as its keeper sees it: the programs, who they are, what is stored.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::Failure;
use crate::compose::Compose;
use crate::local::Local;
use crate::person::Front;

/// How long anything may take to be well again after a fault.
const RECOVERY: Duration = Duration::from_secs(120);

/// For `mysql` and `mariadb`: rows alone, a line each. Without a character set they take ours for Latin-1
/// wherever the locale does not say otherwise.
pub const CLIENT_OPTIONS: [&str; 5] =
    ["--no-defaults", "--batch", "--raw", "--skip-column-names", "--default-character-set=utf8mb4"];

/// Which of the two databases.
#[derive(Clone, Copy, Debug)]
pub enum Schema {
    Users,
    Products,
}

/// Started by `bin/up`, or by Docker Compose.
pub enum Stack {
    Local(Box<Local>),
    Compose(Compose),
}

impl Stack {
    /// # Errors
    ///
    /// When nothing runs, or something does not belong to the program that it should belong to.
    pub async fn find(docker: bool) -> Result<Self, Failure> {
        let stack = match docker {
            true => Self::Compose(Compose::find().await?),
            false => Self::Local(Box::new(Local::find()?)),
        };
        stack.check().await?;
        Ok(stack)
    }

    pub fn front(&self) -> Front {
        match self {
            Self::Local(local) => local.front(),
            Self::Compose(compose) => compose.front(),
        }
    }

    /// The process of a program.
    pub async fn pid(&self, program: &str) -> Result<u32, Failure> {
        let said = match self {
            Self::Local(local) => output(local.control(&["pid", program])).await?,
            Self::Compose(compose) => compose.inspect(program, "{{.State.Pid}}").await?,
        };
        let pid = said.trim().parse().ok().filter(|pid| *pid != 0);
        pid.ok_or_else(|| format!("{program} does not run: {said}").into())
    }

    /// Makes sure that everything runs and that each port belongs to the program it should belong to.
    ///
    /// # Errors
    ///
    /// Says what is not so.
    pub async fn check(&self) -> Result<(), Failure> {
        match self {
            Self::Local(local) => local.check().await,
            Self::Compose(compose) => compose.check().await,
        }
    }

    /// Waits until everything is as [`Self::check`] wants it.
    ///
    /// # Errors
    ///
    /// Says what is not so after two minutes.
    pub async fn until_well(&self) -> Result<(), Failure> {
        let end = Instant::now() + RECOVERY;
        loop {
            match self.check().await {
                Ok(()) => return Ok(()),
                Err(why) if Instant::now() > end => return Err(format!("does not recover: {why}").into()),
                Err(_) => sleep(Duration::from_millis(200)).await,
            }
        }
    }

    /// SIGKILL, and a new process.
    pub async fn kill(&self, program: &'static str) -> Result<(), Failure> {
        let before = self.pid(program).await?;
        match self {
            Self::Local(local) => {
                local.until_busy(program, before).await?;
                output(local.control(&["signal", "KILL", program])).await?;
            }
            Self::Compose(compose) => compose.kill(program).await?,
        }
        self.until_new(program, before).await
    }

    pub async fn restart(&self, program: &'static str) -> Result<(), Failure> {
        let before = self.pid(program).await?;
        match self {
            Self::Local(local) => output(local.control(&["restart", program])).await?,
            Self::Compose(compose) => compose.restart(program).await?,
        };
        self.until_new(program, before).await
    }

    async fn until_new(&self, program: &str, before: u32) -> Result<(), Failure> {
        let end = Instant::now() + RECOVERY;
        while self.pid(program).await.is_ok_and(|pid| pid == before) || self.pid(program).await.is_err() {
            if Instant::now() > end {
                return Err(format!("{program} was not started again").into());
            }
            sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    pub async fn freeze(&self, program: &'static str) -> Result<(), Failure> {
        let pid = self.pid(program).await?;
        let is_frozen = match self {
            Self::Local(local) => {
                local.until_busy(program, pid).await?;
                output(local.control(&["signal", "STOP", program])).await?;
                local.is_frozen(pid).await
            }
            Self::Compose(compose) => {
                compose.pause(program).await?;
                compose.inspect(program, "{{.State.Paused}}").await? == "true"
            }
        };
        match is_frozen && self.pid(program).await? == pid {
            true => Ok(()),
            false => Err(format!("{program} is not frozen").into()),
        }
    }

    pub async fn thaw(&self, program: &str) -> Result<(), Failure> {
        match self {
            Self::Local(local) => output(local.control(&["signal", "CONT", program])).await?,
            Self::Compose(compose) => compose.unpause(program).await?,
        };
        Ok(())
    }

    pub async fn flush_redis(&self) -> Result<(), Failure> {
        let said = match self {
            Self::Local(local) => output(local.redis(&["FLUSHALL"])).await?,
            Self::Compose(compose) => output(compose.redis(&["FLUSHALL"])).await?,
        };
        if said == "OK" { Ok(()) } else { Err(format!("FLUSHALL: {said}").into()) }
    }

    /// Runs statements and returns the rows, tabs between columns. Through the database's own client,
    /// not through anything of Bodega.
    pub async fn sql(&self, schema: Schema, statements: &str) -> Result<String, Failure> {
        let command = match self {
            Self::Local(local) => local.sql(schema),
            Self::Compose(compose) => compose.sql(schema),
        };
        fed(command, statements).await
    }
}

/// Runs a command; its output without the last line's end.
///
/// # Errors
///
/// With what it said, when it fails or takes longer than 90 s.
pub async fn output(command: Command) -> Result<String, Failure> {
    fed(command, "").await
}

async fn fed(command: Command, input: &str) -> Result<String, Failure> {
    let input = input.to_owned();
    tokio::task::spawn_blocking(move || run(command, &input)).await?
}

fn run(mut command: Command, input: &str) -> Result<String, Failure> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let name = format!("{:?}", command.get_args().nth(1).unwrap_or_default());
    let mut child = command.spawn().map_err(|error| format!("{name}: {error}"))?;
    child.stdin.take().expect("was asked for").write_all(input.as_bytes())?;
    let done = child.wait_with_output()?;
    let said = String::from_utf8_lossy(&done.stdout).trim().to_owned();
    match done.status.success() {
        true => Ok(said),
        false => Err(format!("{name}: {said} {}", String::from_utf8_lossy(&done.stderr).trim()).into()),
    }
}

/// A command that is ended when it hangs.
pub fn command(program: &str) -> Command {
    let mut command = Command::new("timeout");
    command.args(["90", program]);
    command
}

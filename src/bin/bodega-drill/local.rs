//! The system of `bin/up`: its settings are in the environment, its programs under supervisor.

use std::env;
use std::process::Command;
use std::time::Duration;

use tokio::time::sleep;
use url::Url;

use crate::Failure;
use crate::http::Connection;
use crate::person::Front;
use crate::ports;
use crate::stack::{CLIENT_OPTIONS, Schema, command, output};

/// Where everything is, as `var/stack.env` says.
pub struct Local {
    root: String,
    port: u16,
    mysql: u16,
    redis: u16,
    redis_password: String,
    /// The replicas' ports, for pages and for health.
    webs: [(u16, u16); 3],
    users: Url,
    products: Url,
    origin: String,
}

fn setting(name: &str) -> Result<String, Failure> {
    env::var(name).map_err(|_| format!("{name} is not set; start this as bin/drill, after bin/up").into())
}

fn port(name: &str) -> Result<u16, Failure> {
    let text = setting(name)?;
    let port = text.rsplit(':').next().unwrap_or_default();
    port.parse().map_err(|_| format!("{name} has no port: {text}").into())
}

impl Local {
    pub fn find() -> Result<Self, Failure> {
        let web = |number| -> Result<_, Failure> {
            Ok((port(&format!("BODEGA_WEB{number}"))?, port(&format!("BODEGA_WEB{number}_CHECK_PORT"))?))
        };
        let origin = Url::parse(&setting("BODEGA_PUBLIC_URL")?)?.origin().ascii_serialization();
        Ok(Self {
            root: setting("BODEGA_ROOT")?,
            port: port("BODEGA_PORT")?,
            mysql: port("BODEGA_MYSQL_PORT")?,
            redis: port("BODEGA_REDIS_PORT")?,
            redis_password: setting("BODEGA_REDIS_PASSWORD")?,
            webs: [web(1)?, web(2)?, web(3)?],
            users: Url::parse(&setting("BODEGA_USERS_DATABASE_URL")?)?,
            products: Url::parse(&setting("BODEGA_PRODUCTS_DATABASE_URL")?)?,
            origin,
        })
    }

    pub fn front(&self) -> Front {
        Front { address: ([127, 0, 0, 1], self.port).into(), origin: self.origin.clone() }
    }

    pub fn control(&self, arguments: &[&str]) -> Command {
        let mut command = command("supervisorctl");
        command.arg("-c").arg(format!("{}/ops/supervisord.conf", self.root)).args(arguments);
        command
    }

    pub fn redis(&self, arguments: &[&str]) -> Command {
        let mut command = command("redis-cli");
        command.args(["-h", "127.0.0.1", "-p", &self.redis.to_string()]).args(arguments);
        command.env("REDISCLI_AUTH", &self.redis_password);
        command
    }

    pub fn sql(&self, schema: Schema) -> Command {
        let url = match schema {
            Schema::Users => &self.users,
            Schema::Products => &self.products,
        };
        let mut command = command(if have("mariadb") { "mariadb" } else { "mysql" });
        command.args(CLIENT_OPTIONS).arg("--connect-timeout=5");
        command.args(["--host", "127.0.0.1", "--port", &self.mysql.to_string(), "--user", url.username()]);
        command.arg(url.path().trim_start_matches('/')).env("MYSQL_PWD", url.password().unwrap_or(""));
        command
    }

    /// Each port belongs to its program, the replicas are ready, the back ends answer.
    pub async fn check(&self) -> Result<(), Failure> {
        let status = output(self.control(&["status"])).await?;
        let of = |program: &str| pid(&status, program).ok_or_else(|| format!("{program} does not run"));
        ports::check(self.mysql, &[of("mysql")?])?;
        ports::check(self.redis, &[of("redis")?])?;
        ports::check(self.port, &[of("haproxy1")?, of("haproxy2")?])?;
        for (program, (pages, health)) in ["web1", "web2", "web3"].into_iter().zip(self.webs) {
            ports::check(pages, &[of(program)?])?;
            ports::check(health, &[of(program)?])?;
            is_ready(program, health).await?;
        }
        output(self.sql(Schema::Products)).await?;
        output(self.redis(&["PING"])).await?;
        Ok(())
    }

    /// Waits until somebody is connected to a HAProxy process: hurting one without visitors proves nothing.
    pub async fn until_busy(&self, program: &str, pid: u32) -> Result<(), Failure> {
        if !program.starts_with("haproxy") {
            return Ok(());
        }
        for _ in 0..50 {
            if ports::connections(self.port, pid) > 0 {
                return Ok(());
            }
            sleep(Duration::from_millis(100)).await;
        }
        Err(format!("nobody is connected to {program}").into())
    }

    /// The kernel stops a process a moment after it was asked to.
    pub async fn is_frozen(&self, pid: u32) -> bool {
        for _ in 0..20 {
            if ports::state(pid) == Some('T') {
                return true;
            }
            sleep(Duration::from_millis(50)).await;
        }
        false
    }
}

/// As in `web1   RUNNING   pid 4711, uptime 0:00:05`.
fn pid(status: &str, program: &str) -> Option<u32> {
    let line = status.lines().find(|line| line.split_whitespace().next() == Some(program))?;
    line.split_once(" pid ")?.1.split(',').next()?.parse().ok()
}

fn have(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|directory| directory.join(program).exists())
}

async fn is_ready(program: &str, port: u16) -> Result<(), Failure> {
    let request = b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answer = Connection::new(([127, 0, 0, 1], port).into()).exchange(request).await?;
    if answer.status == 200 { Ok(()) } else { Err(format!("{program} is not ready").into()) }
}

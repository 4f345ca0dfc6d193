//! The system of `docker compose up`.

use std::process::Command;

use crate::Failure;
use crate::fault::PROGRAMS;
use crate::person::Front;
use crate::stack::{CLIENT_OPTIONS, Schema, command, output};

/// The project in the working directory, seen through Docker's own commands.
pub struct Compose {
    /// The published port.
    port: u16,
    origin: String,
}

fn docker(arguments: &[&str]) -> Command {
    let mut command = command("docker");
    command.args(arguments);
    command
}

impl Compose {
    pub async fn find() -> Result<Self, Failure> {
        let published = output(docker(&["compose", "port", "front", "8080"])).await?;
        let port = published.lines().next().and_then(|line| line.rsplit(':').next()).unwrap_or_default();
        let port = port.parse().map_err(|_| format!("the front's port is not published: {published}"))?;
        let format = "{{range .Config.Env}}{{println .}}{{end}}";
        let environment = output(docker(&["inspect", "-f", format, &container("web1").await?])).await?;
        let url = environment.lines().find_map(|line| line.strip_prefix("BODEGA_PUBLIC_URL="));
        let url = url::Url::parse(url.ok_or("web1 has no BODEGA_PUBLIC_URL")?)?;
        Ok(Self { port, origin: url.origin().ascii_serialization() })
    }

    pub fn front(&self) -> Front {
        Front { address: ([127, 0, 0, 1], self.port).into(), origin: self.origin.clone() }
    }

    pub async fn inspect(&self, program: &str, format: &str) -> Result<String, Failure> {
        output(docker(&["inspect", "-f", format, &container(program).await?])).await
    }

    /// Every container is healthy; ports are Compose's own doing.
    pub async fn check(&self) -> Result<(), Failure> {
        for program in PROGRAMS {
            let health = self.inspect(program, "{{.State.Health.Status}}").await?;
            if health != "healthy" {
                return Err(format!("{program} is {health}").into());
            }
        }
        Ok(())
    }

    /// Docker takes a kill for a wish and does not start the container again, so this does.
    pub async fn kill(&self, program: &str) -> Result<(), Failure> {
        let container = container(program).await?;
        output(docker(&["kill", "--signal", "KILL", &container])).await?;
        output(docker(&["start", &container])).await.map(|_| ())
    }

    pub async fn restart(&self, program: &str) -> Result<String, Failure> {
        output(docker(&["restart", &container(program).await?])).await
    }

    pub async fn pause(&self, program: &str) -> Result<String, Failure> {
        output(docker(&["pause", &container(program).await?])).await
    }

    pub async fn unpause(&self, program: &str) -> Result<String, Failure> {
        output(docker(&["unpause", &container(program).await?])).await
    }

    pub fn redis(&self, arguments: &[&str]) -> Command {
        let mut command = docker(&["compose", "exec", "-T", "redis", "redis-cli"]);
        command.args(arguments);
        command
    }

    /// The passwords are in the container already.
    pub fn sql(&self, schema: Schema) -> Command {
        let (user, password, database) = match schema {
            Schema::Users => ("bodega_users", "BODEGA_USERS_PASSWORD", "db_usuarios"),
            Schema::Products => ("bodega_products", "BODEGA_PRODUCTS_PASSWORD", "db_productos"),
        };
        let client = format!(
            "MYSQL_PWD=${password} exec mysql {} -h127.0.0.1 -u{user} {database}",
            CLIENT_OPTIONS.join(" ")
        );
        docker(&["compose", "exec", "-T", "mysql", "sh", "-c", &client])
    }
}

async fn container(program: &str) -> Result<String, Failure> {
    let id = output(docker(&["compose", "ps", "--all", "--quiet", program])).await?;
    if id.is_empty() {
        Err(format!("there is no container of {program}; is the system up?").into())
    } else {
        Ok(id)
    }
}

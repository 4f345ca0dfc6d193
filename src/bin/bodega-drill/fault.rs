//! What can happen to a running system, and doing it.

use std::fmt;
use std::time::Duration;

use tokio::time::sleep;

use crate::Failure;
use crate::stack::Stack;

pub const REPLICAS: [&str; 3] = ["web1", "web2", "web3"];
pub const FRONTS: [&str; 2] = ["haproxy1", "haproxy2"];
pub const PROGRAMS: [&str; 7] = ["web1", "web2", "web3", "haproxy1", "haproxy2", "redis", "mysql"];
/// How long a frozen process stays so.
const FROZEN: Duration = Duration::from_secs(8);

/// One thing that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// SIGKILL; then started again, as whoever watches over the program does.
    Kill(&'static str),
    /// SIGSTOP, and 8 s later SIGCONT.
    Freeze(&'static str),
    /// Stopped in order and started again.
    Restart(&'static str),
    /// Redis forgets everything.
    Flush,
    /// The three replicas restarted one after another.
    Rolling,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kill(program) => write!(f, "kill {program}"),
            Self::Freeze(program) => write!(f, "freeze {program}"),
            Self::Restart(program) => write!(f, "restart {program}"),
            Self::Flush => f.write_str("flush redis"),
            Self::Rolling => f.write_str("rolling restart of web1, web2, web3"),
        }
    }
}

impl Fault {
    /// Everything that is tried.
    pub fn all() -> Vec<Self> {
        let on_each = |fault: fn(&'static str) -> Self| PROGRAMS.into_iter().map(fault);
        let each = on_each(Self::Kill).chain(on_each(Self::Freeze)).chain(on_each(Self::Restart));
        each.chain([Self::Flush, Self::Rolling]).collect()
    }

    /// Whether somebody asked for it: by a word of its name, or the beginning of one.
    pub fn is_called(&self, word: &str) -> bool {
        self.to_string().replace(',', "").split(' ').any(|part| part.starts_with(word))
    }

    /// Whether it breaks connections that end in HAProxy itself, where nobody else could send a request again.
    pub fn is_of_the_front(&self) -> bool {
        matches!(self, Self::Kill(program) | Self::Freeze(program) | Self::Restart(program) if FRONTS.contains(program))
    }

    /// Does it, and makes sure that it happened, to the process that was meant.
    ///
    /// # Errors
    ///
    /// When it could not be done, or did not happen.
    pub async fn happen(&self, stack: &Stack) -> Result<(), Failure> {
        match *self {
            Self::Kill(program) => stack.kill(program).await,
            Self::Freeze(program) => {
                stack.freeze(program).await?;
                sleep(FROZEN).await;
                stack.thaw(program).await
            }
            Self::Restart(program) => stack.restart(program).await,
            Self::Flush => stack.flush_redis().await,
            Self::Rolling => {
                for program in REPLICAS {
                    stack.restart(program).await?;
                    stack.until_well().await?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(word: &str) -> Vec<String> {
        Fault::all().iter().filter(|fault| fault.is_called(word)).map(Fault::to_string).collect()
    }

    #[test]
    fn faults_are_chosen_by_program_or_by_kind() {
        assert_eq!(called("redis"), ["kill redis", "freeze redis", "restart redis", "flush redis"]);
        assert_eq!(called("web2").len(), 4);
        assert_eq!(called("web").len(), 10);
        assert_eq!(called("freeze").len(), 7);
        assert_eq!(called("rolling").len(), 1);
        assert!(called("nginx").is_empty());
    }
}

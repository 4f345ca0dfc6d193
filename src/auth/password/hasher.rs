//! How passwords are kept: Argon2id, in the PHC string format.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::error::{Error, Result};
use crate::{config, text};

/// Longest wait for a turn. Beyond that nobody can be signed in, and they are told.
const WAIT: Duration = Duration::from_secs(3);

/// Hashes and verifies off the threads that serve pages, at most one per core at once.
#[derive(Clone)]
pub struct Hasher {
    parameters: Params,
    turns: Arc<Semaphore>,
    /// A hash of no account's password, verified where there is no account, so that it takes as long.
    nobody: Arc<str>,
}

/// The result of verifying a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// Right, but the stored hash has weaker parameters: here is a new one.
    RightRenewed(String),
}

impl Hasher {
    /// # Panics
    ///
    /// When argon2 refuses the parameters, which the configuration's ranges exclude.
    pub fn new(config: config::Argon2) -> Self {
        let config::Argon2 { argon2_memory, argon2_time, argon2_parallelism } = config;
        let parameters = Params::new(argon2_memory, argon2_time, argon2_parallelism, None).expect("in range");
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let nobody = hash(&parameters, "nobody has this password").expect("parameters in range");
        Self { parameters, turns: Arc::new(Semaphore::new(cores)), nobody: nobody.into() }
    }

    /// The hash of a new password.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] after waiting 3 s for a turn.
    pub async fn hash(&self, password: String) -> Result<String> {
        let parameters = self.parameters.clone();
        self.take_turn(move || hash(&parameters, &password)).await?
    }

    /// Verifies a password; without a hash it takes as long and is always wrong. However a keyboard writes accents, it is
    /// the same password; earlier releases hashed it as typed.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] after waiting 3 s for a turn.
    pub async fn verify(&self, password: &str, stored: Option<String>) -> Result<Verdict> {
        // Nobody has a longer one, and hashing costs. An accent may be a character of its own here.
        let password: String = password.chars().take(4 * 257).collect();
        let (parameters, nobody) = (self.parameters.clone(), Arc::clone(&self.nobody));
        self.take_turn(move || {
            let known = stored.is_some();
            let stored = stored.unwrap_or_else(|| nobody.to_string());
            let stored = PasswordHash::new(&stored).map_err(|error| Error::Internal(error.to_string()))?;
            let is = |text: &str| Argon2::default().verify_password(text.as_bytes(), &stored).is_ok();
            let composed = text::composed(&password);
            let is_as_typed = composed != password && is(&password);
            // Also where there is no account, which would be quicker otherwise.
            let is_right = is_as_typed || is(&composed);
            match known && is_right {
                false => Ok(Verdict::Wrong),
                true if is_as_typed || is_weaker(&stored, &parameters) => {
                    Ok(Verdict::RightRenewed(hash(&parameters, &password)?))
                }
                true => Ok(Verdict::Right),
            }
        })
        .await?
    }

    async fn take_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let turn = timeout(WAIT, Arc::clone(&self.turns).acquire_owned()).await;
        let turn = turn.map_err(|_| Error::Busy("passwords"))?.expect("never closed");
        let work = tokio::task::spawn_blocking(move || {
            // The turn goes with the work: giving up waiting for it makes no room for another.
            let _turn = turn;
            work()
        });
        work.await.map_err(|error| Error::Internal(error.to_string()))
    }
}

fn hash(parameters: &Params, password: &str) -> Result<String> {
    let salt = SaltString::generate(&mut OsRng);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters.clone())
        .hash_password(text::composed(password).as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|error| Error::Internal(error.to_string()))
}

fn is_weaker(stored: &PasswordHash<'_>, wanted: &Params) -> bool {
    let Ok(parameters) = Params::try_from(stored) else { return true };
    stored.algorithm.as_str() != "argon2id"
        || parameters.m_cost() < wanted.m_cost()
        || parameters.t_cost() < wanted.t_cost()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher(memory: u32) -> Hasher {
        Hasher::new(config::Argon2 { argon2_memory: memory, argon2_time: 2, argon2_parallelism: 1 })
    }

    #[tokio::test]
    async fn the_right_password_and_no_other_is_verified() {
        let hasher = hasher(19456);
        let hash = hasher.hash("una clave buena".into()).await.unwrap();
        assert_eq!(hasher.verify("una clave buena", Some(hash.clone())).await.unwrap(), Verdict::Right);
        assert_eq!(hasher.verify("una clave mala", Some(hash)).await.unwrap(), Verdict::Wrong);
        assert_eq!(hasher.verify("nobody has this password", None).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_weaker_hash_is_renewed() {
        let old = hasher(19456).hash("una clave buena".into()).await.unwrap();
        let stronger = hasher(20480);
        let Verdict::RightRenewed(new) = stronger.verify("una clave buena", Some(old)).await.unwrap() else {
            panic!("not renewed");
        };
        assert!(new.contains("m=20480"));
        assert_eq!(stronger.verify("una clave buena", Some(new)).await.unwrap(), Verdict::Right);
    }
}

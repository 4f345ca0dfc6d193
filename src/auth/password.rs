//! Passwords: what is accepted, and how they are kept.

use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::accounts::account::Account;
use crate::accounts::link;
use crate::accounts::link::Kind;
use crate::db::Connection;
use crate::db::now;
use crate::db::users_schema::accounts;
use crate::error::{Error, Result};
use crate::web::Message;
use crate::{config, text};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Longest wait for a turn; more people than that cannot be signed in, and hear so.
const WAIT: Duration = Duration::from_secs(3);
/// A password that falls to so many guesses is a common one, or hardly better.
const GUESSES: u64 = 100_000;
/// What everyone here would think of first.
const HOUSE: &str = "bodega";

/// Hashes and verifies off the threads that serve pages, never more at once than there are cores.
#[derive(Clone)]
pub struct Hasher {
    parameters: Params,
    turns: Arc<Semaphore>,
    /// A hash that nobody's password has; verified where there is no account, so that it takes as long.
    nobody: Arc<str>,
}

/// What a try at a password came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// Right, and the stored hash was made with weaker parameters: here is a new one.
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

    /// Whether the password is the one of the hash; `None` takes as long and is always wrong. However a keyboard
    /// writes accents, it is the same password; as it was typed is how earlier releases hashed it.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] after waiting 3 s for a turn.
    pub async fn verify(&self, password: &str, stored: Option<String>) -> Result<Verdict> {
        // Longer ones are nobody's, and hashing them costs. An accent may be a character of its own here.
        let password: String = password.chars().take(4 * 257).collect();
        let (parameters, nobody) = (self.parameters.clone(), Arc::clone(&self.nobody));
        self.take_turn(move || {
            let known = stored.is_some();
            let stored = stored.unwrap_or_else(|| nobody.to_string());
            let stored = PasswordHash::new(&stored).map_err(|error| Error::Internal(error.to_string()))?;
            let is = |text: &str| Argon2::default().verify_password(text.as_bytes(), &stored).is_ok();
            let composed = text::composed(&password);
            let is_as_typed = composed != password && is(&password);
            // Also where there is no account: that would be quicker.
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
            // The turn goes with the work: who gives up waiting for it does not make room for another.
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

/// Stores the hash of a new password within a transaction. The account's links are good no more.
pub async fn store(account: &Account, hash: &str, connection: &mut Connection) -> QueryResult<()> {
    diesel::update(accounts::table.find(account.id))
        .set((accounts::password_hash.eq(hash), accounts::updated_at.eq(now())))
        .execute(connection)
        .await?;
    link::revoke(Kind::Password, account.id, connection).await?;
    link::revoke(Kind::Email, account.id, connection).await
}

fn is_weaker(stored: &PasswordHash<'_>, wanted: &Params) -> bool {
    let Ok(parameters) = Params::try_from(stored) else { return true };
    stored.algorithm.as_str() != "argon2id"
        || parameters.m_cost() < wanted.m_cost()
        || parameters.t_cost() < wanted.t_cost()
}

/// What is wrong with a new password, if anything: 8–256 characters, not a common one, not made of `own`
/// words: the person's name and address, and the organisation's name.
pub fn complaint(password: &str, own: &[&str]) -> Option<Message> {
    let password = &text::composed(password);
    match password.chars().count() {
        ..8 => return Some(Message::new("password-too-short")),
        257.. => return Some(Message::new("password-too-long")),
        _ => {}
    }
    if is_personal(password, own) {
        return Some(Message::new("password-personal"));
    }
    // zxcvbn looks at the first hundred characters only; longer ones are not common.
    let guesses = zxcvbn::zxcvbn(password, own).guesses();
    (guesses < GUESSES).then(|| Message::new("password-common"))
}

/// Whether less than four characters are left of a password without the person's own words.
fn is_personal(password: &str, own: &[&str]) -> bool {
    let fold = |text: &str| crate::text::words(text).collect::<String>();
    let mut rest = fold(password);
    let mut words: Vec<String> =
        own.iter().chain(&[HOUSE]).flat_map(|text| crate::text::words(text)).collect();
    words.retain(|word| word.chars().count() >= 3);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let before = rest.len();
    for word in &words {
        rest = rest.replace(word.as_str(), "");
    }
    rest.len() < before && rest.chars().count() < 4
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &[&str] = &["Ana María", "García", "ana.garcia@example.com"];

    fn key(password: &str) -> Option<&'static str> {
        complaint(password, OWN).map(|message| message.key)
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(key("corta"), Some("password-too-short"));
        assert_eq!(key("ñandúñ7"), Some("password-too-short"));
        assert_eq!(key(&"trébol-".repeat(37)), Some("password-too-long"));
        assert_eq!(key(&"x7ñ-Qé9 ".repeat(32)), None);
    }

    #[test]
    fn common_passwords_are_refused() {
        for password in
            ["password", "12345678", "Password1", "qwertyuiop", "aaaaaaaaaa", "iloveyou", "P@ssw0rd"]
        {
            assert_eq!(key(password), Some("password-common"), "{password}");
        }
    }

    #[test]
    fn ones_own_name_and_address_are_refused() {
        for password in [
            "AnaGarcia",
            "garcía.maria",
            "ana.garcia@example.com",
            "mariagarcia12",
            "Bodega123",
            "bodegagarcía",
        ] {
            assert_eq!(key(password), Some("password-personal"), "{password}");
        }
    }

    #[test]
    fn anything_else_goes() {
        for password in
            ["tres tristes tigres", "correcto-caballo-pila", "\0\0nul\u{1}es ok", "万里长城永不倒塌"]
        {
            assert_eq!(key(password), None, "{password}");
        }
    }

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

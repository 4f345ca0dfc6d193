//! The demo accounts.

use crate::accounts::{Account, account};
use crate::auth::{Hasher, Verdict};
use crate::cli::Failure;
use crate::cli::operator::{self, NewAccount};
use crate::config::{Argon2, Organisation};
use crate::db::Database;
use crate::web::Role;

/// First name, last name, e-mail address, password. The first one becomes the administrator of an installation that has
/// none. The passwords are public.
pub(super) const STAFF: [(&str, &str, &str, &str); 3] = [
    ("Inés", "Aldana", "ines@bodega.example", "farol de cobre 62"),
    ("Tomás", "Quiroga", "tomas@bodega.example", "martes con lluvia 7"),
    ("Lucía", "Ferrer", "lucia@bodega.example", "tres limones verdes"),
];

/// A demo account.
pub struct Somebody {
    pub account: Account,
    /// `None` if it is not the demo password any more.
    pub password: Option<&'static str>,
    pub is_new: bool,
}

/// Makes the missing demo accounts. If there is an administrator already, all of them are clerks: a published password
/// must not open more.
pub async fn ensure(users: &Database, argon2: Argon2) -> Result<Vec<Somebody>, Failure> {
    let hasher = Hasher::new(argon2);
    let mut people = Vec::new();
    for (first_name, last_name, email, password) in STAFF {
        let new = NewAccount {
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            email: email.to_owned(),
            role: Role::Clerk,
            organisation: Organisation::default(),
        };
        people.push(somebody(&new, password, users, &hasher).await?);
    }
    Ok(people)
}

async fn somebody(
    new: &NewAccount,
    password: &'static str,
    users: &Database,
    hasher: &Hasher,
) -> Result<Somebody, Failure> {
    let known = users.run(async |connection| account::find_by_email(&new.email, connection).await).await?;
    let Some(account) = known else {
        let account = operator::create(new, password, users, hasher).await?;
        return Ok(Somebody { account, password: Some(password), is_new: true });
    };
    let verdict = hasher.verify(password, Some(account.password_hash.clone())).await?;
    let password = (verdict != Verdict::Wrong).then_some(password);
    Ok(Somebody { account, password, is_new: false })
}

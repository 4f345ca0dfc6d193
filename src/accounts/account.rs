//! The row of an account.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel_async::RunQueryDsl;
use time::PrimitiveDateTime;

use super::settings;
use crate::db::users_schema::accounts;
use crate::db::{Connection, now};
use crate::id::Id;
use crate::text;
use crate::web::{Language, Message, Person, Rejection, Role};

/// An account as stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = accounts)]
pub struct Account {
    pub id: Id,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    /// What makes the address unique: [`email_key`].
    pub email_key: String,
    /// In the PHC string format.
    pub password_hash: String,
    pub role: String,
    /// `es` or `en`.
    pub language: String,
    pub created_at: PrimitiveDateTime,
    pub updated_at: PrimitiveDateTime,
    /// Since when the person may not sign in, if so.
    pub disabled_at: Option<PrimitiveDateTime>,
    /// The last visit, to within ten minutes.
    pub last_seen_at: Option<PrimitiveDateTime>,
    /// Incremented by whatever ends all sign-ins: what was proven before is worth nothing then.
    pub epoch: u32,
}

/// The e-mail address belongs to another account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmailTaken;

impl From<EmailTaken> for Rejection {
    fn from(_: EmailTaken) -> Self {
        Self::Refused("email", Message::new("email-taken"))
    }
}

impl Account {
    /// An account to be stored.
    pub fn new(
        id: Id,
        name: (&str, &str),
        email: &str,
        password_hash: String,
        role: Role,
        language: Language,
    ) -> Self {
        Self {
            id,
            first_name: name.0.to_owned(),
            last_name: name.1.to_owned(),
            email: email.to_owned(),
            email_key: email_key(email),
            password_hash,
            role: role.key().to_owned(),
            language: language.tag().to_owned(),
            created_at: now(),
            updated_at: now(),
            disabled_at: None,
            last_seen_at: None,
            epoch: 0,
        }
    }

    /// The account's role. An unknown one counts as the least.
    pub fn role(&self) -> Role {
        Role::from_key(&self.role).unwrap_or(Role::Viewer)
    }

    /// Stays the same for as long as what was proven of the account, above all its password, holds.
    pub fn standing(&self) -> String {
        match self.epoch {
            // As in tickets of the previous release.
            0 => self.password_hash.clone(),
            epoch => format!("{epoch} {}", self.password_hash),
        }
    }

    /// What sessions know of the account.
    pub fn person(&self) -> Person {
        Person {
            id: self.id,
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: self.email.clone(),
            role: self.role(),
        }
    }

    /// Stores the account within a transaction, and says with which role: the first one ever becomes the
    /// administrator.
    pub async fn insert(mut self, connection: &mut Connection) -> QueryResult<Result<Role, EmailTaken>> {
        // The key does not tell of an address that was stored as it was typed.
        if !self.email.is_ascii() && find_by_email(&self.email, connection).await?.is_some() {
            return Ok(Err(EmailTaken));
        }
        if settings::claim_administration(self.id, connection).await? {
            self.role = Role::Administrator.key().to_owned();
        }
        let inserted = diesel::insert_into(accounts::table).values(&self).execute(connection).await;
        match inserted {
            Ok(_) => Ok(Ok(self.role())),
            Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(Err(EmailTaken)),
            Err(error) => Err(error),
        }
    }
}

/// What makes an e-mail address unique: without regard to case, and to how a keyboard writes its accents.
pub fn email_key(email: &str) -> String {
    text::composed(&email.to_lowercase())
}

/// The account with this e-mail address. Earlier releases stored accents as typed: of two addresses that differ in
/// nothing else, the one spelled exactly like this wins.
pub async fn find_by_email(email: &str, connection: &mut Connection) -> QueryResult<Option<Account>> {
    let typed = email.to_lowercase();
    let keys = [typed.clone(), email_key(email), text::decomposed(&typed)];
    let is_one = accounts::email_key.eq(&keys[0]).or(accounts::email_key.eq(&keys[1]));
    let found = accounts::table.filter(is_one.or(accounts::email_key.eq(&keys[2])));
    let mut found: Vec<Account> = found.select(Account::as_select()).load(connection).await?;
    found.sort_by_key(|account| keys.iter().position(|key| *key == account.email_key));
    Ok(found.into_iter().next())
}

/// The account with this key.
pub async fn find(id: Id, connection: &mut Connection) -> QueryResult<Option<Account>> {
    accounts::table.find(id).select(Account::as_select()).first(connection).await.optional()
}

/// The same, locked for the rest of the transaction. To lock sign-ins, links or passkeys of an account, lock the
/// account first: that prevents deadlocks.
pub async fn lock(id: Id, connection: &mut Connection) -> QueryResult<Option<Account>> {
    let account = accounts::table.find(id).select(Account::as_select()).for_update();
    account.first(connection).await.optional()
}

/// The same, if what was proven of it still holds.
pub async fn lock_proven(proven: &Account, connection: &mut Connection) -> QueryResult<Option<Account>> {
    let account = lock(proven.id, connection).await?;
    Ok(account.filter(|now| now.disabled_at.is_none() && now.standing() == proven.standing()))
}

/// Replaces a password's hash with a stronger one of the same password.
pub async fn renew_password_hash(
    id: Id,
    old: &str,
    new: &str,
    connection: &mut Connection,
) -> QueryResult<()> {
    diesel::update(accounts::table.find(id).filter(accounts::password_hash.eq(old)))
        .set(accounts::password_hash.eq(new))
        .execute(connection)
        .await
        .map(|_| ())
}

/// Stores a person's language.
pub async fn set_language(id: Id, language: Language, connection: &mut Connection) -> QueryResult<()> {
    diesel::update(accounts::table.find(id))
        .set((accounts::language.eq(language.tag()), accounts::updated_at.eq(now())))
        .execute(connection)
        .await
        .map(|_| ())
}

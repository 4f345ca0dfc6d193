//! `bodega seed`: a demo hardware shop, the same one every time.

mod catalogue;
mod people;
mod random;
mod stock;
mod store;

use crate::cli::Failure;
use crate::config::{Argon2, Databases};
use crate::db::{self, Schema};
use people::Somebody;

/// What to make up.
#[derive(clap::Args, Clone, Debug)]
pub struct Options {
    /// Products that there are afterwards, besides those that people made themselves
    #[arg(long, default_value = "1000", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub products: u32,

    #[command(flatten)]
    pub databases: Databases,

    #[command(flatten)]
    pub argon2: Argon2,
}

/// Makes up what is missing of the demo accounts and of the first `products` products, and prints it. A later run
/// continues where an earlier one ended or was interrupted.
///
/// # Errors
///
/// When a database is away or its schema is not the program's.
pub async fn run(options: &Options) -> Result<(), Failure> {
    let Databases { users_database_url, products_database_url } = &options.databases;
    let users = db::Database::new("db_usuarios", users_database_url, 1);
    migrated(Schema::Users, &mut db::connect(users_database_url).await?).await?;
    let mut connection = db::connect(products_database_url).await?;
    migrated(Schema::Products, &mut connection).await?;
    let people = people::ensure(&users, options.argon2).await?;
    let staff: Vec<_> = people.iter().map(|somebody| somebody.account.person()).collect();
    let counts = store::fill(options.products, &staff, &mut connection).await?;
    report(options.products, counts, &people);
    Ok(())
}

/// Address and password of the first demo account.
pub fn sign_in() -> (&'static str, &'static str) {
    let (_, _, email, password) = people::STAFF[0];
    (email, password)
}

async fn migrated(schema: Schema, connection: &mut db::Connection) -> Result<(), Failure> {
    match db::pending(schema, connection).await?.as_slice() {
        [] => Ok(()),
        names => Err(format!("not run yet: {}. Run `bodega migrate` first", names.join(", ")).into()),
    }
}

fn report(wanted: u32, counts: store::Counts, people: &[Somebody]) {
    let store::Counts { added, present, skipped } = counts;
    println!("Demo products: {added} added, {present} of {wanted} were there already");
    if skipped > 0 {
        println!("  {skipped} left out: their codes are taken by other products");
    }
    println!("Demo accounts, for trying only (their passwords are no secret):");
    for Somebody { account, password, is_new } in people {
        let password = password.unwrap_or("(changed since)");
        let note = if *is_new { "" } else { "  (was there already)" };
        println!("  {:<14} {:<28} {password}{note}", account.role, account.email);
    }
}

//! MySQL's privileges of the application: what it needs and no more. Whoever takes it over can neither rewrite the
//! security log nor alter a table.

use diesel::sql_types::Text;
use diesel::{QueryResult, QueryableByName};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use super::Connection;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The privileges that the application needs on a table.
fn needed(table: &str) -> &'static [&'static str] {
    match table {
        "security_log" => &["SELECT", "INSERT"],
        "__diesel_schema_migrations" => &["SELECT"],
        _ => &["SELECT", "INSERT", "UPDATE", "DELETE"],
    }
}

/// Grants the application's account what it needs on the owner's database, then revokes everything else there.
///
/// # Errors
///
/// The database's, or that the account has privileges on all databases, which an owner of one cannot revoke.
pub async fn limit(application: &mut Connection, owner: &mut Connection) -> Result<(), Failure> {
    let account = account(application).await?;
    if account == self::account(owner).await? {
        return Err(format!("{account} cannot be the owner and the application's account at once").into());
    }
    let global = "SELECT '' AS place, privilege_type AS name FROM information_schema.user_privileges \
                  WHERE grantee = ? AND privilege_type <> 'USAGE'";
    if let [Row { name, .. }, ..] = rows(global, &[&account], application).await?.as_slice() {
        return Err(format!("{account} has {name} on all databases, and must not: REVOKE it as root").into());
    }
    let database = "SELECT '' AS place, DATABASE() AS name";
    let database = diesel::sql_query(database).get_result::<Row>(owner).await?.name;
    grant(&account, &database, owner).await?;
    for right in excess(&account, &database, application).await? {
        revoke(&format!("REVOKE {right} FROM {account}"), owner).await?;
    }
    Ok(())
}

/// A privilege or name, and the table or database it is about.
#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Text)]
    name: String,
}

/// `'user'@'host'` of the connection, which anybody may ask.
async fn account(connection: &mut Connection) -> Result<String, Failure> {
    let name = diesel::sql_query("SELECT '' AS place, CURRENT_USER() AS name").get_result::<Row>(connection);
    let name = name.await?.name;
    let (user, host) = name.rsplit_once('@').ok_or("an account without a host")?;
    if name.contains(['\'', '\\']) {
        return Err(format!("{name} is no name for an account").into());
    }
    Ok(format!("'{user}'@'{host}'"))
}

async fn grant(account: &str, database: &str, owner: &mut Connection) -> Result<(), Failure> {
    let tables =
        "SELECT '' AS place, table_name AS name FROM information_schema.tables WHERE table_schema = ?";
    for Row { name: table, .. } in rows(tables, &[database], owner).await? {
        let rights = needed(&table).join(", ");
        owner.batch_execute(&format!("GRANT {rights} ON `{database}`.`{table}` TO {account}")).await?;
    }
    Ok(())
}

/// Privileges that the account does not need, as `REVOKE` takes them.
async fn excess(account: &str, database: &str, application: &mut Connection) -> Result<Vec<String>, Failure> {
    // Names of databases are patterns there. ALL does not include GRANT OPTION.
    let wide = "SELECT DISTINCT table_schema AS place, '' AS name \
                FROM information_schema.schema_privileges WHERE grantee = ? AND ? LIKE table_schema";
    let wide = rows(wide, &[account, database], application).await?;
    let wide = wide.iter().flat_map(|Row { place, .. }| {
        ["GRANT OPTION", "ALL PRIVILEGES"].map(|name| format!("{name} ON `{place}`.*"))
    });
    let narrow = "SELECT table_name AS place, privilege_type AS name \
                  FROM information_schema.table_privileges WHERE grantee = ? AND table_schema = ?";
    let narrow = rows(narrow, &[account, database], application).await?;
    let narrow = narrow.iter().filter(|right| !needed(&right.place).contains(&right.name.as_str()));
    let narrow = narrow.map(|Row { place, name }| format!("{name} ON `{database}`.`{place}`"));
    Ok(wide.chain(narrow).collect())
}

async fn revoke(statement: &str, owner: &mut Connection) -> QueryResult<()> {
    match owner.batch_execute(statement).await {
        // Another migration was faster.
        Err(error) if error.to_string().contains("no such grant") => Ok(()),
        result => result,
    }
}

async fn rows(query: &str, values: &[&str], connection: &mut Connection) -> QueryResult<Vec<Row>> {
    let mut query = diesel::sql_query(query).into_boxed();
    for value in values {
        query = query.bind::<Text, _>(*value);
    }
    query.load(connection).await
}

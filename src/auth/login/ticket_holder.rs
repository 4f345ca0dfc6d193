//! Whose sign-in a ticket stands for, between the password and the second step.

use crate::accounts::{Account, account};
use crate::app::App;
use crate::error::Result;
use crate::web::{Purpose, Seed, ticket};

/// Whose ticket came with the form, and its seed. `None` when it is not good any more: it has expired, the password has
/// changed or all sign-ins have been ended since, or the account is disabled.
pub async fn ticket_holder(app: &App, ticket: &str, purpose: Purpose) -> Result<Option<(Account, Seed)>> {
    let Some(id) = ticket::claimant(ticket) else { return Ok(None) };
    let account = app.users.run(async |connection| account::find(id, connection).await).await?;
    let account = account.filter(|account| account.disabled_at.is_none());
    Ok(account.and_then(|account| {
        let seed = app.signer.open_ticket(ticket, purpose, account.id, &account.standing())?;
        Some((account, seed))
    }))
}

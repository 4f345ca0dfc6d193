//! The fields of a posted form, and its key.

use std::sync::Arc;

use poem::{Endpoint, Request, Response, Result};

use super::entry::{Access, Handler, Kind, Rule};
use super::parking;
use crate::app::App;
use crate::error::Error;
use crate::id::Id;
use crate::layers;
use crate::web::{Context, Fields, Submission};

/// Calls the handler of a form with its fields, and its key where it needs one.
pub async fn receive(rule: Rule, handler: Arc<Handler>, mut request: Request) -> Result<Response> {
    let fields = Fields::read(&mut request).await?;
    if rule.kind == Kind::Form {
        let submission = submission(rule.access, &fields, &request)?;
        request.set_data(submission);
    }
    let parked = fields.find("draft").map(str::to_owned);
    let app = request.data::<App>().cloned();
    request.set_data(fields);
    let response = handler.call(request).await?;
    if let (Some(id), Some(app)) = (parked, app) {
        parking::end_if_saved(&app, &id, &response).await;
    }
    Ok(response)
}

fn submission(access: Access, fields: &Fields, request: &Request) -> Result<Submission, Error> {
    let context = request.data::<Context>();
    // A visitor's form stays one after its first arrival has signed them in.
    let person = match access {
        Access::Anyone => Id::NIL,
        _ => context.map_or(Id::NIL, Context::person_id),
    };
    let signer = &request.data::<App>().ok_or(Error::NoSubmission)?.signer;
    let submission = signer.submission(fields, person, request.original_uri().path())?;
    if let (false, Some(context)) = (submission.is_own(), context) {
        layers::note_refusal(context, &Error::ForeignSubmission);
    }
    Ok(submission)
}

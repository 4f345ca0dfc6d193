//! Session, sender, language: what pages need to know.

use std::sync::Arc;

use poem::http::{HeaderValue, Method, Uri, header};
use poem::{Endpoint, Request, Response, Result};

use crate::app::App;
use crate::auth;
use crate::web::{self, Context, Language, RequestId, Visitor, answer, cookies, notice, unsent};

/// Puts session, visitor and [`Context`] into the request.
pub async fn context<E: Endpoint<Output = Response>>(
    app: App,
    next: Arc<E>,
    mut request: Request,
) -> Result<Response> {
    let session = auth::sessions(&app).open(&request);
    let visitor = auth::session::visitor(&app, &session).await;
    let context = of(&app, &request, &visitor);
    let person = context.person.as_ref().map(|person| person.id.to_string());
    let shows_notice = context.notice.is_some();
    request.set_data(session);
    request.set_data(visitor);
    request.set_data(context);
    let mut response = next.call(request).await?;
    // An open page compares it with the person whom its header names.
    if let Some(person) = person.and_then(|id| HeaderValue::try_from(id).ok()) {
        response.headers_mut().insert("x-person", person);
    }
    notice::pass_on(&mut response, shows_notice, app.config.is_https());
    Ok(response)
}

fn of(app: &App, request: &Request, visitor: &Visitor) -> Context {
    let by_cookie = cookies::get(request, web::LANGUAGE_COOKIE, app.config.is_https());
    let by_cookie = by_cookie.and_then(Language::from_tag);
    let by_header = || request.header(header::ACCEPT_LANGUAGE).and_then(Language::accepted);
    let htmx = request.header("hx-request") == Some("true");
    let partial = htmx && request.header("hx-request-type") == Some("partial");
    Context {
        language: by_cookie.or_else(by_header).unwrap_or_default(),
        person: visitor.person().ok().cloned(),
        is_unknown: matches!(visitor, Visitor::Unknown(_)),
        here: here(request),
        request_id: request.data::<RequestId>().map(|id| id.0.to_string()).unwrap_or_default(),
        passkeys: auth::passkey::is_possible(&app.config.public_url),
        is_unsent: *request.method() == Method::GET && unsent::is_marked(request),
        htmx,
        partial,
        notice: notice::find(request, app.config.is_https()).filter(|_| !partial),
    }
}

/// No longer address is kept to go back to: it would not fit into HAProxy's buffer again.
const LONGEST: usize = 4000;

/// The page that the visitor sees: this one, or for a form the page that it stands on.
fn here(request: &Request) -> String {
    let path_and_query = |uri: &Uri| uri.path_and_query().map(|path| path.as_str().to_owned());
    let shown = match *request.method() {
        Method::POST => web::referring_page(request),
        _ => path_and_query(request.original_uri()),
    };
    let shown = shown.filter(|shown| shown.len() <= LONGEST);
    answer::local_path(shown.as_deref().unwrap_or("/"), "/").to_owned()
}

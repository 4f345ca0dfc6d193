//! Every URL, then the layers, outermost last.

use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::http::{Method, StatusCode};
use poem::middleware::CatchPanic;
use poem::{Endpoint, EndpointExt, IntoEndpoint, Request, Response, Route, RouteMethod};

use crate::app::App;
use crate::audit::log;
use crate::auth::Action;
use crate::error::Error;
use crate::id::Id;
use crate::layers::{self, informed, observed, rendered, same_site, through_front};
use crate::web::permission::allowed;
use crate::web::{Context, Fields, Permission, RoutePattern, Visitor, assets, draft};
use crate::{audit, auth, home, jobs, people, products};

/// Who may use a route. Signing in is needed unless the table says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Anyone,
    SignedIn,
    May(Permission),
}

/// What a route is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Shows something.
    Page,
    /// Changes something: needs a `_submission`, which the handler uses up.
    Form,
    /// Changes nothing that may not be repeated: signing in, signing out, switching the language.
    Switch,
}

/// One line of the route table.
pub struct Entry {
    pub path: &'static str,
    pub kind: Kind,
    pub access: Access,
    /// Whether its page shows again what was typed by somebody who had to sign in first.
    is_shown_again: bool,
    endpoint: BoxEndpoint<'static, Response>,
}

impl Entry {
    fn new<E>(path: &'static str, kind: Kind, endpoint: E) -> Self
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
    {
        let endpoint = endpoint.into_endpoint().map_to_response().boxed();
        Self { path, kind, access: Access::SignedIn, is_shown_again: false, endpoint }
    }

    /// Opens a route to people who are not signed in.
    fn for_anyone(self) -> Self {
        Self { access: Access::Anyone, ..self }
    }

    /// Closes a route to people whose role may not do this.
    fn needs(self, permission: Permission) -> Self {
        Self { access: Access::May(permission), ..self }
    }

    /// Keeps what was typed by somebody who has to sign in first: [`draft`].
    fn shown_again(self) -> Self {
        Self { is_shown_again: true, ..self }
    }

    pub fn method(&self) -> Method {
        match self.kind {
            Kind::Page => Method::GET,
            Kind::Form | Kind::Switch => Method::POST,
        }
    }
}

/// The route table.
pub fn table() -> Vec<Entry> {
    use Kind::{Form, Page, Switch};
    use Permission::{DeleteProducts, EditProducts, ManagePeople, Operate, SeeProducts};
    vec![
        Entry::new("/", Page, home::show).for_anyone(),
        Entry::new("/register", Page, people::registration::new).for_anyone(),
        Entry::new("/register", Form, people::registration::create).for_anyone(),
        Entry::new("/login", Page, auth::login::new).for_anyone(),
        Entry::new("/login", Switch, auth::login::create).for_anyone(),
        Entry::new("/login/factor", Form, auth::login::second_step::create).for_anyone(),
        Entry::new("/login/factor/new", Form, auth::login::enrolment::create).for_anyone(),
        Entry::new("/login/passkey", Switch, auth::login::passkey::create).for_anyone(),
        Entry::new("/login/passkey/options", Switch, auth::login::passkey::options).for_anyone(),
        Entry::new("/logout", Switch, auth::login::destroy).for_anyone(),
        Entry::new("/language", Switch, people::language::update).for_anyone(),
        Entry::new("/account/factor", Page, people::account::factor::show),
        Entry::new("/account/factor", Form, people::account::factor::create),
        Entry::new("/account/factor/new", Page, people::account::factor::new),
        Entry::new("/account/factor/remove", Form, people::account::factor::destroy),
        Entry::new("/account/factor/codes", Form, people::account::recovery_codes::create),
        Entry::new("/account/passkeys", Page, people::account::passkeys::index),
        Entry::new("/account/passkeys", Form, people::account::passkeys::create),
        Entry::new("/account/passkeys/options", Switch, people::account::passkeys::options),
        Entry::new("/account/passkeys/remove", Form, people::account::passkeys::destroy),
        Entry::new("/users/:id/factor/reset", Form, people::factor_reset::create).needs(ManagePeople),
        Entry::new("/users/settings", Page, people::requirement::edit).needs(ManagePeople),
        Entry::new("/users/settings", Form, people::requirement::update).needs(ManagePeople),
        Entry::new("/password/forgotten", Page, auth::password_reset::new).for_anyone(),
        Entry::new("/password/forgotten", Form, auth::password_reset::create).for_anyone(),
        Entry::new("/password/forgotten/sent", Page, auth::password_reset::asked).for_anyone(),
        Entry::new("/password/new/:token", Page, auth::password_reset::edit).for_anyone(),
        Entry::new("/password/new/:token", Form, auth::password_reset::update).for_anyone(),
        Entry::new("/password/set", Page, auth::password_reset::done).for_anyone(),
        Entry::new("/account", Page, people::account::profile::show),
        Entry::new("/account", Form, people::account::profile::update).shown_again(),
        Entry::new("/account/email", Form, people::account::email::create).shown_again(),
        Entry::new("/account/email/:token", Page, people::account::email::show).for_anyone(),
        Entry::new("/account/email/:token", Form, people::account::email::update).for_anyone(),
        Entry::new("/account/password", Form, people::account::password::update),
        Entry::new("/account/sign-ins/:id/end", Form, people::account::sign_in_endings::create),
        Entry::new("/account/sign-ins/end-others", Form, people::account::sign_in_endings::create_others),
        Entry::new("/invitations/:token", Page, people::invitation::acceptance::new).for_anyone(),
        Entry::new("/invitations/:token", Form, people::invitation::acceptance::create).for_anyone(),
        Entry::new("/users", Page, people::handlers::index).needs(ManagePeople),
        Entry::new("/users/:id", Page, people::handlers::show).needs(ManagePeople),
        Entry::new("/users/:id/role", Form, people::changes::set_role).needs(ManagePeople),
        Entry::new("/users/:id/disable", Form, people::changes::disable).needs(ManagePeople),
        Entry::new("/users/:id/enable", Form, people::changes::enable).needs(ManagePeople),
        Entry::new("/users/:id/sign-ins/end", Form, people::changes::end_sign_ins).needs(ManagePeople),
        Entry::new("/users/:id/password-link", Form, people::changes::make_password_link).needs(ManagePeople),
        Entry::new("/users/invitations", Page, people::invitation::handlers::index).needs(ManagePeople),
        Entry::new("/users/invitations", Form, people::invitation::handlers::create).needs(ManagePeople),
        Entry::new("/users/invitations/:id/revoke", Form, people::invitation::handlers::destroy)
            .needs(ManagePeople),
        Entry::new("/users/log", Page, audit::index).needs(ManagePeople),
        Entry::new("/users/log.csv", Page, audit::export).needs(ManagePeople),
        Entry::new("/jobs", Page, jobs::pages::index).needs(Operate),
        Entry::new("/jobs/:database/:id/retry", Form, jobs::pages::retry).needs(Operate),
        Entry::new("/products", Page, products::handlers::index).needs(SeeProducts),
        Entry::new("/products", Form, products::handlers::create).needs(EditProducts).shown_again(),
        Entry::new("/products/new", Page, products::handlers::new).needs(EditProducts),
        Entry::new("/products/:id", Page, products::handlers::show).needs(SeeProducts),
        Entry::new("/products/:id", Form, products::handlers::update).needs(EditProducts).shown_again(),
        Entry::new("/products/:id/edit", Page, products::handlers::edit).needs(EditProducts),
        Entry::new("/products/:id/delete", Form, products::deletions::create).needs(DeleteProducts),
        Entry::new("/products/:id/restore", Form, products::deletions::destroy).needs(DeleteProducts),
    ]
}

/// The whole site of one replica.
pub fn site(app: App) -> impl Endpoint<Output = Response> {
    let mut methods: Vec<(&'static str, RouteMethod)> = Vec::new();
    for entry in table() {
        let (path, method) = (entry.path, entry.method());
        let before = methods.iter().position(|(earlier, _)| *earlier == path);
        let routes = before.map_or_else(RouteMethod::new, |index| methods.remove(index).1);
        methods.push((path, routes.method(method, guarded(entry))));
    }
    let mut pages = Route::new();
    for (path, routes) in methods {
        pages = pages.at(path, routes);
    }
    let (for_site, for_context, for_alive, for_front) = (app.clone(), app.clone(), app.clone(), app.clone());
    pages
        .map_to_response()
        .around(move |next, request| same_site(for_site.clone(), next, request))
        .around(rendered)
        .around(move |next, request| informed(for_context.clone(), next, request))
        .around(move |next, request| auth::alive::first(for_alive.clone(), next, request))
        .around(assets::first)
        .around(move |next, request| through_front(for_front.clone(), next, request))
        .around(move |next, request| observed(app.clone(), next, request))
        .with(CatchPanic::new())
        .map_to_response()
}

/// Does for a route what the table says of it, before its handler is called.
fn guarded(entry: Entry) -> impl Endpoint<Output = Response> {
    let Entry { path, kind, access, is_shown_again, endpoint } = entry;
    endpoint.around(move |next, request| guard(path, (kind, access, is_shown_again), next, request))
}

async fn guard(
    path: &'static str,
    (kind, access, is_shown_again): (Kind, Access, bool),
    next: Arc<BoxEndpoint<'static, Response>>,
    mut request: Request,
) -> poem::Result<Response> {
    if let Some(route) = request.data::<RoutePattern>() {
        let _ = route.0.set(path);
    }
    let visitor = request.data::<Visitor>().ok_or(Error::NotSignedIn)?;
    if access != Access::Anyone && matches!(visitor, Visitor::Nobody | Visitor::Ended(_)) {
        return sign_in_first(is_shown_again, request).await;
    }
    match access {
        // Not even those open to anyone: they would show somebody who is in as signed out.
        Access::Anyone if kind == Kind::Page && matches!(visitor, Visitor::Unknown(_)) => {
            visitor.person()?;
        }
        Access::Anyone => {}
        Access::SignedIn => {
            visitor.person()?;
        }
        Access::May(permission) => {
            let allowed = allowed(visitor, permission).map(|_| ());
            if let Err(Error::Forbidden) = &allowed {
                log::refused(&request, permission);
            }
            allowed?;
        }
    }
    if kind != Kind::Page {
        let fields = Fields::read(&mut request).await?;
        let draft = fields.find("draft").map(str::to_owned);
        if kind == Kind::Form {
            // A form for visitors stays one when its first arrival has signed them in.
            let person = match access {
                Access::Anyone => Id::NIL,
                _ => request.data::<Context>().map_or(Id::NIL, Context::person_id),
            };
            let signer = &request.data::<App>().ok_or(Error::NoSubmission)?.signer;
            let submission = signer.submission(&fields, person, request.original_uri().path())?;
            if let (false, Some(context)) = (submission.is_own(), request.data::<Context>()) {
                layers::note_refusal(context, &Error::ForeignSubmission);
            }
            request.set_data(submission);
        }
        request.set_data(fields);
        if let (Some(id), Some(app)) = (draft, request.data::<App>().cloned()) {
            return saving_draft(&app, &id, next.call(request).await).await;
        }
    }
    next.call(request).await
}

/// Once what had been kept is saved, nobody is told any more that it is not.
async fn saving_draft(app: &App, id: &str, answer: poem::Result<Response>) -> poem::Result<Response> {
    let response = answer?;
    if response.status() == StatusCode::SEE_OTHER || response.headers().contains_key("HX-Location") {
        draft::end(&app.redis, id).await;
    }
    Ok(response)
}

/// Sends a visitor to the sign-in page. What they typed into a form that can be shown again waits for them.
async fn sign_in_first(is_shown_again: bool, mut request: Request) -> poem::Result<Response> {
    let context = request.data::<Context>().cloned().unwrap_or_default();
    let mut next = context.here.clone();
    if is_shown_again && !context.htmx {
        let mut fields = Fields::read(&mut request).await?.without_secrets();
        // Here it is one of the second factor; a product's has to stay.
        if request.original_uri().path().starts_with("/account/") {
            fields.remove("code");
        }
        let id = draft::new_id();
        next = draft::address(&next, &id);
        let app = request.data::<App>().ok_or(Error::NotSignedIn)?;
        let visitor = request.data::<Visitor>().ok_or(Error::NotSignedIn)?;
        // Anyone can send forms without being signed in. Of what is not kept, the page says so.
        if auth::rate_limiter(app).count(Action::Draft, &crate::web::origin(&request).address).await.is_ok() {
            draft::keep(&app.redis, &id, visitor, &fields).await;
        }
    }
    Ok(layers::to_sign_in(&context, &next))
}

//! Every URL, then the layers, outermost last.

use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem::middleware::CatchPanic;
use poem::{Endpoint, EndpointExt, IntoEndpoint, Request, Response, Route, RouteMethod};

use crate::app::App;
use crate::error::Error;
use crate::id::Id;
use crate::layers::{self, informed, observed, rendered, same_site};
use crate::web::{Context, Fields, Visitor, assets, draft};
use crate::{home, products, users};

/// Who may use a route. Signing in is needed unless the table says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    SignedIn,
    Anyone,
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
    endpoint: BoxEndpoint<'static, Response>,
}

impl Entry {
    fn new<E>(path: &'static str, kind: Kind, endpoint: E) -> Self
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
    {
        let endpoint = endpoint.into_endpoint().map_to_response().boxed();
        Self { path, kind, access: Access::SignedIn, endpoint }
    }

    /// Opens a route to people who are not signed in.
    fn for_anyone(self) -> Self {
        Self { access: Access::Anyone, ..self }
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
    vec![
        Entry::new("/", Page, home::show).for_anyone(),
        Entry::new("/register", Page, users::registrations::new).for_anyone(),
        Entry::new("/register", Form, users::registrations::create).for_anyone(),
        Entry::new("/login", Page, users::sign_ins::new).for_anyone(),
        Entry::new("/login", Switch, users::sign_ins::create).for_anyone(),
        Entry::new("/logout", Switch, users::sign_ins::destroy).for_anyone(),
        Entry::new("/language", Switch, users::languages::update).for_anyone(),
        Entry::new("/products", Page, products::products::index),
        Entry::new("/products", Form, products::products::create),
        Entry::new("/products/new", Page, products::products::new),
        Entry::new("/products/:id", Page, products::products::show),
        Entry::new("/products/:id", Form, products::products::update),
        Entry::new("/products/:id/edit", Page, products::products::edit),
        Entry::new("/products/:id/delete", Form, products::deletions::create),
        Entry::new("/products/:id/restore", Form, products::deletions::destroy),
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
    let (for_site, for_context) = (app.clone(), app.clone());
    pages
        .map_to_response()
        .around(move |next, request| same_site(for_site.clone(), next, request))
        .around(rendered)
        .around(move |next, request| informed(for_context.clone(), next, request))
        .around(assets::first)
        .around(move |next, request| observed(app.clone(), next, request))
        .with(CatchPanic::new())
        .map_to_response()
}

/// Does for a route what the table says of it, before its handler is called.
fn guarded(entry: Entry) -> impl Endpoint<Output = Response> {
    let Entry { path, kind, access, endpoint } = entry;
    endpoint.around(move |next, request| guard(path, kind, access, next, request))
}

async fn guard(
    path: &'static str,
    kind: Kind,
    access: Access,
    next: Arc<BoxEndpoint<'static, Response>>,
    mut request: Request,
) -> poem::Result<Response> {
    if let Some(route) = request.data::<layers::Route>() {
        let _ = route.0.set(path);
    }
    if access == Access::SignedIn && matches!(request.data::<Visitor>(), None | Some(Visitor::Nobody)) {
        return sign_in_first(kind, request).await;
    }
    if access == Access::SignedIn {
        request.data::<Visitor>().ok_or(Error::NotSignedIn)?.person()?;
    }
    if kind != Kind::Page {
        let fields = Fields::read(&mut request).await?;
        if kind == Kind::Form {
            // A form for visitors stays one when its first arrival has signed them in.
            let person = match access {
                Access::Anyone => Id::NIL,
                Access::SignedIn => request.data::<Context>().map_or(Id::NIL, Context::person_id),
            };
            let signer = &request.data::<App>().ok_or(Error::NoSubmission)?.signer;
            let submission = signer.submission(&fields, person, request.original_uri().path())?;
            request.set_data(submission);
        }
        request.set_data(fields);
    }
    next.call(request).await
}

/// Sends a visitor to the sign-in page. What they typed into a form waits for them.
async fn sign_in_first(kind: Kind, mut request: Request) -> poem::Result<Response> {
    let context = request.data::<Context>().cloned().unwrap_or_default();
    let mut next = context.here.clone();
    if kind == Kind::Form && !context.htmx {
        let fields = Fields::read(&mut request).await?;
        let app = request.data::<App>().ok_or(Error::NotSignedIn)?;
        next = draft::keep(&app.redis, &next, &fields).await;
    }
    Ok(layers::to_sign_in(&context, &next))
}

//! Every URL.

mod entry;
mod form;
mod guard;
mod parking;

pub use entry::{Access, Entry, Kind, Rule};

use poem::{Endpoint, Response, Route, RouteMethod};

use crate::app::App;
use crate::web::Permission;
use crate::{audit, auth, home, jobs, layers, people, products};

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
        Entry::new("/users/:id/factor/reset", Form, people::factor_resets::create).needs(ManagePeople),
        Entry::new("/users/settings", Page, people::requirement::edit).needs(ManagePeople),
        Entry::new("/users/settings", Form, people::requirement::update).needs(ManagePeople),
        Entry::new("/password/forgotten", Page, auth::password_reset::new).for_anyone(),
        Entry::new("/password/forgotten", Form, auth::password_reset::create).for_anyone(),
        Entry::new("/password/forgotten/sent", Page, auth::password_reset::asked).for_anyone(),
        Entry::new("/password/new/:token", Page, auth::password_reset::edit).for_anyone(),
        Entry::new("/password/new/:token", Form, auth::password_reset::update).for_anyone(),
        Entry::new("/password/set", Page, auth::password_reset::done).for_anyone(),
        Entry::new("/account", Page, people::account::profile::show),
        Entry::new("/account", Form, people::account::profile::update).parked(),
        Entry::new("/account/email", Form, people::account::email::create).parked(),
        Entry::new("/account/email/:token", Page, people::account::email_confirmations::new).for_anyone(),
        Entry::new("/account/email/:token", Form, people::account::email_confirmations::create).for_anyone(),
        Entry::new("/account/password", Form, people::account::password::update),
        Entry::new("/account/sign-ins/:id/end", Form, people::account::sign_in_endings::create),
        Entry::new("/account/sign-ins/end-others", Form, people::account::sign_in_endings::create_others),
        Entry::new("/invitations/:token", Page, people::invitation::acceptance::new).for_anyone(),
        Entry::new("/invitations/:token", Form, people::invitation::acceptance::create).for_anyone(),
        Entry::new("/users", Page, people::handlers::index).needs(ManagePeople),
        Entry::new("/users/:id", Page, people::handlers::show).needs(ManagePeople),
        Entry::new("/users/:id/role", Form, people::roles::update).needs(ManagePeople),
        Entry::new("/users/:id/disable", Form, people::suspensions::create).needs(ManagePeople),
        Entry::new("/users/:id/enable", Form, people::suspensions::destroy).needs(ManagePeople),
        Entry::new("/users/:id/sign-ins/end", Form, people::sign_in_endings::create).needs(ManagePeople),
        Entry::new("/users/:id/password-link", Form, people::password_links::create).needs(ManagePeople),
        Entry::new("/users/invitations", Page, people::invitation::handlers::index).needs(ManagePeople),
        Entry::new("/users/invitations", Form, people::invitation::handlers::create).needs(ManagePeople),
        Entry::new("/users/invitations/:id/revoke", Form, people::invitation::handlers::destroy)
            .needs(ManagePeople),
        Entry::new("/users/log", Page, audit::index).needs(ManagePeople),
        Entry::new("/users/log.csv", Page, audit::export).needs(ManagePeople),
        Entry::new("/jobs", Page, jobs::pages::index).needs(Operate),
        Entry::new("/jobs/:database/:id/retry", Form, jobs::pages::retry).needs(Operate),
        Entry::new("/products", Page, products::handlers::index).needs(SeeProducts),
        Entry::new("/products", Form, products::editing::create).needs(EditProducts).parked(),
        Entry::new("/products/new", Page, products::editing::new).needs(EditProducts),
        Entry::new("/products/:id", Page, products::handlers::show).needs(SeeProducts),
        Entry::new("/products/:id", Form, products::editing::update).needs(EditProducts).parked(),
        Entry::new("/products/:id/edit", Page, products::editing::edit).needs(EditProducts),
        Entry::new("/products/:id/delete", Form, products::deletions::create).needs(DeleteProducts),
        Entry::new("/products/:id/restore", Form, products::deletions::destroy).needs(DeleteProducts),
    ]
}

/// The whole site of one replica.
pub fn site(app: &App) -> impl Endpoint<Output = Response> + use<> {
    let mut methods: Vec<(&'static str, RouteMethod)> = Vec::new();
    for entry in table() {
        let (path, method) = (entry.rule.path, entry.method());
        let before = methods.iter().position(|(earlier, _)| *earlier == path);
        let routes = before.map_or_else(RouteMethod::new, |index| methods.remove(index).1);
        methods.push((path, routes.method(method, guard::guarded(entry))));
    }
    let pages = methods.into_iter().fold(Route::new(), |pages, (path, routes)| pages.at(path, routes));
    layers::around(app, pages)
}

//! The layout of every page.

use maud::{DOCTYPE, Markup, Render, html};

use super::{Context, Language, Permission, Person, asset};

/// No inline style, which the Content-Security-Policy forbids, and no timeout: a request may wait until somebody has
/// signed in again, and the script limits each attempt itself.
const HTMX: &str = "includeIndicatorCSS:false,defaultTimeout:0";

/// A whole page around `main`. The title comes without the site's name.
pub fn layout(context: &Context, title: &str, main: Markup) -> Markup {
    let language = context.language;
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            (head(language, title))
            body {
                a.skip href="#main" { (language.text("site-skip")) }
                (header(context))
                main id="main" tabindex="-1" { (unsent(context)) (main) }
                (live(context))
            }
        }
    }
}

/// Says that nothing came of a form.
fn unsent(context: &Context) -> Markup {
    html! {
        @if context.is_unsent && context.person.is_some() {
            div.alert.warn role="alert" { p { (context.language.text("site-unsent")) } }
        }
    }
}

fn head(language: Language, title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            title { (title) " · " (language.text("site-name")) }
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="description" content=(language.text("site-description"));
            meta name="htmx-config" content=(HTMX);
            link rel="icon" href=(asset("icon.svg")) type="image/svg+xml";
            link rel="stylesheet" href=(asset("app.css"));
            script src=(asset("vendor/htmx.min.js")) defer {}
            script src=(asset("app.js")) defer {}
            script src=(asset("passkeys.js")) defer {}
        }
    }
}

fn header(context: &Context) -> Markup {
    let language = context.language;
    html! {
        header.site {
            nav aria-label=(language.text("site-navigation")) {
                a.brand href="/" {
                    img src=(asset("icon.svg")) alt="" width="28" height="28";
                    (language.text("site-name"))
                }
                ul {
                    @if let Some(person) = &context.person { (places(context, person)) }
                    @else if !context.is_unknown { (doors(context)) }
                }
                (language_form(context))
                @if context.person.is_some() { (sign_out_form(language)) }
            }
        }
    }
}

/// Where a signed-in person can go.
fn places(context: &Context, person: &Person) -> Markup {
    let language = context.language;
    html! {
        li { (place(&context.here, "/", language.text("site-overview"))) }
        li { (place(&context.here, "/products", language.text("site-products"))) }
        @if context.may(Permission::ManagePeople) {
            // Jobs are one of the tabs of people's pages.
            @let here = if is_within(&context.here, "/jobs") { "/users" } else { context.here.as_str() };
            li { (place(here, "/users", language.text("people-title"))) }
        }
        li.person data-id=(person.id) data-email=(person.email) {
            (place(&context.here, "/account", html! { bdi { (person.full_name()) } }))
        }
    }
}

/// Where a visitor can go.
fn doors(context: &Context) -> Markup {
    let language = context.language;
    html! {
        li { (place(&context.here, "/login", language.text("site-login"))) }
        li { (place(&context.here, "/register", language.text("site-register"))) }
    }
}

fn place(here: &str, href: &str, text: impl Render) -> Markup {
    html! { a href=(href) aria-current=[is_within(here, href).then_some("page")] { (text) } }
}

fn is_within(here: &str, href: &str) -> bool {
    let path = here.split('?').next().unwrap_or_default();
    path == href || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
}

/// Offers the other language, by its own name.
fn language_form(context: &Context) -> Markup {
    let other = match context.language {
        Language::Spanish => Language::English,
        Language::English => Language::Spanish,
    };
    html! {
        form.language method="post" action="/language" {
            input type="hidden" name="next" value=(context.here);
            button.quiet name="language" value=(other.tag()) lang=(other.tag()) {
                (other.text("site-language"))
            }
        }
    }
}

fn sign_out_form(language: Language) -> Markup {
    html! {
        form.out method="post" action="/logout" {
            button.quiet { (language.text("site-logout")) }
        }
    }
}

/// What the script fills in: the progress bar, announcements for screen readers, the state of the connection, and the
/// dialog for signing in again.
fn live(context: &Context) -> Markup {
    let text = |key| context.language.text(key);
    html! {
        div.progress {}
        p #announcer .unseen role="status" {}
        div #connection role="status" data-retrying=(text("site-retrying")) data-gave-up=(text("site-gave-up"))
            data-waiting=(text("site-waiting"))
            data-retry=(text("site-retry")) {}
        @if context.person.is_some() {
            template #again {
                dialog aria-labelledby="again-title" aria-describedby="again-text" data-other=(text("site-again-other")) {
                    h2 #again-title { (text("site-again-title")) }
                    p #again-text data-ended=(text("site-again-ended")) { (text("site-again-text")) }
                    div.slot {}
                    form method="dialog" { button.quiet { (text("site-again-cancel")) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_one_is_at_is_marked_also_on_the_pages_below_it() {
        for (here, href, expected) in [
            ("/products?q=a", "/products", true),
            ("/products/new", "/products", true),
            ("/productsuite", "/products", false),
            ("/products", "/", false),
            ("/", "/", true),
        ] {
            assert_eq!(is_within(here, href), expected, "{here} {href}");
        }
    }
}

//! Setting up a second factor: the key, and the form that confirms it.

use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};

use crate::auth::second_factor;
use crate::web::{Context, Form, FormView, Language, layout};

/// A key as it is shown, and the action of its form.
pub struct Setup {
    /// In groups of four letters.
    pub key: String,
    pub uri: String,
    pub action: &'static str,
}

impl Setup {
    pub fn new(
        secret: &second_factor::Secret,
        email: &str,
        action: &'static str,
        language: Language,
    ) -> Self {
        Self { key: secret.key(), uri: secret.uri(&language.text("site-name"), email), action }
    }

    /// Whether it is set up while signing in: then the password has just been typed.
    fn is_on_the_way_in(&self) -> bool {
        self.action.starts_with("/login")
    }
}

/// The page.
pub fn page(context: &Context, setup: &Setup, form: &Form) -> Markup {
    let title = context.language.text("factor-setup-title");
    layout(context, &title, html! { div.narrow.wider { (section(context, setup, form)) } })
}

/// Heading, key and form.
pub fn section(context: &Context, setup: &Setup, form: &Form) -> Markup {
    let text = |key| context.language.text(key);
    html! {
        section.factor data-title=(text("factor-setup-title")) {
            h1 tabindex="-1" { (text("factor-setup-title")) }
            @if setup.is_on_the_way_in() { p.lead { (text("factor-setup-required")) } }
            p.lead { (text("factor-setup-lead")) }
            (picture(&setup.uri, &text("factor-picture")))
            p { a href=(setup.uri) { (text("factor-open")) } }
            p.key { (text("factor-key")) " " code { (setup.key) } }
            (self::form(context, setup, form))
        }
    }
}

/// The form alone.
pub fn form(context: &Context, setup: &Setup, form: &Form) -> Markup {
    let view = FormView::new(context.language, form, "factor");
    let content = html! {
        (view.hidden("ticket"))
        @if setup.is_on_the_way_in() { (view.hidden("next")) }
        (view.field("code", "factor-code").numeric().autocomplete("one-time-code").hint("factor-code-hint"))
        @if !setup.is_on_the_way_in() {
            (view.field("password", "factor-password").password().autocomplete("current-password"))
        }
        (view.submit("factor-setup-submit"))
    };
    view.render(setup.action, content)
}

/// A QR code as one path: the Content-Security-Policy allows no image that is not a file of ours.
fn picture(uri: &str, label: &str) -> Markup {
    // No address of 254 characters is too long for a QR code, which takes 2,331 bytes at this level.
    let Ok(code) = QrCode::with_error_correction_level(uri, EcLevel::M) else { return html! {} };
    let width = code.width();
    let path: String =
        code.to_colors().chunks(width).enumerate().flat_map(|(row, colors)| runs(row, colors)).collect();
    // Four modules of quiet zone around it (ISO/IEC 18004, 5.3.8).
    let view = format!("-4 -4 {0} {0}", width + 8);
    html! {
        svg.qr viewBox=(view) width="240" height="240" role="img" aria-label=(label) shape-rendering="crispEdges" {
            path d=(path) {}
        }
    }
}

/// The dark runs of a row, each as a rectangle.
fn runs(row: usize, colors: &[Color]) -> Vec<String> {
    let mut at = 0;
    let stretches = colors.chunk_by(|a, b| a == b).filter_map(|run| {
        let (start, length) = (at, run.len());
        at += length;
        (run[0] == Color::Dark).then(|| format!("M{start} {row}h{length}v1h-{length}z"))
    });
    stretches.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_drawn_together() {
        use Color::{Dark, Light};
        assert_eq!(runs(3, &[Dark, Dark, Light, Dark]), ["M0 3h2v1h-2z", "M3 3h1v1h-1z"]);
        assert!(runs(0, &[Light, Light]).is_empty());
    }
}

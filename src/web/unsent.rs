//! A form that was not carried out, since its sender had to sign in first, and is not kept: its page says so.

use poem::Request;

/// The mark at the end of the page's address.
const MARK: &str = "unsent=1";

/// Whether a page is asked for with the mark.
pub fn is_marked(request: &Request) -> bool {
    request.original_uri().query().is_some_and(has_mark)
}

/// The address of a page with the mark.
pub fn mark(page: &str) -> String {
    match page.split_once('?') {
        Some((_, query)) if has_mark(query) => page.to_owned(),
        Some(_) => format!("{page}&{MARK}"),
        None => format!("{page}?{MARK}"),
    }
}

fn has_mark(query: &str) -> bool {
    query.split('&').any(|pair| pair == MARK)
}

//! Stub until the server's own takes its place.

/// The address of a static file.
pub fn asset(name: &'static str) -> &'static str {
    match name {
        "app.css" => "/static/app.css",
        "app.js" => "/static/app.js",
        "icon.svg" => "/static/icon.svg",
        "vendor/htmx.min.js" => "/static/vendor/htmx.min.js",
        _ => panic!("no such file: {name}"),
    }
}

//! Only this site's own names, and writes only from its own pages.

use std::sync::Arc;

use poem::{Endpoint, Request, Response, Result};

use crate::app::App;
use crate::web::{cross_site, hosts};

/// Refuses requests by another site's name, and writes that other sites send.
pub async fn same_site<E: Endpoint<Output = Response>>(
    app: App,
    next: Arc<E>,
    request: Request,
) -> Result<Response> {
    hosts::check(&request, &app.config.public_url, &app.config.hosts)?;
    cross_site::check(&request, &app.config.public_url)?;
    next.call(request).await
}

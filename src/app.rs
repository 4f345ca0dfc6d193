//! What every handler may need: built once, handed to everything.

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::sync::Arc;

use poem::{FromRequest, Request, RequestBody};

use crate::config::Config;
use crate::db::Database;
use crate::error::Error;
use crate::redis::Redis;
use crate::web::{Metrics, Signer};

/// The application of one replica. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What all features share, and what each of them keeps between requests, of which this file knows nothing.
pub struct Parts {
    pub config: Config,
    pub users: Database,
    pub products: Database,
    pub redis: Redis,
    pub signer: Signer,
    pub metrics: Metrics,
    kept: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
}

impl Parts {
    /// `secret` is the installation's own, the same on every replica.
    pub fn new(config: Config, users: Database, products: Database, redis: Redis, secret: &[u8]) -> Self {
        let (signer, metrics) = (Signer::new(secret), Metrics::new(&config.replica));
        Self { config, users, products, redis, signer, metrics, kept: HashMap::new() }
    }

    /// Adds what a feature keeps; one value of each type.
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(mut self, kept: T) -> Self {
        self.kept.insert(TypeId::of::<T>(), Box::new(kept));
        self
    }

    /// What a feature keeps. Features offer theirs as functions; whoever is not that feature calls those.
    ///
    /// # Panics
    ///
    /// When it was not added at the start, which no request gets to see.
    pub fn kept<T: 'static>(&self) -> &T {
        let kept = self.kept.get(&TypeId::of::<T>()).and_then(|kept| kept.downcast_ref());
        kept.unwrap_or_else(|| panic!("there is no {}", type_name::<T>()))
    }
}

impl From<Parts> for App {
    fn from(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl<'a> FromRequest<'a> for &'a App {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        request.data().ok_or_else(|| Error::Internal("no application".into()).into())
    }
}

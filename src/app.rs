//! What every handler may need: built once, handed to everything.

use std::sync::Arc;

use poem::{FromRequest, Request, RequestBody};

use crate::config::Config;
use crate::db::Database;
use crate::error::Error;
use crate::products::Totals;
use crate::redis::Redis;
use crate::users::{Hasher, Postman, SessionStore, Throttle, log};
use crate::web::{Metrics, Sessions, Signer};

/// The application of one replica. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// See the fields' types.
pub struct Parts {
    pub config: Config,
    pub users: Database,
    pub products: Database,
    pub redis: Redis,
    pub sessions: Sessions<SessionStore>,
    pub signer: Signer,
    pub hasher: Hasher,
    pub throttle: Throttle,
    pub log: log::Writer,
    /// None where no mail server is configured.
    pub postman: Option<Postman>,
    pub totals: Totals,
    pub metrics: Metrics,
}

impl App {
    /// Puts the parts together. `secret` is the installation's own, the same on every replica.
    pub fn new(config: Config, users: Database, products: Database, redis: Redis, secret: &[u8]) -> Self {
        let (signer, idle, lifetime) =
            (Signer::new(secret), config.session_idle(), config.session_lifetime());
        let store = SessionStore::new(redis.clone(), users.clone(), signer.clone(), idle, lifetime);
        let sessions = Sessions::new(Arc::new(store), config.is_https(), idle, lifetime);
        Self(Arc::new(Parts {
            sessions,
            signer,
            hasher: Hasher::new(config.argon2),
            throttle: Throttle::new(redis.clone()),
            log: log::Writer::new(users.clone()),
            postman: Postman::new(&config),
            totals: Totals::default(),
            metrics: Metrics::new(&config.replica),
            config,
            users,
            products,
            redis,
        }))
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

//! The back ends' own limit: what a list page asks of Redis and MySQL, without a page and without HTTP.

use std::time::Duration;

use super::load::{self, Sample, Worker};
use super::stack::Stack;
use bodega::cli::Failure;
use bodega::db::Database;
use bodega::products::{Query, Totals, list};
use bodega::redis::Redis;

const KEY: &str = "bodega:bench";
const EXPIRY: Duration = Duration::from_hours(1);
/// As long as a session's value.
const VALUE: [u8; 340] = [b'x'; 340];

/// Pools like a replica's own.
#[derive(Clone)]
pub struct Limit {
    redis: Redis,
    products: Database,
    totals: Totals,
}

impl Limit {
    pub async fn new(stack: &Stack) -> Result<Self, Failure> {
        let redis = Redis::new(&stack.redis_url)?;
        let deadline = tokio::time::Instant::now() + Duration::from_secs(5);
        while redis.ping().await.is_err() && tokio::time::Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        redis.set(KEY, std::str::from_utf8(&VALUE)?, EXPIRY).await?;
        let url = &stack.databases.products_database_url;
        let products = Database::new("db_productos", url, stack.database_connections);
        Ok(Self { redis, products, totals: Totals::default() })
    }

    pub async fn load(&self, connections: usize, time: Duration) -> Sample {
        load::hammer((0..connections).map(|_| self.clone()).collect(), time).await
    }
}

impl Worker for Limit {
    async fn work(&mut self) -> bool {
        let session = self.redis.get_sliding(KEY, EXPIRY).await;
        matches!(session, Ok(Some(_)))
            && list::load(&Query::default(), &self.products, &self.totals).await.is_ok()
    }
}

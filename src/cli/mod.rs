//! The commands of `bodega`.

pub mod migrate;
pub mod operator;
pub mod seed;
pub mod serve;
pub mod usage;

/// A reason not to start or to stop, for people.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

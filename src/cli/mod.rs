//! The commands of `bodega`.

pub mod arguments;
pub mod migrate;
pub mod operator;
pub mod seed;
pub mod serve;

/// A reason not to start or to stop, in words.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

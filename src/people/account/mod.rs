//! What is everyone's own: name, language, address, password, sign-ins.

pub mod email;
pub mod factor;
mod owner;
mod page;
pub mod passkeys;
pub mod password;
pub mod profile;
pub mod recovery_codes;
pub mod sign_in_endings;
pub mod sign_ins;

pub use owner::Owner;

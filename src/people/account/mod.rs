//! One's own account: name, language, e-mail address, password, second factor, passkeys, sign-ins.

pub mod email;
pub mod email_confirmations;
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

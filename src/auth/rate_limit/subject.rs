//! What is limited: tries at somebody's password or code, and actions of an address.

use sha2::{Digest, Sha256};

use super::scripts::PER_ADDRESS;
use crate::accounts::account;
use crate::id::Id;
use crate::web::network;

/// Whose tries are counted together.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// Tries at an account, by its e-mail address, from anywhere.
    Account(&'a str),
    /// Tries from a browser that the account's owner has signed in with before. They are counted apart, so that
    /// nobody who hammers the account, or shares the office's address, keeps the owner out.
    Device(&'a [u8]),
    /// Tries of somebody who is signed in and has to give the password again.
    Own(Id),
    /// Tries at an account's second factor. Apart from passwords, whose successes must not take back failures here.
    Factor(Id),
    /// The same from a browser that the owner has signed in with before.
    FactorDevice(&'a [u8]),
}

impl Subject<'_> {
    /// Whether nobody can make it up: it takes an account, or a cookie that we have sealed.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Account(_))
    }

    pub fn is_device(&self) -> bool {
        matches!(self, Self::Device(_) | Self::FactorDevice(_))
    }

    /// The keys of the subject's and the address's counts. Hashed: people sometimes type passwords into the e-mail
    /// field.
    pub fn keys(&self, address: &str) -> [String; 2] {
        let address = format!("bodega:throttle:address:{}", hash(network(address)));
        match self {
            Self::Account(email) => {
                [format!("bodega:throttle:account:{}", hash(account::email_key(email))), address]
            }
            Self::Own(id) => [format!("bodega:throttle:own:{id}"), address],
            Self::Factor(id) => [format!("bodega:throttle:factor:{id}"), address],
            Self::Device(device) => of_device(["device", "device-address"], device),
            Self::FactorDevice(device) => of_device(["factor-device", "factor-device-address"], device),
        }
    }
}

/// What an address may do only so often in ten minutes.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    Register,
    /// Asking for a password reset link.
    Reset,
    /// Leaving a form behind that is shown again after signing in.
    Draft,
    /// Asking for a passkey challenge.
    Passkey,
    /// Answering it.
    PasskeySignIn,
}

impl Action {
    pub fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Reset => "reset",
            Self::Draft => "draft",
            Self::Passkey => "passkey",
            Self::PasskeySignIn => "passkey-sign-in",
        }
    }

    pub fn limit(self) -> i64 {
        match self {
            Self::Register | Self::Draft | Self::Passkey | Self::PasskeySignIn => PER_ADDRESS,
            Self::Reset => 20,
        }
    }

    pub fn key(self, address: &str) -> String {
        format!("bodega:throttle:{}:{}", self.name(), hash(network(address)))
    }
}

fn of_device(kinds: [&str; 2], device: &[u8]) -> [String; 2] {
    kinds.map(|kind| format!("bodega:throttle:{kind}:{}", hash(device)))
}

fn hash(text: impl AsRef<[u8]>) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(text)[..16])
}

//! How often a password may be tried: counted in Redis for all replicas together, and by each replica
//! for itself while Redis is away.

mod counts;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::rate_limit::counts::Counts;
use crate::accounts::account;
use crate::id::Id;
use crate::redis::Redis;
use crate::web::network;

/// Failures of an account that cost no wait.
const FREE: i64 = 5;
/// The longest wait, in seconds. Never for ever: that would be a way to lock somebody out.
const LONGEST: i64 = 900;
/// Failures of an address in [`WINDOW`] seconds.
const PER_ADDRESS: i64 = 100;
const WINDOW: i64 = 600;
/// What a replica counts by itself, of each kind: some 10 MB.
const ROOM: usize = 50_000;

/// Counts a try before it is made, so that parallel tries cannot pass together; a success takes it back.
/// KEYS: account, address. ARGV: free, longest, per address, window. Returns seconds to wait, or 0.
const TRY: &str = r"
local now = tonumber(redis.call('TIME')[1])
local tries = tonumber(redis.call('HGET', KEYS[1], 'tries') or '0')
local until_ = tonumber(redis.call('HGET', KEYS[1], 'until') or '0')
if until_ > now then return until_ - now end
local address = tonumber(redis.call('GET', KEYS[2]) or '0')
if address >= tonumber(ARGV[3]) then return math.max(redis.call('TTL', KEYS[2]), 1) end
tries = tries + 1
local wait = 0
if tries >= tonumber(ARGV[1]) then
  wait = math.min(2 ^ math.min(tries - tonumber(ARGV[1]), 20), tonumber(ARGV[2]))
end
redis.call('HSET', KEYS[1], 'tries', tries, 'until', now + wait)
redis.call('EXPIRE', KEYS[1], tonumber(ARGV[2]) * 4)
if redis.call('INCR', KEYS[2]) == 1 then redis.call('EXPIRE', KEYS[2], tonumber(ARGV[4])) end
return 0
";

/// Counts something that an address does. KEYS: address. ARGV: most, window. Returns seconds to wait, or 0.
const COUNT: &str = r"
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], tonumber(ARGV[2])) end
if count > tonumber(ARGV[1]) then return math.max(redis.call('TTL', KEYS[1]), 1) end
return 0
";

/// KEYS as above.
const SUCCESS: &str = r"
redis.call('DEL', KEYS[1])
if tonumber(redis.call('GET', KEYS[2]) or '0') > 0 then redis.call('DECR', KEYS[2]) end
return 0
";

/// Takes back a try that came to nothing, neither right nor wrong. KEYS as above.
const WITHDRAW: &str = r"
if tonumber(redis.call('HGET', KEYS[1], 'tries') or '0') > 0 then
  redis.call('HINCRBY', KEYS[1], 'tries', -1)
  redis.call('HSET', KEYS[1], 'until', 0)
end
if tonumber(redis.call('GET', KEYS[2]) or '0') > 0 then redis.call('DECR', KEYS[2]) end
return 0
";

/// Whose tries are counted together.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// Those at an account, by its address, from wherever.
    Account(&'a str),
    /// Those of a browser that its owner has signed in with before. Not counted with the others: somebody who
    /// hammers the account, or shares the office's address, does not keep its owner out.
    Device(&'a [u8]),
    /// Those of somebody who is signed in, and has to give the password once more.
    Own(Id),
    /// Those at an account's second factor. Apart from passwords, whose successes must not take back what
    /// failed here.
    Factor(Id),
    /// The same from a browser that its owner has signed in with before.
    FactorDevice(&'a [u8]),
}

impl Subject<'_> {
    /// Whether nobody makes it up: it takes an account, or a cookie that we have sealed.
    fn is_known(&self) -> bool {
        !matches!(self, Self::Account(_))
    }

    fn is_device(&self) -> bool {
        matches!(self, Self::Device(_) | Self::FactorDevice(_))
    }
}

impl<'a> From<&'a str> for Subject<'a> {
    fn from(address: &'a str) -> Self {
        Self::Account(address)
    }
}

impl<'a> From<&'a String> for Subject<'a> {
    fn from(address: &'a String) -> Self {
        Self::Account(address)
    }
}

/// What an address may do a hundred times, or less, in ten minutes.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    Register,
    /// Asking for a link to set a new password.
    Reset,
    /// Leaving a form behind that is shown again after signing in.
    Draft,
    /// Asking for a challenge to sign with a passkey.
    Passkey,
    /// Answering it.
    PasskeySignIn,
}

impl Action {
    fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Reset => "reset",
            Self::Draft => "draft",
            Self::Passkey => "passkey",
            Self::PasskeySignIn => "passkey-sign-in",
        }
    }

    fn most(self) -> i64 {
        match self {
            Self::Register | Self::Draft | Self::Passkey | Self::PasskeySignIn => PER_ADDRESS,
            Self::Reset => 20,
        }
    }
}

/// See the module.
#[derive(Clone)]
pub struct RateLimiter {
    redis: Redis,
    local: Arc<Mutex<Local>>,
}

/// The replica's own counts. Whoever fills one kind takes no room from the others.
struct Local {
    /// Accounts, by whatever was typed, and addresses.
    strangers: Counts,
    /// Browsers and people that are known.
    known: Counts,
    deeds: Counts,
}

impl Local {
    fn of_subject(&mut self, subject: Subject<'_>) -> &mut Counts {
        if subject.is_known() { &mut self.known } else { &mut self.strangers }
    }

    fn of_address(&mut self, subject: Subject<'_>) -> &mut Counts {
        if subject.is_device() { &mut self.known } else { &mut self.strangers }
    }
}

impl RateLimiter {
    pub fn new(redis: Redis) -> Self {
        Self::with_room(redis, ROOM)
    }

    /// Counts so many of each kind while Redis is away; whoever else is new has to wait then.
    pub fn with_room(redis: Redis, room: usize) -> Self {
        let counts = || Counts::new(room, Duration::from_secs(WINDOW.unsigned_abs()));
        let local = Local { strangers: counts(), known: counts(), deeds: counts() };
        Self { redis, local: Arc::new(Mutex::new(local)) }
    }

    /// Counts something that is done from an address. `Err` with the time to wait when it may not be done.
    pub async fn count(&self, deed: Action, address: &str) -> Result<(), Duration> {
        let key = format!("bodega:throttle:{}:{}", deed.name(), hash(network(address)));
        let wait = match self.redis.script(COUNT, vec![key.clone()], vec![deed.most(), WINDOW]).await {
            Ok(wait) => wait,
            Err(_) => self.count_locally(&key, deed.most()),
        };
        match u64::try_from(wait) {
            Ok(0) | Err(_) => Ok(()),
            Ok(seconds) => {
                tracing::warn!(deed = deed.name(), address, seconds, "throttled");
                Err(Duration::from_secs(seconds))
            }
        }
    }

    fn count_locally(&self, key: &str, most: i64) -> i64 {
        let mut local = self.local();
        let Some(count) = local.deeds.of(key, Instant::now()) else { return WINDOW };
        count.tries += 1;
        if count.tries > most { WINDOW } else { 0 }
    }

    /// Counts a try at an account from an address. `Err` with the time to wait when it may not be made.
    pub async fn try_once(&self, account: impl Into<Subject<'_>>, address: &str) -> Result<(), Duration> {
        let subject = account.into();
        let keys = keys(subject, address);
        let arguments = vec![FREE, LONGEST, PER_ADDRESS, WINDOW];
        let wait = match self.redis.script(TRY, keys.clone().into(), arguments).await {
            Ok(wait) => wait,
            Err(_) => self.try_locally(subject, &keys),
        };
        match u64::try_from(wait) {
            Ok(0) | Err(_) => Ok(()),
            Ok(seconds) => Err(Duration::from_secs(seconds)),
        }
    }

    /// The try was right: the account's count begins anew.
    pub async fn succeeded(&self, account: impl Into<Subject<'_>>, address: &str) {
        let subject = account.into();
        let keys = keys(subject, address);
        let _ = self.redis.script(SUCCESS, keys.clone().into(), Vec::new()).await;
        self.take_back(subject, &keys, i64::MAX);
    }

    /// The try could not be made. HAProxy hands it to the next replica, which counts it again.
    pub async fn withdraw(&self, account: impl Into<Subject<'_>>, address: &str) {
        let subject = account.into();
        let keys = keys(subject, address);
        let _ = self.redis.script(WITHDRAW, keys.clone().into(), Vec::new()).await;
        self.take_back(subject, &keys, 1);
    }

    /// Takes a try of an address back, and so many of its subject.
    fn take_back(&self, subject: Subject<'_>, [at, from]: &[String; 2], tries: i64) {
        let mut local = self.local();
        if let Some(count) = local.of_subject(subject).get_mut(at) {
            (count.tries, count.until) = (count.tries.saturating_sub(tries).max(0), Instant::now());
        }
        if let Some(count) = local.of_address(subject).get_mut(from) {
            count.tries = (count.tries - 1).max(0);
        }
    }

    fn try_locally(&self, subject: Subject<'_>, [at, from]: &[String; 2]) -> i64 {
        let now = Instant::now();
        let mut local = self.local();
        let Some(count) = local.of_subject(subject).of(at, now) else { return WINDOW };
        if count.until > now {
            return seconds(count.until - now);
        }
        match local.of_address(subject).of(from, now) {
            Some(count) if count.tries >= PER_ADDRESS => return WINDOW,
            Some(count) => count.tries += 1,
            // Who is known is counted by that alone.
            None if subject.is_known() => {}
            None => return WINDOW,
        }
        if let Some(count) = local.of_subject(subject).get_mut(at) {
            count.tries += 1;
            count.until = now + Duration::from_secs(wait_after(count.tries).unsigned_abs());
            count.end = count.until.max(now + Duration::from_secs(WINDOW.unsigned_abs()));
        }
        0
    }

    fn local(&self) -> MutexGuard<'_, Local> {
        self.local.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Seconds to wait after so many failures: none up to the fourth, then 1, 2, 4 … 900.
fn wait_after(tries: i64) -> i64 {
    match tries - FREE {
        ..0 => 0,
        over => (1 << over.min(20)).min(LONGEST),
    }
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(LONGEST) + 1
}

/// Hashed, since what people type into the address field is sometimes a password.
fn keys(subject: Subject<'_>, address: &str) -> [String; 2] {
    let address = format!("bodega:throttle:address:{}", hash(network(address)));
    match subject {
        Subject::Account(email) => {
            [format!("bodega:throttle:account:{}", hash(account::email_key(email))), address]
        }
        Subject::Own(id) => [format!("bodega:throttle:own:{id}"), address],
        Subject::Factor(id) => [format!("bodega:throttle:factor:{id}"), address],
        Subject::Device(device) => of_device(["device", "device-address"], device),
        Subject::FactorDevice(device) => of_device(["factor-device", "factor-device-address"], device),
    }
}

fn of_device(kinds: [&str; 2], device: &[u8]) -> [String; 2] {
    kinds.map(|kind| format!("bodega:throttle:{kind}:{}", hash(device)))
}

fn hash(text: impl AsRef<[u8]>) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(text)[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        assert_eq!((1..5).map(wait_after).sum::<i64>(), 0);
        assert_eq!((5..9).map(wait_after).collect::<Vec<_>>(), [1, 2, 4, 8]);
        assert_eq!(wait_after(1000), 900);
    }
}

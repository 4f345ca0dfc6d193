//! How often a password may be tried: counted in Redis for all replicas together, and by each replica
//! for itself while Redis is away.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use crate::id::Id;
use crate::redis::Redis;

/// Failures of an account that cost no wait.
const FREE: i64 = 5;
/// The longest wait, in seconds. Never for ever: that would be a way to lock somebody out.
const LONGEST: i64 = 900;
/// Failures of an address in [`WINDOW`] seconds.
const PER_ADDRESS: i64 = 100;
const WINDOW: i64 = 600;

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
pub enum Deed {
    Register,
    /// Asking for a link to set a new password.
    Reset,
    /// Leaving a form behind that is shown again after signing in.
    Draft,
    /// Asking for a challenge to sign with a passkey.
    Passkey,
}

impl Deed {
    fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Reset => "reset",
            Self::Draft => "draft",
            Self::Passkey => "passkey",
        }
    }

    fn most(self) -> i64 {
        match self {
            Self::Register | Self::Draft | Self::Passkey => PER_ADDRESS,
            Self::Reset => 20,
        }
    }
}

/// See the module.
#[derive(Clone)]
pub struct Throttle {
    redis: Redis,
    local: Arc<Mutex<HashMap<String, Local>>>,
}

#[derive(Clone, Copy)]
struct Local {
    tries: i64,
    since: Instant,
    until: Instant,
}

impl Throttle {
    pub fn new(redis: Redis) -> Self {
        Self { redis, local: Arc::default() }
    }

    /// Counts something that is done from an address. `Err` with the time to wait when it may not be done.
    pub async fn count(&self, deed: Deed, address: &str) -> Result<(), Duration> {
        let key = format!("bodega:throttle:{}:{}", deed.name(), hash(network(address)));
        let wait = match self.redis.script(COUNT, vec![key.clone()], vec![deed.most(), WINDOW]).await {
            Ok(wait) => wait,
            Err(_) => self.count_locally(key, deed.most()),
        };
        match u64::try_from(wait) {
            Ok(0) | Err(_) => Ok(()),
            Ok(seconds) => {
                tracing::warn!(deed = deed.name(), address, seconds, "throttled");
                Err(Duration::from_secs(seconds))
            }
        }
    }

    fn count_locally(&self, key: String, most: i64) -> i64 {
        let now = Instant::now();
        let mut local = self.forgetful(now);
        let entry = local.entry(key).or_insert(Local { tries: 0, since: now, until: now });
        entry.tries += 1;
        if entry.tries > most { WINDOW } else { 0 }
    }

    /// Counts a try at an account from an address. `Err` with the time to wait when it may not be made.
    pub async fn try_once(&self, account: impl Into<Subject<'_>>, address: &str) -> Result<(), Duration> {
        let keys = keys(account.into(), address);
        let arguments = vec![FREE, LONGEST, PER_ADDRESS, WINDOW];
        let wait = match self.redis.script(TRY, keys.clone().into(), arguments).await {
            Ok(wait) => wait,
            Err(_) => self.try_locally(&keys),
        };
        match u64::try_from(wait) {
            Ok(0) | Err(_) => Ok(()),
            Ok(seconds) => Err(Duration::from_secs(seconds)),
        }
    }

    /// The try was right: the account's count begins anew.
    pub async fn succeeded(&self, account: impl Into<Subject<'_>>, address: &str) {
        let keys = keys(account.into(), address);
        let _ = self.redis.script(SUCCESS, keys.clone().into(), Vec::new()).await;
        let mut local = self.local.lock().expect("nothing panics while it holds this");
        local.remove(&keys[0]);
        if let Some(address) = local.get_mut(&keys[1]) {
            address.tries -= 1;
        }
    }

    /// The try could not be made. HAProxy hands it to the next replica, which counts it again.
    pub async fn withdraw(&self, account: impl Into<Subject<'_>>, address: &str) {
        let keys = keys(account.into(), address);
        let _ = self.redis.script(WITHDRAW, keys.clone().into(), Vec::new()).await;
        let mut local = self.local.lock().expect("nothing panics while it holds this");
        for key in &keys {
            if let Some(entry) = local.get_mut(key) {
                entry.tries -= 1;
                entry.until = Instant::now();
            }
        }
    }

    fn try_locally(&self, [account, address]: &[String; 2]) -> i64 {
        let now = Instant::now();
        let mut local = self.forgetful(now);
        let fresh = Local { tries: 0, since: now, until: now };
        let from_address = local.get(address).copied().unwrap_or(fresh);
        let at_account = local.get(account).copied().unwrap_or(fresh);
        if at_account.until > now {
            return seconds(at_account.until - now);
        }
        if from_address.tries >= PER_ADDRESS || local.len() > 100_000 {
            return WINDOW;
        }
        let tries = at_account.tries + 1;
        let wait = Duration::from_secs(wait_after(tries).unsigned_abs());
        local.insert(account.clone(), Local { tries, since: now, until: now + wait });
        local.insert(address.clone(), Local { tries: from_address.tries + 1, ..from_address });
        0
    }

    /// The replica's own counts. What is old is of no use, and a flood of addresses must not fill the memory.
    fn forgetful(&self, now: Instant) -> MutexGuard<'_, HashMap<String, Local>> {
        let mut local = self.local.lock().expect("nothing panics while it holds this");
        local.retain(|_, entry| now.duration_since(entry.since) < Duration::from_secs(WINDOW.unsigned_abs()));
        local
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
            [format!("bodega:throttle:account:{}", hash(super::account::email_key(email))), address]
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

/// The address itself, or of IPv6 the /64, which is what one customer has.
fn network(address: &str) -> String {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_none() => format!("{:x?}", &v6.segments()[..4]),
        Ok(ip) => ip.to_canonical().to_string(),
        Err(_) => String::new(),
    }
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

    #[test]
    fn one_ipv6_network_counts_as_one() {
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
    }
}

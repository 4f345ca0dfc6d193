//! The limits, and the Lua scripts that enforce them in Redis.

/// Failures that cost no wait.
pub const FREE: i64 = 5;
/// The longest wait, in seconds. Not for ever: that would let anybody lock somebody out.
pub const LONGEST: i64 = 900;
/// Failures of an address in [`WINDOW`] seconds.
pub const PER_ADDRESS: i64 = 100;
pub const WINDOW: i64 = 600;

/// Counts a try before it is made, so that parallel tries cannot slip through together; a success takes it back.
/// KEYS: subject, address. ARGV: free, longest, per address, window. Returns the seconds to wait, or 0.
pub const TRY: &str = r"
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

/// Counts an action of an address. KEYS: address. ARGV: limit, window. Returns the seconds to wait, or 0.
pub const COUNT: &str = r"
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], tonumber(ARGV[2])) end
if count > tonumber(ARGV[1]) then return math.max(redis.call('TTL', KEYS[1]), 1) end
return 0
";

/// Starts the subject's count anew. KEYS as for [`TRY`].
pub const SUCCESS: &str = r"
redis.call('DEL', KEYS[1])
if tonumber(redis.call('GET', KEYS[2]) or '0') > 0 then redis.call('DECR', KEYS[2]) end
return 0
";

/// Takes back a try that was neither right nor wrong. KEYS as for [`TRY`].
pub const WITHDRAW: &str = r"
if tonumber(redis.call('HGET', KEYS[1], 'tries') or '0') > 0 then
  redis.call('HINCRBY', KEYS[1], 'tries', -1)
  redis.call('HSET', KEYS[1], 'until', 0)
end
if tonumber(redis.call('GET', KEYS[2]) or '0') > 0 then redis.call('DECR', KEYS[2]) end
return 0
";

/// Seconds to wait after so many failures: none up to the fourth, then 1, 2, 4 … 900. As [`TRY`] has it.
pub fn wait_after(tries: i64) -> i64 {
    match tries - FREE {
        ..0 => 0,
        over => (1 << over.min(20)).min(LONGEST),
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
}

//! Keys of rows: UUIDv7, 16 bytes in the database, 26 characters in addresses.

use std::fmt;
use std::io::Write;
use std::str::FromStr;

use data_encoding::{Encoding, Specification};
use diesel::deserialize::FromSqlRow;
use diesel::deserialize::{self, FromSql};
use diesel::expression::AsExpression;
use diesel::mysql::{Mysql, MysqlValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Binary;
use time::OffsetDateTime;
use uuid::Uuid;

/// A time-ordered key (RFC 9562, UUID version 7), made by the application: replicas need no
/// coordination to make one. Written in Crockford's base32, lower case, which sorts like the key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Binary)]
pub struct Id(Uuid);

/// Without letters that look like digits.
pub static BASE32: std::sync::LazyLock<Encoding> = std::sync::LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
    specification.check_trailing_bits = true;
    specification.encoding().expect("32 different symbols")
});

impl Id {
    /// A new key, larger than the ones made before it.
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// The key of nobody: what belongs to visitors who are not signed in.
    pub const NIL: Self = Self(Uuid::nil());

    /// When it was made, to the millisecond; [`Id::NIL`] never was.
    pub fn made_at(&self) -> Option<OffsetDateTime> {
        let (seconds, nanoseconds) = self.0.get_timestamp()?.to_unix();
        let nanoseconds = i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
        OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).ok()
    }

    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}

impl Default for Id {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 26];
        BASE32.encode_mut(self.as_bytes(), &mut text);
        f.write_str(std::str::from_utf8(&text).expect("base32 is ASCII"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not the short form of a key.
#[derive(Debug, thiserror::Error)]
#[error("not a key")]
pub struct NotAnId;

impl FromStr for Id {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let bytes = BASE32.decode(text.as_bytes()).map_err(|_| NotAnId)?;
        Ok(Self::from_bytes(bytes.try_into().map_err(|_| NotAnId)?))
    }
}

impl serde::Serialize for Id {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl ToSql<Binary, Mysql> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
        out.write_all(self.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<Binary, Mysql> for Id {
    fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(value.as_bytes())?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_short_form() {
        let id = Id::new();
        assert_eq!(id.to_string().parse::<Id>().unwrap(), id);
        assert_eq!(id.to_string().len(), 26);
    }

    #[test]
    fn what_is_not_a_key_is_refused() {
        for text in ["", "x", "zzzzzzzzzzzzzzzzzzzzzzzzzz", "0000000000000000000000000!", "ñ"] {
            assert!(text.parse::<Id>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_key_knows_when_it_was_made() {
        let before = OffsetDateTime::now_utc() - time::Duration::milliseconds(1);
        let made_at = Id::new().made_at().unwrap();
        assert!((before..=before + time::Duration::minutes(1)).contains(&made_at));
        assert_eq!(Id::NIL.made_at(), None);
    }

    #[test]
    fn later_keys_sort_later_also_as_text() {
        let (a, b) = (Id::new(), Id::new());
        assert!(a < b && a.to_string() < b.to_string());
    }
}

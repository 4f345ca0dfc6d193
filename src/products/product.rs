//! The row of a product.

use time::PrimitiveDateTime;

use crate::id::Id;

/// A product as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    pub id: Id,
    pub name: String,
    /// Stock keeping unit; unique without regard to case, also among deleted products.
    pub code: String,
    pub description: String,
    /// Units on hand.
    pub units: u32,
    pub category: String,
    /// Counts the saves; a save of an older version is refused.
    pub version: u32,
    /// UTC, as are the others.
    pub created_at: PrimitiveDateTime,
    pub updated_at: PrimitiveDateTime,
    /// Who saved last, by the name they had then.
    pub updated_by: String,
    pub deleted_at: Option<PrimitiveDateTime>,
}

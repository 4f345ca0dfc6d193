//! What products look like.

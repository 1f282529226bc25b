//! The pairs of the two programmes, each with a story of its own.

use super::story::Story;

pub const CAREER: &[&Story] = &[];
pub const NEW_LEADERS: &[&Story] = &[];

//! Watching long work, and ending it early.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Shared between whoever works and whoever waits.
#[derive(Debug, Default)]
pub struct Watch {
    cancelled: AtomicBool,
    thousandths: AtomicU32,
}

/// The work was ended before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

impl Watch {
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// How much is done, in thousandths of the whole.
    pub fn thousandths(&self) -> u32 {
        self.thousandths.load(Ordering::Relaxed)
    }

    pub(super) fn reached(&self, thousandths: u32) {
        self.thousandths
            .fetch_max(thousandths.min(1000), Ordering::Relaxed);
    }

    pub(super) fn goes_on(&self) -> Result<(), Cancelled> {
        match self.cancelled.load(Ordering::Relaxed) {
            true => Err(Cancelled),
            false => Ok(()),
        }
    }
}

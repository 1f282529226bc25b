//! Watching long work, and ending it early.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Shared between whoever works and whoever waits.
#[derive(Debug)]
pub struct Watch {
    cancelled: AtomicBool,
    thousandths: AtomicU32,
    /// Where the part of the whole that is under way begins and ends.
    from: AtomicU32,
    to: AtomicU32,
    /// After how often it is asked whether to go on it is not, in tests.
    #[cfg(test)]
    asked: AtomicU32,
}

/// The work was ended before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

impl Default for Watch {
    fn default() -> Self {
        Self {
            cancelled: AtomicBool::new(false),
            thousandths: AtomicU32::new(0),
            from: AtomicU32::new(0),
            to: AtomicU32::new(1000),
            #[cfg(test)]
            asked: AtomicU32::new(u32::MAX),
        }
    }
}

impl Watch {
    /// Somebody has enough of it after it was asked so often.
    #[cfg(test)]
    pub fn patient(times: u32) -> Self {
        let watch = Self::default();
        watch.asked.store(times, Ordering::Relaxed);
        watch
    }

    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// How much is done, in thousandths of the whole.
    pub fn thousandths(&self) -> u32 {
        self.thousandths.load(Ordering::Relaxed)
    }

    /// What follows is this part of the whole, in thousandths.
    pub fn part(&self, part: Range<u32>) {
        self.from.store(part.start, Ordering::Relaxed);
        self.to.store(part.end, Ordering::Relaxed);
        self.reached(0);
    }

    /// So many thousandths of the part that is under way are done.
    pub fn reached(&self, thousandths: u32) {
        let (from, to) = (
            self.from.load(Ordering::Relaxed),
            self.to.load(Ordering::Relaxed),
        );
        let whole = from + thousandths.min(1000) * to.saturating_sub(from) / 1000;
        self.thousandths.fetch_max(whole, Ordering::Relaxed);
    }

    /// Of some thousandths of the part that is under way, so much of all is done.
    pub fn within(&self, some: Range<u32>, done: usize, all: usize) {
        let width = u64::from(some.end.saturating_sub(some.start));
        let done = width * done as u64 / all.max(1) as u64;
        self.reached(some.start + u32::try_from(done).unwrap_or(0));
    }

    /// # Errors
    /// Nobody waits for the work any more.
    pub fn goes_on(&self) -> Result<(), Cancelled> {
        #[cfg(test)]
        if self.asked.fetch_sub(1, Ordering::Relaxed) == 0 {
            self.cancel();
        }
        match self.cancelled.load(Ordering::Relaxed) {
            true => Err(Cancelled),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_goes_its_own_way_and_never_back() {
        let watch = Watch::default();
        watch.part(0..600);
        watch.reached(500);
        assert_eq!(watch.thousandths(), 300);
        watch.reached(1000);
        watch.part(600..800);
        assert_eq!(watch.thousandths(), 600);
        watch.reached(250);
        watch.reached(0);
        assert_eq!(watch.thousandths(), 650);
        watch.part(800..1000);
        watch.reached(2000);
        assert_eq!(watch.thousandths(), 1000);
    }
}

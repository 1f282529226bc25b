//! How much is matched at the same time. Whoever matches waits for as much memory as it may take, so that
//! all of it together takes less than [`MEGABYTES`], and the smallest goes on beside the largest.

use super::method::Method;
use super::plan::Input;
use crate::matching::marks::Marks;
use tokio::sync::{Semaphore, SemaphorePermit};

/// For everything that is matched on a server at once.
const MEGABYTES: u32 = 1_400;

/// No programme is thought to take more.
const MOST: u32 = 1_000;

/// Nor less, so that there are no more than five at once.
const LEAST: u32 = 250;

static MEMORY: Semaphore = Semaphore::const_new(MEGABYTES as usize);

/// What a programme may take while it is matched. It is given back when it is dropped.
pub type Turn = SemaphorePermit<'static>;

/// Waits until there is memory for a programme.
///
/// # Panics
///
/// Never: nobody closes it.
pub async fn turn(input: &Input) -> Turn {
    let people = (input.pool.mentees.len(), input.pool.mentors.len());
    let turn = MEMORY.acquire_many(megabytes(people, input.method)).await;
    turn.expect("there is always memory for one")
}

/// At most, by what is kept of each pair and of each mentee.
fn megabytes((mentees, mentors): (usize, usize), method: Method) -> u32 {
    let pairs = mentees.saturating_mul(mentors);
    // The marks, and those by other rules beside them where somebody is helped.
    let marks = match Marks::are_kept(mentees, mentors) {
        true => 4 * pairs,
        false => 0,
    };
    // The limits of `kept`, `even` and `worst_off`, with what they take for each pair.
    let method = match method {
        Method::Best => 40 * pairs.min(5_000_000),
        Method::Even => 8 * pairs.min(25_000_000),
        Method::WorstOff => 40 * pairs.min(10_000_000),
        Method::Stable => 0,
    };
    // Of a mentee the few mentors among whom they are searched for, and the reasons for their pair.
    let people = mentees.saturating_mul(4_000);
    let bytes = marks + method + people;
    u32::try_from(bytes / 1_000_000)
        .unwrap_or(MOST)
        .clamp(LEAST, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_programme_is_matched_beside_the_largest() {
        let sizes = [
            ((120, 60), Method::Best),
            ((9_000, 3_000), Method::Even),
            ((4_000, 2_500), Method::WorstOff),
            ((10_000, 10_000), Method::Best),
        ];
        let each = sizes.map(|(people, method)| megabytes(people, method));
        assert!(each.is_sorted() && each[0] < each[1], "{each:?}");
        assert!(each[0] + each[3] <= MEGABYTES, "{each:?}");
        let most = megabytes((100_000, 20_000), Method::Even);
        assert!(most <= MOST, "{most}");
    }
}

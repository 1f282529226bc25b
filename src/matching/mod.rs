//! Finds the best pairs of a programme, and proves that no better exist. Nothing here reads or writes
//! anything but memory.

mod among;
mod auction;
pub mod certificate;
pub mod even;
pub mod insist;
pub mod kept;
pub mod kernel;
mod lists;
pub mod marks;
pub mod network;
pub mod optimum;
mod paying;
pub mod problem;
pub mod report;
mod rows;
pub mod scores;
mod shortlist;
pub mod stable;
#[cfg(test)]
mod tests;
mod waited;
pub mod watch;
pub mod worst_off;

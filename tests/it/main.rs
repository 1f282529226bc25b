#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod access;
mod account;
mod administration;
mod cluster;
mod config;
mod demo;
mod endings;
mod fuzz;
mod mail;
mod moving_on;
mod objectives;
mod old_tabs;
mod order;
mod overdue;
mod pairing_page;
mod pairings;
mod privacy;
mod programmes;
mod races;
mod session_records;
mod sessions;
mod setting_up;
mod sign_in;
mod single_sign_on;
mod support;
mod web;

//! People's other calendars: fetched from private addresses that they give, for the times at which
//! they are busy and nothing else.

mod addresses;
mod fetching;
mod reading;
mod subscriptions;
mod work;

pub use fetching::Fetcher;
pub use subscriptions::{MOST, Subscription, list, routes};
pub use work::{keep_reading, read_due};

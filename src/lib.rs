//! Waymark runs workplace mentoring programmes: who is paired with whom, how far they have
//! come, and what to do next.

pub mod agreements;
pub mod applications;
pub mod assisting;
pub mod becoming_a_mentor;
pub mod busy_calendars;
pub mod calendars;
pub mod clock;
pub mod config;
pub mod database;
pub mod demo;
pub mod error;
pub mod evidence;
pub mod first_meetings;
pub mod help;
pub mod home;
pub mod how_it_goes;
pub mod imports;
pub mod joining;
pub mod library;
pub mod mail;
pub mod matching;
pub mod midpoint;
pub mod moving_on;
pub mod objectives;
pub mod organisation;
pub mod pairings;
pub mod people;
pub mod privacy;
pub mod programme_files;
pub mod programme_letters;
pub mod programme_settings;
pub mod programmes;
pub mod questions;
pub mod reminders;
pub mod serve;
pub mod sessions;
pub mod setting_up;
pub mod single_sign_on;
pub mod upkeep;
pub mod web;
pub mod workbench;

use axum::Router;
use axum::extract::FromRef;
use busy_calendars::Fetcher;
use clock::Clock;
use config::BaseUrl;
use demo::Loader;
use people::cookies::Cookies;
use single_sign_on::Providers;
use sqlx::PgPool;
use web::routes::{Listed, Routes};

/// What every request may need.
#[derive(Clone, FromRef)]
pub struct App {
    pub db: PgPool,
    pub clock: Clock,
    pub cookies: Cookies,
    pub providers: Providers,
    /// Where links in letters lead.
    pub base_url: BaseUrl,
    /// How many proxies stand in front of it.
    pub proxies: usize,
    pub calendars: Fetcher,
    /// Whether this server holds the demonstration data.
    pub demo: bool,
    pub loader: Loader,
    pub matcher: workbench::Matcher,
}

/// The table of contents of the product.
pub fn router(app: App) -> (Router, Vec<Listed>) {
    let routes = Routes::new(app);
    let routes = home::routes(routes);
    let routes = people::routes(routes);
    let routes = pairings::routes(routes);
    let routes = agreements::routes(routes);
    let routes = first_meetings::routes(routes);
    let routes = sessions::routes(routes);
    let routes = how_it_goes::routes(routes);
    let routes = assisting::routes(routes);
    let routes = calendars::routes(routes);
    let routes = busy_calendars::routes(routes);
    let routes = objectives::routes(routes);
    let routes = midpoint::routes(routes);
    let routes = moving_on::routes(routes);
    let routes = programmes::routes(routes);
    let routes = evidence::routes(routes);
    let routes = joining::routes(routes);
    let routes = workbench::routes(routes);
    let routes = questions::routes(routes);
    let routes = applications::routes(routes);
    let routes = becoming_a_mentor::routes(routes);
    let routes = organisation::routes(routes);
    let routes = mail::routes(routes);
    let routes = reminders::routes(routes);
    let routes = setting_up::routes(routes);
    let routes = imports::routes(routes);
    let routes = programme_settings::routes(routes);
    let routes = programme_letters::routes(routes);
    let routes = programme_files::routes(routes);
    let routes = single_sign_on::routes(routes);
    let routes = library::routes(routes);
    let routes = privacy::routes(routes);
    let routes = help::routes(routes);
    let (router, app, list) = routes.finish();
    (web::serve(router).with_state(app), list)
}

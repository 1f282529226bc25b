//! Files of people: a programme's with their enrolments and pairings, or the installation's. A
//! file is chosen, its columns are named, what it would do is shown, and then all of it is done at
//! once or nothing is.

mod access;
mod assign;
mod columns;
mod confirm;
mod kept;
mod known;
mod plan;
mod preview;
mod reading;
mod table;
mod text;
mod upload;

pub use kept::forget;

use crate::web::routes::{Entry, Longest, Routes};

/// The longest file that is read: a hundred thousand people with a few sentences of each.
const LONGEST_FILE: Longest = Longest(32 * 1024 * 1024);

pub fn routes(routes: Routes) -> Routes {
    let routes = of_people(routes);
    of_programmes(routes)
}

fn of_people(routes: Routes) -> Routes {
    let by = Entry::Administrators;
    routes
        .get("/people/import", by, upload::show)
        .post_file("/people/import", by, LONGEST_FILE, upload::create)
        .get("/people/import/{import}", by, preview::show)
        .get("/people/import/{import}/columns", by, assign::edit)
        .post("/people/import/{import}/columns", by, assign::update)
        .get(
            "/people/import/{import}/problems.csv",
            by,
            preview::problems,
        )
        .post("/people/import/{import}/confirmation", by, confirm::confirm)
        .post("/people/import/{import}/removal", by, confirm::give_up)
}

fn of_programmes(routes: Routes) -> Routes {
    let by = Entry::SignedIn;
    routes
        .get("/programmes/{programme}/import", by, upload::show)
        .post_file(
            "/programmes/{programme}/import",
            by,
            LONGEST_FILE,
            upload::create,
        )
        .get("/programmes/{programme}/import/{import}", by, preview::show)
        .get(
            "/programmes/{programme}/import/{import}/columns",
            by,
            assign::edit,
        )
        .post(
            "/programmes/{programme}/import/{import}/columns",
            by,
            assign::update,
        )
        .get(
            "/programmes/{programme}/import/{import}/problems.csv",
            by,
            preview::problems,
        )
        .post(
            "/programmes/{programme}/import/{import}/confirmation",
            by,
            confirm::confirm,
        )
        .post(
            "/programmes/{programme}/import/{import}/removal",
            by,
            confirm::give_up,
        )
}

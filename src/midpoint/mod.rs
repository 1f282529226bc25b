//! The review half-way: each answers alone, then both read both, and they decide how to go on. It
//! is due beside whatever comes next, and holds nothing up.

mod answer;
mod decision;
mod queries;
mod show;

use crate::web::routes::Routes;

pub fn routes(routes: Routes) -> Routes {
    let routes = show::routes(routes);
    let routes = answer::routes(routes);
    decision::routes(routes)
}

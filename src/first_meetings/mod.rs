//! Before and at the first meeting: what each prepares, and what the two go through together.

mod checklist;
mod preparation;
mod show;

use crate::web::routes::Routes;

pub fn routes(routes: Routes) -> Routes {
    let routes = show::routes(routes);
    let routes = preparation::routes(routes);
    checklist::routes(routes)
}

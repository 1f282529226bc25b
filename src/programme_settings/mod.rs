//! What a programme is set to: made from a ready one or from nothing by an administrator, changed
//! by those who manage it, opened, archived and re-opened.

mod edit;
pub mod form;
mod life;
mod new;
mod ready_made;
pub mod settings;

use crate::web::routes::Routes;

pub fn routes(routes: Routes) -> Routes {
    life::routes(edit::routes(new::routes(routes)))
}

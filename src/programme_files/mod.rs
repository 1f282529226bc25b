//! A programme as a file, to be kept or to be used on another server. docs/programme-file.md
//! says what stands in it.

mod download;
pub mod export;
pub mod file;
pub mod import;
mod read;

use crate::web::routes::Routes;

pub use import::{Imported, NotImported, import};
pub use read::Problem;

pub fn routes(routes: Routes) -> Routes {
    download::routes(routes)
}

//! Style, script and icons: embedded, compressed, and named by their content.

use axum::Router;
use memory_serve::{Manifest, MemoryServe};
use std::sync::LazyLock;

static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| files().manifest());

/// Where an asset is served for good, such as `/assets/app.3f9a1c2b.css` for `/assets/app.css`.
pub fn path(asset: &'static str) -> &'static str {
    MANIFEST.get(asset).unwrap_or(asset)
}

pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    files().into_router()
}

fn files() -> MemoryServe {
    memory_serve::load!()
        .index_file(None)
        .enable_hashed_routes(true)
}

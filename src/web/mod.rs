//! How HTTP works here. Knows nothing of mentoring.

pub mod assets;
pub mod csv;
pub mod form;
pub mod markdown;
pub mod page;
pub mod pages;
pub mod routes;
pub mod typed;
pub mod words;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tracing::Level;

/// The longest a request may take.
const PATIENCE: Duration = Duration::from_secs(30);

const SECURITY_HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // Whatever is not for good, as the assets are, is made anew for whoever asks.
    (header::CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    ),
];

/// What stands round every route: ids, logs, limits, headers, and a page for whatever breaks.
pub fn serve<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    let mut router = routes
        .nest("/assets", assets::router())
        .fallback(async || crate::error::Error::NotFound)
        .method_not_allowed_fallback(async || crate::error::Error::NotFound);
    let logs = TraceLayer::new_for_http()
        .make_span_with(span)
        .on_response(DefaultOnResponse::new().level(Level::INFO));
    let layers = ServiceBuilder::new()
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(logs)
        .layer(CompressionLayer::new())
        .layer(from_fn(crate::error::explain))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            PATIENCE,
        ))
        .layer(CsrfLayer::new())
        .layer(DefaultBodyLimit::max(256 * 1024));
    router = router.layer(layers);
    for (name, value) in SECURITY_HEADERS {
        router = router.layer(SetResponseHeaderLayer::if_not_present(
            name,
            HeaderValue::from_static(value),
        ));
    }
    router
}

fn span(request: &axum::extract::Request) -> tracing::Span {
    let id = request
        .headers()
        .get("x-request-id")
        .and_then(|id| id.to_str().ok())
        .unwrap_or_default();
    // The path names pairings by number only; what was typed is never in it. A link's token would
    // let whoever reads the log in, so the route stands for the path there.
    let route = request.extensions().get().map(MatchedPath::as_str);
    let path = route.filter(|route| route.contains("{token}"));
    let path = path.unwrap_or_else(|| request.uri().path());
    tracing::info_span!("request", id, method = %request.method(), path)
}

fn panicked(cause: Box<dyn std::any::Any + Send>) -> Response {
    let cause = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("without a word");
    tracing::error!(cause, "a handler panicked");
    crate::error::broken().into_response()
}

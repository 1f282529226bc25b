//! What stands round every page: headers, assets for good, cookies, and a page for what breaks.

use crate::support::{TestApp, given};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use sqlx::PgPool;
use std::sync::{Arc, Mutex};
use tower::ServiceExt;
use waymark::App;
use waymark::people::cookies::Cookies;

/// The whole answer, with all its headers.
async fn get(app: &TestApp, path: &str, cookie: &str) -> (StatusCode, header::HeaderMap, String) {
    let request = Request::get(path).header(header::COOKIE, cookie);
    let request = request.body(Body::empty()).unwrap();
    let response = app.router().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = String::from_utf8_lossy(&body).into_owned();
    (parts.status, parts.headers, body)
}

#[sqlx::test]
async fn every_page_runs_nothing_of_others_and_is_kept_by_nobody(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = given::person(&app.db, "Maya").await;
    let signed_in = format!("sign_in={}", given::sign_in(&app.db, maya).await);
    for (path, cookie) in [
        ("/sign-in", ""),
        ("/privacy", &*signed_in),
        ("/", &signed_in),
        ("/account", &signed_in),
        ("/nowhere", &signed_in),
        ("/pairings/9", &signed_in),
    ] {
        let (_, headers, body) = get(&app, path, cookie).await;
        let of = |name: &str| headers[name].to_str().unwrap().to_owned();
        assert!(
            of("content-security-policy").starts_with("default-src 'self';"),
            "{path}"
        );
        assert_eq!(of("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(of("x-frame-options"), "DENY", "{path}");
        assert_eq!(of("referrer-policy"), "same-origin", "{path}");
        assert_eq!(of("cache-control"), "no-store", "{path}");
        for inline in ["<style", " style=", "<script>", " onclick=", "javascript:"] {
            assert!(!body.contains(inline), "{path} has {inline}");
        }
    }
}

#[sqlx::test]
async fn an_asset_is_served_for_good_under_the_name_of_its_content(db: PgPool) {
    let app = TestApp::new(db).await;
    let asset = waymark::web::assets::path("/assets/app.css");
    let (status, headers, body) = get(&app, asset, "").await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.contains("@layer"));
    let cached = headers[header::CACHE_CONTROL].to_str().unwrap();
    assert_ne!(cached, "no-store");
}

#[sqlx::test]
async fn a_page_that_breaks_says_under_which_number_it_is_in_the_log(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = given::person(&app.db, "Maya").await;
    let signed_in = format!("sign_in={}", given::sign_in(&app.db, maya).await);
    sqlx::query("alter table weekly_hours rename to hours_by_week")
        .execute(&app.db)
        .await
        .unwrap();
    let (status, headers, body) = get(&app, "/account/hours", &signed_in).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    let id = headers["x-request-id"].to_str().unwrap();
    assert!(!id.is_empty() && body.contains(id), "{id} is not in {body}");
    for cause in ["weekly_hours", "relation", "sqlx"] {
        assert!(!body.contains(cause), "{cause} is in {body}");
    }
}

#[sqlx::test]
async fn behind_https_cookies_are_this_hosts_alone(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = given::person(&app.db, "Maya").await;
    let email = given::password(&app.db, maya, "a-walk-by-the-river").await;
    let (router, _) = waymark::router(App {
        cookies: Cookies { secure: true },
        ..app.state()
    });
    let form = format!("email={email}&password=a-walk-by-the-river");
    let request = Request::post("/sign-in")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.replace('@', "%40")))
        .unwrap();
    let response = router.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let cookies = response.headers().get_all(header::SET_COOKIE);
    let cookies: Vec<&str> = cookies.iter().map(|one| one.to_str().unwrap()).collect();
    assert!(!cookies.is_empty());
    for cookie in cookies {
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

/// What is logged, kept in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[sqlx::test]
async fn the_token_of_a_link_is_not_logged(db: PgPool) {
    let app = TestApp::new(db).await;
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let listening = tracing::subscriber::set_default(subscriber);
    for route in &app.list {
        let path = route.path.replace("{token}", "5ec4e7");
        let path = path.replace(['{', '}'], "");
        app.stranger().send(route.method.clone(), &path, "").await;
    }
    app.stranger().get("/pairings/7").await;
    drop(listening);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("/pairings/7"), "{log}");
    assert!(log.contains("/invitations/{token}"), "{log}");
    assert!(!log.contains("5ec4e7"), "{log}");
}

//! The browsers in which somebody is signed in, each of which they can sign out from afar.

use super::Acting;
use super::acting::About;
use crate::App;
use crate::error::{Error, Result};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use time::PrimitiveDateTime;

#[derive(Template)]
#[template(path = "people/sign_ins.html")]
struct SignInsPage {
    frame: Frame,
    sign_ins: Vec<SignIn>,
}

struct SignIn {
    id: i64,
    browser: String,
    address: String,
    since: PrimitiveDateTime,
    this_one: bool,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/account/sign-ins", Entry::SignedIn, list).post(
        "/account/sign-ins/{sign_in}/revocation",
        Entry::SignedIn,
        revoke,
    )
}

async fn list(mut acting: Acting) -> Result<Response> {
    let viewer = acting.viewer.clone();
    let now = acting.now;
    let sign_ins = sqlx::query_as!(
        SignIn,
        r#"
        select
            id, browser, address,
            signed_in_at at time zone $2 as "since!",
            id = $3 as "this_one!"
        from sign_ins
        where person_id = $1 and expires_at > $4
        order by id = $3 desc, signed_in_at desc, id desc
        "#,
        viewer.id.0,
        viewer.time_zone,
        viewer.sign_in,
        now,
    )
    .fetch_all(&mut *acting)
    .await?;
    Ok(Page(SignInsPage {
        frame: acting.frame.clone(),
        sign_ins,
    })
    .into_response())
}

async fn revoke(
    State(app): State<App>,
    path: Result<Path<i64>, PathRejection>,
    mut acting: Acting,
) -> Result<Response> {
    let Path(id) = path.map_err(|_| Error::NotFound)?;
    let person = acting.viewer.id;
    sqlx::query!(
        "delete from sign_ins where id = $1 and person_id = $2 returning id",
        id,
        person.0,
    )
    .fetch_one(&mut *acting)
    .await?;
    let this_one = id == acting.viewer.sign_in;
    acting
        .commit("signed a browser out", About::Oneself)
        .await?;
    if this_one {
        let cookies = CookieJar::new().add(app.cookies.forget(app.cookies.sign_in()));
        return Ok((cookies, see("/sign-in")).into_response());
    }
    Ok(done("/account/sign-ins", "That browser is signed out."))
}

//! The offer, the agreement, pausing and ending.

use crate::support::given::At;
use crate::support::{TestApp, given};
use axum::http::StatusCode;
use sqlx::PgPool;

#[sqlx::test]
async fn both_accept_and_the_initial_meeting_begins(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::Offered).insert(&app.db).await;
    let maya = app.sign_in(pairing.mentor).await;
    let tom = app.sign_in(pairing.mentee).await;

    let path = format!("{}/acceptance", pairing.path);
    maya.post(&path, &[]).await.leads_to(&pairing.path);
    maya.get(&pairing.path)
        .await
        .is(StatusCode::OK)
        .says("Tom answers the offer");
    // Pressed twice: nothing more happens.
    maya.post(&path, &[]).await.leads_to(&pairing.path);
    tom.post(&path, &[]).await.leads_to(&pairing.path);
    tom.get(&pairing.path).await.says("Initial meeting");

    let path = format!("{}/refusal", pairing.path);
    tom.post(&path, &[]).await.is(StatusCode::CONFLICT);
}

//! A record while it is being written: kept as it is typed, and nobody's but its author's.

use super::form::RecordForm;
use super::{queries, write};
use crate::error::{Error, Result};
use crate::pairings::access::{Action, KeepDraft, May};
use crate::sessions::SessionId;
use crate::web::form::Form;
use crate::web::page::done;
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use time::{OffsetDateTime, PrimitiveDateTime};

pub struct Draft {
    pub fields: Vec<(String, String)>,
    pub saved: PrimitiveDateTime,
    page: String,
    saved_at: OffsetDateTime,
}

pub fn routes(routes: Routes) -> Routes {
    routes.post(
        "/pairings/{pairing}/sessions/{session}/draft",
        Entry::SignedIn,
        keep,
    )
}

/// By the button, or by the page itself as somebody types.
async fn keep(
    mut may: May<KeepDraft>,
    SessionId(id): SessionId,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let form = RecordForm::from(typed);
    let session = write::held(&mut may, id).await?;
    let shared = queries::own(&mut may, id).await?;
    if shared.is_some_and(|shared| shared.version() != form.one("version")) {
        return Err(Error::conflict(
            "You have shared this record since you opened this page. What you shared stands; what \
             you typed here is below, to be brought over.",
        ));
    }
    let before = find(&mut may, id).await?;
    if let Some(draft) = &before {
        draft.check(&form)?;
    }
    let begun = before.is_none();
    let saved = match before {
        Some(draft) if draft.fields == form.kept() => draft.saved,
        _ => store(&mut may, id, &form).await?,
    };
    let path = format!("{}/record", session.path(may.pairing()));
    // Whoever types need not leave a trail of every pause.
    match begun {
        true => may.commit_unseen().await?,
        false => may.commit_untold().await?,
    }
    Ok(match form.one("typing") {
        "yes" => format!("Saved at {}", words::hour(&saved.time())).into_response(),
        _ => done(&path, "Your draft is kept. Only you can read it."),
    })
}

impl Draft {
    /// The form that it was typed into.
    pub fn form(&self) -> RecordForm {
        RecordForm::from(self.fields.clone()).with("over", words::machine(&self.saved_at))
    }

    /// # Errors
    /// A conflict if it was typed on another page after this one was opened.
    pub fn check(&self, form: &RecordForm) -> Result<()> {
        let known = self.page == form.one("once")
            || words::machine(&self.saved_at) == form.one("over")
            || self.fields == form.kept();
        match known {
            true => Ok(()),
            false => Err(Error::conflict(
                "You have gone on with this record on another page since you opened this one. The \
                 draft kept there stands; what you typed here is below, to be brought over.",
            )),
        }
    }
}

/// What the viewer has begun to write of a session, and not shared.
pub async fn unshared<A: Action>(
    may: &mut May<A>,
    session: i64,
) -> sqlx::Result<Option<Vec<String>>> {
    let draft = find(may, session).await?;
    Ok(draft.map(|draft| draft.form().texts()))
}

/// The viewer's own.
pub async fn find<A: Action>(may: &mut May<A>, session: i64) -> sqlx::Result<Option<Draft>> {
    let (pairing, viewer) = (may.pairing().id, may.viewer().id);
    let zone = may.viewer().time_zone.clone();
    let row = sqlx::query!(
        r#"
        select fields, page, saved_at, saved_at at time zone $4 as "saved!"
        from record_drafts
        where session_id = $1 and pairing_id = $2 and author_id = $3
        "#,
        session,
        pairing.0,
        viewer.0,
        zone,
    )
    .fetch_optional(may.db())
    .await?;
    Ok(row.map(|row| Draft {
        fields: serde_json::from_value(row.fields).unwrap_or_default(),
        saved: row.saved,
        page: row.page,
        saved_at: row.saved_at,
    }))
}

/// Tells when, on the author's clock.
async fn store(
    may: &mut May<KeepDraft>,
    session: i64,
    form: &RecordForm,
) -> sqlx::Result<PrimitiveDateTime> {
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    let zone = may.viewer().time_zone.clone();
    let text = |text: String| Value::String(text.replace('\0', ""));
    let fields: Value = form
        .kept()
        .into_iter()
        .map(|(name, value)| Value::Array(vec![text(name), text(value)]))
        .collect();
    let page: String = form
        .one("once")
        .chars()
        .filter(char::is_ascii_hexdigit)
        .take(40)
        .collect();
    sqlx::query_scalar!(
        r#"
        insert into record_drafts (session_id, pairing_id, author_id, fields, page, saved_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (session_id, author_id) do update set
            fields = excluded.fields, page = excluded.page,
            saved_at = greatest(
                excluded.saved_at, record_drafts.saved_at + interval '1 microsecond'
            )
        returning saved_at at time zone $7 as "saved!"
        "#,
        session,
        pairing.0,
        viewer.0,
        fields,
        page,
        now,
        zone,
    )
    .fetch_one(may.db())
    .await
}

/// It is shared, or not wanted any more.
pub async fn forget<A: Action>(may: &mut May<A>, session: i64) -> sqlx::Result<()> {
    let viewer = may.viewer().id;
    sqlx::query!(
        "delete from record_drafts where session_id = $1 and author_id = $2",
        session,
        viewer.0,
    )
    .execute(may.db())
    .await?;
    Ok(())
}

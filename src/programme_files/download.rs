//! Those who manage a programme take it with them as a file.

use super::export;
use crate::error::{Error, Result};
use crate::people::acting::About;
use crate::programmes::access::Manages;
use crate::web::form::Asked;
use crate::web::routes::{Entry, Routes};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Default, Deserialize)]
struct Wanted {
    /// "yes", or settings only.
    #[serde(default)]
    people: String,
}

pub fn routes(routes: Routes) -> Routes {
    routes.get("/programmes/{programme}/file", Entry::SignedIn, download)
}

async fn download(mut manages: Manages, Asked(wanted): Asked<Wanted>) -> Result<Response> {
    let with_people = wanted.people == "yes";
    let id = manages.programme.id;
    manages
        .acting
        .record_reading(export::act(with_people), [About::Programme(id)])
        .await?;
    let file = export::file(&mut manages.acting, id, with_people).await?;
    let text = file.write().map_err(|cause| {
        let cause = sqlx::Error::Encode(Box::new(cause));
        Error::Database(cause)
    })?;
    let name = file_name(&manages.programme.name);
    let headers = [
        (CONTENT_TYPE, "application/json".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((headers, text).into_response())
}

/// What any system takes for a file's name.
fn file_name(programme: &str) -> String {
    let plain: String = programme
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    match words.join("-") {
        words if words.is_empty() => "programme.json".into(),
        words => format!("{words}.json"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_name_that_any_system_takes() {
        for (programme, file) in [
            ("Career mentoring 2027", "career-mentoring-2027.json"),
            ("../../etc/passwd\"; x=\"", "etc-passwd-x.json"),
            ("Übergang & Café", "bergang-caf.json"),
            ("حكمة", "programme.json"),
        ] {
            assert_eq!(file_name(programme), file);
        }
    }
}

//! Everybody enrolled in a programme, as a file: an import of it changes nothing.

use super::access::Runs;
use super::{part, people};
use crate::error::Result;
use crate::people::acting::About;
use crate::web::csv;
use axum::response::Response;

const HEADINGS: [&str; 12] = [
    "Full name",
    "Email address",
    "Job title",
    "Department",
    "Location",
    "Languages",
    "Grade",
    "Part",
    "Capacity",
    "About",
    "State",
    "Mentor’s email address",
];

pub async fn download(mut runs: Runs) -> Result<Response> {
    let about = [About::Programme(runs.programme.id)];
    runs.acting
        .record_reading("downloaded the people", about)
        .await?;
    let people = people::of(&mut runs, people::Wanted::default()).await?;
    let rows = people.into_iter().map(|one| {
        let state = one.state();
        [
            one.name.clone(),
            one.email.clone(),
            one.job_title.clone(),
            one.department.clone(),
            one.location.clone(),
            one.languages.join(", "),
            one.grade.map(|grade| grade.to_string()).unwrap_or_default(),
            part(one.side()).to_owned(),
            one.capacity
                .map(|places| places.to_string())
                .unwrap_or_default(),
            one.about.clone(),
            state,
            one.mentor_email().to_owned(),
        ]
    });
    Ok(csv::download("people", &HEADINGS, rows))
}

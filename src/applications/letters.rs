//! The letters to an applicant. What coordinators write to them stands on the page, not in a mail.

use super::path;
use super::stage::Decision;
use crate::App;
use crate::mail::Letter;
use crate::pairings::stage::Side;
use crate::people::PersonId;
use crate::programmes::access::Runs;
use crate::programmes::part;

/// To whom, and for which part they applied.
pub struct Applicant<'a> {
    pub person: PersonId,
    pub email: &'a str,
    pub side: Side,
}

pub async fn write(
    runs: &mut Runs,
    app: &App,
    applicant: &Applicant<'_>,
    decision: Decision,
) -> sqlx::Result<()> {
    let programme = runs.programme.name.clone();
    let (part, link) = (
        part(applicant.side),
        app.base_url.join(&path(runs.programme.id, applicant.side)),
    );
    let (subject, happened, next) = match decision {
        Decision::Approve => (
            format!("You are a {part} in {programme}"),
            format!("You take part in {programme} as a {part}."),
            "You are asked as soon as somebody is found who suits you. Your application, which you \
             can still change:",
        ),
        Decision::Ask => (
            format!("A question about your application for {programme}"),
            format!(
                "The coordinators of {programme} would like to know something before they decide."
            ),
            "Read their question and answer it here:",
        ),
        Decision::WaitList => (
            format!("You are on the waiting list of {programme}"),
            format!(
                "There is no place for another {part} in {programme} just now. You are on the waiting list."
            ),
            "You need not do anything. Your application, and what the coordinators say:",
        ),
        Decision::Decline => (
            format!("Your application for {programme}"),
            format!(
                "The coordinators of {programme} could not give you a place as a {part} this time."
            ),
            "Read what they say here:",
        ),
    };
    let sender = &runs.acting.viewer.name;
    let letter = Letter {
        recipient: applicant.email.to_owned(),
        person: Some(applicant.person),
        subject,
        body: format!(
            "{happened}\n\n{next}\n\n{link}\n\n{sender}, who coordinates {programme}, has sent this \
             because you applied for it.\n"
        ),
    };
    let now = runs.acting.now;
    letter.write(&mut runs.acting, app, now).await
}

//! The letters about an application. What people write to each other stands on the page, not in a
//! mail.

use super::access::Applies;
use super::path;
use super::stage::Decision;
use crate::App;
use crate::mail::Letter;
use crate::pairings::stage::Side;
use crate::people::PersonId;
use crate::programme_letters::{Kind, OwnWords, between};
use crate::programmes::access::{Programme, Runs};
use crate::programmes::part;

/// To whom, and for which part they applied.
pub struct Applicant<'a> {
    pub person: PersonId,
    pub email: &'a str,
    pub side: Side,
}

/// What was decided about an application.
pub struct DecisionLetter<'a> {
    pub decision: Decision,
    pub programme: &'a Programme,
    pub side: Side,
    pub sender: &'a str,
    /// The coordinators' own, in every letter of the kind.
    pub words: &'a str,
}

pub async fn write(
    runs: &mut Runs,
    app: &App,
    applicant: &Applicant<'_>,
    decision: Decision,
) -> sqlx::Result<()> {
    let words = OwnWords::of(&mut runs.acting, runs.programme.id).await?;
    let letter = DecisionLetter {
        decision,
        programme: &runs.programme,
        side: applicant.side,
        sender: &runs.acting.viewer.name,
        words: words.get(decision.letter()),
    };
    let letter = Letter {
        recipient: applicant.email.to_owned(),
        person: Some(applicant.person),
        subject: letter.subject(),
        body: letter.body(app),
    };
    let now = runs.acting.now;
    letter.write(&mut runs.acting, app, now).await
}

impl DecisionLetter<'_> {
    pub fn subject(&self) -> String {
        let (programme, part) = (&self.programme.name, part(self.side));
        match self.decision {
            Decision::Approve => format!("You are a {part} in {programme}"),
            Decision::Ask => format!("A question about your application for {programme}"),
            Decision::WaitList => format!("You are on the waiting list of {programme}"),
            Decision::Decline => format!("Your application for {programme}"),
        }
    }

    pub fn body(&self, app: &App) -> String {
        let (programme, sender) = (&self.programme.name, self.sender);
        let link = app.base_url.join(&path(self.programme.id, self.side));
        let first = between(&self.happened(), self.words, self.next());
        format!(
            "{first}\n\n{link}\n\n{sender}, who coordinates {programme}, has sent this because you \
             applied for it.\n"
        )
    }

    fn happened(&self) -> String {
        let (programme, part) = (&self.programme.name, part(self.side));
        match self.decision {
            Decision::Approve => format!("You take part in {programme} as a {part}."),
            Decision::Ask => format!(
                "The coordinators of {programme} would like to know something before they decide."
            ),
            Decision::WaitList => format!(
                "There is no place for another {part} in {programme} just now. You are on the waiting list."
            ),
            Decision::Decline => format!(
                "The coordinators of {programme} could not give you a place as a {part} this time."
            ),
        }
    }

    fn next(&self) -> &'static str {
        match self.decision {
            Decision::Approve => {
                "You are asked as soon as somebody is found who suits you. Your application, which \
                 you can still change:"
            }
            Decision::Ask => "Read their question and answer it here:",
            Decision::WaitList => {
                "You need not do anything. Your application, and what the coordinators say:"
            }
            Decision::Decline => "Read what they say here:",
        }
    }
}

impl Decision {
    fn letter(self) -> Kind {
        match self {
            Decision::Approve => Kind::Approved,
            Decision::Ask => Kind::Question,
            Decision::WaitList => Kind::WaitListed,
            Decision::Decline => Kind::Declined,
        }
    }
}

/// Tells whoever runs the programme that an application waits for their decision: `happened` is
/// what the applicant has done, such as "has applied for".
pub async fn write_to_coordinators(
    applies: &mut Applies,
    app: &App,
    application: i64,
    happened: &str,
) -> sqlx::Result<()> {
    let (programme, name) = (&applies.programme, &applies.acting.viewer.name);
    let words = format!("{name} {happened} {}", programme.name);
    let link = app
        .base_url
        .join(&programme.at(&format!("/applications/{application}")));
    let body = format!(
        "{words}, as a {}.\n\nRead the application and decide here:\n\n{link}\n\nWaymark wrote this, \
         because you coordinate {}.\n",
        part(applies.side),
        programme.name
    );
    let coordinators = sqlx::query!(
        r#"select person_id as "person!: PersonId", email as "email!" from coordinators_to_tell($1)"#,
        programme.id.0,
    )
    .fetch_all(&mut *applies.acting)
    .await?;
    let now = applies.acting.now;
    for coordinator in coordinators {
        let letter = Letter {
            recipient: coordinator.email,
            person: Some(coordinator.person),
            subject: words.clone(),
            body: body.clone(),
        };
        letter.write(&mut applies.acting, app, now).await?;
    }
    Ok(())
}

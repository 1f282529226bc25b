//! What one of the two has done, told to the other at once.

use super::act::{Direct, make_link};
use super::ahead::Onward;
use super::wishes::foot;
use crate::mail::{Enclosed, Letter, thread_of};
use crate::organisation::Organisation;
use crate::pairings::access::{Action, May};
use crate::pairings::offer;
use crate::pairings::stage::{Side, Stage};
use crate::people::PersonId;

/// Something that the other one is to know.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum News {
    /// The other one answers next.
    Accepted,
    /// Both have.
    Paired,
    Declined,
    /// The mentee no longer waits for the mentor's answer.
    TakenBack,
    /// Moving on is announced.
    MovingOn,
    /// The pairing is closed: early, or when everything was done.
    Ended,
}

/// The names of the one who did it, of whom the reader is paired with, and of the programme.
struct NewsLetter<'a> {
    news: News,
    to: Side,
    name: &'a str,
    partner: &'a str,
    programme: &'a str,
    mentees_ask: bool,
}

impl News {
    pub fn of_acceptance(stage: &Stage) -> News {
        match stage {
            Stage::Offered(_) => News::Accepted,
            Stage::Proposed(_)
            | Stage::InitialMeeting(_)
            | Stage::Sessions(_)
            | Stage::MovingOn(_)
            | Stage::Closed(_) => News::Paired,
        }
    }
}

/// Tells the other of the two, or both if a coordinator did it, should they still be here.
pub async fn tell<A: Action>(may: &mut May<A>, news: News) -> sqlx::Result<()> {
    let (pairing, name) = (may.pairing().clone(), may.viewer().name.clone());
    let direct = match news {
        News::Accepted => Direct::Offer,
        News::MovingOn | News::Paired | News::Declined | News::TakenBack | News::Ended => {
            Direct::Onward(Onward::Next)
        }
    };
    for side in [Side::Mentor, Side::Mentee] {
        if pairing.part.side() == Some(side) {
            continue;
        }
        let letter = NewsLetter {
            news,
            to: side,
            name: &name,
            partner: &pairing.person(side.other()).name,
            programme: &pairing.programme.name,
            mentees_ask: pairing.programme.mentees_ask,
        };
        write(may, side, direct, (letter.subject(), letter.said())).await?;
    }
    Ok(())
}

/// Tells the other of the two in words of one's own: what has happened, and what the link leads to.
pub async fn tell_other<A: Action>(
    may: &mut May<A>,
    direct: Direct,
    subject: String,
    said: (String, &str),
) -> sqlx::Result<()> {
    match may.pairing().part.side() {
        Some(side) => write(may, side.other(), direct, (subject, said)).await,
        None => Ok(()),
    }
}

async fn write<A: Action>(
    may: &mut May<A>,
    to: Side,
    direct: Direct,
    (subject, (fact, act)): (String, (String, &str)),
) -> sqlx::Result<()> {
    let (pairing, app, now) = (may.pairing().clone(), may.app().clone(), may.now());
    let person: PersonId = pairing.person(to).id;
    let recipient = sqlx::query_scalar!(
        "select email from people where id = $1 and deactivated_at is null",
        person.0,
    )
    .fetch_optional(may.db())
    .await?;
    let Some(recipient) = recipient else {
        return Ok(());
    };
    let at = Organisation::read(may.db()).await?.at();
    let link = make_link(may.db(), (person, pairing.id), direct, now).await?;
    let link = app.base_url.join(&link);
    let why = format!("{} has just done so", may.viewer().name);
    let letter = Letter {
        recipient,
        person: Some(person),
        subject,
        body: format!(
            "{fact}\n\n{act}\n\n{link}\n\n{}",
            foot(&app.base_url, &at, &why)
        ),
    };
    let enclosed = Enclosed {
        thread: Some(thread_of(&app, pairing.id)),
        ..Enclosed::default()
    };
    letter
        .write_with(&enclosed, may.db(), &app.base_url, now)
        .await
}

impl NewsLetter<'_> {
    fn subject(&self) -> String {
        let name = self.name;
        match self.news {
            News::Accepted => format!("{name} has accepted: your answer is next"),
            News::Paired => format!("You are paired with {name}"),
            News::Declined => format!("{name} has declined the offer"),
            News::TakenBack => format!("You need not answer {name} any more"),
            News::MovingOn => format!("{name} has announced that you are moving on"),
            News::Ended => format!("Your pairing with {} has ended", self.partner),
        }
    }

    /// What has happened, and what the link leads to.
    fn said(&self) -> (String, &'static str) {
        let (name, programme) = (self.name, self.programme);
        match self.news {
            News::Accepted => (
                format!("{name} would like to be paired with you in {programme}."),
                "Read the offer and answer it:",
            ),
            News::Paired => (
                format!("{name} has accepted as you have: you are paired in {programme}."),
                "See your next step:",
            ),
            News::Declined => (
                format!(
                    "The offer to be paired with {name} in {programme} is closed. Nobody is asked for \
                     a reason. {}; for this offer there is nothing left to do.",
                    offer::otherwise(Some(self.to), self.mentees_ask)
                ),
                "See the offer as it was:",
            ),
            News::TakenBack => (
                format!(
                    "{name} has taken back the request to be paired with you in {programme}. Plans \
                     change, and it says nothing about you: nobody is asked for a reason. Your place is \
                     free again, and you need not do anything."
                ),
                "See the offer as it was:",
            ),
            News::MovingOn => (
                format!(
                    "{name} has announced the end of your pairing in {programme}: there is one more \
                     session, and then you look back together."
                ),
                "See what comes next:",
            ),
            News::Ended => (
                format!(
                    "Your pairing with {} in {programme} is closed. Thank you for the time you gave it. \
                     What the two of you wrote stays yours to read.",
                    self.partner
                ),
                "See it as it was:",
            ),
        }
    }
}

//! What people's calendars answer to an invitation: a letter that somebody's mail server hands in.
//! It may be forged, so the most that it can do is to say that somebody does not come.

use super::invitations::{thread, when};
use super::queries::{self, Party};
use crate::config::BaseUrl;
use crate::error::Result;
use crate::mail::{Enclosed, Letter};
use crate::organisation::Organisation;
use crate::pairings::PairingId;
use crate::pairings::access::{ChangeSession, May, Part};
use crate::people::PersonId;
use crate::reminders::act::{Direct, make_link};
use crate::reminders::foot;
use crate::sessions::{self, outcome::still_to_come};
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarMethod, ICalendarParameterName,
    ICalendarParameterValue, ICalendarParticipationStatus, ICalendarProperty, ICalendarValue,
};
use mail_parser::{MessageParser, MimeHeaders};
use sqlx::PgConnection;
use time::OffsetDateTime;

/// The longest letter that is read, in bytes.
pub const LONGEST: usize = 512 * 1024;

/// What somebody's calendar said, word for word: nothing of it is known to be true.
#[derive(Debug, PartialEq)]
struct Reply {
    uid: String,
    email: String,
    sequence: i32,
    answer: &'static str,
}

/// What came of a letter.
#[derive(Debug, PartialEq)]
pub enum Received {
    Kept,
    /// It changes nothing, and this is why.
    Nothing(&'static str),
}

/// Takes a letter as it came (RFC 5322), and does what it says if that is an answer to an invitation
/// that stands.
pub async fn receive(
    db: &mut PgConnection,
    base_url: &BaseUrl,
    letter: &[u8],
    now: OffsetDateTime,
) -> sqlx::Result<Received> {
    let reply = match read(letter) {
        Ok(reply) => reply,
        Err(why) => return Ok(Received::Nothing(why)),
    };
    let answered = sqlx::query!(
        r#"
        select
            session_id as "session!", pairing_id as "pairing!", programme as "programme!",
            person as "person!", is_news as "is_news!", other_id as "other_id!: PersonId",
            other as "other!", other_email as "other_email!",
            other_time_zone as "other_time_zone!",
            starts_at at time zone other_time_zone as "other_starts!"
        from answer_invitation($1, $2, $3, $4, $5)
        "#,
        reply.uid,
        reply.email,
        reply.sequence,
        reply.answer,
        now,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(answered) = answered else {
        return Ok(Received::Nothing(
            "no session that is to come waits for this answer from this person",
        ));
    };
    if answered.is_news {
        let not_coming = NotComing {
            person: &answered.person,
            programme: &answered.programme,
            session: (PairingId(answered.pairing), answered.session),
            thread: thread(&reply.uid, &base_url.host()),
            another_time: reply.answer == "countered",
            how: "calendar answered the invitation",
        };
        let other = Party {
            id: answered.other_id,
            name: answered.other,
            email: answered.other_email,
            starts: answered.other_starts,
            time_zone: answered.other_time_zone,
            answer: None,
        };
        not_coming.write_to(&other, db, base_url, now).await?;
    }
    Ok(Received::Kept)
}

/// Keeps whether the viewer comes to a session, tells the other one if they do not, and says so.
pub async fn say(mut may: May<ChangeSession>, session: i64, comes: bool) -> Result<String> {
    let (now, app) = (may.now(), may.app().clone());
    let session = sessions::queries::find(&mut may, session).await?;
    still_to_come(&session, now)?;
    let is_news = sqlx::query_scalar!(
        "select say_whether_coming($1, $2, $3)",
        session.id,
        comes,
        now
    )
    .fetch_one(may.db())
    .await?;
    let booked = queries::session(may.db(), session.id).await?;
    let (own, other) = match may.pairing().part {
        Part::Mentor => (booked.mentor, booked.mentee),
        Part::Mentee | Part::Coordinator => (booked.mentee, booked.mentor),
    };
    if is_news == Some(true) {
        let not_coming = NotComing {
            person: &own.name,
            programme: &booked.programme,
            session: (may.pairing().id, session.id),
            thread: thread(&booked.uid, &app.base_url.host()),
            another_time: false,
            how: "answer has just come in",
        };
        not_coming
            .write_to(&other, may.db(), &app.base_url, now)
            .await?;
    }
    may.commit_as("said whether they come to a session").await?;
    Ok(match comes {
        true => format!("Good. You are expected on {}.", when(&own)),
        false => format!("{} is told that you cannot come.", other.name),
    })
}

/// The answer in a letter.
///
/// # Errors
/// Why it is none.
fn read(letter: &[u8]) -> std::result::Result<Reply, &'static str> {
    if letter.len() > LONGEST {
        return Err("the letter is too long");
    }
    let message = MessageParser::default()
        .parse(letter)
        .ok_or("it is not a letter")?;
    let mut senders = message.from().into_iter().flat_map(|from| from.iter());
    let sender = senders.next().and_then(|sender| sender.address());
    let sender = sender.ok_or("the letter does not say whom it is from")?;
    if senders.next().is_some() {
        return Err("the letter is from several people");
    }
    let calendar = message
        .parts
        .iter()
        .filter(|part| part.is_content_type("text", "calendar"))
        .find_map(|part| part.text_contents())
        .ok_or("the letter has no calendar in it")?;
    let calendar = ICalendar::parse(calendar).map_err(|_| "its calendar cannot be read")?;
    reply(&calendar, &sender.to_lowercase())
}

fn reply(calendar: &ICalendar, sender: &str) -> std::result::Result<Reply, &'static str> {
    let head = calendar.components.first();
    let method = head.and_then(|head| value(head, &ICalendarProperty::Method));
    let countered = match method {
        Some(ICalendarValue::Method(ICalendarMethod::Reply)) => false,
        Some(ICalendarValue::Method(ICalendarMethod::Counter)) => true,
        _ => return Err("its calendar does not answer an invitation"),
    };
    let mut events = calendar
        .components
        .iter()
        .filter(|one| one.component_type == ICalendarComponentType::VEvent);
    let (Some(event), None) = (events.next(), events.next()) else {
        return Err("its calendar is not about one event");
    };
    let uid = event
        .uid()
        .filter(|uid| is_ours(uid))
        .ok_or("its event is none of ours")?;
    let sequence = value(event, &ICalendarProperty::Sequence).map_or(Some(0), |sequence| {
        sequence
            .as_integer()
            .and_then(|number| i32::try_from(number).ok())
    });
    Ok(Reply {
        uid: uid.to_lowercase(),
        email: sender.to_owned(),
        sequence: sequence.ok_or("its event has no number that could be")?,
        answer: if countered {
            "countered"
        } else {
            answer(event, sender)?
        },
    })
}

fn value<'a>(
    component: &'a ICalendarComponent,
    property: &ICalendarProperty,
) -> Option<&'a ICalendarValue> {
    component.property(property)?.values.first()
}

/// `7f1c9a3e-0000-4000-8000-000000000000`
fn is_ours(uid: &str) -> bool {
    let dashes = [8, 13, 18, 23];
    uid.len() == 36
        && uid.bytes().enumerate().all(|(at, byte)| {
            if dashes.contains(&at) {
                byte == b'-'
            } else {
                byte.is_ascii_hexdigit()
            }
        })
}

/// Whoever answers, answers for themselves alone.
fn answer(
    event: &ICalendarComponent,
    sender: &str,
) -> std::result::Result<&'static str, &'static str> {
    let mut attendees = event.properties(&ICalendarProperty::Attendee);
    let (Some(attendee), None) = (attendees.next(), attendees.next()) else {
        return Err("it does not answer for one person");
    };
    let address = attendee.calendar_address().unwrap_or_default();
    if address.to_lowercase() != sender {
        return Err("it answers for somebody else than its sender");
    }
    match attendee.parameter(&ICalendarParameterName::Partstat) {
        Some(ICalendarParameterValue::Partstat(answer)) => match answer {
            ICalendarParticipationStatus::Accepted => Ok("accepted"),
            ICalendarParticipationStatus::Declined => Ok("declined"),
            ICalendarParticipationStatus::Tentative => Ok("tentative"),
            _ => Err("it neither accepts nor declines"),
        },
        _ => Err("it neither accepts nor declines"),
    }
}

/// A letter to the other of the two. It says no word that came with the answer.
struct NotComing<'a> {
    person: &'a str,
    programme: &'a str,
    session: (PairingId, i64),
    thread: String,
    another_time: bool,
    /// What of theirs said so: "calendar answered the invitation".
    how: &'a str,
}

impl NotComing<'_> {
    async fn write_to(
        &self,
        other: &Party,
        db: &mut PgConnection,
        base_url: &BaseUrl,
        now: OffsetDateTime,
    ) -> sqlx::Result<()> {
        let at = Organisation::read(db).await?.at();
        let (pairing, session) = self.session;
        let link = make_link(db, (other.id, pairing), Direct::Coming(session), now).await?;
        let link = base_url.join(&link);
        let why = format!(
            "{}’s {}, and you are one of the two who meet in {}",
            self.person, self.how, self.programme
        );
        let (person, when) = (self.person, when(other));
        let (subject, first) = if self.another_time {
            let first = format!("{person} asks for another time for your session of {when}.");
            (format!("{person} asks for another time"), first)
        } else {
            let first = format!("{person} cannot come to your session of {when}.");
            (format!("{person} cannot come to your session"), first)
        };
        let letter = Letter {
            recipient: other.email.clone(),
            person: Some(other.id),
            subject,
            body: format!(
                "{first}\n\nIt stands until one of you moves or cancels it:\n\n{link}\n\n{}",
                foot(base_url, &at, &why),
            ),
        };
        let enclosed = Enclosed {
            thread: Some(self.thread.clone()),
            ..Enclosed::default()
        };
        letter.write_with(&enclosed, db, base_url, now).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UID: &str = "7f1c9a3e-0000-4000-8000-00000000abcd";

    fn letter(from: &str, method: &str, event: &str) -> String {
        format!(
            "From: {from}\r\nTo: mentoring@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/alternative; boundary=edge\r\n\r\n--edge\r\n\
             Content-Type: text/plain\r\n\r\nYes.\r\n--edge\r\n\
             Content-Type: text/calendar; charset=utf-8; method={method}\r\n\r\n\
             BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n\
             UID:{UID}\r\nSEQUENCE:3\r\n{event}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n--edge--\r\n"
        )
    }

    const TOM: &str = "Tom <Tom@example.org>";
    const DECLINES: &str = "ATTENDEE;PARTSTAT=DECLINED:mailto:tom@example.org";

    #[test]
    fn an_answer_is_read_as_it_stands() {
        for (partstat, answer) in [
            ("ACCEPTED", "accepted"),
            ("DECLINED", "declined"),
            ("TENTATIVE", "tentative"),
        ] {
            let event = format!("ATTENDEE;CN=\"Tom\";PARTSTAT={partstat}:MAILTO:Tom@Example.org");
            let expected = Reply {
                uid: UID.into(),
                email: "tom@example.org".into(),
                sequence: 3,
                answer,
            };
            assert_eq!(read(letter(TOM, "REPLY", &event).as_bytes()), Ok(expected));
        }
        let countered = read(letter(TOM, "COUNTER", DECLINES).as_bytes()).unwrap();
        assert_eq!(countered.answer, "countered");
    }

    #[test]
    fn what_is_no_answer_of_its_sender_is_none() {
        let twice = format!("{DECLINES}\r\n{DECLINES}");
        let table = [
            (
                letter(TOM, "REQUEST", DECLINES),
                "does not answer an invitation",
            ),
            (
                letter(TOM, "CANCEL", DECLINES),
                "does not answer an invitation",
            ),
            (
                letter("eve@example.org", "REPLY", DECLINES),
                "somebody else",
            ),
            (
                letter("tom@example.org, eve@example.org", "REPLY", DECLINES),
                "several people",
            ),
            (letter(TOM, "REPLY", &twice), "for one person"),
            (letter(TOM, "REPLY", "SUMMARY:x"), "for one person"),
            (
                letter(TOM, "REPLY", "ATTENDEE:mailto:tom@example.org"),
                "neither accepts nor declines",
            ),
            (
                letter(TOM, "REPLY", DECLINES).replace(UID, "somebody-elses"),
                "none of ours",
            ),
            (
                letter(TOM, "REPLY", DECLINES).replace("SEQUENCE:3", "SEQUENCE:99999999999"),
                "no number",
            ),
            (
                letter(TOM, "REPLY", DECLINES).replace("text/calendar", "text/plain"),
                "no calendar",
            ),
            (
                "From: tom@example.org\r\n\r\nI am on holiday.".into(),
                "no calendar",
            ),
            (letter(TOM, "REPLY", &"x".repeat(LONGEST)), "too long"),
            (String::new(), ""),
        ];
        for (letter, why) in table {
            let refused = read(letter.as_bytes()).unwrap_err();
            assert!(refused.contains(why), "{refused}: {why}");
        }
    }

    #[test]
    fn nothing_that_is_handed_in_can_break_it() {
        let whole = letter(TOM, "REPLY", DECLINES);
        for end in 0..whole.len() {
            let _ = read(&whole.as_bytes()[..end]);
            let mut bent = whole.clone().into_bytes();
            for byte in [0, b'\r', b'"', b';', 0xff] {
                bent[end] = byte;
                let _ = read(&bent);
            }
        }
        for part in [
            "BEGIN:VCALENDAR\r\n",
            "BEGIN:VEVENT\r\n",
            "ATTENDEE;",
            "\r\n ",
        ] {
            let _ = read(letter(TOM, "REPLY", &part.repeat(20_000)).as_bytes());
        }
        for part in [
            "Content-Type: multipart/mixed; boundary=edge\r\n\r\n--edge\r\n",
            "Content-Type: message/rfc822\r\n\r\n",
            "From: a@b.example\r\n",
        ] {
            let _ = read(part.repeat(8_000).as_bytes());
        }
    }
}

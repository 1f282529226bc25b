//! What people in the demonstration say mentoring brings them. The same ratings each time: they
//! follow from names and statements.

use super::Running;
use super::calendar::Day;
use super::diary::{Deed, Diary};
use super::story::Story;
use crate::evidence::measures::{self, Point, Whose};
use sqlx::PgConnection;

/// Who has not got round to it yet.
const NOT_YET: [&str; 2] = ["Hannah Osei", "Gareth Llewellyn"];

/// Somebody in a programme, and what mentoring has been for them.
struct Asked {
    name: &'static str,
    whose: Whose,
    /// The first meeting with a partner.
    met: Option<Day>,
    /// When the last pairing of theirs was closed, if none goes on.
    ended: Option<Day>,
}

pub async fn answer(
    db: &mut PgConnection,
    running: &Running<'_>,
    diary: &mut Diary,
) -> sqlx::Result<()> {
    let programme = running.programme;
    let half_way = programme.starts + (programme.ends - programme.starts) / 2;
    for asked in everybody(running) {
        let spread = i64::try_from(dice(asked.name, "") % 10).unwrap_or(0);
        let start = (Point::Start, programme.starts + 1 + spread);
        let later = match asked.ended {
            Some(day) => (Point::End, day + 1),
            None => (Point::HalfWay, half_way + 1 + spread),
        };
        keep(db, running, (&asked, start), diary).await?;
        if !NOT_YET.contains(&asked.name) {
            keep(db, running, (&asked, later), diary).await?;
        }
    }
    Ok(())
}

fn everybody<'a>(running: &Running<'a>) -> impl Iterator<Item = Asked> + use<'a> {
    let programme = running.programme;
    let mentors = programme
        .mentors
        .iter()
        .map(|one| (one.name, Whose::Mentor));
    let mentees = programme.stories.iter().map(|one| one.mentee);
    let waiting = programme.waiting.iter().map(|(name, _)| *name);
    let mentees = mentees.chain(waiting).map(|name| (name, Whose::Mentee));
    let coordinators = programme.coordinators.iter();
    let coordinators = coordinators.map(|name| (*name, Whose::Organisation));
    let everybody = mentors.chain(mentees).chain(coordinators);
    everybody.map(move |(name, whose)| {
        let own = |story: &&&Story| name == story.mentor || name == story.mentee;
        let stories: Vec<&Story> = programme.stories.iter().filter(own).copied().collect();
        let closed: Option<Vec<Day>> = stories
            .iter()
            .map(|story| story.closed.map(|closed| closed.day))
            .collect();
        let met = stories.iter().filter_map(|story| story.met()).min();
        Asked {
            name,
            whose,
            met,
            ended: met.and(closed).and_then(|days| days.into_iter().max()),
        }
    })
}

async fn keep(
    db: &mut PgConnection,
    running: &Running<'_>,
    (asked, (point, day)): (&Asked, (Point, Day)),
    diary: &mut Diary,
) -> sqlx::Result<()> {
    let person = running.known[asked.name];
    let at = running.calendar.at(day, (16, 10), person.zone);
    let had_partner = asked.met.is_some_and(|met| met < day);
    let statements = measures::of(Whose::Organisation);
    let own = measures::of(asked.whose).filter(|_| asked.whose != Whose::Organisation);
    let (measures, ratings): (Vec<String>, Vec<Option<i16>>) = own
        .chain(statements)
        .map(|measure| {
            let rating = rating(asked.name, measure.key, (point, had_partner));
            (measure.key.to_owned(), rating)
        })
        .unzip();
    sqlx::query!(
        "with sheet as (
            insert into outcome_sheets
                (programme_id, person_id, point, saved_at, sent_at, had_mentor, had_mentee)
            select $1, $2, $3, at, at, $6, $7 from (select $4::timestamp at time zone $5) sent (at)
            returning programme_id, person_id, point
         )
         insert into outcome_ratings (programme_id, person_id, point, measure, rating)
         select programme_id, person_id, point, measure, rating
         from sheet, unnest($8::text[], $9::smallint[]) said (measure, rating)",
        running.id,
        person.id,
        point.slug(),
        at.local,
        at.zone,
        had_partner && asked.whose == Whose::Mentee,
        had_partner && asked.whose == Whose::Mentor,
        &measures,
        &ratings as &[Option<i16>],
    )
    .execute(db)
    .await?;
    let answered = Deed::by_oneself("answered what mentoring brings", person.id);
    diary.write(at, person.id, answered);
    Ok(())
}

/// Most gain a little with a partner, some much, and a few nothing.
fn rating(name: &str, measure: &str, (point, had_partner): (Point, bool)) -> Option<i16> {
    const START: [i16; 8] = [2, 3, 3, 4, 2, 3, 4, 3];
    const WITH: [i16; 8] = [1, 1, 0, 2, 0, 1, -1, 1];
    const WITHOUT: [i16; 8] = [0, 0, 1, -1, 0, 0, 0, -1];
    let dice = dice(name, measure);
    let start = START[dice % 8];
    let change = dice / 8 % 8;
    match point {
        Point::Start => Some(start),
        Point::HalfWay | Point::End if (dice / 64).is_multiple_of(24) => None,
        Point::HalfWay | Point::End if had_partner => Some((start + WITH[change]).clamp(1, 5)),
        Point::HalfWay | Point::End => Some((start + WITHOUT[change]).clamp(1, 5)),
    }
}

/// FNV-1a, of which the upper half is spread well.
fn dice(name: &str, measure: &str) -> usize {
    let bytes = name.bytes().chain(measure.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    usize::try_from(hash >> 40).unwrap_or(0)
}

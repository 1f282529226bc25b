//! Everybody in a programme who could be paired, and all that a score looks at.

use super::scoring::levels;
use crate::matching::kernel::{HALF_HOURS, Week};
use crate::programmes::ProgrammeId;
use crate::questions::Question;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use time::{Date, OffsetDateTime};

/// In the order of who has waited longest, after those whose pairing ended because a change was asked
/// for; and of mentors' names.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Pool {
    pub mentees: Vec<Mentee>,
    pub mentors: Vec<Mentor>,
    /// The names of choices and skills that answers speak of.
    pub choices: BTreeMap<i64, String>,
    pub skills: BTreeMap<i64, String>,
    /// The points of scales, by question.
    pub scales: BTreeMap<i64, i16>,
    #[serde(default, skip_serializing_if = "Whole::is_unknown")]
    pub whole: Whole,
    /// How many mentees the programme lets a mentor have at most, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity_max: Option<u32>,
}

/// What points depend on beyond the two, of everybody who takes part in the programme: whoever else is
/// matched or listed makes no difference.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Whole {
    /// How many levels the deepest department has.
    pub deepest: usize,
    /// What mentors name, by question.
    pub named: BTreeMap<i64, Vec<i64>>,
}

impl Whole {
    /// As in what was kept before any of it was.
    fn is_unknown(&self) -> bool {
        *self == Whole::default()
    }

    pub async fn read(
        db: &mut PgConnection,
        programme: ProgrammeId,
        now: OffsetDateTime,
    ) -> sqlx::Result<Self> {
        let rows = sqlx::query!(
            "select department, question_id, choice_id
             from compared_with_everybody($1, $2)
             order by question_id, choice_id",
            programme.0,
            now,
        )
        .fetch_all(db)
        .await?;
        let mut whole = Whole::default();
        for row in rows {
            let levels = row.department.map_or(0, |one| levels(&one).len());
            whole.deepest = whole.deepest.max(levels);
            if let (Some(question), Some(choice)) = (row.question_id, row.choice_id) {
                whole.named.entry(question).or_default().push(choice);
            }
        }
        Ok(whole)
    }
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Person {
    pub id: i64,
    pub name: String,
    pub job_title: String,
    pub department: String,
    pub location: String,
    pub grade: Option<i16>,
    pub languages: Vec<String>,
    /// Half-hours of the week in UTC, from Monday at 00:00; none for whoever has not said when.
    pub half_hours: Vec<u16>,
    pub skills: Vec<i64>,
    /// Where each stands in the order in which they were named, from 1; of whoever was not asked for one,
    /// all have the first place.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skill_places: BTreeMap<i64, i16>,
    /// By question.
    pub answers: BTreeMap<i64, Answer>,
}

/// What can be compared of an answer.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Point(i16),
    /// Choices in the order that was given; of a ranking, the dearest first.
    Choices(Vec<i64>),
    Ranked(Vec<i64>),
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Mentee {
    pub person: Person,
    pub since: Date,
    /// Mentors, the dearest first.
    pub wishes: Vec<i64>,
    /// Whom they are proposed to, without being told of it yet.
    pub proposed: Option<Proposed>,
    pub unwilling: Vec<i64>,
    /// Within two steps of the line, up or down.
    pub in_line: Vec<i64>,
    /// Paired before or in another programme, or an offer of the two declined or lapsed.
    pub before: Vec<i64>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Proposed {
    pub pairing: i64,
    pub mentor: i64,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Mentor {
    pub person: Person,
    pub capacity: u32,
    /// By pairings that are open and known to the two.
    pub taken: u32,
    /// They take nobody on today.
    pub away: bool,
    pub experienced: bool,
}

impl Person {
    /// Empty for whoever has not said when.
    pub fn week(&self) -> Week {
        self.half_hours
            .iter()
            .map(|one| usize::from(*one))
            .collect()
    }

    /// What they want to learn, what matters most first, and how much each weighs: of three that are
    /// named in order, three, two and one.
    pub fn wanted_skills(&self) -> Vec<(i64, u16)> {
        let place = |skill: &i64| self.skill_places.get(skill).copied().unwrap_or(1);
        let most = self.skills.iter().map(place).max().unwrap_or(1);
        let mut wanted: Vec<(i64, u16)> = (self.skills.iter())
            .map(|skill| (*skill, (most - place(skill) + 1).unsigned_abs()))
            .collect();
        wanted.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
        wanted
    }

    /// Keeps what they have answered, as far as it can be compared.
    pub fn take(&mut self, answered: Vec<Answered>) {
        for row in answered {
            let answer = match (row.kind.as_str(), row.points) {
                ("skills", _) => {
                    for (skill, place) in row.skills.into_iter().zip(row.skill_places) {
                        let known = self.skill_places.entry(skill).or_insert(place);
                        *known = place.min(*known);
                    }
                    continue;
                }
                ("ranked", _) => Answer::Ranked(row.choices),
                ("one" | "many", _) => Answer::Choices(row.choices),
                ("scale", Some(points)) => Answer::Point(points),
                _ => continue,
            };
            self.answers.insert(row.question_id, answer);
        }
        self.skills = self.skill_places.keys().copied().collect();
        if self.skill_places.values().all(|place| *place == 1) {
            self.skill_places.clear();
        }
    }
}

impl Mentor {
    /// Places that can still be given.
    pub fn places(&self) -> u32 {
        match self.away {
            true => 0,
            false => self.capacity.saturating_sub(self.taken),
        }
    }
}

impl Mentee {
    /// Whether the same was known of them, whatever was proposed.
    pub fn is_known_as(&self, other: &Mentee) -> bool {
        let without = |one: &Mentee| Mentee {
            proposed: None,
            ..one.clone()
        };
        without(self) == without(other)
    }
}

impl Pool {
    pub fn mentee(&self, id: i64) -> Option<usize> {
        self.mentees.iter().position(|one| one.person.id == id)
    }

    pub fn mentor(&self, id: i64) -> Option<usize> {
        self.mentors.iter().position(|one| one.person.id == id)
    }

    /// Of a mentee or a mentor who is here.
    pub fn name(&self, id: i64) -> Option<&str> {
        let mentee = self.mentee(id).map(|at| &self.mentees[at].person);
        let mentor = || self.mentor(id).map(|at| &self.mentors[at].person);
        mentee.or_else(mentor).map(|one| one.name.as_str())
    }

    /// Everybody in the programme as they are today, for whoever runs it.
    pub async fn read(
        db: &mut PgConnection,
        (programme, today): (ProgrammeId, Date),
        questions: &[Question],
    ) -> sqlx::Result<Self> {
        let mut people = people(db, programme, today).await?;
        hours(db, today, &mut people).await?;
        let asked: Vec<i64> = (questions.iter())
            .filter(|one| one.for_matching && !one.archived)
            .map(|one| one.id)
            .collect();
        answers(db, programme, &asked, &mut people).await?;
        let (mut mentees, mut mentors) = (Vec::new(), Vec::new());
        for one in people {
            match one {
                Found::Mentee(mentee) => mentees.push(mentee),
                Found::Mentor(mentor) => mentors.push(mentor),
            }
        }
        kept_apart(db, programme, &mut mentees).await?;
        // The moment matters to nobody who runs the programme.
        let whole = Whole::read(db, programme, today.midnight().assume_utc()).await?;
        Self::of(db, (questions, whole), mentees, mentors).await
    }

    /// Of these people, with the names of what their answers speak of.
    pub async fn of(
        db: &mut PgConnection,
        (questions, whole): (&[Question], Whole),
        mentees: Vec<Mentee>,
        mentors: Vec<Mentor>,
    ) -> sqlx::Result<Self> {
        let named = |id: i64, wording: &String| (id, wording.clone());
        Ok(Self {
            choices: (questions.iter().flat_map(|one| &one.choices))
                .map(|choice| named(choice.id, &choice.wording))
                .collect(),
            skills: skills(db, &mentees, &mentors).await?,
            scales: (questions.iter())
                .filter_map(|one| Some((one.id, one.points?)))
                .collect(),
            mentees,
            mentors,
            whole,
            capacity_max: None,
        })
    }
}

enum Found {
    Mentee(Mentee),
    Mentor(Mentor),
}

impl Found {
    fn person(&mut self) -> &mut Person {
        match self {
            Found::Mentee(one) => &mut one.person,
            Found::Mentor(one) => &mut one.person,
        }
    }

    fn part(&self) -> &'static str {
        match self {
            Found::Mentee(_) => "mentee",
            Found::Mentor(_) => "mentor",
        }
    }
}

/// Mentees without a pairing that they know of, nor a completed one, and all mentors.
#[expect(clippy::too_many_lines, reason = "one query, and what it asks")]
async fn people(
    db: &mut PgConnection,
    programme: ProgrammeId,
    today: Date,
) -> sqlx::Result<Vec<Found>> {
    let rows = sqlx::query!(
        r#"
        with open as (
            select id, mentor_id, mentee_id, offered_on from pairings
            where programme_id = $1 and closed_on is null
        )
        select
            people.id, full_name, job_title, department, location, grade, languages,
            enrolments.part, enrolments.capacity,
            mentees.since as "since?",
            (select count(*) from open where mentor_id = people.id and offered_on is not null)
                as "taken!",
            proposed.id as "proposed?", proposed.mentor_id as "proposed_to?",
            exists (
                select from applications
                where applications.programme_id = $1 and applications.person_id = people.id
                    and applications.part = 'mentor' and $2 between away_from and away_until
            ) as "away!",
            people.id in (select experienced_mentors($1)) as "experienced!"
        from enrolments
        join people on people.id = enrolments.person_id
        left join mentees
            on enrolments.part = 'mentee' and mentees.programme_id = $1
            and mentees.person_id = people.id
        left join open proposed
            on proposed.mentee_id = people.id and proposed.offered_on is null
            and enrolments.part = 'mentee'
        where enrolments.programme_id = $1 and left_at is null and deactivated_at is null
            and (enrolments.part = 'mentor' or to_be_matched)
        order by
            enrolments.part = 'mentee' and people.id in (select first_in_line($1)) desc,
            mentees.since, full_name, people.id
        "#,
        programme.0,
        today,
    )
    .fetch_all(db)
    .await?;
    let found = rows.into_iter().map(|row| {
        let person = Person {
            id: row.id.0,
            name: row.full_name,
            job_title: row.job_title,
            department: row.department,
            location: row.location,
            grade: row.grade,
            languages: row.languages,
            half_hours: Vec::new(),
            skills: Vec::new(),
            skill_places: BTreeMap::new(),
            answers: BTreeMap::new(),
        };
        match row.part.as_str() {
            "mentor" => Found::Mentor(Mentor {
                person,
                capacity: row
                    .capacity
                    .map_or(0, |capacity| u32::from(capacity.unsigned_abs())),
                taken: u32::try_from(row.taken).unwrap_or(u32::MAX),
                away: row.away,
                experienced: row.experienced,
            }),
            _ => Found::Mentee(Mentee {
                person,
                since: row.since.unwrap_or(today),
                wishes: Vec::new(),
                proposed: row
                    .proposed
                    .zip(row.proposed_to)
                    .map(|(pairing, mentor)| Proposed {
                        pairing: pairing.0,
                        mentor,
                    }),
                unwilling: Vec::new(),
                in_line: Vec::new(),
                before: Vec::new(),
            }),
        }
    });
    Ok(found.collect())
}

/// The half-hours of everybody's week, as they lie in this week in UTC. Each given begins so many
/// minutes after Monday at 00:00 there, or before it.
async fn hours(db: &mut PgConnection, today: Date, people: &mut [Found]) -> sqlx::Result<()> {
    let ids: Vec<i64> = people.iter_mut().map(|one| one.person().id).collect();
    let rows = sqlx::query!(
        r#"
        with week as (
            select date_trunc('week', $2::timestamp) as monday
        )
        select
            person_id,
            array_agg(
                extract(epoch from (local at time zone time_zone) at time zone 'UTC' - monday)::int / 60
            ) as "begin!"
        from week
        cross join weekly_hours
        join people on people.id = person_id
        cross join lateral generate_series(
            monday + (weekday - 1) * interval '1 day' + lower(hours),
            monday + (weekday - 1) * interval '1 day' + upper(hours) - interval '30 minutes',
            interval '30 minutes'
        ) as local
        where person_id = any ($1)
        group by person_id
        "#,
        &ids,
        time::PrimitiveDateTime::new(today, time::Time::MIDNIGHT),
    )
    .fetch_all(db)
    .await?;
    let mut by_person: BTreeMap<i64, Vec<i32>> = rows
        .into_iter()
        .map(|row| (row.person_id, row.begin))
        .collect();
    for one in people {
        let person = one.person();
        let given = by_person.remove(&person.id).unwrap_or_default();
        person.half_hours = half_hours(&given);
    }
    Ok(())
}

/// The half-hours of the week that lie wholly within what somebody gives. Where clocks are a quarter of
/// an hour beside the others', the quarters at the ends of what is given are left out: what two have in
/// common is never said to be more than it is.
fn half_hours(begin: &[i32]) -> Vec<u16> {
    let all = i32::try_from(2 * HALF_HOURS).unwrap_or(i32::MAX);
    let quarters: BTreeSet<i32> = (begin.iter())
        .flat_map(|minutes| [0, 1].map(|next| (minutes.div_euclid(15) + next).rem_euclid(all)))
        .collect();
    let whole = (0_u16..).take(HALF_HOURS).filter(|half| {
        let first = 2 * i32::from(*half);
        quarters.contains(&first) && quarters.contains(&(first + 1))
    });
    whole.collect()
}

async fn answers(
    db: &mut PgConnection,
    programme: ProgrammeId,
    asked: &[i64],
    people: &mut [Found],
) -> sqlx::Result<()> {
    let rows = sqlx::query_as!(
        Answered,
        r#"
        select
            person_id as "person_id!", part as "part!", question_id as "question_id!",
            kind as "kind!", points, choices as "choices!", skills as "skills!",
            skill_places as "skill_places!"
        from answers_to_match($1, $2)
        "#,
        programme.0,
        asked,
    )
    .fetch_all(db)
    .await?;
    let mut by_person = by_person(rows);
    for one in people {
        let key = (one.person().id, one.part().to_owned());
        let answered = by_person.remove(&key).unwrap_or_default();
        one.person().take(answered);
    }
    Ok(())
}

/// An answer as it is stored, of whom and as what.
pub struct Answered {
    pub person_id: i64,
    pub part: String,
    pub question_id: i64,
    pub kind: String,
    pub points: Option<i16>,
    pub choices: Vec<i64>,
    pub skills: Vec<i64>,
    /// Of each of them.
    pub skill_places: Vec<i16>,
}

pub fn by_person(rows: Vec<Answered>) -> BTreeMap<(i64, String), Vec<Answered>> {
    let mut by_person: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rows {
        let key = (row.person_id, row.part.clone());
        by_person.entry(key).or_default().push(row);
    }
    by_person
}

/// Whom each mentee wishes for, and with whom they are not to be paired.
async fn kept_apart(
    db: &mut PgConnection,
    programme: ProgrammeId,
    mentees: &mut [Mentee],
) -> sqlx::Result<()> {
    let ids: Vec<i64> = mentees.iter().map(|one| one.person.id).collect();
    let rows = sqlx::query!(
        r#"
        with unwilling as materialized (
            select wish.person_id as one, exclusions.person_id as other
            from exclusions join applications wish on wish.id = application_id
            where wish.programme_id = $1 and sent_at is not null
        ),
        paired as materialized (
            select mentor_id, mentee_id from paired_before($1)
        )
        select
            mentee.id as "id!: i64",
            array(
                select mentor_id from mentor_wishes
                join programmes on id = programme_id
                where programme_id = $1 and mentee_id = mentee.id and who_asks = 'both'
                order by place
            ) as "wishes!",
            array(
                select case when one = mentee.id then other else one end
                from unwilling
                where mentee.id in (one, other)
                order by 1
            ) as "unwilling!",
            array(
                select id from people line
                where id in (mentee.line_manager_id, above.line_manager_id) and id <> mentee.id
                union
                select id from people below where below.line_manager_id = mentee.id
                union
                select further.id
                from people below join people further on further.line_manager_id = below.id
                where below.line_manager_id = mentee.id and further.id <> mentee.id
                order by id
            ) as "in_line!",
            array(
                select mentor_id from paired where mentee_id = mentee.id order by mentor_id
            ) as "before!"
        from people mentee
        left join people above on above.id = mentee.line_manager_id
        where mentee.id = any ($2)
        "#,
        programme.0,
        &ids,
    )
    .fetch_all(db)
    .await?;
    let mut by_id: BTreeMap<i64, _> = rows.into_iter().map(|row| (row.id, row)).collect();
    for one in mentees {
        if let Some(row) = by_id.remove(&one.person.id) {
            one.wishes = row.wishes;
            one.unwilling = row.unwilling;
            one.in_line = row.in_line;
            one.before = row.before;
        }
    }
    Ok(())
}

async fn skills(
    db: &mut PgConnection,
    mentees: &[Mentee],
    mentors: &[Mentor],
) -> sqlx::Result<BTreeMap<i64, String>> {
    let people = mentees
        .iter()
        .map(|one| &one.person)
        .chain(mentors.iter().map(|one| &one.person));
    let mut ids: Vec<i64> = people.flat_map(|one| one.skills.iter().copied()).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = sqlx::query!("select id, name from skills where id = any ($1)", &ids)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

#[cfg(test)]
mod tests {
    use super::half_hours;

    const DAY: i32 = 24 * 60;

    #[test]
    fn half_hours_lie_wholly_within_what_is_given() {
        for (place, begin, whole) in [
            (
                "London, Monday at 09:00, an hour",
                vec![540, 570],
                vec![18, 19],
            ),
            (
                "Kolkata, Monday at 09:00, an hour",
                vec![210, 240],
                vec![7, 8],
            ),
            // 03:15 to 04:15: an hour in common with whoever gives 03:00 to 04:00 would be too much.
            (
                "Kathmandu, Monday at 09:00, an hour",
                vec![195, 225],
                vec![7],
            ),
            ("Kathmandu, Monday at 09:00, half of one", vec![195], vec![]),
            // From Sunday at 23:15 on.
            (
                "Kathmandu, Monday at 05:00, an hour",
                vec![-45, -15],
                vec![335],
            ),
            (
                "Auckland, Monday at 00:00, half an hour",
                vec![-13 * 60],
                vec![310],
            ),
            // Until Monday at 00:30.
            (
                "Across the end of the week, a quarter beside the hour",
                vec![7 * DAY - 15, 7 * DAY + 15],
                vec![0],
            ),
            ("In no order, and twice", vec![30, 0, 0], vec![0, 1]),
            ("Nothing", vec![], vec![]),
        ] {
            assert_eq!(half_hours(&begin), whole, "{place}");
        }
    }
}

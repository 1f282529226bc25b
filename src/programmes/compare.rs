//! What speaks for a mentor and a mentee, and what stands in the way: facts in words.

use super::access::{Programme, Runs};
use crate::pairings::PairingId;
use crate::people::PersonId;
use crate::web::words::{self, short_day};
use crate::workbench::Suits;
use time::Date;

pub const UNWILLING: &str = "One of them would rather not be paired with the other";

/// Somebody who might be paired, as the coordinator sees them.
#[derive(Clone, Debug)]
pub struct Profile {
    pub id: PersonId,
    pub name: String,
    pub job_title: String,
    pub department: String,
    pub location: String,
    pub languages: Vec<String>,
    pub grade: Option<i16>,
    pub time_zone: String,
    pub about: String,
    line_manager: Option<i64>,
}

/// The mentee to be paired.
#[derive(Clone, Debug)]
pub struct Mentee {
    pub profile: Profile,
    /// Why they are not free.
    pub taken: Option<Taken>,
}

/// The one pairing that a mentee has in a programme, from its proposal on.
#[derive(Clone, Debug)]
pub struct Taken {
    pairing: PairingId,
    mentor: String,
    /// Only coordinators know of it yet.
    pub draft: bool,
}

/// A proposal that a mentor is part of.
#[derive(Clone, Debug)]
pub struct Draft {
    pairing: PairingId,
    pub mentee: String,
}

/// A mentor beside that mentee.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub profile: Profile,
    pub capacity: i16,
    /// By open pairings, proposals included.
    pub taken: i64,
    /// Those of them that only coordinators know of, with somebody else.
    pub drafts: Vec<Draft>,
    /// There is an open pairing of just these two.
    pub together: bool,
    /// When the last pairing of just these two was closed.
    pub together_until: Option<Date>,
    /// Either has said so; who did is nobody's to know here.
    unwilling: bool,
    /// One of the two manages the other, or the other's manager.
    in_line: bool,
    /// When they take nobody on.
    away: Option<(Date, Date)>,
    /// By what counts in the programme's matching.
    pub suits: Suits,
}

impl Mentee {
    pub fn stands(&self) -> String {
        match &self.taken {
            Some(taken) if taken.draft => format!("Proposed already for {}", taken.mentor),
            Some(taken) => format!("Has a mentor or an open offer: {}", taken.mentor),
            None => "Free to be paired".into(),
        }
    }

    /// What a mentee who is not free has, after their name.
    pub fn has(&self) -> String {
        match &self.taken {
            Some(taken) if taken.draft => format!("is proposed already for {}", taken.mentor),
            Some(taken) => format!("already has a mentor or an open offer: {}", taken.mentor),
            None => "already has a mentor or an open offer".into(),
        }
    }
}

impl Draft {
    pub fn path(&self) -> String {
        format!("/pairings/{}", self.pairing)
    }
}

impl Taken {
    pub fn path(&self) -> String {
        format!("/pairings/{}", self.pairing)
    }
}

impl Candidate {
    pub fn places(&self) -> String {
        let free = (i64::from(self.capacity) - self.taken).max(0);
        let places = if self.capacity == 1 {
            "place"
        } else {
            "places"
        };
        match self.drafts.len() {
            0 => format!("{free} of {} {places} free", self.capacity),
            drafts => format!(
                "{free} of {} {places} free, {drafts} proposed",
                self.capacity
            ),
        }
    }

    fn is_full(&self) -> bool {
        self.taken >= i64::from(self.capacity)
    }

    /// The proposals of which one could be withdrawn to have a place again.
    pub fn in_the_way(&self) -> &[Draft] {
        match self.is_full() && !self.together {
            true => &self.drafts,
            false => &[],
        }
    }

    /// "Maya has no free place: proposed for Ada and Ben"
    pub fn no_place(&self) -> String {
        let maya = &self.profile.name;
        if self.drafts.is_empty() {
            return format!("{maya} has no free place");
        }
        let names: Vec<&str> = self.drafts.iter().map(|one| one.mentee.as_str()).collect();
        format!(
            "{maya} has no free place: proposed for {}",
            words::named(&names)
        )
    }

    /// What speaks for the two.
    pub fn reasons(&self, mentee: &Mentee) -> Vec<String> {
        let mut reasons = Vec::new();
        let (mentor, mentee) = (&self.profile, &mentee.profile);
        if same(&mentor.department, &mentee.department) {
            reasons.push(format!("Same department: {}", mentor.department));
        }
        if same(&mentor.location, &mentee.location) {
            reasons.push(format!("Same place: {}", mentor.location));
        }
        if !self.is_full() {
            reasons.push(self.places());
        }
        reasons
    }

    /// What stands in the way, in the order in which the rules of pairing are kept.
    pub fn blockers(&self, mentee: &Mentee) -> Vec<String> {
        let mut blockers = Vec::new();
        let (mentor, mentee) = (&self.profile, &mentee.profile);
        if mentor.id == mentee.id {
            blockers.push(format!("{} cannot mentor themselves", mentor.name));
        }
        if mentee.line_manager == Some(mentor.id.0) {
            blockers.push(format!("{} is {}’s line manager", mentor.name, mentee.name));
        }
        if mentor.line_manager == Some(mentee.id.0) {
            blockers.push(format!("{} is {}’s line manager", mentee.name, mentor.name));
        }
        if self.in_line && blockers.is_empty() {
            let (one, other) = (&mentor.name, &mentee.name);
            blockers.push(format!(
                "One of {one} and {other} manages the other’s line manager"
            ));
        }
        if self.unwilling {
            blockers.push(UNWILLING.to_owned());
        }
        if self.together {
            blockers.push(format!(
                "{} and {} are already paired",
                mentee.name, mentor.name
            ));
        } else if self.is_full() {
            blockers.push(self.no_place());
        }
        if self.suits.apart {
            blockers.push("You keep these two apart in matching".to_owned());
        }
        blockers
    }

    /// Where the two are looked at side by side.
    pub fn path(&self, programme: &Programme, mentee: &Mentee) -> String {
        format!(
            "{}/pairings/new?mentee={}&mentor={}",
            programme.path(),
            mentee.profile.id,
            self.profile.id
        )
    }

    /// Whether they take nobody on today.
    pub fn is_away(&self, today: &Date) -> bool {
        self.away.is_some_and(|(from, _)| from <= *today)
    }

    /// What the coordinator should remember of the two.
    pub fn remarks(&self) -> Vec<String> {
        let together = self
            .together_until
            .map(|until| format!("Offered or paired before, until {}", short_day(&until)));
        let away = self
            .away
            .map(|(from, until)| format!("Away {} to {}", short_day(&from), short_day(&until)));
        (together.into_iter().chain(away))
            .chain(self.suits.blockers.iter().cloned())
            .collect()
    }
}

pub fn same(one: &str, other: &str) -> bool {
    !one.is_empty() && one.to_lowercase() == other.to_lowercase()
}

/// # Errors
/// `RowNotFound` for whoever is no mentee of this programme.
pub async fn mentee(runs: &mut Runs, person: PersonId) -> sqlx::Result<Mentee> {
    let row = sqlx::query!(
        r#"
        select
            people.id, people.full_name, people.job_title, people.department, people.location,
            people.languages, people.grade, people.time_zone, people.line_manager_id, about, pairings.id as "pairing?: PairingId",
            mentor.full_name as "mentor?", offered_on is null as "draft!"
        from enrolments
        join people on people.id = person_id
        left join pairings
            on pairings.programme_id = enrolments.programme_id and mentee_id = person_id
            and closed_on is null
        left join people mentor on mentor.id = mentor_id
        where enrolments.programme_id = $1 and part = 'mentee' and person_id = $2
            and people.deactivated_at is null
            and left_at is null
        "#,
        runs.programme.id.0,
        person.0,
    )
    .fetch_one(&mut *runs.acting)
    .await?;
    Ok(Mentee {
        profile: Profile {
            id: row.id,
            name: row.full_name,
            job_title: row.job_title,
            department: row.department,
            location: row.location,
            languages: row.languages,
            grade: row.grade,
            time_zone: row.time_zone,
            about: row.about,
            line_manager: row.line_manager_id,
        },
        taken: (row.pairing.zip(row.mentor)).map(|(pairing, mentor)| Taken {
            pairing,
            mentor,
            draft: row.draft,
        }),
    })
}

/// Every mentor of the programme beside this mentee, or one of them.
#[expect(clippy::too_many_lines, reason = "one query, and what it asks")]
pub async fn candidates(
    runs: &mut Runs,
    mentee: PersonId,
    mentor: Option<PersonId>,
) -> sqlx::Result<Vec<Candidate>> {
    let rows = sqlx::query!(
        r#"
        select
            people.id, people.full_name, people.job_title, people.department, people.location,
            people.languages, people.grade, people.time_zone, people.line_manager_id,
            enrolments.about, enrolments.capacity as "capacity!",
            count(pairings.id) filter (where closed_on is null) as "taken!",
            coalesce(array_agg(pairings.id order by pairings.id) filter (
                where closed_on is null and offered_on is null and mentee_id <> $2
            ), '{}') as "drafts!: Vec<PairingId>",
            coalesce(array_agg(mentee.full_name order by pairings.id) filter (
                where closed_on is null and offered_on is null and mentee_id <> $2
            ), '{}') as "drafted!",
            coalesce(bool_or(closed_on is null and mentee_id = $2), false) as "together!",
            max(closed_on) filter (where mentee_id = $2) as together_until,
            exists (
                select from exclusions
                join applications wish on wish.id = application_id
                where wish.programme_id = $1 and sent_at is not null and (
                    (wish.person_id = $2 and exclusions.person_id = people.id)
                    or (wish.person_id = people.id and exclusions.person_id = $2)
                )
            ) as "unwilling!",
            in_line(people.id, $2) as "in_line!",
            away.away_from as "away_from?", away.away_until as "away_until?"
        from enrolments
        join people on people.id = enrolments.person_id
        left join pairings
            on pairings.programme_id = enrolments.programme_id and mentor_id = enrolments.person_id
        left join people mentee on mentee.id = mentee_id
        left join applications away
            on away.programme_id = enrolments.programme_id and away.person_id = people.id
            and away.part = 'mentor' and away.away_until >= $4
        where enrolments.programme_id = $1 and enrolments.part = 'mentor' and left_at is null
            and people.deactivated_at is null
            and ($3::bigint is null or enrolments.person_id = $3)
        group by people.id, enrolments.about, enrolments.capacity, away.id
        order by people.full_name, people.id
        "#,
        runs.programme.id.0,
        mentee.0,
        mentor.map(|mentor| mentor.0),
        runs.programme.today,
    )
    .fetch_all(&mut *runs.acting)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Candidate {
            profile: Profile {
                id: row.id,
                name: row.full_name,
                job_title: row.job_title,
                department: row.department,
                location: row.location,
                languages: row.languages,
                grade: row.grade,
                time_zone: row.time_zone,
                about: row.about,
                line_manager: row.line_manager_id,
            },
            capacity: row.capacity,
            taken: row.taken,
            drafts: (row.drafts.into_iter().zip(row.drafted))
                .map(|(pairing, mentee)| Draft { pairing, mentee })
                .collect(),
            together: row.together,
            together_until: row.together_until,
            unwilling: row.unwilling,
            in_line: row.in_line,
            away: row.away_from.zip(row.away_until),
            suits: Suits::default(),
        })
        .collect())
}

/// Those who can be proposed, the highest score first and whoever is away today behind; and those who
/// cannot, the highest score first.
pub fn in_order(
    candidates: Vec<Candidate>,
    mentee: &Mentee,
    today: Date,
) -> (Vec<Candidate>, Vec<Candidate>) {
    let (mut fit, mut blocked): (Vec<_>, Vec<_>) = candidates
        .into_iter()
        .partition(|candidate| candidate.blockers(mentee).is_empty());
    fit.sort_by_key(|candidate| {
        let free = i64::from(candidate.capacity) - candidate.taken;
        (
            candidate.is_away(&today),
            std::cmp::Reverse(candidate.suits.score),
            candidate.together_until.is_some(),
            std::cmp::Reverse(free),
        )
    });
    blocked.sort_by_key(|candidate| std::cmp::Reverse(candidate.suits.score));
    (fit, blocked)
}

//! What a home page says beside the next step of each pairing, in one round trip.

use crate::evidence::measures::Point;
use crate::pairings::PairingId;
use crate::pairings::stage::Side;
use crate::people::Acting;
use crate::programmes::ProgrammeId;
use time::Date;

#[derive(Default)]
pub struct Facts {
    pub due: Vec<Due>,
    pub enrolments: Vec<Enrolment>,
    /// Where the viewer may look for a mentor themselves.
    pub looks_in: Vec<ProgrammeId>,
    /// Who runs the programmes that the viewer takes part in.
    pub coordinators: Vec<(ProgrammeId, String)>,
    pub gives_hours: bool,
    /// Whether the viewer books for a mentor.
    pub assists: bool,
    /// What the viewer is asked about what mentoring brings, and has not answered.
    pub outcomes: Vec<Outcomes>,
    /// How many have an account; counted for administrators only.
    pub people: i64,
}

/// An objective or a target of the viewer's.
pub struct Due {
    pub pairing: PairingId,
    pub objective: bool,
    pub words: String,
    pub on: Option<Date>,
}

pub struct Enrolment {
    pub programme: ProgrammeId,
    pub programme_name: String,
    pub side: Side,
}

/// To be answered in a programme, until a day.
pub struct Outcomes {
    pub programme: ProgrammeId,
    pub programme_name: String,
    pub point: Point,
    pub until: Date,
}

struct Fact {
    list: String,
    programme: Option<i64>,
    pairing: Option<i64>,
    id: i64,
    words: String,
    on: Option<Date>,
}

impl Facts {
    pub async fn of(acting: &mut Acting) -> sqlx::Result<Facts> {
        let mut facts = Facts::default();
        for fact in select(acting).await? {
            facts.take(fact);
        }
        Ok(facts)
    }

    fn take(&mut self, fact: Fact) {
        let programme = fact.programme.map(ProgrammeId);
        match (fact.list.as_str(), programme) {
            ("looks", Some(programme)) => self.looks_in.push(programme),
            ("mentor" | "mentee", Some(programme)) => self.enrolments.push(Enrolment {
                programme,
                programme_name: fact.words,
                side: if fact.list == "mentor" {
                    Side::Mentor
                } else {
                    Side::Mentee
                },
            }),
            ("coordinator", Some(programme)) => self.coordinators.push((programme, fact.words)),
            ("hours", _) => self.gives_hours = true,
            ("assists", _) => self.assists = true,
            ("people", _) => self.people = fact.id,
            (point @ ("start" | "half_way" | "end"), Some(programme)) => {
                let asked = Point::read(point).zip(fact.on);
                self.outcomes.extend(asked.map(|(point, until)| Outcomes {
                    programme,
                    programme_name: fact.words,
                    point,
                    until,
                }));
            }
            (list, _) => {
                if let Some(pairing) = fact.pairing {
                    self.due.push(Due {
                        pairing: PairingId(pairing),
                        objective: list == "objective",
                        words: fact.words,
                        on: fact.on,
                    });
                }
            }
        }
    }

    /// "Cleo Marsh or Jo Bell", or nothing if nobody runs the programme.
    pub fn who_to_ask(&self, programme: ProgrammeId) -> String {
        let names: Vec<&str> = self
            .coordinators
            .iter()
            .filter(|(id, _)| *id == programme)
            .map(|(_, name)| name.as_str())
            .collect();
        match names.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => String::new(),
        }
    }
}

#[expect(clippy::too_many_lines, reason = "one statement, for one round trip")]
async fn select(acting: &mut Acting) -> sqlx::Result<Vec<Fact>> {
    let (viewer, now) = (acting.viewer.clone(), acting.now);
    sqlx::query_as!(
        Fact,
        r#"
        with own as (
            select id, mentee_id
            from pairings
            where $1 in (mentor_id, mentee_id) and offered_on is not null and closed_on is null
        ),
        here as (
            select id, name, who_asks
            from programmes
            where ends_on >= ($2::timestamptz at time zone time_zone)::date
                and archived_at is null
        )
        select
            list as "list!", programme, pairing, id as "id!", words as "words!", "on"
        from (
            (
                select
                    'objective' as list, null::bigint as programme, own.id as pairing,
                    objectives.id, statement as words, due_on as "on"
                from own join objectives on pairing_id = own.id
                where mentee_id = $1 and agreed_on is not null and reached_on is null
                    and num_nonnulls(handed_on_on, dropped_on) = 0
                order by due_on, objectives.id
                limit 5
            )
            union all
            (
                select 'target', null, own.id, targets.id, what, due_on
                from own join targets on pairing_id = own.id
                where owner_id = $1 and num_nonnulls(done_on, dropped_on) = 0
                order by due_on, targets.id
                limit 5
            )
            union all
            select part, here.id, null, here.id, name, null
            from enrolments join here on here.id = programme_id
            where person_id = $1 and left_at is null
            union all
            select 'looks', id, null, id, '', null
            from here
            where who_asks <> 'coordinators' and looks_for_a_mentor(id, $2)
            union all
            select 'coordinator', programme_id, null, people.id, full_name, null
            from coordinators join people on people.id = person_id
            where person_id <> $1 and exists (
                select from enrolments
                where enrolments.programme_id = coordinators.programme_id
                    and enrolments.person_id = $1
            )
            union all
            select 'hours', null, null, 0, '', null
            where exists (select from weekly_hours where person_id = $1)
            union all
            select 'assists', null, null, 0, '', null
            where exists (select from assistants where assistant_id = $1)
            union all
            select asked.point, asked.programme_id, null, asked.programme_id, name, until
            from own_outcomes($2) asked
            join programmes on programmes.id = asked.programme_id
            where asked.point is not null and not exists (
                select from outcome_sheets
                where (outcome_sheets.programme_id, outcome_sheets.person_id, outcome_sheets.point)
                    = (asked.programme_id, $1, asked.point) and sent_at is not null
            )
            union all
            select 'people', null, null, (select count(*) from people), '', null
            where $3
        ) facts
        order by "on" nulls last, words
        "#,
        viewer.id.0,
        now,
        viewer.administrator,
    )
    .fetch_all(&mut **acting)
    .await
}

//! The page of one pairing: where it stands, what to do next, what has been.

use super::Pairing;
use super::access::{May, Part, See};
use super::next::Next;
use super::stage::{How, Name, Side, Stage};
use super::suits;
use crate::error::Result;
use crate::how_it_goes::queries;
use crate::library::{Audience, Stage as When, modules};
use crate::programmes::stage::Act;
use crate::sessions::suggestions::{self, Suggestion};
use crate::web::page::{Frame, Page};
use crate::web::words;
use crate::workbench::Suits;
use askama::Template;
use axum::response::{IntoResponse, Response};
use time::{Date, OffsetDateTime, PrimitiveDateTime};

#[derive(Template)]
#[template(path = "pairings/show.html")]
struct ShowPage {
    frame: Frame,
    next: Next,
    /// Times that one of the two suggests.
    suggestions: Vec<Suggestion>,
    sessions: Vec<Item>,
    objectives: Vec<Item>,
    targets: Vec<Item>,
    /// Of the latest agreement; empty for a coordinator.
    signatures: Vec<Item>,
    /// What the other one offers or seeks, while there is an offer to answer.
    about: Option<String>,
    /// What the programme is told of the two, to be read before answering.
    told: Option<String>,
    /// What the other one answered when applying, as far as the questions let the viewer read it.
    answers: Vec<Item>,
    /// A module of the library that helps just now.
    reading: Option<Item>,
    zone: String,
    /// Whether the viewer has an offer to answer, or a proposal to publish, on this page.
    offer_waits: bool,
    publishes: bool,
    /// Why it cannot be published now, as far as the programme is.
    unpublished: Option<String>,
    /// Whether that is as it is a draft still.
    draft: bool,
    /// Whether anybody can be paired in the programme now; asked for coordinators alone.
    takes_pairings: bool,
    within: bool,
    live: bool,
    /// How the two of an offer would suit each other, as each of them may know it.
    suits: Option<Suits>,
    /// For coordinators: one of the two asks for another match.
    change_wanted: bool,
    pairing: Pairing,
}

/// One line of the page's lists: a session, an objective or a target.
pub struct Item {
    pub id: i64,
    list: String,
    /// What it says; for a session, which of them it is.
    pub words: String,
    pub on: Option<Date>,
    /// When a session starts, in the viewer's time zone.
    pub starts: Option<PrimitiveDateTime>,
    pub starts_at: Option<OffsetDateTime>,
    /// What became of it so far.
    pub state: String,
    /// Whose it is; of a session, who has written it up.
    pub owner: Option<String>,
    /// Whether that is the viewer.
    pub yours: bool,
}

pub async fn show(mut may: May<See>) -> Result<Response> {
    let zone = may.viewer().time_zone.clone();
    let items = items(&mut may, &zone).await?;
    let of = |items: Vec<Item>, list: &str| -> (Vec<Item>, Vec<Item>) {
        items.into_iter().partition(|item| item.list == list)
    };
    let (sessions, items) = of(items, "session");
    let (objectives, items) = of(items, "objective");
    let (signatures, items) = of(items, "signature");
    let (about, items) = of(items, "about");
    let (told, items) = of(items, "told");
    let (said, items) = of(items, "answer");
    let (reading, targets) = of(items, "reading");
    let pairing = may.pairing().clone();
    let (answers, publishes) = (answers(&pairing), publishes(&pairing));
    let suggestions = suggestions(&mut may).await?;
    let change_wanted = pairing.run_by_viewer && queries::change_wanted(&mut may).await?;
    let stage = match pairing.run_by_viewer {
        true => Some(may.programme().await?.stage()),
        false => None,
    };
    let suits = match matches!(pairing.stage, Stage::Offered(_)) {
        true => suits::of_the_two(&mut may).await?,
        false => None,
    };
    let mut next = Next::of(&pairing).beside_suggestions();
    if answers || publishes {
        // The button is the one of the form on this page.
        next.button = None;
    }
    Ok(Page(ShowPage {
        frame: may.frame(),
        next,
        suggestions,
        suits,
        change_wanted,
        sessions,
        objectives,
        targets,
        signatures,
        answers: said,
        about: about.into_iter().next().map(|about| about.words),
        told: told.into_iter().next().map(|told| told.words),
        reading: reading.into_iter().next(),
        zone: words::place(&zone),
        offer_waits: answers,
        publishes,
        unpublished: stage.and_then(|stage| Some(stage.refuses(Act::Publish)?.words())),
        draft: stage.is_some_and(|stage| stage.is_draft()),
        takes_pairings: stage.is_some_and(|stage| stage.allows(Act::Pair)),
        within: pairing.part != Part::Coordinator,
        live: matches!(
            pairing.stage.name(),
            Name::InitialMeeting | Name::Sessions | Name::MovingOn
        ),
        pairing,
    })
    .into_response())
}

async fn suggestions(may: &mut May<See>) -> sqlx::Result<Vec<Suggestion>> {
    let facts = &may.pairing().facts;
    let none = facts
        .mentor_suggests_until
        .or(facts.mentee_suggests_until)
        .is_none();
    if none || may.pairing().part == Part::Coordinator {
        return Ok(Vec::new());
    }
    suggestions::open(may).await
}

fn answers(pairing: &Pairing) -> bool {
    match (&pairing.stage, pairing.part.side()) {
        (Stage::Offered(offered), Some(side)) => offered.accepted_by(side).is_none(),
        _ => false,
    }
}

/// The modules of the library that help the viewer just now, the first first.
fn worth_reading(pairing: &Pairing) -> Vec<String> {
    let when = match pairing.stage.name() {
        Name::Offered => When::Before,
        Name::InitialMeeting => When::InitialMeeting,
        Name::Sessions => When::Sessions,
        Name::MovingOn => When::MovingOn,
        Name::Proposed | Name::Closed => return Vec::new(),
    };
    let audience = match pairing.part.side() {
        Some(Side::Mentor) => Audience::Mentors,
        Some(Side::Mentee) => Audience::Mentees,
        None => return Vec::new(),
    };
    let slugs = modules::worth_reading(when, audience);
    slugs.iter().map(|slug| (*slug).to_owned()).collect()
}

fn publishes(pairing: &Pairing) -> bool {
    matches!(pairing.stage, Stage::Proposed(_)) && pairing.part == Part::Coordinator
}

/// Everything that the page lists, in one round trip. Row-level security leaves a coordinator
/// the sessions' dates and nothing else.
#[expect(clippy::too_many_lines, reason = "one statement, for one round trip")]
async fn items(may: &mut May<See>, zone: &str) -> sqlx::Result<Vec<Item>> {
    let (pairing, viewer) = (may.pairing().clone(), may.viewer().id);
    sqlx::query_as!(
        Item,
        r#"
        select
            list as "list!", id as "id!", words as "words!", "on", starts, starts_at, state as "state!",
            owner, yours as "yours!"
        from (
        select
            'session' as list, id,
            case kind
                when 'initial' then 'Initial meeting'
                when 'moving_on' then 'Final session'
                else 'Session'
                    || coalesce(' ' || case when missed_on is null and cancelled_on is null
                        then count(*) filter (where missed_on is null and cancelled_on is null)
                            over (partition by kind order by during)
                    end, '')
            end as words,
            coalesce(held_on, missed_on, cancelled_on) as "on",
            lower(during) at time zone $2 as starts,
            lower(during) as starts_at,
            case
                when held_on is not null then 'held'
                when missed_on is not null then 'missed'
                when cancelled_on is not null then 'cancelled'
                else 'booked'
            end as state,
            (
                select string_agg(full_name, ' and ' order by written_at)
                from session_records
                join people on people.id = author_id
                where session_id = mentoring_sessions.id
            ) as owner,
            false as yours,
            row_number() over (order by during desc) as place
        from mentoring_sessions
        where pairing_id = $1
        union all
        select
            'objective', id, statement, due_on, null, null,
            case
                when signed_off_on is not null then 'signed off'
                when handed_on_on is not null then 'handed on'
                when dropped_on is not null then 'dropped'
                when reached_on is not null then 'reached'
                when agreed_on is not null then 'agreed'
                else 'proposed'
            end,
            null, false,
            row_number() over (order by num_nonnulls(signed_off_on, handed_on_on, dropped_on), due_on, id)
        from objectives
        where pairing_id = $1
        union all
        select
            'target', targets.id, what, due_on, null, null,
            case when done_on is not null then 'done' else 'open' end,
            full_name,
            owner_id = $3,
            row_number() over (order by done_on nulls first, due_on, targets.id)
        from targets
        join people on people.id = owner_id
        where pairing_id = $1 and dropped_on is null
        union all
        select
            'signature', agreement_id, full_name, (signed_at at time zone $5)::date, null,
            null, '',
            full_name,
            person_id = $3,
            row_number() over (order by signed_at)
        from agreement_signatures
        join people on people.id = person_id
        where agreement_id = $4
        union all
        select 'about', person_id, about, null, null, null, '', null, false, 1
        from enrolments
        where $6 and programme_id = $7 and person_id = $8 and part = $9 and about <> ''
        union all
        select 'told', id, is_told, null, null, null, '', null, false, 1
        from programmes
        where $6 and id = $7 and is_told <> ''
        union all
        select 'answer', question_id, wording, null, null, null, '', said, false, position
        from answers_in_words
        where $10 and programme_id = $7 and person_id = $8 and part = $9 and said is not null
        union all
        select 'reading', 0, coalesce(title, ''), null, null, null, '', wanted.slug, false, place
        from unnest($11::text[]) with ordinality as wanted (slug, place)
        left join library_modules module on programme_id = $7 and module.slug = wanted.slug
        left join library_texts on module_id = module.id and language = 'en-GB'
        where not coalesce(hidden, false) and not exists (
            select from library_reads where person_id = $3 and slug = wanted.slug
        )
        ) items
        order by list, place
        "#,
        pairing.id.0,
        zone,
        viewer.0,
        pairing.facts.agreement.map(|agreement| agreement.id),
        pairing.programme.time_zone,
        answers(&pairing),
        pairing.programme.id.0,
        pairing.partner().id.0,
        match pairing.part {
            Part::Mentor => "mentee",
            Part::Mentee | Part::Coordinator => "mentor",
        },
        pairing.part != Part::Coordinator,
        &worth_reading(&pairing),
    )
    .fetch_all(may.db())
    .await
}

impl ShowPage {
    /// Whether a time can be chosen, and the next step does not lead there anyway.
    fn may_book(&self) -> bool {
        let mut leads = self.next.button.iter().chain(&self.next.also);
        self.pairing.facts.open_session.is_none()
            && self.pairing.dates.final_session_on.is_none()
            && self.pairing.paused_since.is_none()
            && !leads.any(|(href, _)| href.ends_with("/sessions/new"))
    }

    fn open_targets(&self) -> Vec<&Item> {
        let targets = self.targets.iter();
        targets.filter(|target| !target.settled()).collect()
    }
}

impl Item {
    /// "Booked, 9:00am (London)", "Held, and written up by Maya Okafor", "Did not happen"
    pub fn state_in_words(&self, now: &OffsetDateTime, zone: &str, live: &bool) -> String {
        match (self.state.as_str(), self.starts, self.starts_at) {
            ("held", _, _) => match &self.owner {
                Some(authors) => format!("Held, and written up by {authors}"),
                None => "Held".into(),
            },
            ("missed", _, _) => "Did not happen".into(),
            ("cancelled", _, _) => "Cancelled".into(),
            (_, Some(starts), Some(at)) if at > *now => {
                format!("Booked, {} ({zone})", words::hour(&starts.time()))
            }
            _ if *live => "Waits for one of the two to say whether it happened".into(),
            _ => "Nobody said whether it happened".into(),
        }
    }

    pub fn state_capitalised(&self) -> String {
        let mut letters = self.state.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(letters).collect()
        })
    }

    /// Of an answer: what it says to the question that is its words.
    pub fn said(&self) -> &str {
        self.owner.as_deref().unwrap_or_default()
    }

    /// Of a module: the coordinators' title, or Waymark's own.
    pub fn title(&self) -> &str {
        let own = modules::Own::named(self.said()).map_or("", |own| own.title);
        Some(self.words.as_str())
            .filter(|words| !words.is_empty())
            .unwrap_or(own)
    }

    pub fn settled(&self) -> bool {
        matches!(
            self.state.as_str(),
            "signed off" | "handed on" | "dropped" | "done"
        )
    }
}

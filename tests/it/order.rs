//! Every form of a pairing, at every stage, by everybody: in its order it acts once; out of it,
//! from the wrong person or from an old tab it is answered in words and changes nothing.

use crate::support::given::{At, Objective, Paired, Person};
use crate::support::{Answer, NOON, TestApp, contents, given};
use axum::http::{Method, StatusCode};
use sqlx::PgPool;
use std::collections::{BTreeMap, BTreeSet};
use time::Duration;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    Outsider,
    Administrator,
    Coordinator,
    Mentor,
    Mentee,
}

impl Who {
    const ALL: [Who; 5] = [
        Who::Outsider,
        Who::Administrator,
        Who::Coordinator,
        Who::Mentor,
        Who::Mentee,
    ];
}

/// What a form needs to find, beside the pairing.
#[derive(Clone, Copy, Debug)]
enum With {
    Nothing,
    Agreement,
    SessionToCome,
    SessionBegun,
    SessionHeld,
    Target,
    /// As this, proposed by the one who does not press.
    Objective(Objective),
    FurtherStep,
    BothReviews,
    /// Everything that closing asks for.
    AllDone,
}

#[derive(Clone, Copy, PartialEq)]
enum Does {
    Act,
    /// A page of a form that is longer than one page.
    Show,
}

/// One form: who may send it, at which stages, whether a pause lets it through.
struct Row {
    path: &'static str,
    who: &'static [Who],
    when: &'static [At],
    while_paused: bool,
    with: With,
    does: Does,
    fields: &'static [(&'static str, &'static str)],
}

const ALL: &[Who] = &[Who::Coordinator, Who::Mentor, Who::Mentee];
const BOTH: &[Who] = &[Who::Mentor, Who::Mentee];
const MENTOR: &[Who] = &[Who::Mentor];
const MENTEE: &[Who] = &[Who::Mentee];
const COORDINATOR: &[Who] = &[Who::Coordinator];

const LIVE: &[At] = &[
    At::InitialMeeting,
    At::Sessions,
    At::MovingOn,
    At::FinalSessionHeld,
];
const MEETING: &[At] = &[At::InitialMeeting, At::Sessions];
const MOVING_ON: &[At] = &[At::MovingOn, At::FinalSessionHeld];

const fn row(path: &'static str, who: &'static [Who], when: &'static [At]) -> Row {
    Row {
        path,
        who,
        when,
        while_paused: false,
        with: With::Nothing,
        does: Does::Act,
        fields: &[],
    }
}

impl Row {
    const fn with(self, with: With) -> Row {
        Row { with, ..self }
    }

    const fn also_paused(self) -> Row {
        Row {
            while_paused: true,
            ..self
        }
    }

    const fn shows(self) -> Row {
        Row {
            does: Does::Show,
            ..self
        }
    }

    const fn fields(self, fields: &'static [(&'static str, &'static str)]) -> Row {
        Row { fields, ..self }
    }
}

const ROWS: &[Row] = &[
    row("/publication", COORDINATOR, &[At::Proposed]),
    row("/withdrawal", COORDINATOR, &[At::Proposed, At::Offered]),
    row("/acceptance", BOTH, &[At::Offered]),
    row("/refusal", BOTH, &[At::Offered]),
    row("/agreement", BOTH, LIVE).also_paused().fields(&[
        ("version", "0"),
        ("purpose", "To find my way"),
        ("review_on", "2026-09-01"),
        ("ends_on", "2026-12-01"),
    ]),
    row("/agreement/signature", BOTH, LIVE)
        .also_paused()
        .with(With::Agreement)
        .fields(&[("version", "1")]),
    row("/pause", ALL, LIVE),
    row("/resumption", ALL, LIVE).also_paused(),
    row("/ending", ALL, LIVE)
        .also_paused()
        .fields(&[("how", "ended")]),
    row("/reopening", COORDINATOR, &[At::Closed]),
    row("/sessions/new", BOTH, LIVE).shows(),
    row("/sessions/confirm", BOTH, LIVE)
        .shows()
        .fields(&[("at", "2026-04-02T08:00:00Z")]),
    row("/sessions", BOTH, LIVE).fields(&[
        ("at", "2026-04-02T08:00:00Z"),
        ("place", "Room Juniper"),
        ("agenda", "My aims"),
    ]),
    row("/sessions/past", BOTH, LIVE)
        .also_paused()
        .fields(&[("date", "2026-03-30"), ("time", "9:30am")]),
    row("/sessions/{session}/plan", BOTH, LIVE)
        .also_paused()
        .with(With::SessionToCome)
        .fields(&[
            ("version", "as it is"),
            ("place", "Room Ash"),
            ("agenda", "Pay"),
        ]),
    row("/sessions/{session}/held", BOTH, LIVE)
        .also_paused()
        .with(With::SessionBegun),
    row("/sessions/{session}/missed", BOTH, LIVE)
        .also_paused()
        .with(With::SessionBegun),
    row("/sessions/{session}/cancellation", BOTH, LIVE)
        .also_paused()
        .with(With::SessionToCome),
    row("/sessions/{session}/record", BOTH, LIVE)
        .also_paused()
        .with(With::SessionHeld)
        .fields(&[
            ("talked_about", "Much"),
            ("what_1", "Call Ana"),
            ("who_1", "mentee"),
            ("when_1", "2026-04-20"),
        ]),
    row("/targets", BOTH, LIVE).also_paused().fields(&[
        ("what", "Call Ana"),
        ("who", "mentee"),
        ("when", "2026-04-20"),
        ("once", ""),
    ]),
    row("/targets/{target}/done", MENTEE, LIVE)
        .also_paused()
        .with(With::Target),
    row("/targets/{target}/dropped", BOTH, LIVE)
        .also_paused()
        .with(With::Target),
    row("/notes", BOTH, LIVE)
        .also_paused()
        .fields(&[("body", "He seems tired"), ("once", "")]),
    row("/objectives", BOTH, MEETING)
        .also_paused()
        .fields(&[("statement", "Lead the audit"), ("once", "")]),
    row("/objectives/{objective}/agreement", BOTH, LIVE)
        .also_paused()
        .with(With::Objective(Objective::Proposed)),
    row("/objectives/{objective}/reached", MENTEE, LIVE)
        .also_paused()
        .with(With::Objective(Objective::Agreed)),
    row("/objectives/{objective}/sign-off", MENTOR, LIVE)
        .also_paused()
        .with(With::Objective(Objective::Reached))
        .fields(&[("word", "Well done")]),
    row("/objectives/{objective}/settlement", BOTH, LIVE)
        .also_paused()
        .with(With::Objective(Objective::Agreed))
        .fields(&[("how", "dropped"), ("words", "It matters less now")]),
    row("/moving-on", BOTH, &[At::Sessions]),
    row("/further-steps", BOTH, MOVING_ON).fields(&[
        ("what", "Join the guild"),
        ("due_on", "2026-06-01"),
        ("once", ""),
    ]),
    row("/further-steps/{step}/removal", BOTH, MOVING_ON).with(With::FurtherStep),
    row("/review", BOTH, MOVING_ON).fields(&[
        ("effectiveness", "4"),
        ("results", "Most of them"),
        ("remark", "Thank you"),
    ]),
    row("/review/together", BOTH, MOVING_ON)
        .with(With::BothReviews)
        .fields(&[("together", "It was worth it"), ("over", "")]),
    row("/closing", BOTH, MOVING_ON).with(With::AllDone),
];

#[sqlx::test]
async fn every_form_of_a_pairing_has_a_row_here(db: PgPool) {
    let app = TestApp::new(db).await;
    let below = |path: &'static str| path.strip_prefix("/pairings/{pairing}");
    let forms: BTreeSet<_> = app
        .list
        .iter()
        .filter(|route| route.method == Method::POST)
        .filter_map(|route| below(route.path))
        .collect();
    let rows: BTreeSet<_> = ROWS.iter().map(|row| row.path).collect();
    assert_eq!(forms, rows);
    assert_eq!(rows.len(), ROWS.len());
}

/// A pairing that waits for one press.
struct Scene {
    pairing: Paired,
    path: String,
    /// The token of the one form that is sent here, however often.
    once: String,
    outsider: Person,
    administrator: Person,
}

async fn arrange(app: &TestApp, at: At, paused: bool, row: &Row, presser: Who) -> Scene {
    let db = &app.db;
    let mut pairing = given::pairing().at(at);
    if paused {
        pairing = pairing.paused_since(time::macros::date!(2026 - 03 - 30));
    }
    let pairing = pairing.insert(db).await;
    let below = match row.with {
        With::Nothing => row.path.to_owned(),
        With::Agreement => {
            given::agreement(db, &pairing, 1).await;
            row.path.to_owned()
        }
        With::SessionToCome => {
            let soon = NOON + Duration::hours(3);
            let session = given::session(db, &pairing, "session", soon).await;
            row.path.replace("{session}", &session.id.to_string())
        }
        With::SessionBegun => {
            let past = NOON - Duration::minutes(5);
            let session = given::session(db, &pairing, "session", past).await;
            row.path.replace("{session}", &session.id.to_string())
        }
        With::SessionHeld => {
            let past = NOON - Duration::days(1);
            let session = given::settled(db, &pairing, "held_on", past).await;
            row.path.replace("{session}", &session.id.to_string())
        }
        With::Target => {
            let target = given::target(db, &pairing).await;
            row.path.replace("{target}", &target.to_string())
        }
        With::Objective(state) => {
            let by = match presser {
                Who::Mentor => pairing.mentee,
                _ => pairing.mentor,
            };
            let objective = given::objective(db, &pairing, by, state).await;
            row.path.replace("{objective}", &objective.to_string())
        }
        With::FurtherStep => {
            let step = given::further_step(db, &pairing).await;
            row.path.replace("{step}", &step.to_string())
        }
        With::BothReviews => {
            given::looked_back(db, &pairing, false).await;
            row.path.to_owned()
        }
        With::AllDone => {
            given::looked_back(db, &pairing, true).await;
            row.path.to_owned()
        }
    };
    Scene {
        path: format!("{}{below}", pairing.path),
        once: format!("{:x}", given::next()),
        outsider: given::person(db, "Otto").await,
        administrator: given::administrator(db, "Ada").await,
        pairing,
    }
}

impl Scene {
    fn person(&self, who: Who) -> Person {
        match who {
            Who::Outsider => self.outsider,
            Who::Administrator => self.administrator,
            Who::Coordinator => self.pairing.coordinator,
            Who::Mentor => self.pairing.mentor,
            Who::Mentee => self.pairing.mentee,
        }
    }

    async fn press(&self, app: &TestApp, who: Who, row: &Row) -> Answer {
        let visitor = app.sign_in(self.person(who)).await;
        let version = match row.fields {
            [("version", "as it is"), ..] => {
                let page = visitor.get(&self.path).await;
                page.values_of("version").first().map(ToString::to_string)
            }
            _ => None,
        };
        let fields: Vec<_> = row
            .fields
            .iter()
            .map(|(name, value)| match (*name, &version) {
                ("version", Some(version)) => ("version", version.as_str()),
                ("once", _) => ("once", self.once.as_str()),
                _ => (*name, *value),
            })
            .collect();
        visitor.post(&self.path, &fields).await
    }
}

/// Why a press is refused, if it is.
fn refusal(row: &Row, at: At, paused: bool, who: Who) -> Option<StatusCode> {
    let nobody = matches!(who, Who::Outsider | Who::Administrator);
    if nobody || (at == At::Proposed && who != Who::Coordinator) {
        Some(StatusCode::NOT_FOUND)
    } else if row.path == "/targets/{target}/done" && who == Who::Mentor && !LIVE.contains(&at) {
        // Whose target it is shows only where targets can be marked at all.
        Some(StatusCode::CONFLICT)
    } else if !row.who.contains(&who) {
        Some(StatusCode::FORBIDDEN)
    } else if !row.when.contains(&at) || (paused && !row.while_paused) {
        Some(StatusCode::CONFLICT)
    } else {
        None
    }
}

async fn walk(db: PgPool, at: At, paused: bool) {
    let app = TestApp::new(db).await;
    for row in ROWS {
        let scene = arrange(&app, at, paused, row, Who::Outsider).await;
        for who in Who::ALL {
            match refusal(row, at, paused, who) {
                Some(status) => is_refused(&app, &scene, (row, who), status).await,
                None => {
                    let scene = arrange(&app, at, paused, row, who).await;
                    acts_once(&app, &scene, (row, who)).await;
                }
            }
        }
    }
}

async fn is_refused(app: &TestApp, scene: &Scene, (row, who): (&Row, Who), status: StatusCode) {
    let case = format!("{} by {who:?}", row.path);
    let before = contents(&app.db).await;
    let answer = scene.press(app, who, row).await;
    assert_eq!(answer.status, status, "{case}: {}", answer.body);
    let words = match status {
        StatusCode::NOT_FOUND => "Page not found",
        StatusCode::FORBIDDEN => "That is for someone else to do",
        _ => "Things have moved on",
    };
    assert!(answer.body.contains(words), "{case}: {}", answer.body);
    nothing_changed(app, &before, &case).await;
}

async fn nothing_changed(app: &TestApp, before: &BTreeMap<String, String>, case: &str) {
    let after = contents(&app.db).await;
    let changed = after.iter().filter(|(table, now)| before[*table] != **now);
    let changed: Vec<_> = changed.map(|(table, _)| table).collect();
    assert!(changed.is_empty(), "{case}: {changed:?} changed");
}

async fn acts_once(app: &TestApp, scene: &Scene, (row, who): (&Row, Who)) {
    let case = format!("{} by {who:?}", row.path);
    let before = contents(&app.db).await;
    let answer = scene.press(app, who, row).await;
    let after = contents(&app.db).await;
    let expected = match row.does {
        Does::Act => StatusCode::SEE_OTHER,
        Does::Show => StatusCode::OK,
    };
    assert_eq!(answer.status, expected, "{case}: {}", answer.body);
    // To resume what is not paused is to change nothing.
    let idle = row.path == "/resumption" && !was_paused(app, scene).await;
    assert_eq!(before == after, row.does == Does::Show || idle, "{case}");

    let again = scene.press(app, who, row).await;
    let known = [expected, StatusCode::CONFLICT].contains(&again.status);
    assert!(known, "{case} again: {} {}", again.status, again.body);
    nothing_changed(app, &after, &format!("{case} again")).await;
}

async fn was_paused(app: &TestApp, scene: &Scene) -> bool {
    let resumed = "select exists (
        select from audit_events where pairing_id = $1 and act = 'resumed the pairing')";
    sqlx::query_scalar(resumed)
        .bind(scene.pairing.id)
        .fetch_one(&app.db)
        .await
        .unwrap()
}

macro_rules! walks {
    ($($name:ident: $at:expr, $paused:expr;)*) => {
        $(
            #[sqlx::test]
            async fn $name(db: PgPool) {
                walk(db, $at, $paused).await;
            }
        )*
    };
}

walks! {
    every_form_while_proposed: At::Proposed, false;
    every_form_while_offered: At::Offered, false;
    every_form_at_the_initial_meeting: At::InitialMeeting, false;
    every_form_at_the_initial_meeting_paused: At::InitialMeeting, true;
    every_form_in_the_sessions: At::Sessions, false;
    every_form_in_the_sessions_paused: At::Sessions, true;
    every_form_while_moving_on: At::MovingOn, false;
    every_form_while_moving_on_paused: At::MovingOn, true;
    every_form_after_the_final_session: At::FinalSessionHeld, false;
    every_form_once_closed: At::Closed, false;
}

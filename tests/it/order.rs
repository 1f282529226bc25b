//! Every form of a pairing, at every stage, from everybody: what comes too early, too late, twice
//! or from the wrong person is answered in words and changes nothing.

use crate::support::given::{At, Paired, Person};
use crate::support::{Answer, NOON, TestApp, given};
use axum::http::{Method, StatusCode};
use sqlx::{AssertSqlSafe, PgPool};
use std::collections::BTreeSet;
use time::Duration;

/// Who may send a form.
#[derive(Clone, Copy, Debug)]
enum By {
    All,
    Both,
    Mentor,
    Mentee,
    Coordinator,
}

/// What a form is about, besides the pairing.
#[derive(Clone, Copy, Debug)]
enum About {
    Nothing,
    Agreement,
    /// An objective that somebody else proposed.
    Proposed,
    Agreed,
    Reached,
    Coming,
    Started,
    Held,
    /// And its mentor has shared a record.
    Written,
    /// Of the one who sends the form.
    Target,
    Step,
    /// By the other one.
    Suggested,
    OwnSuggestion,
    /// Both have answered half-way.
    HalfWay,
    /// Both have answered the review.
    Reviews,
    /// And the joint part is written.
    Everything,
}

struct Row {
    path: &'static str,
    about: About,
    fields: &'static [(&'static str, &'static str)],
    by: By,
    /// A letter for each of `At::ALL`: `y` it acts, `p` it shows a page, `.` it is refused.
    stages: &'static str,
}

const fn row(
    path: &'static str,
    about: About,
    fields: &'static [(&'static str, &'static str)],
    by: By,
    stages: &'static str,
) -> Row {
    Row {
        path,
        about,
        fields,
        by,
        stages,
    }
}

const ONCE: (&str, &str) = ("once", "0123456789abcdef0123456789abcdef");
const NINE: &str = "2026-04-02T08:00:00Z";
const AGREEMENT: &[(&str, &str)] = &[
    ("version", "0"),
    ("purpose", "To find my way"),
    ("review_on", "2026-09-01"),
    ("ends_on", "2026-12-01"),
];
const TARGET: &[(&str, &str)] = &[
    ("what", "Call Ana"),
    ("who", "mentee"),
    ("when", "2026-05-01"),
    ONCE,
];
const STEP: &[(&str, &str)] = &[("what", "Join"), ("due_on", "2026-06-01"), ONCE];
const REVIEW: &[(&str, &str)] = &[("effectiveness", "4"), ("results", "Much")];
/// As it is: its version is known to its page alone.
const PLAN: &[(&str, &str)] = &[("place", "Room Juniper"), ("agenda", "The audit plan")];
const SUGGESTION: &[(&str, &str)] = &[("date_1", "2026-04-02"), ("time_1", "9pm")];
const PAST: &[(&str, &str)] = &[("date", "2026-03-31"), ("time", "9am")];

#[rustfmt::skip]
const ROWS: &[Row] = &[
    //                                                                           proposed, offered, initial
    //                                                                           meeting, sessions, moving on,
    //                                                                           final session held, closed
    row("/withdrawal",                    About::Nothing,    &[],                    By::Coordinator, "yy....."),
    row("/acceptance",                    About::Nothing,    &[],                    By::Both,        ".y....."),
    row("/refusal",                       About::Nothing,    &[],                    By::Both,        ".y....."),
    row("/taking-back",                   About::Nothing,    &[],                    By::Mentee,      "......."),
    row("/agreement",                     About::Nothing,    AGREEMENT,              By::Both,        "..yyyy."),
    row("/agreement/signature",           About::Agreement,  &[("version", "1")],    By::Both,        "..yyyy."),
    row("/agreement/comments",            About::Agreement,  &[("clause", "scope"), ("body", "And life?"), ONCE], By::Both, "..yyyy."),
    row("/first-meeting/preparation",     About::Nothing,    &[("hopes", "To be braver")], By::Both,  "..yy..."),
    row("/first-meeting/checks",          About::Nothing,    &[("item", "contacts")], By::Both,       "..yy..."),
    row("/sessions/new",                  About::Nothing,    &[],                    By::Both,        "..pppp."),
    row("/sessions/confirm",              About::Nothing,    &[("at", NINE)],        By::Both,        "..pppp."),
    row("/sessions",                      About::Nothing,    &[("at", NINE)],        By::Both,        "..yyyy."),
    row("/sessions/past",                 About::Nothing,    PAST,                   By::Both,        "..yyyy."),
    row("/sessions/{session}/plan",       About::Coming,     PLAN,                   By::Both,        "..yyyy."),
    row("/sessions/{session}/cancellation", About::Coming,   &[],                    By::Both,        "..yyyy."),
    row("/sessions/{session}/held",       About::Started,    &[],                    By::Both,        "..yyyy."),
    row("/sessions/{session}/missed",     About::Started,    &[],                    By::Both,        "..yyyy."),
    row("/sessions/{session}/missed-by",  About::Started,    &[("by", "mentor")],    By::Both,        "......."),
    row("/sessions/{session}/held",       About::Coming,     &[],                    By::Both,        "......."),
    row("/sessions/{session}/cancellation", About::Held,     &[],                    By::Both,        "......."),
    row("/sessions/{session}/record",     About::Held,       &[("talked_about", "Work")], By::Both,   "..yyyy."),
    row("/sessions/{session}/record",     About::Started,    &[("talked_about", "Work")], By::Both,   "......."),
    row("/sessions/{session}/draft",      About::Held,       &[("talked_about", "Work")], By::Both,   "..yyyy."),
    row("/sessions/{session}/draft",      About::Started,    &[("talked_about", "Work")], By::Both,   "......."),
    row("/sessions/{session}/pulse",      About::Held,       &[("score", "4")],      By::Both,        "..yyyy."),
    row("/sessions/{session}/pulse",      About::Started,    &[("score", "4")],      By::Both,        "......."),
    row("/sessions/{session}/helped",     About::Written,    &[("helped", "listen")], By::Mentee,     "..yyyy."),
    row("/sessions/{session}/helped",     About::Held,       &[("helped", "listen")], By::Mentee,     "......."),
    row("/fit",                           About::Held,       &[("fit", "unsure")],   By::Both,        "..yyyy."),
    row("/talk",                          About::Nothing,    &[],                    By::Both,        "..yyyy."),
    row("/talk/withdrawal",               About::Nothing,    &[],                    By::Both,        "..yyyy."),
    row("/change",                        About::Nothing,    &[],                    By::Both,        "..yyyy."),
    row("/change/withdrawal",             About::Nothing,    &[],                    By::Both,        "..yyyy."),
    row("/suggestions",                   About::Nothing,    SUGGESTION,             By::Both,        "..yyyy."),
    row("/suggestions/{suggestion}/choice", About::Suggested, &[("at", NINE)],       By::Both,        "..yyyy."),
    row("/suggestions/{suggestion}/refusal", About::Suggested, &[],                  By::Both,        "..yyyy."),
    row("/suggestions/{suggestion}/withdrawal", About::OwnSuggestion, &[],           By::Both,        "..yyyy."),
    row("/targets",                       About::Nothing,    TARGET,                 By::Both,        "..yyyy."),
    row("/targets/{target}/done",         About::Target,     &[],                    By::Both,        "..yyyy."),
    row("/targets/{target}/dropped",      About::Target,     &[],                    By::Both,        "..yyyy."),
    row("/targets/{target}/now",          About::Target,     &[],                    By::Both,        "..yyyy."),
    row("/targets/{target}/later",        About::Target,     &[],                    By::Both,        "..yyyy."),
    row("/targets/{target}/objective",    About::Target,     &[("objective", "")],   By::Both,        "..yyyy."),
    row("/notes",                         About::Nothing,    &[("body", "Mine"), ONCE], By::Both,     "..yyyy."),
    row("/objectives",                    About::Nothing,    &[("statement", "Lead"), ONCE], By::Both, "..yy..."),
    row("/objectives/{objective}",        About::Agreed,     &[("version", "1"), ("statement", "Lead two")], By::Both, "..yyyy."),
    row("/objectives/{objective}/level",  About::Agreed,     &[("level", "4")],      By::Both,        "..yyyy."),
    row("/objectives/{objective}/agreement", About::Proposed, &[],                   By::Both,        "..yyyy."),
    row("/objectives/{objective}/reached", About::Agreed,    &[],                    By::Mentee,      "..yyyy."),
    row("/objectives/{objective}/reached", About::Proposed,  &[],                    By::Mentee,      "......."),
    row("/objectives/{objective}/sign-off", About::Reached,  &[],                    By::Mentor,      "..yyyy."),
    row("/objectives/{objective}/sign-off", About::Agreed,   &[],                    By::Mentor,      "......."),
    row("/objectives/{objective}/settlement", About::Agreed, &[("how", "dropped"), ("words", "Old")], By::Both, "..yyyy."),
    row("/midpoint",                      About::Nothing,    &[("useful", "4"), ("helpful", "Walks")], By::Both, "...y..."),
    row("/midpoint/decision",             About::Nothing,    &[("decision", "continue")], By::Both,   "......."),
    row("/midpoint/decision",             About::HalfWay,    &[("decision", "continue")], By::Both,   "...y..."),
    row("/keepsake/words",                About::Nothing,    &[("keep", "thanks-0")], By::Mentor,     "...yyy."),
    row("/moving-on",                     About::Nothing,    &[],                    By::Both,        "...y..."),
    row("/further-steps",                 About::Nothing,    STEP,                   By::Both,        "....yy."),
    row("/further-steps/{step}/removal",  About::Step,       &[],                    By::Both,        "....yy."),
    row("/review",                        About::Nothing,    REVIEW,                 By::Both,        "....yy."),
    row("/review/together",               About::Nothing,    &[("together", "Us")],  By::Both,        "......."),
    row("/review/together",               About::Reviews,    &[("together", "Us")],  By::Both,        "....yy."),
    row("/closing",                       About::Reviews,    &[],                    By::Both,        "......."),
    row("/closing",                       About::Everything, &[],                    By::Both,        ".....y."),
    row("/pause",                         About::Nothing,    &[],                    By::All,         "..yyyy."),
    row("/resumption",                    About::Nothing,    &[],                    By::All,         "..yyyy."),
    row("/ending",                        About::Nothing,    &[("how", "ended")],    By::All,         "..yyyy."),
    row("/reopening",                     About::Nothing,    &[("again", "sessions")], By::Coordinator, "......y"),
    row("/reopening",                     About::Nothing,    &[("again", "moving_on")], By::Coordinator, "......y"),
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Expected {
    Acts,
    Shows,
    /// 409, 403 or 404.
    Refuses(StatusCode),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Role {
    Mentee,
    Mentor,
    Coordinator,
}

impl Row {
    fn expected(&self, at: At, role: Role) -> Expected {
        let may = match self.by {
            By::All => true,
            By::Both => role != Role::Coordinator,
            By::Mentor => role == Role::Mentor,
            By::Mentee => role == Role::Mentee,
            By::Coordinator => role == Role::Coordinator,
        };
        let place = At::ALL.iter().position(|one| *one == at).unwrap();
        match self.stages.as_bytes()[place] {
            _ if at == At::Proposed && role != Role::Coordinator => {
                Expected::Refuses(StatusCode::NOT_FOUND)
            }
            _ if !may => Expected::Refuses(StatusCode::FORBIDDEN),
            b'y' => Expected::Acts,
            b'p' => Expected::Shows,
            _ => Expected::Refuses(StatusCode::CONFLICT),
        }
    }
}

#[sqlx::test]
async fn every_form_of_a_pairing_has_its_row(db: PgPool) {
    let app = TestApp::new(db).await;
    let forms = app.list.iter().filter(|route| route.method == Method::POST);
    let forms: BTreeSet<&str> = forms
        .filter_map(|route| route.path.strip_prefix("/pairings/{pairing}"))
        .collect();
    let rows: BTreeSet<&str> = ROWS.iter().map(|row| row.path).collect();
    assert_eq!(forms, rows);
}

#[sqlx::test]
async fn before_it_begins_every_form_does_what_its_row_says(db: PgPool) {
    walk(db, &[At::Proposed, At::Offered]).await;
}

#[sqlx::test]
async fn at_the_initial_meeting_every_form_does_what_its_row_says(db: PgPool) {
    walk(db, &[At::InitialMeeting]).await;
}

#[sqlx::test]
async fn in_its_sessions_every_form_does_what_its_row_says(db: PgPool) {
    walk(db, &[At::Sessions]).await;
}

#[sqlx::test]
async fn while_moving_on_every_form_does_what_its_row_says(db: PgPool) {
    walk(db, &[At::MovingOn]).await;
}

#[sqlx::test]
async fn after_the_final_session_every_form_does_what_its_row_says(db: PgPool) {
    walk(db, &[At::FinalSessionHeld]).await;
}

#[sqlx::test]
async fn once_closed_no_form_changes_anything_but_to_open_it_again(db: PgPool) {
    walk(db, &[At::Closed]).await;
}

async fn walk(db: PgPool, stages: &[At]) {
    let app = TestApp::new(db).await;
    for (at, row) in stages
        .iter()
        .flat_map(|at| ROWS.iter().map(move |row| (*at, row)))
    {
        let mut pairing = given::pairing().at(at).insert(&app.db).await;
        for role in [Role::Mentee, Role::Mentor, Role::Coordinator] {
            let expected = row.expected(at, role);
            check(&app, &pairing, row, (at, role)).await;
            if expected == Expected::Acts {
                pairing = given::pairing().at(at).insert(&app.db).await;
            }
        }
    }
}

async fn check(app: &TestApp, pairing: &Paired, row: &Row, (at, role): (At, Role)) {
    let expected = row.expected(at, role);
    let person = match role {
        Role::Mentee => pairing.mentee,
        Role::Mentor => pairing.mentor,
        Role::Coordinator => pairing.coordinator,
    };
    let thing = insert(&app.db, pairing, row.about, person).await;
    let case = format!("{} about {:?} at {at:?} by {role:?}", row.path, row.about);
    let before = digest(&app.db).await;
    let answer = send(app, pairing, row, (person, thing)).await;
    let says = format!("{case}: {} {}", answer.status, answer.body);
    match expected {
        Expected::Acts => {
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{says}");
            let after = digest(&app.db).await;
            let again = send(app, pairing, row, (person, thing)).await;
            assert_eq!(again.status, StatusCode::SEE_OTHER, "{case}, twice");
            // A record that is saved again is saved later.
            if !row.path.ends_with("/record") {
                assert_eq!(digest(&app.db).await, after, "{case}, twice");
            }
        }
        Expected::Shows => {
            assert_eq!(answer.status, StatusCode::OK, "{says}");
            assert_eq!(digest(&app.db).await, before, "{case}");
        }
        Expected::Refuses(status) => {
            assert_eq!(answer.status, status, "{says}");
            assert!(answer.body.contains("<h1>"), "{says}");
            assert_eq!(digest(&app.db).await, before, "{case}");
        }
    }
}

async fn send(
    app: &TestApp,
    pairing: &Paired,
    row: &Row,
    (person, thing): (Person, i64),
) -> Answer {
    let parts: Vec<String> = row
        .path
        .split('/')
        .map(|part| match part.starts_with('{') {
            true => thing.to_string(),
            false => part.to_owned(),
        })
        .collect();
    let path = format!("{}{}", pairing.path, parts.join("/"));
    // A token belongs to one page, so to one pairing.
    let once = format!("{:032x}", pairing.id * 1_000 + person.0);
    let fields: Vec<_> = row
        .fields
        .iter()
        .map(|(name, value)| match *name {
            "once" => ("once", once.as_str()),
            name => (name, *value),
        })
        .collect();
    app.sign_in(person).await.post(&path, &fields).await
}

/// Puts what a form is about where its sender finds it, and tells its key.
#[expect(clippy::too_many_lines, reason = "one statement for each of them")]
async fn insert(db: &PgPool, pairing: &Paired, about: About, sender: Person) -> i64 {
    let (id, mentor, mentee, sender) = (pairing.id, pairing.mentor.0, pairing.mentee.0, sender.0);
    let objective = |dates: &str| {
        let proposer = if sender == mentee { mentor } else { mentee };
        format!(
            "insert into objectives (pairing_id, statement, how_we_will_know, proposed_by,
                proposed_on, agreed_on, reached_on)
             values ({id}, 'Lead', '', {proposer}, '2026-03-02', {dates}) returning id"
        )
    };
    let sql = match about {
        About::Nothing => return 0,
        About::Coming => return session(db, pairing, "booked", Duration::days(2)).await,
        About::Started => return session(db, pairing, "booked", Duration::hours(-2)).await,
        About::Held => return session(db, pairing, "held_on", Duration::hours(-2)).await,
        About::Written => {
            let held = session(db, pairing, "held_on", Duration::hours(-2)).await;
            let sql = format!(
                "insert into session_records values ({held}, {id}, {mentor}, 'x', '', '', '', '', '2026-04-01')"
            );
            sqlx::query(AssertSqlSafe(sql)).execute(db).await.unwrap();
            return held;
        }
        About::Proposed => objective("null, null"),
        About::Agreed => objective("'2026-03-03', null"),
        About::Reached => objective("'2026-03-03', '2026-03-04'"),
        About::Agreement => format!(
            "insert into agreements (pairing_id, version, purpose, success, scope, meetings,
                contact, cancelling, mentor_commits, mentee_commits, confidentiality,
                if_it_does_not_work, review_on, ends_on, drafted_by, drafted_at)
             values ({id}, 1, 'Aims', '', '', '', '', '', '', '', '', '', '2026-06-01',
                '2026-12-01', {mentee}, '2026-03-02')
             on conflict on constraint agreements_one_next_version do update set success = ''
             returning id"
        ),
        About::Target => format!(
            "insert into targets (pairing_id, what, owner_id, due_on, set_by, set_on)
             values ({id}, 'Call Ana', {sender}, '2026-05-01', {mentor}, '2026-03-02') returning id"
        ),
        About::Step => format!(
            "insert into further_steps (pairing_id, what, due_on, written_by, written_on)
             values ({id}, 'Join', '2026-06-01', {mentee}, '2026-03-25') returning id"
        ),
        About::HalfWay => format!(
            "insert into midpoint_reviews
             select {id}, unnest(array[{mentor}, {mentee}]), 'Walks', '', '', 4, '2026-03-27'
             on conflict do nothing returning pairing_id"
        ),
        About::Suggested | About::OwnSuggestion => {
            let own = matches!(about, About::OwnSuggestion);
            suggestion(
                id,
                if (sender == mentee) == own {
                    mentee
                } else {
                    mentor
                },
            )
        }
        About::Reviews | About::Everything => format!(
            "with answers as (
                insert into reviews
                select {id}, unnest(array[{mentor}, {mentee}]), 'Much', '', '', '', 4, '2026-03-27'
                on conflict do nothing
             )
             update pairings set mentor_reviewed_on = '2026-03-27',
                mentee_reviewed_on = '2026-03-27', joint_review_on = {}
             where id = {id} and moving_on_since is not null returning id",
            match about {
                About::Everything => "'2026-03-28'::date",
                _ => "joint_review_on",
            }
        ),
    };
    let key: Option<i64> = sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_optional(db)
        .await
        .unwrap();
    key.unwrap_or_default()
}

fn suggestion(pairing: i64, by: i64) -> String {
    format!(
        "insert into suggestions (pairing_id, suggested_by, times, suggested_at)
         values ({pairing}, {by}, '{{{NINE}}}', '2026-03-30')
         on conflict on constraint suggestions_one_of_each do update set words = ''
         returning id"
    )
}

/// What those that came before have left behind is gone, so that nobody is busy.
async fn session(db: &PgPool, pairing: &Paired, state: &str, from_now: Duration) -> i64 {
    for table in ["session_records", "mentoring_sessions"] {
        let sql = format!("delete from {table} where pairing_id = $1");
        sqlx::query(AssertSqlSafe(sql))
            .bind(pairing.id)
            .execute(db)
            .await
            .unwrap();
    }
    given::settled(db, pairing, state, NOON + from_now).await.id
}

/// Of every row of every table, but for those that a refusal may add to.
async fn digest(db: &PgPool) -> Vec<(String, Option<String>)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class
         where relnamespace = 'public'::regnamespace and relkind = 'r'
            and relname not in ('audit_events', 'forms_used', 'sign_ins')
         order by relname",
    )
    .fetch_all(db)
    .await
    .unwrap();
    let of_each: Vec<String> = tables
        .iter()
        .map(|table| {
            format!("select '{table}', md5(string_agg({table}::text, '' order by {table}::text)) from {table}")
        })
        .collect();
    let in_order = format!("{} order by 1", of_each.join(" union all "));
    sqlx::query_as(AssertSqlSafe(in_order))
        .fetch_all(db)
        .await
        .unwrap()
}

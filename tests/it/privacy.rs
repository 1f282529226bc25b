//! Who sees what: every cell of the promised table, by SQL as the server's role and by page.

use crate::access::fill;
use crate::support::given::{At, Paired, Person};
use crate::support::{NOON, TestApp, given};
use axum::http::{Method, StatusCode};
use sqlx::{AssertSqlSafe, PgPool};
use std::collections::BTreeSet;
use time::Duration;
use time::macros::datetime;
use waymark::privacy::{INFRASTRUCTURE, KINDS, Kind, Sees};

/// Somebody who looks, and which column of the table says what they see.
struct Viewer {
    role: &'static str,
    person: Person,
    cell: fn(&Kind) -> Sees,
    of_the_two: bool,
    enrolled: bool,
    runs_a_programme: bool,
}

/// One row of a table, known by the words in it.
struct Content {
    table: &'static str,
    key: String,
    author: Option<Person>,
    /// What a page says that shows it; empty where no page has words of it.
    words: Vec<String>,
    /// No page need show it to everybody who may see it.
    off_pages: bool,
}

impl Content {
    fn seen_by(&self, viewer: &Viewer, kind: &Kind, both_answered: bool) -> bool {
        let own = self.author == Some(viewer.person);
        match (viewer.cell)(kind) {
            Sees::All => true,
            Sees::Own => own,
            Sees::OwnPairing => viewer.of_the_two,
            Sees::OwnThenBoth => own || (viewer.of_the_two && both_answered),
            Sees::SameProgramme => viewer.enrolled,
            Sees::SameProgrammeOrCoordinators => viewer.enrolled || viewer.runs_a_programme,
            Sees::Only(_) | Sees::Nothing => false,
        }
    }
}

#[sqlx::test]
async fn every_cell_holds_while_one_has_answered_the_review(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = everything(&app.db).await;
    walk(&app, &pairing, false).await;
}

#[sqlx::test]
async fn every_cell_holds_once_both_have_answered(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = everything(&app.db).await;
    both_have_answered(&app.db, &pairing).await;
    walk(&app, &pairing, true).await;
}

#[sqlx::test]
async fn every_cell_holds_after_the_end(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = everything(&app.db).await;
    both_have_answered(&app.db, &pairing).await;
    run(
        &app.db,
        &format!(
            "update pairings set closed_on = '2026-04-01', closed_how = 'completed' where id = {}",
            pairing.id
        ),
    )
    .await;
    walk(&app, &pairing, true).await;
}

#[sqlx::test]
async fn every_table_has_its_place_in_the_promise(db: PgPool) {
    let kept: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class
         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let promised = KINDS.iter().flat_map(|kind| kind.tables).copied();
    let placed: Vec<&str> = promised.chain(INFRASTRUCTURE.iter().copied()).collect();
    let placed_once: BTreeSet<&str> = placed.iter().copied().collect();
    assert_eq!(placed.len(), placed_once.len(), "no table has two places");
    let kept: BTreeSet<&str> = kept.iter().map(String::as_str).collect();
    assert_eq!(kept, placed_once);
}

#[sqlx::test]
async fn every_promised_table_is_guarded_by_row_level_security(db: PgPool) {
    for table in KINDS.iter().flat_map(|kind| kind.tables) {
        let guarded: bool = sqlx::query_scalar(
            "select relrowsecurity or reloptions @> '{security_barrier=true}'
             from pg_class where oid = $1::regclass",
        )
        .bind(table)
        .fetch_one(&db)
        .await
        .unwrap();
        assert!(guarded, "{table}");
    }
}

/// What a query gone wrong, or one put in from outside, might try. Each of them has to leave
/// everything as it is, whoever the transaction acts for.
#[sqlx::test]
async fn nobody_takes_a_part_that_is_not_theirs(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = everything(&app.db).await;
    let elsewhere = given::pairing().insert(&app.db).await;
    let outsider = given::person(&app.db, "Otto").await;
    let assistant = given::person(&app.db, "Tomas").await;
    given::assistant(&app.db, pairing.mentor, assistant).await;
    let administrator = given::administrator(&app.db, "Ada").await;
    given::mentee(&app.db, pairing.programme, pairing.coordinator).await;
    let (id, programme) = (pairing.id, pairing.programme.id);
    let session = "(select max(id) from mentoring_sessions)";
    for kept in [
        format!(
            "with module as (
                insert into library_modules (programme_id, slug, position, hidden)
                values ({programme}, 'feedback', 1, true) returning id
            )
            insert into library_texts select id, 'en-GB', 'Hidden', '', 'Hidden', '2026-04-01' from module"
        ),
        "insert into single_sign_on values
            (true, 'https://login.example.org', 'waymark', 'secret', 'Quillmoor account', true, false)"
            .to_owned(),
        format!(
            "insert into linked_accounts values ('https://login.example.org', 'm', {}, '2026-04-01')",
            pairing.mentor.0
        ),
        "insert into letters (message_id, recipient, subject, body, written_at, due_at,
            calendar_method, calendar)
        values ('<kept>', 'm@example.org', 'Booked', 'Booked', '2026-04-01', '2026-04-01', 'REQUEST',
            'LOCATION:Room Juniper')"
            .to_owned(),
        "update attendances set answer = 'declined', answered_at = '2026-04-01'".to_owned(),
        "insert into single_sign_on_attempts values
            (sha256('s'), sha256('t'), 'https://login.example.org', 'n', 'v', '/', '2036-01-01')"
            .to_owned(),
        format!(
            "insert into calendar_feeds values ({}, sha256('c'), '2026-04-01')",
            pairing.mentor.0
        ),
        format!(
            "with subscription as (
                insert into calendar_subscriptions (person_id, address, added_at, next_fetch_at)
                values ({}, 'https://cal.example/secret', '2026-04-01', '2026-04-01')
                returning id
            )
            insert into calendar_busy select id, '[2026-05-01,2026-05-02)' from subscription",
            pairing.mentor.0
        ),
    ] {
        run(&app.db, &kept).await;
    }
    for (who, statement) in [
        (
            outsider,
            format!(
                "insert into calendar_feeds values ({}, sha256('o'), '2026-04-01')",
                pairing.mentee.0
            ),
        ),
        (
            pairing.mentee,
            "update calendar_feeds set token_hash = sha256('o')".to_owned(),
        ),
        (pairing.coordinator, "select from calendar_feeds".to_owned()),
        (
            outsider,
            format!(
                "insert into calendar_subscriptions (person_id, address, added_at, next_fetch_at)
                values ({}, 'https://cal.example/o', '2026-04-01', '2026-04-01')",
                pairing.mentee.0
            ),
        ),
        (
            pairing.mentee,
            "select address from calendar_subscriptions".to_owned(),
        ),
        (
            pairing.mentee,
            "update calendar_subscriptions set next_fetch_at = '2026-04-01'".to_owned(),
        ),
        (
            pairing.mentor,
            "update calendar_subscriptions set address = 'https://cal.example/o'".to_owned(),
        ),
        (
            pairing.coordinator,
            "delete from calendar_subscriptions".to_owned(),
        ),
        (pairing.mentee, "select from calendar_busy".to_owned()),
        (
            pairing.mentor,
            "select from calendar_to_read('2036-01-01')".to_owned(),
        ),
        (
            outsider,
            "select from busy_times where session_id is null".to_owned(),
        ),
        (
            pairing.coordinator,
            "select from busy_times where session_id is null".to_owned(),
        ),
        (
            outsider,
            "select from sessions_in_calendars(null, null, null)".to_owned(),
        ),
        (
            pairing.coordinator,
            "select from sessions_in_calendars(null, null, null)".to_owned(),
        ),
        (
            outsider,
            "select from generate_series(1, 9) id, sessions_in_calendars(id, null, null)".to_owned(),
        ),
        (
            pairing.coordinator,
            "select from generate_series(1, 9) id, sessions_in_calendars(id, null, null)
            where place <> ''"
                .to_owned(),
        ),
        (
            pairing.mentee,
            format!(
                "select from mentoring_sessions, people, lateral answer_invitation(
                    uid::text, email, sequence, 'declined', '2026-04-01')
                where people.id = {}",
                pairing.mentor.0
            ),
        ),
        (
            pairing.coordinator,
            format!(
                "update pairings set mentee_id = {} where id = {id}",
                pairing.coordinator.0
            ),
        ),
        (
            pairing.mentee,
            format!(
                "update pairings set mentor_id = {} where id = {id}",
                outsider.0
            ),
        ),
        (
            pairing.mentee,
            format!(
                "update pairings set programme_id = {} where id = {id}",
                elsewhere.programme.id
            ),
        ),
        (
            pairing.mentee,
            format!(
                "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on)
            values ({programme}, {}, {}, '2026-04-01')",
                pairing.mentor.0, pairing.coordinator.0
            ),
        ),
        (
            outsider,
            format!(
                "insert into coordinators values ({programme}, {}, null, '2026-04-01')",
                outsider.0
            ),
        ),
        (
            pairing.mentee,
            format!("delete from coordinators where programme_id = {programme}"),
        ),
        (
            outsider,
            format!(
                "update people set administrator_since = '2026-04-01' where id = {}",
                outsider.0
            ),
        ),
        (
            outsider,
            format!(
                "select from set_administrator({}, '2026-04-01') done where done",
                outsider.0
            ),
        ),
        (
            outsider,
            format!(
                "update people set email = 'o@example.org' where id = {}",
                pairing.mentor.0
            ),
        ),
        (
            outsider,
            "insert into people (full_name, email, time_zone, added_at)
            values ('X', 'x@example.org', 'UTC', '2026-04-01')"
                .to_owned(),
        ),
        (
            outsider,
            format!(
                "insert into passwords values ({}, 'x', '2026-04-01')",
                pairing.mentor.0
            ),
        ),
        (
            pairing.mentor,
            format!("update programmes set name = 'Mine' where id = {programme}"),
        ),
        (
            pairing.mentor,
            format!(
                "update programmes set opened_at = null, archived_at = '2026-04-01' where id = {programme}"
            ),
        ),
        (
            elsewhere.coordinator,
            format!("update programmes set capacity_max = 20 where id = {programme}"),
        ),
        (
            pairing.mentor,
            format!(
                "insert into library_modules (programme_id, slug, position) values ({programme}, 'grow', 9)"
            ),
        ),
        (
            elsewhere.coordinator,
            format!(
                "insert into library_modules (programme_id, slug, position) values ({programme}, 'grow', 9)"
            ),
        ),
        (
            pairing.mentee,
            "update library_modules set hidden = false".to_owned(),
        ),
        (
            pairing.mentee,
            "update library_texts set body = 'mine'".to_owned(),
        ),
        (elsewhere.coordinator, "delete from library_texts".to_owned()),
        (elsewhere.coordinator, "delete from library_modules".to_owned()),
        // Off the list, it says nothing to whoever only takes part.
        (pairing.mentee, "select from library_texts".to_owned()),
        (
            outsider,
            format!(
                "insert into library_reads values ({}, 'grow', null, '2026-04-01')",
                pairing.mentor.0
            ),
        ),
        (
            outsider,
            format!(
                "select from repeat_library({programme}, {}) where exists (
                    select from library_modules where programme_id = {})",
                elsewhere.programme.id, elsewhere.programme.id
            ),
        ),
        (
            outsider,
            format!(
                "delete from weekly_hours where person_id = {}",
                pairing.mentor.0
            ),
        ),
        (
            outsider,
            format!(
                "insert into weekly_hours values ({}, 1, '[09:00,10:00)')",
                pairing.mentor.0
            ),
        ),
        (
            pairing.mentee,
            format!(
                "insert into attendances select {session}, {}, during
            from mentoring_sessions where id = {session}",
                outsider.0
            ),
        ),
        (
            outsider,
            "select from close_overdue_pairings('2036-01-01') closed where closed > 0".to_owned(),
        ),
        (
            outsider,
            "select from pairings_to_remind_of(null)".to_owned(),
        ),
        (
            pairing.coordinator,
            "select from waiting_since(null, '2026-04-01')".to_owned(),
        ),
        (
            pairing.coordinator,
            "select from people_to_remind(null, '2026-04-01 12:00Z')".to_owned(),
        ),
        (
            pairing.mentee,
            "select from days_to_remind_of(null, '2026-04-30 12:00Z')".to_owned(),
        ),
        (pairing.mentee, "select from reminded_of(null)".to_owned()),
        (
            pairing.mentor,
            format!("update turns set since = '2026-01-01' where pairing_id = {id}"),
        ),
        (
            pairing.mentor,
            format!(
                "insert into reminders values ({}, {id}, 'turn', 'x', 7, '2026-04-01')",
                pairing.mentor.0
            ),
        ),
        (pairing.mentee, "select from letter_wishes".to_owned()),
        (
            pairing.mentee,
            format!(
                "insert into letter_wishes values ({}, 'none') on conflict (person_id)
            do update set rhythm = 'none'",
                pairing.mentor.0
            ),
        ),
        (
            pairing.mentor,
            format!("insert into digests values ({}, '2036-01-01')", pairing.mentor.0),
        ),
        (
            outsider,
            format!(
                "insert into unsubscribe_links values (sha256('mine'), {}, null, '2036-01-01')",
                pairing.mentor.0
            ),
        ),
        (outsider, "select from unsubscribe_links".to_owned()),
        (outsider, "select from letter_acts".to_owned()),
        (
            pairing.coordinator,
            "select from answers_in_numbers".to_owned(),
        ),
        (
            outsider,
            format!(
                "insert into letter_acts values
                    (sha256('mine'), {}, {}, null, '2036-01-01', '2036-01-01', 'target')",
                pairing.mentor.0, pairing.id
            ),
        ),
        // Not even one of the two lets somebody else act there.
        (
            pairing.mentor,
            format!(
                "insert into letter_acts values
                    (sha256('mine'), {}, {}, null, null, '2036-01-01', 'offer')",
                outsider.0, pairing.id
            ),
        ),
        (
            pairing.mentor,
            format!(
                "insert into suggestions (pairing_id, suggested_by, times, suggested_at)
            values ({id}, {}, '{{2026-04-09 08:00Z}}', '2026-04-01') on conflict do nothing",
                pairing.mentee.0
            ),
        ),
        (
            pairing.coordinator,
            format!(
                "insert into suggestions (pairing_id, suggested_by, times, suggested_at)
            values ({id}, {}, '{{2026-04-09 08:00Z}}', '2026-04-01')",
                pairing.coordinator.0
            ),
        ),
        (
            pairing.mentor,
            "update suggestions set times = '{2026-04-09 08:00Z}'".to_owned(),
        ),
        (pairing.coordinator, "delete from suggestions".to_owned()),
        (
            outsider,
            format!(
                "insert into assistants values ({}, 'o@example.org', {}, '2026-04-01')
            on conflict (mentor_id) do nothing",
                elsewhere.mentor.0, outsider.0
            ),
        ),
        (
            assistant,
            format!("update assistants set mentor_id = {}", elsewhere.mentor.0),
        ),
        (
            administrator,
            "select calendar from letters where calendar is not null".to_owned(),
        ),
        (
            administrator,
            "select from letters, invitation_in(id)".to_owned(),
        ),
        (
            pairing.coordinator,
            "select answer from attendances".to_owned(),
        ),
        (
            pairing.coordinator,
            "update attendances set answer = 'accepted'".to_owned(),
        ),
        (
            pairing.coordinator,
            format!("select from calendars_decline({session})"),
        ),
        (pairing.mentee, "select from assistants".to_owned()),
        (pairing.mentee, "delete from assistants".to_owned()),
        (pairing.coordinator, "select from assisted_pairings()".to_owned()),
        (
            assistant,
            format!(
                "select from book_as_assistant({}, '2026-04-09 08:00Z', '', '2026-04-01') booked
            where booked is not null",
                elsewhere.id
            ),
        ),
        (
            pairing.coordinator,
            format!(
                "select from cancel_as_assistant({id}, {session}, '2026-04-01') cancelled
            where cancelled"
            ),
        ),
        (
            pairing.mentee,
            format!(
                "select from move_as_assistant({id}, {session}, '2026-04-09 08:00Z', '2026-04-01') moved
            where moved"
            ),
        ),
        // Between the two of a pairing that the mentor of theirs is no part of.
        (
            assistant,
            format!(
                "select from move_as_assistant({}, {session}, '2026-04-09 08:00Z', '2026-04-01') moved
            where moved",
                elsewhere.id
            ),
        ),
        (
            assistant,
            format!(
                "select from busy_times where person_id not in ({}, {})",
                pairing.mentor.0, pairing.mentee.0
            ),
        ),
        (
            assistant,
            "select from entered_by((select session_id from busy_times limit 1)) name
            where name is not null"
                .to_owned(),
        ),
        (
            assistant,
            "select from generate_series(1, 9999) id, sessions_in_calendars(id, null, null)".to_owned(),
        ),
        (
            outsider,
            "select from unsubscribe(sha256('guessed'), '2026-04-01') off where off".to_owned(),
        ),
        (
            pairing.mentor,
            format!(
                "insert into record_drafts values ({session}, {id}, {}, '[]', '', '2026-04-01')
            on conflict (session_id, author_id) do update set fields = '[]'",
                pairing.mentee.0
            ),
        ),
        (
            pairing.mentor,
            format!(
                "insert into objectives_spoken_of select session_id, pairing_id, {0}, max(id)
            from objectives_spoken_of, objectives group by 1, 2 on conflict do nothing",
                pairing.mentee.0
            ),
        ),
        (pairing.mentor, "delete from objectives_spoken_of".to_owned()),
        // One session is no sum.
        (pairing.mentor, "select from what_helped()".to_owned()),
        (
            pairing.mentor,
            format!(
                "insert into duties_that_helped select max(id), pairing_id, {}, '{{listen}}', '2026-04-01'
            from mentoring_sessions where pairing_id = {id} group by pairing_id
            on conflict do nothing",
                pairing.mentor.0
            ),
        ),
        (
            pairing.mentee,
            "update duties_that_helped set duties = '{career}'".to_owned(),
        ),
        (pairing.mentee, "delete from duties_that_helped".to_owned()),
        (
            pairing.mentor,
            format!(
                "insert into pulses values ({session}, {id}, {}, 1, '2026-04-01')
            on conflict (session_id, person_id) do update set score = 1",
                pairing.mentee.0
            ),
        ),
        (
            pairing.mentor,
            format!(
                "insert into fits values ({id}, {}, 'no', '2026-04-01')
            on conflict (pairing_id, person_id) do update set fit = 'no'",
                pairing.mentee.0
            ),
        ),
        (
            pairing.mentor,
            format!(
                "insert into talks_asked (pairing_id, person_id, asked_at)
            values ({id}, {}, '2026-04-01')",
                pairing.mentee.0
            ),
        ),
        (pairing.mentor, "delete from talks_asked".to_owned()),
        (elsewhere.coordinator, "delete from talks_asked".to_owned()),
        (
            pairing.mentor,
            format!("insert into changes_asked values ({id}, {}, '2026-04-01')", pairing.mentee.0),
        ),
        (pairing.mentor, "delete from changes_asked".to_owned()),
        (pairing.mentor, "select from changes_wanted".to_owned()),
        (pairing.mentee, "select from changes_wanted".to_owned()),
        (pairing.coordinator, "select from changes_asked".to_owned()),
        (administrator, "select from changes_asked".to_owned()),
        (
            elsewhere.coordinator,
            format!("select from first_in_line({programme})"),
        ),
        (outsider, format!("select from coordinators_beside({id})")),
        (
            pairing.mentee,
            format!(
                "insert into self_assessments (person_id, begun_at) values ({}, '2026-04-01')",
                pairing.mentor.0
            ),
        ),
        (
            pairing.mentee,
            "update self_assessments set saves = 9".to_owned(),
        ),
        // What is finished stays as it was.
        (
            pairing.mentor,
            "update self_assessments set finished_at = null".to_owned(),
        ),
        (
            pairing.mentor,
            "insert into self_ratings select id, 'credibility', 5, '' from self_assessments".to_owned(),
        ),
        (pairing.mentor, "delete from self_ratings".to_owned()),
        (pairing.coordinator, "select from self_ratings".to_owned()),
        (administrator, "select from self_assessments".to_owned()),
        (
            pairing.mentee,
            format!(
                "insert into qualifications (person_id, place, name, body, awarded_on, added_at)
                values ({}, 2, 'x', 'x', '2025-06-30', '2026-04-01')",
                pairing.mentor.0
            ),
        ),
        (
            pairing.mentor,
            format!(
                "insert into qualifications (person_id, place, name, body, awarded_on, added_at)
                values ({}, 11, 'x', 'x', '2025-06-30', '2026-04-01')",
                pairing.mentor.0
            ),
        ),
        (
            pairing.mentor,
            "update qualifications set level = 'Level 7'".to_owned(),
        ),
        (pairing.coordinator, "delete from qualifications".to_owned()),
        (
            pairing.mentee,
            "select from qualification_files".to_owned(),
        ),
        (administrator, "select from qualification_files".to_owned()),
        (
            elsewhere.coordinator,
            "select from qualifications".to_owned(),
        ),
        (
            pairing.coordinator,
            "update qualification_files set content = '%PDF-'".to_owned(),
        ),
        (
            pairing.mentee,
            "select from applications, read_for_mentors(id) read where read > 0".to_owned(),
        ),
        (
            elsewhere.coordinator,
            "select from generate_series(1, 99001, 1000) id, read_for_mentors(id) read where read > 0"
                .to_owned(),
        ),
        (
            pairing.mentee,
            "select from mentors_before_coordinators()".to_owned(),
        ),
        (
            pairing.mentor,
            format!("update targets_looked_at set author_id = {}", pairing.mentee.0),
        ),
        (
            outsider,
            "create temporary table coordinators (programme_id bigint, person_id bigint)"
                .to_owned(),
        ),
        (
            pairing.mentor,
            format!(
                "insert into notes (pairing_id, author_id, body, written_at)
            values ({id}, {}, 'x', '2026-04-01')",
                pairing.mentee.0
            ),
        ),
        (
            pairing.mentor,
            format!(
                "insert into agreement_signatures
            select id, pairing_id, {}, '2026-04-01' from agreements where false or pairing_id = {id}
            on conflict do nothing",
                pairing.mentee.0
            ),
        ),
        (
            pairing.mentor,
            format!(
                "insert into agreement_comments (pairing_id, version, clause, author_id, body, written_at)
            values ({id}, 1, 'scope', {}, 'x', '2026-04-01')",
                pairing.mentee.0
            ),
        ),
        (
            pairing.mentor,
            "update agreement_comments set body = 'x'".to_owned(),
        ),
        (
            pairing.coordinator,
            format!(
                "insert into agreement_comments (pairing_id, version, clause, author_id, body, written_at)
            values ({id}, 1, 'scope', {}, 'x', '2026-04-01')",
                pairing.coordinator.0
            ),
        ),
        (
            pairing.mentee,
            format!(
                "insert into preparations values ({id}, {}, 'x', '', '', '2026-04-01')",
                pairing.mentor.0
            ),
        ),
        (
            pairing.mentee,
            format!("update preparations set person_id = {}", pairing.mentor.0),
        ),
        (
            pairing.mentor,
            format!(
                "insert into preparations values ({id}, {}, 'x', '', '', '2026-04-01')
            on conflict (pairing_id, person_id) do update set hopes = 'x'",
                pairing.mentee.0
            ),
        ),
        (pairing.mentor, "select from preparations".to_owned()),
        (pairing.mentor, "delete from preparations".to_owned()),
        (
            pairing.mentor,
            format!(
                "insert into first_meeting_checks values ({id}, 'exit', {}, '2026-04-01')",
                pairing.mentee.0
            ),
        ),
        (
            outsider,
            format!(
                "insert into first_meeting_checks values ({id}, 'exit', {}, '2026-04-01')",
                outsider.0
            ),
        ),
        (
            pairing.coordinator,
            "delete from first_meeting_checks".to_owned(),
        ),
        (
            elsewhere.coordinator,
            format!("insert into agreement_wordings values ({programme}, 'scope', 'x')"),
        ),
        (
            pairing.mentor,
            format!("insert into agreement_wordings values ({programme}, 'scope', 'x')"),
        ),
        (
            pairing.mentor,
            format!(
                "insert into objective_levels (objective_id, pairing_id, level, said_by, said_at)
            select id, pairing_id, 9, {}, '2026-04-01' from objectives",
                pairing.mentee.0
            ),
        ),
        (
            pairing.mentee,
            "update objective_levels set level = 9".to_owned(),
        ),
        (pairing.mentee, "delete from objective_levels".to_owned()),
        (
            pairing.mentor,
            format!(
                "insert into objective_changes (objective_id, pairing_id, what, changed_by, changed_at)
            select id, pairing_id, 'reached', {}, '2026-04-01' from objectives",
                pairing.mentee.0
            ),
        ),
        (
            pairing.coordinator,
            format!(
                "insert into objective_changes (objective_id, pairing_id, what, changed_by, changed_at)
            select 1, {id}, 'reached', {}, '2026-04-01' from pairings",
                pairing.coordinator.0
            ),
        ),
        (
            pairing.mentee,
            "update objective_changes set after = 'x'".to_owned(),
        ),
        (pairing.mentor, "delete from objective_changes".to_owned()),
        (
            pairing.mentee,
            format!(
                "insert into words_to_keep values ({id}, 'thanks', 0, {}, '2026-04-01')",
                pairing.mentee.0
            ),
        ),
        (
            outsider,
            format!(
                "insert into words_to_keep values ({id}, 'thanks', 0, {}, '2026-04-01')",
                outsider.0
            ),
        ),
        (pairing.mentee, "delete from words_to_keep".to_owned()),
        (
            elsewhere.mentor,
            format!("delete from words_to_keep where pairing_id = {id}"),
        ),
        (
            pairing.mentee,
            format!(
                "insert into midpoint_reviews values ({id}, {}, 'x', '', '', 1, '2026-04-01')",
                pairing.mentor.0
            ),
        ),
        (pairing.mentor, "select from midpoint_reviews".to_owned()),
        (
            pairing.mentee,
            "update midpoint_reviews set helpful = 'x'".to_owned(),
        ),
        (pairing.coordinator, "select from midpoint_reviews".to_owned()),
        (
            outsider,
            format!("select from midpoint_of({id}) dates where dates is not null"),
        ),
        (
            elsewhere.coordinator,
            format!("select from midpoint_of({id}) dates where dates is not null"),
        ),
        // Not before both have answered.
        (
            pairing.mentee,
            format!(
                "insert into midpoint_decisions values ({id}, 'end', '', {}, '2026-04-01')",
                pairing.mentee.0
            ),
        ),
        (
            pairing.mentor,
            format!(
                "insert into reviews values ({id}, {}, '', '', '', '', 3, '2026-04-01')
            on conflict do nothing",
                pairing.mentee.0
            ),
        ),
        (
            pairing.mentor,
            format!(
                "insert into remarks values ({id}, {}, 'x', '2026-04-01')",
                pairing.mentee.0
            ),
        ),
        (
            pairing.coordinator,
            format!(
                "insert into audit_events (at, actor_id, act, pairing_id)
            values ('2026-04-01', {}, 'x', {id})",
                pairing.mentor.0
            ),
        ),
        (
            outsider,
            format!(
                "insert into applications (programme_id, person_id, part, started_at)
            values ({programme}, {}, 'mentee', '2026-04-01')",
                pairing.mentee.0
            ),
        ),
        (
            outsider,
            format!(
                "insert into applications (programme_id, person_id, part, started_at, sent_at, approved_at)
            values ({programme}, {}, 'mentee', '2026-04-01', '2026-04-01', '2026-04-01')",
                outsider.0
            ),
        ),
        (
            pairing.mentor,
            "update applications set approved_at = null, wait_listed_at = '2026-04-01'".to_owned(),
        ),
        (
            pairing.mentor,
            "update applications set approved_at = '2026-04-01'".to_owned(),
        ),
        (
            pairing.mentor,
            "update applications set words = 'You are the best'".to_owned(),
        ),
        (
            pairing.coordinator,
            "update applications set about = 'x'".to_owned(),
        ),
        (
            pairing.coordinator,
            "update applications set sent_at = '2026-04-01'".to_owned(),
        ),
        (
            pairing.mentee,
            "update applications set withdrawn_at = '2026-04-01', approved_at = null".to_owned(),
        ),
        (pairing.coordinator, "delete from answers".to_owned()),
        (
            pairing.coordinator,
            "insert into answers
            select applications.id, questions.id, kind, 'x', null from applications, questions
            where questions.position = 4"
                .to_owned(),
        ),
        (
            pairing.mentee,
            "insert into answered_skills values (1, 1, 1)".to_owned(),
        ),
        (
            pairing.coordinator,
            "insert into answered_choices
            select 1, question_id, id, 2 from question_choices where wording = 'Other'"
                .to_owned(),
        ),
        (
            pairing.coordinator,
            format!(
                "insert into exclusions select id, {} from applications",
                outsider.0
            ),
        ),
        (pairing.coordinator, "delete from exclusions".to_owned()),
        (pairing.coordinator, "delete from mentor_wishes".to_owned()),
        (
            outsider,
            format!(
                "insert into mentor_wishes values ({programme}, {}, {}, 1)",
                outsider.0, pairing.mentor.0
            ),
        ),
        (
            pairing.mentor,
            format!(
                "insert into mentor_wishes values ({programme}, {}, {}, 2)",
                pairing.mentee.0, outsider.0
            ),
        ),
        (
            pairing.mentee,
            format!(
                "insert into matching_criteria values ({programme}, 'site', null, 9, true, 'same')"
            ),
        ),
        (
            elsewhere.coordinator,
            format!("insert into matching_rules values ({programme}, 1, 1, 1, 1, 1, true)"),
        ),
        (
            elsewhere.coordinator,
            format!(
                "insert into matching_runs (programme_id, made_by, made_at, input, result)
                 values ({programme}, {}, '2026-04-01', '', '')",
                elsewhere.coordinator.0
            ),
        ),
        (pairing.coordinator, "delete from matching_runs".to_owned()),
        (
            pairing.coordinator,
            "select from take_matching_job('2036-01-01', '2036-01-01')".to_owned(),
        ),
        (
            elsewhere.coordinator,
            format!(
                "insert into matching_jobs (programme_id, made_by, made_at, asked, input)
                 values ({programme}, {}, '2026-04-01', '', '')",
                elsewhere.coordinator.0
            ),
        ),
        (
            pairing.mentor,
            "insert into enquiries (application_id, body, asked_at)
            select id, 'x', '2026-04-01' from applications"
                .to_owned(),
        ),
        (
            pairing.mentee,
            format!(
                "insert into outcome_sheets values ({programme}, {}, 'end', '2026-04-01', '2026-04-01')",
                pairing.mentor.0
            ),
        ),
        (
            pairing.mentee,
            format!(
                "insert into outcome_ratings values
                ({programme}, {}, 'start', 'mentor_rewarding', 1)",
                pairing.mentor.0
            ),
        ),
        (
            pairing.coordinator,
            "update outcome_ratings set rating = 1".to_owned(),
        ),
        (pairing.mentor, "delete from outcome_ratings".to_owned()),
        (
            pairing.coordinator,
            format!("select from outcome_points({programme}, null, '2036-01-01')"),
        ),
        (
            pairing.coordinator,
            "insert into outcome_batches (programme_id, measure, point, audience, people, change_sum,
                change_squares, made_at)
            select id, 'x', 'half_way', 'paired', 5, 0, 0, '2026-04-01' from programmes"
                .to_owned(),
        ),
        (pairing.coordinator, "delete from outcome_batched".to_owned()),
        (
            pairing.mentor,
            format!("select from outcome_sums({programme})"),
        ),
        (
            administrator,
            format!("select from outcome_sums({programme})"),
        ),
        (
            elsewhere.coordinator,
            format!("select from objective_sums({programme})"),
        ),
        (
            administrator,
            format!("select from outcome_asked({programme}, '2036-01-01')"),
        ),
        (
            outsider,
            "select from own_outcomes('2026-04-01')".to_owned(),
        ),
        (
            pairing.coordinator,
            "update enquiries set reply = 'x'".to_owned(),
        ),
        (
            pairing.coordinator,
            "update questions set readers = 'programme'".to_owned(),
        ),
        (
            elsewhere.coordinator,
            "update questions set wording = 'x'".to_owned(),
        ),
        (
            elsewhere.coordinator,
            "insert into question_choices (question_id, position, wording)
            select id, 9, 'x' from questions where kind = 'ranked'"
                .to_owned(),
        ),
        (
            pairing.mentor,
            format!("insert into open_programmes values ({programme})"),
        ),
        (
            elsewhere.coordinator,
            format!("insert into programme_letters values ({programme}, 'declined', 'x')"),
        ),
        (
            elsewhere.coordinator,
            "update programme_letters set words = 'x'".to_owned(),
        ),
        (
            pairing.mentor,
            "delete from programme_letters".to_owned(),
        ),
        (
            outsider,
            "insert into skills (name, added_at) values ('x', '2026-04-01')".to_owned(),
        ),
        (outsider, "update skills set name = 'x'".to_owned()),
        (
            outsider,
            "select from merge_skills(1, 2) merged where merged".to_owned(),
        ),
        (outsider, "select from skills_in_use()".to_owned()),
        (
            outsider,
            "select from remove_demonstration() removed where removed".to_owned(),
        ),
        (
            pairing.coordinator,
            "select from made_up_pairings()".to_owned(),
        ),
        (
            pairing.coordinator,
            format!("insert into made_up_people values ({})", pairing.mentor.0),
        ),
        (
            pairing.coordinator,
            format!("insert into made_up_programmes values ({programme})"),
        ),
        (
            pairing.coordinator,
            "insert into demonstration (loaded_at) values ('2026-04-01')".to_owned(),
        ),
        (outsider, "select from own_exclusions(1)".to_owned()),
        (
            pairing.mentee,
            format!(
                "select from leave_programme({programme}, 'mentee', '2026-04-01') gone where gone"
            ),
        ),
        (
            outsider,
            format!(
                "insert into invitations (programme_id, part, email, invited_by, invited_at,
                token_hash, sent_at, expires_at)
            values ({programme}, 'mentee', 'o@example.org', {}, '2026-04-01', sha256('o'),
                '2026-04-01', '2036-04-01')",
                outsider.0
            ),
        ),
        (
            elsewhere.coordinator,
            "update invitations set token_hash = sha256('mine')".to_owned(),
        ),
        (
            pairing.coordinator,
            format!(
                "update invitations set accepted_at = '2026-04-01', accepted_by = {}",
                pairing.coordinator.0
            ),
        ),
        (
            outsider,
            "select from accept_invitation(sha256('guessed'), 'X', 'x', '2026-04-01') person
            where person is not null"
                .to_owned(),
        ),
        (
            outsider,
            format!("select from coordinators_to_tell({programme})"),
        ),
        (
            outsider,
            format!(
                "insert into password_links values (sha256('o'), {}, 'o@example.org', '2036-04-01')",
                pairing.mentor.0
            ),
        ),
        (
            outsider,
            format!(
                "select from people, ask_for_password_link(email, sha256('o'), '2036-04-01') asked
                where id = {} and asked is not null",
                outsider.0
            ),
        ),
        (
            outsider,
            format!(
                "select from send_password_link({}, sha256('o'), '2036-04-01') sent where sent",
                pairing.mentor.0
            ),
        ),
        (outsider, "select from password_links".to_owned()),
        (
            outsider,
            format!(
                "insert into email_changes (person_id, old_email, new_email, old_token_hash,
                new_token_hash, asked_at, expires_at)
            values ({}, 'm@example.org', 'o@example.org', sha256('1'), sha256('2'),
                '2026-04-01', '2036-04-01')",
                pairing.mentor.0
            ),
        ),
        (
            pairing.mentor,
            format!(
                "insert into email_changes
            values ({}, 'm@example.org', 'o@example.org', sha256('1'), sha256('2'),
                '2026-04-01', '2036-04-01', '2026-04-01', '2026-04-01')",
                pairing.mentor.0
            ),
        ),
        (
            outsider,
            format!("select from deactivate({}, '2026-04-01')", pairing.mentor.0),
        ),
        (
            outsider,
            format!(
                "update people set deactivated_at = '2026-04-01' where id = {}",
                outsider.0
            ),
        ),
        (
            pairing.coordinator,
            format!(
                "select from reactivate({}) done where done",
                pairing.mentor.0
            ),
        ),
        (
            pairing.mentee,
            format!("delete from enrolment_links where programme_id = {programme}"),
        ),
        (
            elsewhere.coordinator,
            format!(
                "insert into enrolment_links values ({programme}, 'another-link-altogether', {},
                '2026-04-01') on conflict (programme_id) do update set token = excluded.token",
                elsewhere.coordinator.0
            ),
        ),
        (
            pairing.coordinator,
            "update audit_events set act = 'x'".to_owned(),
        ),
        (
            pairing.coordinator,
            "insert into people (full_name, email, time_zone, added_at, administrator_since)
            values ('X', 'x@example.org', 'UTC', '2026-04-01', '2026-04-01')"
                .to_owned(),
        ),
        (
            pairing.coordinator,
            format!(
                "update people set full_name = 'X' where id = {}",
                outsider.0
            ),
        ),
        (outsider, import(outsider, "null")),
        (pairing.coordinator, import(pairing.coordinator, "null")),
        (
            pairing.coordinator,
            import(pairing.coordinator, &elsewhere.programme.id.to_string()),
        ),
        (
            pairing.coordinator,
            import(outsider, &programme.to_string()),
        ),
        (
            elsewhere.coordinator,
            "update imports set columns = '{}'".to_owned(),
        ),
        (
            pairing.coordinator,
            format!("update imports set owner_id = {}", outsider.0),
        ),
        (elsewhere.coordinator, "delete from imports".to_owned()),
        (
            pairing.coordinator,
            "select from forget_imports('2036-01-01') where not exists (select from imports)"
                .to_owned(),
        ),
        (pairing.mentee, "delete from audit_events".to_owned()),
        (
            outsider,
            "update single_sign_on set issuer = 'https://mine.example'".to_owned(),
        ),
        (outsider, "delete from single_sign_on".to_owned()),
        (outsider, "select from single_sign_on".to_owned()),
        (
            outsider,
            "insert into single_sign_on values
            (true, 'https://mine.example', 'x', 'x', 'x', true, true)
            on conflict (single) do update set issuer = excluded.issuer"
                .to_owned(),
        ),
        (
            outsider,
            format!(
                "insert into linked_accounts values ('https://login.example.org', 'o', {}, '2026-04-01')",
                pairing.mentor.0
            ),
        ),
        (
            outsider,
            format!("select from linked_accounts where person_id = {}", pairing.mentor.0),
        ),
        (
            outsider,
            format!("delete from linked_accounts where person_id = {}", pairing.mentor.0),
        ),
        (
            pairing.mentor,
            // Of whoever has no password, even their own.
            "delete from linked_accounts".to_owned(),
        ),
        (
            outsider,
            "select from link_own_account('https://login.example.org', 'm', '2026-04-01') linked
            where linked = 'yes'"
                .to_owned(),
        ),
        (
            outsider,
            format!(
                "select from people where id = {0} and link_account('https://login.example.org', 'o',
            (select email from people where id = {0}), '2026-04-01') is not null",
                outsider.0
            ),
        ),
        (outsider, "select from single_sign_on_attempts".to_owned()),
        (outsider, "delete from single_sign_on_attempts".to_owned()),
        (
            outsider,
            "insert into single_sign_on_attempts values
            (sha256('a'), sha256('b'), 'https://mine.example', 'x', 'x', '/', '2036-01-01')"
                .to_owned(),
        ),
    ] {
        let mut acting = acting_for(&app, who).await;
        let outcome = sqlx::query(AssertSqlSafe(statement.clone()))
            .execute(&mut *acting)
            .await;
        assert!(
            outcome.is_err() || outcome.is_ok_and(|done| done.rows_affected() == 0),
            "{statement}"
        );
    }
}

/// To say that one has answered is not to have answered.
#[sqlx::test]
async fn a_review_is_not_read_before_one_has_written_ones_own(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = everything(&app.db).await;
    let mut acting = acting_for(&app, pairing.mentor).await;
    sqlx::query("update pairings set mentor_reviewed_on = '2026-04-01' where id = $1")
        .bind(pairing.id)
        .execute(&mut *acting)
        .await
        .unwrap();
    let read: i64 = sqlx::query_scalar("select count(*) from reviews")
        .fetch_one(&mut *acting)
        .await
        .unwrap();
    assert_eq!(read, 0);
}

#[sqlx::test]
async fn that_somebody_wrote_a_note_is_theirs_alone_to_know(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let maya = app.sign_in(pairing.mentor).await;
    let path = format!("{}/notes", pairing.path);
    maya.post(&path, &[("body", "He is braver than he thinks")])
        .await
        .leads_to(&path);
    for (person, knows) in [
        (pairing.mentor, 1),
        (pairing.mentee, 0),
        (pairing.coordinator, 0),
    ] {
        let mut acting = acting_for(&app, person).await;
        for table in ["audit_events", "audit_trail"] {
            let sql = format!("select count(*) from {table} where act like '%note%'");
            let known: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
                .fetch_one(&mut *acting)
                .await
                .unwrap();
            assert_eq!(known, knows, "{table} {person:?}");
        }
    }
}

#[sqlx::test]
async fn whoever_looks_at_many_pairings_at_once_is_seen_to_have_looked(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().at(At::Proposed).insert(&app.db).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    for place in [
        "/".to_owned(),
        format!("/programmes/{}", pairing.programme.id),
        format!("/programmes/{}/publication", pairing.programme.id),
    ] {
        let looks =
            "select count(*) from audit_events where act like 'looked at%' and programme_id = $1";
        let looks = || {
            sqlx::query_scalar::<_, i64>(looks)
                .bind(pairing.programme.id)
                .fetch_one(&app.db)
        };
        let before = looks().await.unwrap();
        cleo.get(&place).await.is(StatusCode::OK);
        assert_eq!(looks().await.unwrap(), before + 1, "{place}");
    }
}

#[sqlx::test]
async fn the_promise_is_printed(db: PgPool) {
    let app = TestApp::new(db).await;
    let page = app.stranger().get("/privacy").await;
    for kind in KINDS {
        page.says(kind.name);
        for sees in [
            kind.mentee,
            kind.mentor,
            kind.coordinator,
            kind.administrator,
            kind.others,
        ] {
            page.says(sees.words());
        }
    }
}

async fn walk(app: &TestApp, pairing: &Paired, both_answered: bool) {
    let contents = contents(&app.db, pairing, both_answered).await;
    let viewers = viewers(&app.db, pairing).await;
    for kind in KINDS {
        for table in kind.tables {
            assert!(
                !both_answered || contents.iter().any(|content| content.table == *table),
                "nothing to look for in {table}"
            );
        }
    }
    for viewer in &viewers {
        let pages = everything_on_pages(app, pairing, viewer.person).await;
        for content in &contents {
            let kind = KINDS
                .iter()
                .find(|kind| kind.tables.contains(&content.table));
            let expected = content.seen_by(viewer, kind.unwrap(), both_answered);
            let case = format!("{} and {} {}", viewer.role, content.table, content.key);
            assert_eq!(reads(app, viewer.person, content).await, expected, "{case}");
            if !expected {
                assert!(!changes(app, viewer.person, content).await, "{case}");
            }
            for words in &content.words {
                let shown = pages.contains(words);
                let fine = shown == expected || (expected && content.off_pages);
                assert!(fine, "{case}: {words:?} on a page: {shown}");
            }
        }
    }
}

async fn viewers(db: &PgPool, pairing: &Paired) -> Vec<Viewer> {
    let elsewhere = given::pairing().insert(db).await;
    let colleague = given::person(db, "Cora").await;
    given::mentee(db, pairing.programme, colleague).await;
    let other = |role, person, enrolled| Viewer {
        role,
        person,
        cell: |kind| kind.others,
        of_the_two: false,
        enrolled,
        runs_a_programme: false,
    };
    let one = |role, person, cell, of_the_two| Viewer {
        role,
        person,
        cell,
        of_the_two,
        enrolled: of_the_two,
        runs_a_programme: false,
    };
    let administrator = given::administrator(db, "Ada").await;
    let assistant = given::person(db, "Tomas").await;
    given::assistant(db, pairing.mentor, assistant).await;
    vec![
        one("the mentee", pairing.mentee, |kind| kind.mentee, true),
        one("the mentor", pairing.mentor, |kind| kind.mentor, true),
        one(
            "the coordinator",
            pairing.coordinator,
            |kind| kind.coordinator,
            false,
        ),
        one(
            "an administrator",
            administrator,
            |kind| kind.administrator,
            false,
        ),
        other("a colleague in the programme", colleague, true),
        other("a mentor elsewhere", elsewhere.mentor, false),
        other("the assistant of the mentor", assistant, false),
        Viewer {
            runs_a_programme: true,
            ..other("a coordinator elsewhere", elsewhere.coordinator, false)
        },
        other(
            "somebody enrolled nowhere",
            given::person(db, "Otto").await,
            false,
        ),
    ]
}

/// Whether the server's role finds the row while it acts for this person.
async fn reads(app: &TestApp, person: Person, content: &Content) -> bool {
    let mut acting = acting_for(app, person).await;
    let sql = format!(
        "select exists (select from {} where {})",
        content.table, content.key
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(&mut *acting)
        .await
        .unwrap()
}

/// Whether the server's role can touch the row for this person; no right to try is a no as well.
async fn changes(app: &TestApp, person: Person, content: &Content) -> bool {
    let column = match content.table {
        "people" => "job_title",
        "enrolments" => "about",
        "pairings" | "pairing_situations" => "closed_on",
        "attendances" => "session_id",
        "imports" => "columns",
        "invitations" => "expires_at",
        "applications" => "about",
        "answers" => "words",
        "answered_choices" | "answered_skills" => "question_id",
        "exclusions" => "person_id",
        "enquiries" => "reply",
        "letter_wishes" => "rhythm",
        "library_reads" => "read_at",
        "outcome_sheets" => "saved_at",
        "outcome_ratings" => "rating",
        "outcome_batches" | "objective_batches" => "made_at",
        "outcome_batched" | "objectives_batched" => "batch_id",
        "self_assessments" => "saves",
        "self_ratings" => "example",
        "qualifications" | "qualification_files" => "name",
        _ => "pairing_id",
    };
    for act in [
        format!("update {} set {column} = {column}", content.table),
        format!("delete from {}", content.table),
    ] {
        let sql = format!("{act} where {}", content.key);
        let mut acting = acting_for(app, person).await;
        let outcome = sqlx::query(AssertSqlSafe(sql)).execute(&mut *acting).await;
        if outcome.is_ok_and(|done| done.rows_affected() > 0) {
            return true;
        }
    }
    false
}

async fn acting_for(app: &TestApp, person: Person) -> sqlx::Transaction<'static, sqlx::Postgres> {
    let mut acting = app.server.begin().await.unwrap();
    sqlx::query("select set_config('app.person_id', $1, true)")
        .bind(person.0.to_string())
        .execute(&mut *acting)
        .await
        .unwrap();
    acting
}

/// All that every page tells this person, whether a link leads there or not.
pub async fn everything_on_pages(app: &TestApp, pairing: &Paired, person: Person) -> String {
    let visitor = app.sign_in(person).await;
    let mut all = String::new();
    let pages = app.list.iter().filter(|route| route.method == Method::GET);
    let mut paths = vec!["/account/activity?by=everybody".to_owned()];
    for route in pages {
        paths.push(fill(app, route.path, pairing).await);
    }
    for path in paths {
        let answer = visitor.get(&path).await;
        if answer.status == StatusCode::OK {
            all += &answer.body;
        }
    }
    all
}

/// A pairing that is moving on, with something of every kind in it. The mentee has answered.
#[expect(clippy::too_many_lines, reason = "one list of what there is")]
pub async fn everything(db: &PgPool) -> Paired {
    let pairing = given::pairing().at(At::FinalSessionHeld).insert(db).await;
    let Paired {
        id, mentor, mentee, ..
    } = &pairing;
    let (mentor, mentee) = (mentor.0, mentee.0);
    let day = datetime!(2026-03-17 10:00 UTC);
    let session = given::settled(db, &pairing, "held_on", day).await.id;
    given::session(db, &pairing, "session", NOON + Duration::days(30)).await;
    for sql in [
        format!("update session_plans set place = 'place-words', agenda = 'agenda-words' where pairing_id = {id}"),
        format!("update people set job_title = 'mentor-title-words' where id = {mentor}"),
        format!("update people set job_title = 'mentee-title-words' where id = {mentee}"),
        format!("update enrolments set about = 'offers-words' where person_id = {mentor}"),
        format!("update enrolments set about = 'seeks-words' where person_id = {mentee}"),
        format!("insert into pauses values ({id}, '2026-03-05', '2026-03-06')"),
        format!("insert into turns values ({id}, 'Rest Nobody', '2026-03-05')"),
        format!("insert into letter_wishes values ({mentor}, 'at_once', '{{}}')"),
        format!("insert into reminders values ({mentor}, {id}, 'turn', 'about-words', 7, '2026-03-05')"),
        format!("insert into agreements (pairing_id, version, purpose, success, scope, meetings, contact,
            cancelling, mentor_commits, mentee_commits, confidentiality, if_it_does_not_work,
            review_on, ends_on, drafted_by, drafted_at)
         values ({id}, 1, 'purpose-words', 'success-words', 'scope-words', 'meetings-words', 'contact-words',
            'cancelling-words', 'mentor-commits-words', 'mentee-commits-words', 'confidentiality-words',
            'if-not-words', '2026-06-01', '2026-12-01', {mentee}, '2026-03-02')"),
        format!("insert into agreement_signatures
         select id, pairing_id, unnest(array[{mentor}, {mentee}]), '2026-03-02' from agreements"),
        format!("update agreements set booking = 'booking-words', conflicts = 'conflicts-words',
            reported = 'reported-words', feedback = 'feedback-clause-words' where pairing_id = {id}"),
        format!("insert into agreement_comments (pairing_id, version, clause, author_id, body, written_at)
         values ({id}, 1, 'scope', {mentor}, 'comment-words', '2026-03-02')"),
        format!("insert into preparations values
            ({id}, {mentee}, 'mentee-hopes-words', 'mentee-asks-words', 'mentee-story-words', '2026-03-01')"),
        format!("insert into first_meeting_checks values ({id}, 'contacts', {mentee}, '2026-03-02')"),
        format!("insert into session_records values
            ({session}, {id}, {mentor}, 'mentor-talk-words', 'strengths-words', 'development-words',
                'actions-words', 'feedback-words', '2026-03-18'),
            ({session}, {id}, {mentee}, 'mentee-talk-words', '', '', '', 'thanks-words', '2026-03-18')"),
        format!("insert into objectives (pairing_id, statement, how_we_will_know, proposed_by, proposed_on, agreed_on)
         values ({id}, 'objective-words', 'know-words', {mentee}, '2026-03-02', '2026-03-02')"),
        format!("update objectives set why = 'why-words', steps = 'way-words', evidence = 'evidence-words'
         where pairing_id = {id}"),
        format!("insert into objective_levels (objective_id, pairing_id, level, said_by, said_at)
         select id, pairing_id, 4, {mentee}, '2026-03-20' from objectives"),
        format!("insert into objective_changes
            (objective_id, pairing_id, what, before, after, changed_by, changed_at)
         select id, pairing_id, 'why', '', 'changed-words', {mentee}, '2026-03-20' from objectives"),
        format!("insert into words_to_keep
         select pairing_id, 'sign_off', id, {mentor}, '2026-03-29' from objectives"),
        format!("insert into midpoint_reviews values
            ({id}, {mentee}, 'mentee-helpful-words', 'mentee-missing-words', 'mentee-half-words', 4, '2026-03-10')"),
        format!("insert into targets (pairing_id, session_id, what, owner_id, due_on, set_by, set_on)
         values ({id}, {session}, 'target-words', {mentee}, '2026-04-20', {mentor}, '2026-03-18')"),
        format!("insert into record_drafts values
            ({session}, {id}, {mentor}, '[[\"talked_about\", \"mentor-draft-words\"]]', '', '2026-03-19'),
            ({session}, {id}, {mentee}, '[[\"talked_about\", \"mentee-draft-words\"]]', '', '2026-03-19')"),
        format!("insert into objectives_spoken_of select {session}, {id}, {mentee}, id from objectives"),
        format!("insert into targets_looked_at (session_id, pairing_id, target_id, author_id, how)
         select {session}, {id}, id, {mentee}, 'dropped' from targets"),
        format!("insert into duties_that_helped values
            ({session}, {id}, {mentee}, '{{listen}}', '2026-03-19')"),
        format!("insert into pulses values
            ({session}, {id}, {mentor}, 4, '2026-03-19'), ({session}, {id}, {mentee}, 2, '2026-03-19')"),
        format!("insert into fits values
            ({id}, {mentor}, 'yes', '2026-03-19'), ({id}, {mentee}, 'unsure', '2026-03-19')"),
        format!("insert into talks_asked (pairing_id, person_id, asked_at) values
            ({id}, {mentee}, '2026-03-19')"),
        format!("insert into changes_asked values ({id}, {mentee}, '2026-03-19')"),
        format!("insert into further_steps (pairing_id, what, due_on, with_whom, written_by, written_on)
         values ({id}, 'step-words', '2026-06-20', 'whom-words', {mentee}, '2026-03-25')"),
        format!("insert into suggestions (pairing_id, suggested_by, times, place, words, suggested_at)
         values ({id}, {mentee}, '{{2026-04-08 19:00Z}}', 'suggested-place-words', 'suggesting-words', '2026-03-30')"),
        format!("insert into notes (pairing_id, author_id, body, written_at) values
            ({id}, {mentor}, 'mentor-note-words', '2026-03-18'), ({id}, {mentee}, 'mentee-note-words', '2026-03-18')"),
        format!("insert into remarks values
            ({id}, {mentee}, 'mentee-remark-words', '2026-03-27')"),
        format!("update pairings set mentee_reviewed_on = '2026-03-27' where id = {id}"),
        review(&pairing, pairing.mentee, "mentee"),
        format!("insert into invitations (programme_id, part, email, full_name, invited_by, invited_at,
            token_hash, sent_at, expires_at)
         values ({0}, 'mentee', 'invited@example.org', 'invited-words', {1}, '2026-03-30',
            sha256('guessed'), '2026-03-30', '2026-04-13')",
            pairing.programme.id, pairing.coordinator.0),
        format!("insert into enrolment_links values ({}, 'a-link-of-the-programme', {}, '2026-03-30')",
            pairing.programme.id, pairing.coordinator.0),
        format!("insert into earlier_endings (pairing_id, moving_on_since, closed_on)
         values ({id}, '2026-03-10', '2026-03-12')"),
        format!("insert into audit_events (at, actor_id, act, pairing_id) values
            ('2026-03-18', {}, 'coordinator-act-words', {id}), ('2026-03-18', {mentor}, 'mentor-act-words', {id})",
            pairing.coordinator.0),
        import(pairing.coordinator, &pairing.programme.id.to_string()),
        format!("insert into outcome_sheets values ({}, {mentor}, 'start', '2026-03-01', '2026-03-01')",
            pairing.programme.id),
        format!("insert into outcome_ratings values ({}, {mentor}, 'start', 'mentor_learning', 3)",
            pairing.programme.id),
        format!("insert into outcome_batches (programme_id, measure, point, audience, people, start_sum,
            change_sum, change_squares, made_at)
         values ({}, 'mentor_learning', 'end', 'paired', 5, 10, 5, 9, '2026-03-30')",
            pairing.programme.id),
        format!("insert into outcome_batched
         select id, programme_id, {mentor}, measure, point from outcome_batches"),
        format!("insert into objective_batches (programme_id, pairings, signed_off, handed_on, dropped,
            left_open, made_at)
         values ({}, 5, 4, 3, 2, 1, '2026-03-30')", pairing.programme.id),
        format!("insert into objectives_batched select {id}, id from objective_batches"),
    ] {
        run(db, &sql).await;
    }
    an_application(db, &pairing).await;
    pairing
}

/// The mentor's, with an answer of every kind that has a table of its own.
async fn an_application(db: &PgPool, pairing: &Paired) {
    let (programme, coordinator) = (pairing.programme.id, pairing.coordinator.0);
    let (mentor, mentee) = (pairing.mentor.0, pairing.mentee.0);
    for sql in [
        format!("insert into applications (programme_id, person_id, part, about, capacity, started_at, sent_at, approved_at)
         values ({programme}, {mentor}, 'mentor', 'applying-words', 2, '2026-01-10', '2026-01-11', '2026-01-12')"),
        format!("insert into enquiries (application_id, body, asked_by, asked_at, reply, replied_at)
         select id, 'enquiry-words', {coordinator}, '2026-01-11', 'reply-words', '2026-01-11' from applications"),
        format!("insert into exclusions select id, {mentee} from applications"),
        format!("insert into mentor_wishes values ({programme}, {mentee}, {mentor}, 1)"),
        format!(
            "insert into matching_runs (programme_id, made_by, made_at, input, result)
             values ({programme}, {coordinator}, '2026-04-01', '', '')"
        ),
        format!(
            "insert into matching_jobs (programme_id, made_by, made_at, asked, input)
             values ({programme}, {coordinator}, '2026-04-01', '', '')"
        ),
        format!("insert into programme_letters values ({programme}, 'approved', 'letter-words')"),
        format!("insert into library_reads values ({mentor}, 'feedback', null, '2026-04-01'),
            ({mentor}, 'telling-your-story', null, '2026-04-01')"),
        format!("insert into self_assessments (person_id, begun_at, finished_at)
         values ({mentor}, '2026-01-09', '2026-01-10')"),
        "insert into self_ratings select id, 'empathy', 4, 'empathy-words' from self_assessments".to_owned(),
        format!("insert into qualifications (person_id, place, name, body, level, awarded_on, added_at)
         values ({mentor}, 1, 'certificate-words', 'awarding-words', 'level-words', '2025-06-30', '2026-01-10')"),
        "insert into qualification_files select id, 'file-of-words.pdf', 'application/pdf', '%PDF-certified'
         from qualifications".to_owned(),
        "insert into skills (name, added_at) values ('skill-words', '2026-01-10')".to_owned(),
        format!("insert into questions (programme_id, position, kind, wording, asked_of, required, for_matching, readers, ranks)
         values ({programme}, 1, 'prose', 'What else?', 'both', false, false, 'coordinators', null),
            ({programme}, 2, 'ranked', 'What first?', 'both', false, false, 'coordinators', 1),
            ({programme}, 3, 'skills', 'What for?', 'both', false, false, 'coordinators', null),
            ({programme}, 4, 'prose', 'Not answered?', 'both', false, false, 'coordinators', null)"),
        "insert into question_choices (question_id, position, wording)
         select id, place, choice.wording from questions, (values (1, 'choice-words'), (2, 'Other')) choice (place, wording)
         where kind = 'ranked'".to_owned(),
        "insert into answers select applications.id, questions.id, kind,
            case kind when 'prose' then 'answer-words' end
         from applications, questions where questions.position < 4".to_owned(),
        "insert into answered_choices
         select application_id, answers.question_id, question_choices.id, 1
         from answers join question_choices on question_choices.question_id = answers.question_id
         where question_choices.position = 1".to_owned(),
        "insert into answered_skills
         select application_id, question_id, skills.id from answers, skills where kind = 'skills'".to_owned(),
    ] {
        run(db, &sql).await;
    }
}

async fn both_have_answered(db: &PgPool, pairing: &Paired) {
    let id = pairing.id;
    for sql in [
        format!(
            "insert into remarks values ({id}, {}, 'mentor-remark-words', '2026-03-28')",
            pairing.mentor.0
        ),
        review(pairing, pairing.mentor, "mentor"),
        format!(
            "insert into preparations values ({id}, {}, 'mentor-hopes-words', 'mentor-asks-words',
                'mentor-story-words', '2026-03-01')",
            pairing.mentor.0
        ),
        format!(
            "insert into midpoint_reviews values ({id}, {}, 'mentor-helpful-words', 'mentor-missing-words',
                'mentor-half-words', 5, '2026-03-11')",
            pairing.mentor.0
        ),
        format!(
            "insert into midpoint_decisions values ({id}, 'continue', 'decided-words', {}, '2026-03-12')",
            pairing.mentor.0
        ),
        format!(
            "update pairings set mentor_reviewed_on = '2026-03-28', joint_review_on = '2026-03-29' where id = {id}"
        ),
        format!(
            "insert into joint_reviews values
            ({id}, 'together-words', 'afterwards-words', {}, '2026-03-29')",
            pairing.mentor.0
        ),
    ] {
        run(db, &sql).await;
    }
}

fn import(owner: Person, programme: &str) -> String {
    format!(
        "insert into imports (owner_id, programme_id, file_name, content, columns, uploaded_at, expires_at)
         values ({}, {programme}, 'file-words', 'Name,Email', '{{}}', '2026-04-01', '2026-04-08')",
        owner.0
    )
}

fn review(pairing: &Paired, person: Person, who: &str) -> String {
    format!(
        "insert into reviews values ({}, {}, '{who}-results-words', '{who}-learned-words',
            '{who}-gained-words', '{who}-differently-words', 4, '2026-03-27')",
        pairing.id, person.0
    )
}

async fn run(db: &PgPool, sql: &str) {
    sqlx::query(AssertSqlSafe(sql.to_owned()))
        .execute(db)
        .await
        .unwrap();
}

#[expect(
    clippy::too_many_lines,
    reason = "one entry for each thing that is kept"
)]
async fn contents(db: &PgPool, pairing: &Paired, both_answered: bool) -> Vec<Content> {
    let (id, mentor, mentee) = (pairing.id, pairing.mentor, pairing.mentee);
    let of_pairing = format!("pairing_id = {id}");
    let by = |column: &str, person: Person| format!("{of_pairing} and {column} = {}", person.0);
    let content = |table, key: &str, author, words: &[&str]| Content {
        table,
        key: key.to_owned(),
        author,
        words: words.iter().map(|words| format!("{words}-words")).collect(),
        off_pages: false,
    };
    let off_pages = |content: Content| Content {
        off_pages: true,
        ..content
    };
    let person = |person: Person| format!("person_id = {}", person.0);
    let application = format!(
        "application_id = (select id from applications where {})",
        person(mentor)
    );
    let session: i64 = sqlx::query_scalar(
        "select id from mentoring_sessions where pairing_id = $1 order by id limit 1",
    )
    .bind(id)
    .fetch_one(db)
    .await
    .unwrap();
    let mut contents = vec![
        off_pages(content(
            "people",
            &format!("id = {}", mentor.0),
            None,
            &["mentor-title"],
        )),
        off_pages(content(
            "people",
            &format!("id = {}", mentee.0),
            None,
            &["mentee-title"],
        )),
        off_pages(content(
            "enrolments",
            &person(mentor),
            Some(mentor),
            &["offers"],
        )),
        off_pages(content(
            "enrolments",
            &person(mentee),
            Some(mentee),
            &["seeks"],
        )),
        content("applications", &person(mentor), Some(mentor), &["applying"]),
        content(
            "enquiries",
            &application,
            Some(mentor),
            &["enquiry", "reply"],
        ),
        content("exclusions", &application, Some(mentor), &[]),
        content(
            "mentor_wishes",
            &format!("mentee_id = {}", mentee.0),
            Some(mentee),
            &[],
        ),
        content("mentees", &person(mentee), None, &[]),
        content("matching_runs", "true", None, &[]),
        content("matching_jobs", "true", None, &[]),
        content(
            "answers",
            &format!("{application} and kind = 'prose'"),
            Some(mentor),
            &["answer"],
        ),
        content("answered_choices", &application, Some(mentor), &[]),
        content("answered_skills", &application, Some(mentor), &[]),
        content("answers_in_words", &application, Some(mentor), &[]),
        Content {
            words: vec!["17 March 2026".into()],
            ..content("pairings", &format!("id = {id}"), None, &[])
        },
        content("pairing_situations", &format!("id = {id}"), None, &[]),
        content("pauses", &of_pairing, None, &[]),
        content("waiting_suggestions", &of_pairing, None, &[]),
        content("offers_made", &of_pairing, None, &[]),
        content("turns", &of_pairing, None, &[]),
        content("letter_wishes", &person(mentor), Some(mentor), &[]),
        content("reminders", &person(mentor), Some(mentor), &[]),
        content("library_reads", &person(mentor), Some(mentor), &[]),
        content("earlier_endings", &of_pairing, None, &[]),
        content("outcome_sheets", &person(mentor), Some(mentor), &[]),
        content("outcome_ratings", &person(mentor), Some(mentor), &[]),
        content("outcome_batches", "true", None, &[]),
        content("outcome_batched", "true", None, &[]),
        content("objective_batches", "true", None, &[]),
        content("objectives_batched", "true", None, &[]),
        content("mentoring_sessions", &of_pairing, None, &[]),
        content("attendances", &format!("session_id = {session}"), None, &[]),
        content(
            "agreements",
            &of_pairing,
            None,
            &[
                "purpose",
                "success",
                "scope",
                "meetings",
                "contact",
                "cancelling",
                "mentor-commits",
                "mentee-commits",
                "confidentiality",
                "if-not",
                "booking",
                "conflicts",
                "reported",
                "feedback-clause",
            ],
        ),
        content("agreement_comments", &of_pairing, None, &["comment"]),
        content(
            "preparations",
            &by("person_id", mentee),
            Some(mentee),
            &["mentee-hopes", "mentee-asks", "mentee-story"],
        ),
        content("first_meeting_checks", &of_pairing, None, &[]),
        content(
            "self_assessments",
            "finished_at is not null",
            Some(mentor),
            &[],
        ),
        content(
            "self_ratings",
            "quality = 'empathy'",
            Some(mentor),
            &["empathy"],
        ),
        content(
            "qualifications",
            "place = 1",
            Some(mentor),
            &["certificate", "awarding", "level"],
        ),
        content(
            "qualification_files",
            "kind = 'application/pdf'",
            Some(mentor),
            &["file-of"],
        ),
        content("agreement_signatures", &of_pairing, None, &[]),
        content("session_plans", &of_pairing, None, &["place", "agenda"]),
        off_pages(content(
            "suggestions",
            &of_pairing,
            None,
            &["suggested-place", "suggesting"],
        )),
        content(
            "session_records",
            &by("author_id", mentor),
            Some(mentor),
            &[
                "mentor-talk",
                "strengths",
                "development",
                "actions",
                "feedback",
            ],
        ),
        content(
            "session_records",
            &by("author_id", mentee),
            Some(mentee),
            &["mentee-talk", "thanks"],
        ),
        off_pages(content(
            "record_drafts",
            &by("author_id", mentor),
            Some(mentor),
            &["mentor-draft"],
        )),
        off_pages(content(
            "record_drafts",
            &by("author_id", mentee),
            Some(mentee),
            &["mentee-draft"],
        )),
        content("objectives_spoken_of", &of_pairing, None, &[]),
        content("duties_that_helped", &of_pairing, Some(mentee), &[]),
        content("pulses", &by("person_id", mentor), Some(mentor), &[]),
        content("pulses", &by("person_id", mentee), Some(mentee), &[]),
        content("fits", &by("person_id", mentor), Some(mentor), &[]),
        content("fits", &by("person_id", mentee), Some(mentee), &[]),
        content("talks_asked", &of_pairing, Some(mentee), &[]),
        content("changes_asked", &of_pairing, Some(mentee), &[]),
        content("changes_wanted", &of_pairing, None, &[]),
        content("targets_looked_at", &of_pairing, None, &[]),
        content(
            "objectives",
            &of_pairing,
            None,
            &["objective", "why", "way", "evidence"],
        ),
        content("objective_levels", &of_pairing, None, &[]),
        content("objective_changes", &of_pairing, None, &["changed"]),
        content("words_to_keep", &of_pairing, None, &[]),
        content(
            "midpoint_reviews",
            &by("person_id", mentee),
            Some(mentee),
            &["mentee-helpful", "mentee-missing", "mentee-half"],
        ),
        content("targets", &of_pairing, None, &["target"]),
        content("further_steps", &of_pairing, None, &["step", "whom"]),
        content(
            "notes",
            &by("author_id", mentor),
            Some(mentor),
            &["mentor-note"],
        ),
        content(
            "notes",
            &by("author_id", mentee),
            Some(mentee),
            &["mentee-note"],
        ),
        content(
            "reviews",
            &by("person_id", mentee),
            Some(mentee),
            &[
                "mentee-results",
                "mentee-learned",
                "mentee-gained",
                "mentee-differently",
            ],
        ),
        content(
            "remarks",
            &by("person_id", mentee),
            Some(mentee),
            &["mentee-remark"],
        ),
        off_pages(content(
            "invitations",
            "email = 'invited@example.org'",
            None,
            &["invited"],
        )),
        content(
            "imports",
            "file_name = 'file-words'",
            Some(pairing.coordinator),
            &["file"],
        ),
        content(
            "audit_events",
            "act = 'coordinator-act-words'",
            Some(pairing.coordinator),
            &["coordinator-act"],
        ),
        content(
            "audit_trail",
            "act = 'mentor-act-words' and actor = 'Maya'",
            Some(mentor),
            &[],
        ),
        content(
            "audit_events",
            "act = 'mentor-act-words'",
            Some(mentor),
            &["mentor-act"],
        ),
    ];
    if both_answered {
        contents.push(content(
            "midpoint_reviews",
            &by("person_id", mentor),
            Some(mentor),
            &["mentor-helpful", "mentor-missing", "mentor-half"],
        ));
        contents.push(content(
            "midpoint_decisions",
            &of_pairing,
            None,
            &["decided"],
        ));
        contents.push(content(
            "preparations",
            &by("person_id", mentor),
            Some(mentor),
            &["mentor-hopes", "mentor-asks", "mentor-story"],
        ));
        contents.push(content(
            "reviews",
            &by("person_id", mentor),
            Some(mentor),
            &[
                "mentor-results",
                "mentor-learned",
                "mentor-gained",
                "mentor-differently",
            ],
        ));
        contents.push(content(
            "remarks",
            &by("person_id", mentor),
            Some(mentor),
            &["mentor-remark"],
        ));
        contents.push(content(
            "joint_reviews",
            &of_pairing,
            None,
            &["together", "afterwards"],
        ));
    }
    contents
}

//! The path of becoming a mentor, as somebody walks it, and the page of what came of it.

use crate::support::given::{Paired, Person, Programme};
use crate::support::{Answer, NOON, TestApp, Visitor, given};
use axum::http::StatusCode;
use sqlx::{AssertSqlSafe, PgPool};
use time::Duration;
use waymark::becoming_a_mentor::qualities::TEN;

const PATH: &str = "/becoming-a-mentor";
const QUALITIES: &str = "/becoming-a-mentor/qualities";
const QUALIFICATIONS: &str = "/becoming-a-mentor/qualifications";
const CERTIFICATE: &[u8] = b"%PDF-1.4\nthe certificate of a test\n%%EOF\n";

const TYPED: [(&str, &str); 4] = [
    ("name", "Certificate in Effective Coaching"),
    ("body", "Institute of Leadership"),
    ("level", "Level 3"),
    ("awarded_on", "2025-06-30"),
];

async fn run(db: &PgPool, sql: &str) {
    sqlx::query(AssertSqlSafe(sql.to_owned()))
        .execute(db)
        .await
        .unwrap();
}

async fn count(db: &PgPool, from: &str) -> i64 {
    let sql = format!("select count(*) from {from}");
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(db)
        .await
        .unwrap()
}

/// Keeps the ten as the page has them, each with this rating and an example of these words.
async fn rate(
    visitor: &Visitor<'_>,
    version: &str,
    (rating, words): (&str, &str),
    act: &str,
) -> Answer {
    let examples: Vec<(String, String)> = TEN
        .iter()
        .map(|one| (one.example(), format!("{words} {}", one.key)))
        .collect();
    let mut fields = vec![("version", version), ("act", act)];
    fields.extend(TEN.iter().map(|one| (one.key, rating)));
    let examples = examples.iter();
    fields.extend(examples.map(|(name, value)| (name.as_str(), value.as_str())));
    visitor.post(QUALITIES, &fields).await
}

async fn version(visitor: &Visitor<'_>) -> String {
    visitor.get(QUALITIES).await.values_of("version")[0].to_owned()
}

async fn record(visitor: &Visitor<'_>) -> i64 {
    visitor
        .post_file_with(QUALIFICATIONS, &TYPED, "level three.pdf", CERTIFICATE)
        .await
        .leads_to(QUALIFICATIONS);
    let page = visitor.get(QUALIFICATIONS).await;
    let link = page.link("level three.pdf");
    link.split('/').nth(3).unwrap().parse().unwrap()
}

async fn apply(db: &PgPool, programme: Programme, person: Person) -> String {
    let id = given::application(db, programme, person, "mentor").await;
    format!("/programmes/{}/applications/{id}", programme.id)
}

#[sqlx::test]
async fn somebody_walks_the_whole_path(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    given::open_to_applications(&app.db, programme).await;
    let nia = given::person(&app.db, "Nia").await;
    let nia = app.sign_in(nia).await;
    let home = nia.get("/").await;
    assert_eq!(home.link("what becoming a mentor takes"), PATH);
    let page = nia.get(PATH).await;
    page.says("Next: interest.").says("0 of 4 read");
    let apply = page.link("Apply in Spring").to_owned();
    nia.get(&apply).await.says("first step of");
    let fields = [
        ("about", "Twenty years of audits"),
        ("capacity", "1"),
        ("act", "check"),
    ];
    nia.post(&apply, &fields)
        .await
        .leads_to(&format!("{apply}/check"));
    nia.get(PATH).await.says("Finish your application");
    nia.post(&format!("{apply}/sending"), &[])
        .await
        .leads_to(&apply);
    nia.get(&apply).await.says("The path of becoming a mentor");
    nia.get(PATH)
        .await
        .says("Next: ten qualities.")
        .says("Sent: the coordinators decide");
    let opened_at = version(&nia).await;
    rate(&nia, &opened_at, ("4", "I did"), "finish")
        .await
        .leads_to(PATH);
    nia.get(PATH)
        .await
        .says("Next: learning.")
        .says("Finished on 1 April 2026");
    for slug in [
        "being-a-mentor",
        "becoming-a-mentor",
        "listening-and-questions",
        "telling-your-story",
    ] {
        let path = format!("/library/{slug}");
        nia.get(PATH).await.says(&format!("href=\"{path}\""));
        let reading = nia
            .get(&path)
            .await
            .form_with("I have read this")
            .to_owned();
        nia.post(&reading, &[("read", "yes")])
            .await
            .is(StatusCode::SEE_OTHER);
    }
    nia.get(PATH)
        .await
        .says("4 of 4 read")
        .says("You have done your part");
    let id = record(&nia).await;
    nia.get(PATH).await.says("1 qualification recorded");
    // The coordinator reads how far they have come, and approves as ever.
    let cleo = app.sign_in(programme.coordinator).await;
    let key: i64 = sqlx::query_scalar("select id from applications")
        .fetch_one(&app.db)
        .await
        .unwrap();
    let application = format!("/programmes/{}/applications/{key}", programme.id);
    cleo.get(&application)
        .await
        .says("4 of 4 pages for mentors read")
        .says("Certificate in Effective Coaching")
        .says("Level 3, Institute of Leadership, 30 June 2025")
        .says(&format!("/qualifications/{id}\" download"));
    let key = key.to_string();
    let approval = format!("/programmes/{}/decisions/approval", programme.id);
    cleo.post(&approval, &[("application", &key), ("words", "Welcome")])
        .await
        .is(StatusCode::SEE_OTHER);
    nia.get(PATH)
        .await
        .says("You are a mentor, since 1 April 2026");
    nia.get("/").await.says("a path of becoming a mentor");
}

#[sqlx::test]
async fn while_no_programme_is_open_the_rest_of_the_path_is(db: PgPool) {
    let app = TestApp::new(db).await;
    let nia = app.sign_in(given::person(&app.db, "Nia").await).await;
    nia.get(PATH)
        .await
        .says("None takes applications from you just now")
        .says("Next: ten qualities.");
    nia.get("/my-mentoring")
        .await
        .says("You have not mentored anybody yet");
}

#[sqlx::test]
async fn a_draft_may_be_half_done_and_what_is_finished_stays(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = given::person(&app.db, "Maya").await;
    let maya = app.sign_in(maya).await;
    maya.post(QUALITIES, &[("version", ""), ("act", "save")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Rate one quality, or write an example");
    let half = [
        ("version", ""),
        ("act", "save"),
        ("empathy", "2"),
        ("credibility_example", "They did not check"),
    ];
    maya.post(QUALITIES, &half).await.leads_to(QUALITIES);
    maya.get(QUALITIES)
        .await
        .says("Go on where you stopped")
        .says("value=\"2\" checked")
        .says("They did not check");
    maya.get(PATH).await.says("A draft: 2 of 10 begun");
    let opened_at = version(&maya).await;
    let fields = [
        ("version", opened_at.as_str()),
        ("act", "finish"),
        ("empathy", "2"),
    ];
    maya.post(QUALITIES, &fields)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Credibility: choose one of the five")
        .says("Empathy: give an example")
        .does_not_say("Empathy: choose");
    for (field, value, words) in [
        ("empathy", "6", "Choose one of the five"),
        ("empathy", "x", "Choose one of the five"),
        (
            "empathy_example",
            &"x".repeat(501),
            "Shorten this to 500 characters",
        ),
    ] {
        let fields = [
            ("version", opened_at.as_str()),
            ("act", "save"),
            (field, value),
        ];
        maya.post(QUALITIES, &fields)
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words);
    }
    rate(&maya, &opened_at, ("3", "Then I"), "finish")
        .await
        .leads_to(PATH);
    // The same press twice finishes one.
    rate(&maya, &opened_at, ("3", "Then I"), "finish")
        .await
        .leads_to(PATH);
    assert_eq!(count(&app.db, "self_assessments").await, 1);
    let own = "/my-mentoring";
    maya.get(own)
        .await
        .says("Then I empathy")
        .says("Partly")
        .does_not_say("Mostly");
    maya.get(QUALITIES)
        .await
        .says("You finished one on 1 April 2026")
        .does_not_say("Then I empathy");
    let opened_at = version(&maya).await;
    rate(&maya, &opened_at, ("4", "Now I"), "save")
        .await
        .leads_to(QUALITIES);
    maya.get(own).await.does_not_say("Now I empathy");
    let opened_at = version(&maya).await;
    rate(&maya, &opened_at, ("4", "Now I"), "finish")
        .await
        .leads_to(PATH);
    maya.get(own)
        .await
        .says("then and now")
        .says("Then I empathy")
        .says("Now I empathy")
        .says("Partly")
        .says("Mostly");
}

#[sqlx::test]
async fn two_pages_at_once_lose_nothing(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = given::person(&app.db, "Maya").await;
    let maya = app.sign_in(maya).await;
    let opened_at = version(&maya).await;
    let one = [
        ("version", opened_at.as_str()),
        ("act", "save"),
        ("empathy", "2"),
        ("empathy_example", "The first page"),
    ];
    let other = [
        ("version", opened_at.as_str()),
        ("act", "save"),
        ("empathy", "4"),
        ("empathy_example", "The second page"),
    ];
    maya.post(QUALITIES, &one).await.leads_to(QUALITIES);
    let clash = maya.post(QUALITIES, &other).await;
    clash
        .is(StatusCode::CONFLICT)
        .says("gone on with this on another page")
        .says("The second page")
        .says("On the other page: A little: The first page");
    maya.get(QUALITIES)
        .await
        .says("The first page")
        .does_not_say("The second page");
    // Having seen both, the second is kept.
    let seen = clash.values_of("version")[0].to_owned();
    let again = [("version", seen.as_str()), other[1], other[2], other[3]];
    maya.post(QUALITIES, &again).await.leads_to(QUALITIES);
    maya.get(QUALITIES).await.says("The second page");
    // A page that was opened before it was finished begins another only once that was said.
    let opened_at = version(&maya).await;
    rate(&maya, &opened_at, ("5", "Done"), "finish")
        .await
        .leads_to(PATH);
    let late = [
        ("version", opened_at.as_str()),
        ("act", "save"),
        ("empathy", "1"),
    ];
    maya.post(QUALITIES, &late)
        .await
        .is(StatusCode::CONFLICT)
        .says("You have finished on another page");
    assert_eq!(count(&app.db, "self_assessments").await, 1);
}

#[sqlx::test]
async fn two_at_the_very_same_moment_are_told_of_each_other(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = given::person(&app.db, "Maya").await;
    let maya = app.sign_in(maya).await;
    let one = rate(&maya, "", ("2", "One"), "save");
    let other = rate(&maya, "", ("3", "Other"), "save");
    let (one, other) = tokio::join!(one, other);
    let mut statuses = [one.status, other.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
    assert_eq!(count(&app.db, "self_ratings").await, 10);
}

#[sqlx::test]
async fn a_certificate_is_taken_for_what_it_is_and_given_back_as_a_file(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = app.sign_in(given::person(&app.db, "Maya").await).await;
    let mut typed = TYPED;
    for (field, value, words) in [
        ("name", " ", "Say what it is called"),
        ("body", "", "Say who awarded it"),
        ("level", &"x".repeat(61), "Shorten this to 60"),
        ("awarded_on", "", "Give the day on the certificate"),
        ("awarded_on", "2026-04-02", "still to come"),
    ] {
        let at = typed.iter().position(|(name, _)| *name == field).unwrap();
        typed[at].1 = value;
        maya.post_file_with(QUALIFICATIONS, &typed, "c.pdf", CERTIFICATE)
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words)
            .says("choose it once more");
        typed = TYPED;
    }
    for (name, content, words) in [
        ("", &b""[..], "Choose a file."),
        ("c.pdf", b"", "it is empty"),
        ("c.pdf", b"<html><script>alert(1)</script>", "none of them"),
        ("c.png", b"GIF89a", "none of them"),
    ] {
        maya.post_file_with(QUALIFICATIONS, &TYPED, name, content)
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words)
            .says("value=\"Certificate in Effective Coaching\"");
    }
    // Not a form with a file at all.
    maya.post(QUALIFICATIONS, &TYPED)
        .await
        .is(StatusCode::BAD_REQUEST);
    let long = |bytes: usize| {
        let mut content = CERTIFICATE.to_vec();
        content.resize(bytes, b'x');
        content
    };
    let five = 5 * 1024 * 1024;
    maya.post_file_with(QUALIFICATIONS, &TYPED, "c.pdf", &long(five + 1))
        .await
        .is(StatusCode::PAYLOAD_TOO_LARGE)
        .says("up to 5 MB: this one is longer")
        .says("value=\"Institute of Leadership\"");
    maya.post_file_with(QUALIFICATIONS, &TYPED, "c.pdf", &long(17 * 1024 * 1024))
        .await
        .is(StatusCode::PAYLOAD_TOO_LARGE)
        .says("That file is too long");
    assert_eq!(count(&app.db, "qualifications").await, 0);
    maya.post_file_with(QUALIFICATIONS, &TYPED, "c.pdf", &long(five))
        .await
        .leads_to(QUALIFICATIONS);
    // A picture by another name is the picture.
    let picture = b"\x89PNG\r\n\x1a\nnot much of one";
    maya.post_file_with(
        QUALIFICATIONS,
        &TYPED,
        "../../Certificate <1>; x.html",
        picture,
    )
    .await
    .leads_to(QUALIFICATIONS);
    let page = maya.get(QUALIFICATIONS).await;
    let link = page.link("Certificate &#60;1&#62;; x.png").to_owned();
    let file = maya.get(&link).await;
    file.is(StatusCode::OK).says("not much of one");
    for (header, value) in [
        ("content-type", "image/png"),
        (
            "content-disposition",
            "attachment; filename=\"Certificate-1-x.png\"",
        ),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(file.headers[header], value);
    }
}

#[sqlx::test]
async fn a_qualification_is_recorded_once_and_removed_and_ten_are_the_most(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = app.sign_in(given::person(&app.db, "Maya").await).await;
    let once = maya.get(QUALIFICATIONS).await.values_of("once")[0].to_owned();
    let mut typed = TYPED.to_vec();
    typed.push(("once", &once));
    for _ in 0..2 {
        maya.post_file_with(QUALIFICATIONS, &typed, "c.pdf", CERTIFICATE)
            .await
            .leads_to(QUALIFICATIONS);
    }
    assert_eq!(count(&app.db, "qualifications").await, 1);
    for _ in 0..9 {
        maya.post_file_with(QUALIFICATIONS, &TYPED, "c.pdf", CERTIFICATE)
            .await
            .leads_to(QUALIFICATIONS);
    }
    maya.post_file_with(QUALIFICATIONS, &TYPED, "c.pdf", CERTIFICATE)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("no room for more");
    let page = maya.get(QUALIFICATIONS).await;
    page.does_not_say("Record it").says("Ten are recorded");
    let removal = page.link("Remove").to_owned();
    maya.get(&removal).await.says("It goes with its file");
    maya.post(&removal, &[])
        .await
        .leads_to(QUALIFICATIONS)
        .tells("is removed");
    maya.post(&removal, &[]).await.is(StatusCode::NOT_FOUND);
    assert_eq!(count(&app.db, "qualification_files").await, 9);
}

#[sqlx::test]
async fn a_file_is_opened_by_its_owner_and_their_coordinators_alone(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let maya = given::person(&app.db, "Maya").await;
    let visitor = app.sign_in(maya).await;
    let id = record(&visitor).await;
    let own = format!("{QUALIFICATIONS}/{id}/file");
    visitor
        .get(&own)
        .await
        .is(StatusCode::OK)
        .says("the certificate of a test");
    let application = apply(&app.db, programme, maya).await;
    let of = |person: Person| {
        format!(
            "/programmes/{}/mentors/{}/qualifications",
            programme.id, person.0
        )
    };
    let to_coordinators = format!("{}/{id}", of(maya));
    let cleo = app.sign_in(programme.coordinator).await;
    cleo.get(&to_coordinators)
        .await
        .is(StatusCode::OK)
        .says("the certificate of a test");
    assert_eq!(
        count(
            &app.db,
            "audit_events where act = 'opened the file of a qualification'"
        )
        .await,
        1
    );
    cleo.get(&own).await.is(StatusCode::NOT_FOUND);
    cleo.get(&format!("{own}x")).await.is(StatusCode::NOT_FOUND);
    let elsewhere = given::programme(&app.db, "Europe/London").await;
    for other in [
        given::person(&app.db, "Otto").await,
        given::administrator(&app.db, "Ada").await,
        elsewhere.coordinator,
    ] {
        let other = app.sign_in(other).await;
        for path in [
            &own,
            &to_coordinators,
            &format!("{QUALIFICATIONS}/{id}/removal"),
        ] {
            other.get(path).await.is(StatusCode::NOT_FOUND);
        }
        other
            .post(&format!("{QUALIFICATIONS}/{id}/removal"), &[])
            .await
            .is(StatusCode::NOT_FOUND);
    }
    // Of one applicant, not through the application of another.
    let nia = given::person(&app.db, "Nia").await;
    apply(&app.db, programme, nia).await;
    for path in [format!("{}/{id}", of(nia)), format!("{}/999999", of(maya))] {
        cleo.get(&path).await.is(StatusCode::NOT_FOUND);
    }
    // Nor through another programme of the same coordinators.
    run(
        &app.db,
        &format!(
            "insert into coordinators values ({}, {}, null, '2026-04-01')",
            elsewhere.id, programme.coordinator.0
        ),
    )
    .await;
    let through_another =
        to_coordinators.replace(&programme.id.to_string(), &elsewhere.id.to_string());
    cleo.get(&through_another).await.is(StatusCode::NOT_FOUND);
    // Whoever was not taken in, or took it back, is nobody's to read about.
    run(
        &app.db,
        &format!(
            "update applications set declined_at = '2026-04-01' where person_id = {}",
            maya.0
        ),
    )
    .await;
    cleo.get(&application)
        .await
        .is(StatusCode::OK)
        .does_not_say("Becoming a mentor");
    cleo.get(&to_coordinators).await.is(StatusCode::NOT_FOUND);
    // Whoever mentors is, also one who never applied.
    given::mentor(&app.db, programme, maya, 1).await;
    let enrolment = format!("/programmes/{}/enrolments/{}/mentor", programme.id, maya.0);
    let page = cleo.get(&enrolment).await;
    page.says("Certificate in Effective Coaching");
    assert_eq!(page.link("level three.pdf"), to_coordinators);
    cleo.get(&to_coordinators).await.is(StatusCode::OK);
}

#[sqlx::test]
async fn coordinators_learn_how_many_pages_were_read_and_never_which(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let maya = given::person(&app.db, "Maya").await;
    let application = apply(&app.db, programme, maya).await;
    let id = maya.0;
    for own in waymark::becoming_a_mentor::for_mentors() {
        run(
            &app.db,
            &format!(
                "insert into library_reads values ({id}, '{}', null, '2026-03-01')",
                own.slug
            ),
        )
        .await;
    }
    // What is not for mentors alone does not count, here as on the page of one's own.
    run(
        &app.db,
        &format!("insert into library_reads values ({id}, 'grow', null, '2026-03-01')"),
    )
    .await;
    let all = waymark::becoming_a_mentor::for_mentors().count();
    let cleo = app.sign_in(programme.coordinator).await;
    cleo.get(&application)
        .await
        .says(&format!("{all} of {all} pages for mentors read"))
        .says("None recorded");
    app.sign_in(maya)
        .await
        .get(PATH)
        .await
        .says(&format!("{all} of {all} read"));
    // Nothing of it stands on the application of somebody who wants a mentor.
    let tom = given::person(&app.db, "Tom").await;
    let key = given::application(&app.db, programme, tom, "mentee").await;
    cleo.get(&format!("/programmes/{}/applications/{key}", programme.id))
        .await
        .is(StatusCode::OK)
        .does_not_say("pages for mentors");
}

/// Held sessions of an hour at which this duty helped.
async fn helped(db: &PgPool, pairing: &Paired, (days_ago, duty): (i64, &str)) {
    let at = NOON - Duration::days(days_ago);
    let session = given::settled(db, pairing, "held_on", at).await.id;
    let (id, mentee) = (pairing.id, pairing.mentee.0);
    run(
        db,
        &format!("insert into duties_that_helped values ({session}, {id}, {mentee}, '{{{duty}}}', '2026-03-30')"),
    )
    .await;
}

#[sqlx::test]
async fn ones_own_page_sums_up_what_was_given(db: PgPool) {
    let app = TestApp::new(db).await;
    let first = given::pairing().insert(&app.db).await;
    let tim = given::person(&app.db, "Tim").await;
    let second = given::pairing()
        .at(given::At::Closed)
        .between(first.mentor, tim)
        .insert(&app.db)
        .await;
    let maya = app.sign_in(first.mentor).await;
    helped(&app.db, &first, (20, "listen")).await;
    helped(&app.db, &second, (15, "listen")).await;
    given::settled(&app.db, &first, "missed_on", NOON - Duration::days(12)).await;
    given::session(&app.db, &first, "session", NOON + Duration::days(3)).await;
    maya.get("/").await.says("href=\"/my-mentoring\"");
    maya.get("/my-mentoring")
        .await
        .says("<b>2 hours</b> <span>in 2 sessions that happened</span>")
        .says("<b>1</b> <span>pairing now</span>")
        .says("<b>1</b> <span>completed</span>")
        .says("never for one")
        .does_not_say("taken together")
        .does_not_say("Tim");
    helped(&app.db, &first, (10, "questions")).await;
    maya.get("/my-mentoring")
        .await
        .says("At 3 sessions taken together")
        .says("Listen</div><span class=\"meta\">2 times")
        .says("Ask questions</div><span class=\"meta\">1 time<");
    // A fourth changes nothing until there are six.
    helped(&app.db, &second, (9, "career")).await;
    maya.get("/my-mentoring")
        .await
        .says("At 3 sessions taken together")
        .says("<b>4 hours</b>")
        .does_not_say("Advise on career");
    // Nobody else has one but of themselves.
    for person in [first.mentee, first.coordinator] {
        app.sign_in(person)
            .await
            .get("/my-mentoring")
            .await
            .says("You have not mentored anybody yet")
            .does_not_say("taken together");
    }
}

#[sqlx::test]
async fn all_of_it_goes_with_the_person(db: PgPool) {
    let app = TestApp::new(db).await;
    let maya = given::person(&app.db, "Maya").await;
    let visitor = app.sign_in(maya).await;
    record(&visitor).await;
    rate(&visitor, "", ("3", "Then I"), "finish")
        .await
        .leads_to(PATH);
    run(
        &app.db,
        &format!(
            "delete from audit_events where actor_id = {} or person_id = {}",
            maya.0, maya.0
        ),
    )
    .await;
    run(
        &app.db,
        &format!("delete from people where id = {}", maya.0),
    )
    .await;
    for table in [
        "self_assessments",
        "self_ratings",
        "qualifications",
        "qualification_files",
    ] {
        assert_eq!(count(&app.db, table).await, 0, "{table}");
    }
}

//! The library: who reads it, what coordinators make of it, and how it travels.

use crate::programme_life::{borrowed, change, untouched};
use crate::support::given::{At, Paired, Programme};
use crate::support::{Answer, NOON, TestApp, Visitor, given};
use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::PgPool;
use waymark::library::modules::OWN;
use waymark::programme_files::{NotImported, export, import};
use waymark::programmes::ProgrammeId;

fn at(programme: Programme, place: &str) -> String {
    format!("/programmes/{}/library{place}", programme.id)
}

/// Titles in the order of the page.
fn titles(page: &Answer) -> Vec<String> {
    let rows = page.body.split("class=\"row\"").skip(1);
    rows.map(|row| {
        let text = row.split_once('>').unwrap().1;
        text.split_once('<').unwrap().0.to_owned()
    })
    .collect()
}

/// As the page first shows it, with these fields typed over.
async fn save<'a>(
    visitor: &Visitor<'_>,
    path: &str,
    language: &'a str,
    typed: &[(&'a str, &'a str)],
) -> Answer {
    let page = visitor
        .get(&format!("{path}/text?language={language}"))
        .await;
    page.is(StatusCode::OK);
    let version = page.values_of("version")[0].to_owned();
    let mut form = vec![
        ("language", language),
        ("version", &version),
        ("summary", ""),
    ];
    form.extend_from_slice(typed);
    visitor.post(&format!("{path}/text"), &form).await
}

fn added<'a>(title: &'a str, body: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("title", title),
        ("summary", "In short"),
        ("body", body),
        ("audience", "mentees"),
        ("stage", "sessions"),
        ("language", "en-GB"),
    ]
}

async fn key_of(app: &TestApp, title: &str) -> i64 {
    sqlx::query_scalar("select module_id from library_texts where title = $1")
        .bind(title)
        .fetch_one(&app.db)
        .await
        .unwrap()
}

#[sqlx::test]
async fn everybody_signed_in_reads_every_module(db: PgPool) {
    let app = TestApp::new(db).await;
    let otto = app.sign_in(given::person(&app.db, "Otto").await).await;
    let list = otto.get("/library").await;
    for own in &OWN {
        list.says(own.summary);
        let page = otto.get(&format!("/library/{}", own.slug)).await;
        page.is(StatusCode::OK).says("I have read this");
        assert_eq!(page.body.matches("<h1").count(), 1, "{}", own.slug);
        assert!(page.body.matches("<h2>").count() >= 4, "{}", own.slug);
    }
    list.does_not_say("For you now").says("Running a programme");
    for path in [
        "/library/nothing",
        "/library/1",
        "/library/new",
        "/library/Feedback",
    ] {
        otto.get(path).await.is(StatusCode::NOT_FOUND);
    }
    let stranger = app.stranger().get("/library/feedback").await;
    assert!(stranger.location.unwrap().starts_with("/sign-in"));
}

#[sqlx::test]
async fn what_helps_just_now_comes_first(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let (maya, tom) = (
        given::person(&app.db, "Maya").await,
        given::person(&app.db, "Tom").await,
    );
    given::mentor(&app.db, programme, maya, 2).await;
    given::mentee(&app.db, programme, tom).await;
    for (person, first, others) in [
        (maya, "Being a mentor", "Being a mentee"),
        (tom, "Being a mentee", "Being a mentor"),
        (
            programme.coordinator,
            "Running a programme",
            "Being a mentee",
        ),
    ] {
        let page = app.sign_in(person).await.get(&at(programme, "")).await;
        page.says("For you now");
        let titles = titles(&page);
        assert_eq!(titles[0], first);
        assert!(!titles[..2].contains(&others.to_owned()), "{titles:?}");
    }
    for (stage, mentors, mentees) in [
        (
            At::InitialMeeting,
            "The initial meeting",
            "The initial meeting",
        ),
        (
            At::Sessions,
            "Listening and questions",
            "Preparing for a session",
        ),
        (At::MovingOn, "Ending well", "Ending well"),
    ] {
        let pairing = given::pairing().at(stage).insert(&app.db).await;
        for (person, first) in [(pairing.mentor, mentors), (pairing.mentee, mentees)] {
            let visitor = app.sign_in(person).await;
            let page = visitor.get(&at(pairing.programme, "")).await;
            assert_eq!(titles(&page)[0], first, "{stage:?}");
            let there = visitor.get(&pairing.path).await;
            let link = there.link(first);
            visitor.get(link).await.is(StatusCode::OK);
        }
        let cleo = app.sign_in(pairing.coordinator).await;
        cleo.get(&pairing.path).await.does_not_say("Worth reading");
    }
}

#[sqlx::test]
async fn whoever_waits_is_shown_where_to_read_on(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let tom = given::person(&app.db, "Tom").await;
    given::mentee(&app.db, programme, tom).await;
    let tom = app.sign_in(tom).await;
    let home = tom.get("/").await;
    let link = home.link("Being a mentee");
    tom.get(link)
        .await
        .is(StatusCode::OK)
        .says("It is your hour");
}

#[sqlx::test]
async fn what_somebody_has_read_is_marked_and_theirs_to_take_back(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let (tom, maya) = (
        app.sign_in(pairing.mentee).await,
        app.sign_in(pairing.mentor).await,
    );
    let path = at(pairing.programme, "/preparing-for-a-session");
    let reading = format!("{path}/reading");
    tom.get(&pairing.path).await.says("Preparing for a session");
    for _ in 0..2 {
        tom.post(&reading, &[("read", "yes")])
            .await
            .leads_to(&path)
            .tells("Noted as read");
    }
    tom.get(&path).await.says("Mark as not read").says("Next: ");
    tom.get(&at(pairing.programme, ""))
        .await
        .says("You have read 1 of 18");
    tom.get("/library").await.says("You have read 1 of 18");
    let there = tom.get(&pairing.path).await;
    there
        .does_not_say("Preparing for a session")
        .says("Objectives and targets");
    for (visitor, title) in [
        (&maya, "the mentor"),
        (&app.sign_in(pairing.coordinator).await, ""),
    ] {
        let page = visitor.get(&at(pairing.programme, "")).await;
        page.does_not_say("You have read");
        assert!(!page.body.contains("tag good"), "{title}");
    }
    tom.post(&reading, &[("read", "no")]).await.leads_to(&path);
    tom.get(&path).await.says("I have read this");
    tom.get("/library").await.does_not_say("You have read");
    // The general library knows the same marks.
    tom.post("/library/feedback/reading", &[("read", "yes")])
        .await;
    tom.get(&at(pairing.programme, "/feedback"))
        .await
        .says("Mark as not read");
}

#[sqlx::test]
async fn coordinators_put_a_module_into_their_own_words_and_back(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    let tom = app.sign_in(pairing.mentee).await;
    let path = at(pairing.programme, "/feedback");
    let form = cleo.get(&format!("{path}/text")).await;
    form.says("Say what you saw").says("How to write");
    let typed = [
        ("title", "Feedback here"),
        ("body", "# Here\n\n<b>Never</b> on *Fridays*."),
    ];

    let preview = [&typed[..], &[("then", "preview")]].concat();
    let shown = save(&cleo, &path, "en-GB", &preview).await;
    shown
        .is(StatusCode::OK)
        .says("<h2>Here</h2>")
        .says("&lt;b&gt;Never&lt;/b&gt; on <em>Fridays</em>.")
        .says("Nothing is saved yet")
        .says("# Here");
    tom.get(&path).await.says("Say what you saw");

    let saved = save(&cleo, &path, "en-GB", &typed).await;
    saved
        .leads_to(&format!("{path}?language=en-GB"))
        .tells("Saved");
    tom.get(&path)
        .await
        .says("Feedback here</h1>")
        .says("<h2>Here</h2>")
        .does_not_say("Say what you saw")
        .does_not_say("<b>Never");
    tom.get("/library/feedback").await.says("Say what you saw");
    assert!(
        titles(&cleo.get(&at(pairing.programme, "/arrangement")).await)
            .contains(&"Feedback here".into())
    );

    let other = given::pairing().insert(&app.db).await;
    let elsewhere = app.sign_in(other.mentee).await;
    elsewhere
        .get(&at(other.programme, "/feedback"))
        .await
        .says("Say what you saw");

    let removal = format!("{path}/removal");
    cleo.get(&format!("{removal}?language=en-GB"))
        .await
        .says("Go back to Waymark’s text?");
    cleo.post(&removal, &[("language", "en-GB")]).await;
    tom.get(&path).await.says("Say what you saw");
    cleo.get(&format!("{removal}?language=en-GB"))
        .await
        .is(StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn a_module_is_added_read_and_removed(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    let tom = app.sign_in(pairing.mentee).await;
    let programme = pairing.programme;
    let refused = cleo.post(&at(programme, ""), &[("summary", "s")]).await;
    refused
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Enter a title")
        .says("Write the text")
        .says("Choose whom it is for")
        .says("Choose when it helps")
        .says("Choose the language");
    let form = added("Our canteen", "Meet there. See [Feedback](feedback).");
    cleo.post(&at(programme, ""), &form)
        .await
        .leads_to(&at(programme, "/arrangement"));
    let path = at(
        programme,
        &format!("/{}", key_of(&app, "Our canteen").await),
    );
    let list = tom.get(&at(programme, "")).await;
    list.says("In short");
    assert_eq!(list.link("Our canteen"), path);
    let page = tom.get(&path).await;
    let link = page.link("Feedback");
    assert_eq!(link, at(programme, "/feedback"));
    tom.post(&format!("{path}/reading"), &[("read", "yes")])
        .await
        .leads_to(&path);
    tom.get(&path).await.says("Mark as not read");
    tom.get("/library?of=waymark")
        .await
        .does_not_say("Our canteen");

    let moved = [
        ("title", "Our canteen"),
        ("body", "Meet there."),
        ("audience", "coordinators"),
        ("stage", "before"),
    ];
    save(&cleo, &path, "en-GB", &moved)
        .await
        .leads_to(&format!("{path}?language=en-GB"));
    let last = titles(&tom.get(&at(programme, "")).await).pop();
    assert_eq!(last.as_deref(), Some("Our canteen"));

    cleo.get(&format!("{path}/removal?language=en-GB"))
        .await
        .says("Remove the module?");
    cleo.post(&format!("{path}/removal"), &[("language", "en-GB")])
        .await;
    tom.get(&path).await.is(StatusCode::NOT_FOUND);
    tom.get("/library").await.does_not_say("You have read");
}

#[sqlx::test]
async fn one_form_sent_twice_adds_one_module(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let page = cleo.get(&at(programme, "/new")).await;
    let once = page.values_of("once")[0].to_owned();
    let mut form = added("Our canteen", "Meet there.");
    form.push(("once", &once));
    for _ in 0..2 {
        cleo.post(&at(programme, ""), &form)
            .await
            .leads_to(&at(programme, "/arrangement"));
    }
    let page = cleo.get(&at(programme, "")).await;
    assert_eq!(
        titles(&page)
            .iter()
            .filter(|title| *title == "Our canteen")
            .count(),
        1
    );
}

#[sqlx::test]
async fn modules_are_put_in_order_and_off_the_list(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    let tom = app.sign_in(pairing.mentee).await;
    let programme = pairing.programme;
    let before = titles(&cleo.get(&at(programme, "/arrangement")).await);
    assert_eq!(before[..2], ["Being a mentor", "Being a mentee"]);
    for (which, direction, first) in [
        ("being-a-mentee", "up", "Being a mentee"),
        ("being-a-mentee", "up", "Being a mentee"),
        ("being-a-mentee", "sideways", "Being a mentee"),
        ("being-a-mentee", "down", "Being a mentor"),
        ("ending-well", "down", "Being a mentor"),
        ("confidentiality", "up", "Being a mentor"),
    ] {
        let path = at(programme, &format!("/{which}/place"));
        cleo.post(&path, &[("direction", direction)])
            .await
            .is(StatusCode::SEE_OTHER);
        let order = titles(&cleo.get(&at(programme, "/arrangement")).await);
        assert_eq!(order[0], first, "{which} {direction}");
        assert_eq!(order.len(), OWN.len());
    }
    let after = titles(&cleo.get(&at(programme, "/arrangement")).await);
    assert_eq!(
        after[..3],
        ["Being a mentor", "What stays between you", "Being a mentee"]
    );

    let hiding = at(programme, "/preparing-for-a-session/hiding");
    cleo.post(&hiding, &[("hidden", "yes")])
        .await
        .tells("It is hidden");
    assert!(
        !titles(&tom.get(&at(programme, "")).await).contains(&"Preparing for a session".into())
    );
    tom.get(&pairing.path)
        .await
        .does_not_say("Preparing for a session");
    // Whatever speaks of it leads to Waymark's own.
    tom.get(&at(programme, "/preparing-for-a-session"))
        .await
        .leads_to("/library/preparing-for-a-session");
    cleo.get(&at(programme, "/preparing-for-a-session"))
        .await
        .says("Hidden</span>");
    cleo.post(&hiding, &[("hidden", "no")])
        .await
        .tells("on the list again");
    assert!(titles(&tom.get(&at(programme, "")).await).contains(&"Preparing for a session".into()));

    cleo.post(&at(programme, ""), &added("Our canteen", "Meet there."))
        .await;
    let key = key_of(&app, "Our canteen").await;
    cleo.post(
        &at(programme, &format!("/{key}/hiding")),
        &[("hidden", "yes")],
    )
    .await;
    tom.get(&at(programme, &format!("/{key}")))
        .await
        .is(StatusCode::NOT_FOUND);
    tom.post(
        &at(programme, &format!("/{key}/reading")),
        &[("read", "yes")],
    )
    .await
    .is(StatusCode::NOT_FOUND);
    cleo.get(&at(programme, &format!("/{key}")))
        .await
        .is(StatusCode::OK);
}

#[sqlx::test]
async fn a_translation_stands_beside_the_original(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    let tom = app.sign_in(pairing.mentee).await;
    let path = at(pairing.programme, "/feedback");
    cleo.get(&format!("{path}/text?language=de"))
        .await
        .says("Translate “Feedback”")
        .says("Say what you saw");
    cleo.get(&format!("{path}/text?language=tlh"))
        .await
        .is(StatusCode::NOT_FOUND);
    let german = [
        ("title", "Rückmeldung"),
        ("body", "## Sagen, was war\n\nKurz."),
    ];
    save(&cleo, &path, "de", &german)
        .await
        .leads_to(&format!("{path}?language=de"));
    let arabic = [("title", "ملاحظات"), ("body", "قصير.")];
    save(&cleo, &path, "ar", &arabic).await;

    let english = tom.get(&path).await;
    english.says("Say what you saw").says("lang=\"en-GB\"");
    assert_eq!(english.link("Deutsch"), format!("{path}?language=de"));
    tom.get(&format!("{path}?language=de"))
        .await
        .says("<h1 lang=\"de\" dir=\"ltr\">Rückmeldung</h1>")
        .says("<article class=\"prose\" lang=\"de\" dir=\"ltr\">")
        .says("Sagen, was war");
    tom.get(&format!("{path}?language=ar"))
        .await
        .says("dir=\"rtl\"");
    tom.get(&format!("{path}?language=cy"))
        .await
        .says("Say what you saw");

    sqlx::query("update people set languages = '{Welsh,German}' where id = $1")
        .bind(pairing.mentee.0)
        .execute(&app.db)
        .await
        .unwrap();
    tom.get(&path).await.says("Sagen, was war");
    tom.get(&format!("{path}?language=en-GB"))
        .await
        .says("Say what you saw");
    assert!(titles(&tom.get(&at(pairing.programme, "")).await).contains(&"Rückmeldung".into()));

    cleo.get(&format!("{path}/removal?language=de"))
        .await
        .says("Remove this translation?");
    cleo.post(&format!("{path}/removal"), &[("language", "de")])
        .await;
    tom.get(&path)
        .await
        .says("Say what you saw")
        .does_not_say("Deutsch");
}

#[sqlx::test]
async fn of_two_who_write_at_once_the_second_sees_both(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let path = at(programme, "/feedback");
    let page = cleo.get(&format!("{path}/text")).await;
    let version = page.values_of("version")[0].to_owned();
    let form = |version: &str, body: &str| -> Vec<(String, String)> {
        [
            ("language", "en-GB"),
            ("version", version),
            ("title", "Feedback"),
            ("body", body),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    };
    let send = async |fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        cleo.post(&format!("{path}/text"), &fields).await
    };
    send(form(&version, "The first."))
        .await
        .is(StatusCode::SEE_OTHER);
    let both = send(form(&version, "The second.")).await;
    both.is(StatusCode::CONFLICT)
        .says("The first.")
        .says("The second.");
    let seen = both.values_of("version")[0].to_owned();
    send(form(&seen, "Both.")).await.is(StatusCode::SEE_OTHER);
    cleo.get(&path).await.says("Both.");
    // To have taken it back and written it anew meanwhile is a change as well.
    cleo.post(&format!("{path}/removal"), &[("language", "en-GB")])
        .await;
    send(form(&seen, "Late.")).await.is(StatusCode::CONFLICT);
}

#[sqlx::test]
async fn a_programmes_library_is_for_those_in_it_and_changed_by_its_coordinators(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let other = given::pairing().insert(&app.db).await;
    let ada = given::administrator(&app.db, "Ada").await;
    let otto = given::person(&app.db, "Otto").await;
    let Paired {
        mentor,
        mentee,
        coordinator,
        programme,
        ..
    } = pairing;
    let cleo = app.sign_in(coordinator).await;
    cleo.post(&at(programme, ""), &added("Our canteen", "Meet there."))
        .await;
    let key = format!("/{}", key_of(&app, "Our canteen").await);
    for (person, reads, writes) in [
        (mentor, true, false),
        (mentee, true, false),
        (coordinator, true, true),
        (ada, true, false),
        (other.mentor, false, false),
        (other.coordinator, false, false),
        (otto, false, false),
    ] {
        let visitor = app.sign_in(person).await;
        let status = |fine| {
            if fine {
                StatusCode::OK
            } else {
                StatusCode::NOT_FOUND
            }
        };
        for place in ["", &key, "/feedback"] {
            visitor.get(&at(programme, place)).await.is(status(reads));
        }
        for place in [
            "/arrangement",
            "/new",
            "/feedback/text",
            &format!("{key}/text"),
        ] {
            visitor.get(&at(programme, place)).await.is(status(writes));
        }
        let sent = if writes {
            StatusCode::SEE_OTHER
        } else {
            StatusCode::NOT_FOUND
        };
        for (place, form) in [
            ("", added("Another", "Text.")),
            ("/feedback/place", vec![("direction", "up")]),
            ("/feedback/hiding", vec![("hidden", "no")]),
            ("/feedback/removal", vec![("language", "en-GB")]),
        ] {
            visitor.post(&at(programme, place), &form).await.is(sent);
        }
        // Of one programme in the address of another.
        visitor
            .get(&at(other.programme, &key))
            .await
            .is(StatusCode::NOT_FOUND);
    }
}

#[sqlx::test]
async fn the_way_to_the_library_leads_to_the_programmes_own(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let tom = app.sign_in(pairing.mentee).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    tom.get("/library").await.is(StatusCode::OK);
    cleo.post(
        &at(pairing.programme, ""),
        &added("Our canteen", "Meet there."),
    )
    .await;
    let page = tom.get("/library").await;
    let canteen = key_of(&app, "Our canteen").await;
    let path = at(pairing.programme, &format!("/{canteen}"));
    assert_eq!(page.link("Our canteen"), path);
    tom.get("/library?of=waymark")
        .await
        .is(StatusCode::OK)
        .says("a library of its own");

    let second = given::programme(&app.db, "Europe/London").await;
    given::mentee(&app.db, second, pairing.mentee).await;
    let cora = app.sign_in(second.coordinator).await;
    cora.post(&at(second, ""), &added("Our garden", "Meet there."))
        .await;
    let page = tom.get("/library").await;
    page.is(StatusCode::OK).says("have libraries of their own");
    page.says(&at(pairing.programme, "")).says(&at(second, ""));
}

#[sqlx::test]
async fn an_archived_programme_keeps_its_library_as_it_is(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let cleo = app.sign_in(pairing.coordinator).await;
    sqlx::query("update programmes set archived_at = $1")
        .bind(NOON)
        .execute(&app.db)
        .await
        .unwrap();
    let programme = pairing.programme;
    cleo.get(&at(programme, "/feedback"))
        .await
        .is(StatusCode::OK);
    cleo.get(&at(programme, "/arrangement"))
        .await
        .says("This programme is archived");
    cleo.post(&at(programme, ""), &added("Our canteen", "Meet there."))
        .await
        .is(StatusCode::CONFLICT);
}

/// Reworded, translated, added to, hidden and put in another order.
async fn made_their_own(app: &TestApp, programme: Programme) {
    let cleo = app.sign_in(programme.coordinator).await;
    let path = at(programme, "/feedback");
    save(
        &cleo,
        &path,
        "en-GB",
        &[("title", "Feedback here"), ("body", "Ours.")],
    )
    .await;
    save(
        &cleo,
        &path,
        "de",
        &[("title", "Rückmeldung"), ("body", "Unsere.")],
    )
    .await;
    cleo.post(&at(programme, ""), &added("Our canteen", "Meet there."))
        .await;
    cleo.post(&at(programme, "/grow/hiding"), &[("hidden", "yes")])
        .await;
    cleo.post(
        &at(programme, "/being-a-mentee/place"),
        &[("direction", "up")],
    )
    .await;
}

async fn file(db: &PgPool, programme: i64) -> String {
    let mut owner = db.acquire().await.unwrap();
    let file = export::file(&mut owner, ProgrammeId(programme), false).await;
    file.unwrap().write().unwrap()
}

#[sqlx::test]
async fn a_library_goes_out_with_its_programme_and_comes_in_again(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let untouched: Value = serde_json::from_str(&file(&app.db, programme.id).await).unwrap();
    assert_eq!(untouched["library"], json!([]));
    made_their_own(&app, programme).await;
    let text = file(&app.db, programme.id).await;
    let written: Value = serde_json::from_str(&text).unwrap();
    let library = written["library"].as_array().unwrap();
    assert_eq!(library.len(), OWN.len() + 1);
    assert_eq!(library[0]["module"], "being-a-mentee");
    assert_eq!(library[OWN.len()]["texts"][0]["title"], "Our canteen");
    let mut owner = app.db.acquire().await.unwrap();
    let there = import(&mut owner, &text, Some("Copy"), NOON).await.unwrap();
    let again = file(&app.db, there.programme.0).await;
    let again: Value = serde_json::from_str(&again).unwrap();
    assert_eq!(again["library"], written["library"]);
}

#[sqlx::test]
async fn a_file_says_what_is_wrong_with_its_library(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let good: Value = serde_json::from_str(&file(&app.db, programme.id).await).unwrap();
    let own = || json!({"module": "feedback", "audience": null, "stage": null, "hidden": false, "texts": []});
    let text = || json!({"language": "de", "title": "T", "summary": "", "body": "B"});
    let ours = || json!({"module": null, "audience": "mentees", "stage": "before", "hidden": false, "texts": [text()]});
    let with = |mut one: Value, key: &str, value: Value| {
        one[key] = value;
        one
    };
    for (library, problem) in [
        (json!({}), "library: This has to be a list."),
        (json!([1]), "library[0]: This has to be an object."),
        (
            json!([own(), own()]),
            "library[1].module: This module stands here already, further up.",
        ),
        (
            json!([with(own(), "module", json!("astrology"))]),
            "library[0].module: This Waymark has no module of this name.",
        ),
        (
            json!([with(own(), "audience", json!("mentors"))]),
            "library[0].audience: Of one of Waymark’s own modules this has to be null.",
        ),
        (
            json!([with(own(), "hidden", json!("no"))]),
            "library[0].hidden: This has to be true or false.",
        ),
        (
            json!([with(own(), "colour", json!("red"))]),
            "library[0].colour: This Waymark does not know what this is.",
        ),
        (
            json!([with(ours(), "texts", json!([]))]),
            "library[0].texts: A module that is not Waymark’s own needs a text.",
        ),
        (
            json!([with(ours(), "audience", json!("cats"))]),
            "library[0].audience: This has to be one of: everybody, mentors, mentees, coordinators.",
        ),
        (
            json!([with(ours(), "stage", json!(null))]),
            "library[0].stage: This has to be a text.",
        ),
        (
            json!([with(ours(), "texts", json!([text(), text()]))]),
            "library[0].texts[1].language: This language stands here already, further up.",
        ),
        (
            json!([with(
                ours(),
                "texts",
                json!([with(text(), "language", json!("tlh"))])
            )]),
            "library[0].texts[0].language: This Waymark does not know this language.",
        ),
        (
            json!([with(
                ours(),
                "texts",
                json!([with(text(), "title", json!(" "))])
            )]),
            "library[0].texts[0].title: Enter a title.",
        ),
        (
            json!([with(
                ours(),
                "texts",
                json!([with(text(), "body", json!(7))])
            )]),
            "library[0].texts[0].body: This has to be a text.",
        ),
        (
            json!(vec![ours(); 101]),
            "library: A library holds 100 modules at the most.",
        ),
    ] {
        let mut bad = good.clone();
        bad["library"] = library;
        let mut owner = app.db.acquire().await.unwrap();
        match import(&mut owner, &bad.to_string(), Some("Copy"), NOON).await {
            Err(NotImported::Problems(problems)) => {
                let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
                assert_eq!(words, [problem]);
            }
            other => panic!("{other:?} for {problem}"),
        }
    }
}

#[sqlx::test]
async fn a_copy_of_a_programme_has_its_library(db: PgPool) {
    let app = TestApp::new(db).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    made_their_own(&app, programme).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let page = ada.get(&format!("/programmes/{}/copy", programme.id)).await;
    let mut fields = untouched(&page.body);
    change(&mut fields, "name", "The copy");
    let made = ada.post("/programmes", &borrowed(&fields)).await;
    made.is(StatusCode::SEE_OTHER);
    let copy: i64 = sqlx::query_scalar("select id from programmes where name = 'The copy'")
        .fetch_one(&app.db)
        .await
        .unwrap();
    let [original, copy]: [Value; 2] = [
        serde_json::from_str(&file(&app.db, programme.id).await).unwrap(),
        serde_json::from_str(&file(&app.db, copy).await).unwrap(),
    ];
    assert_eq!(copy["library"], original["library"]);
    assert_eq!(copy["library"].as_array().unwrap().len(), OWN.len() + 1);
}

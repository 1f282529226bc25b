//! Finding people among many.

use crate::support::{Answer, TestApp, Visitor, given};
use sqlx::PgPool;

async fn colleague(app: &TestApp, name: &str, job: &str, department: &str, location: &str) {
    let person = given::person(&app.db, name).await;
    sqlx::query("update people set job_title = $2, department = $3, location = $4 where id = $1")
        .bind(person.0)
        .bind(job)
        .bind(department)
        .bind(location)
        .execute(&app.db)
        .await
        .unwrap();
}

async fn directory(app: &TestApp) -> Visitor<'_> {
    colleague(app, "Asha Patel", "Buyer", "Purchasing", "Leeds").await;
    colleague(app, "Ben Buyer", "Accountant", "Finance", "Leeds").await;
    colleague(app, "100% Real_Name", "", "Finance & Co", "").await;
    app.sign_in(given::administrator(&app.db, "Ada").await)
        .await
}

/// The names that a page lists, in its order.
fn names(page: &Answer) -> Vec<&str> {
    let rows = page.body.split("<a class=\"row\"").skip(1);
    rows.filter_map(|row| row.split_once('>')?.1.split('<').next())
        .collect()
}

#[sqlx::test]
async fn every_word_is_looked_for_in_all_that_is_known_of_a_person(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = directory(&app).await;
    for (asked, found) in [
        (
            "q=",
            vec!["100% Real_Name", "Ada", "Asha Patel", "Ben Buyer"],
        ),
        ("q=buyer", vec!["Asha Patel", "Ben Buyer"]),
        ("q=BUYER+asha", vec!["Asha Patel"]),
        ("q=leeds", vec!["Asha Patel", "Ben Buyer"]),
        ("q=purch+lee", vec!["Asha Patel"]),
        ("q=buyer+paris", vec![]),
        ("q=example.org+ada", vec!["Ada"]),
        ("q=100%25", vec!["100% Real_Name"]),
        ("q=l_n", vec!["100% Real_Name"]),
        ("q=%25", vec!["100% Real_Name"]),
        ("q=%00%FF", vec![]),
        ("department=Finance", vec!["Ben Buyer"]),
        ("department=Finance&location=Paris", vec![]),
        ("location=Leeds&q=asha", vec!["Asha Patel"]),
        ("show=administrators", vec!["Ada"]),
        (
            "show=nonsense&page=x",
            vec!["100% Real_Name", "Ada", "Asha Patel", "Ben Buyer"],
        ),
    ] {
        let page = ada.get(&format!("/people?{asked}")).await;
        assert_eq!(names(&page), found, "{asked}");
    }
}

#[sqlx::test]
async fn filters_stay_in_the_address(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = directory(&app).await;
    let page = ada
        .get("/people?q=real&department=Finance+%26+Co&show=no-password")
        .await;
    page.says("<option selected>Finance &#38; Co</option>")
        .says("<option>Purchasing</option>")
        .says("value=\"real\"")
        .says("<input type=\"hidden\" name=\"show\" value=\"no-password\">");
    let link = page.link("Administrators").replace("&amp;", "&");
    assert_eq!(
        link,
        "/people?q=real&department=Finance%20%26%20Co&location=&show=administrators"
    );
    assert_eq!(names(&page), ["100% Real_Name"]);
    let file = page.link("Download these").replace("&amp;", "&");
    ada.get(&file)
        .await
        .says("100% Real_Name")
        .does_not_say("Asha");
}

#[sqlx::test]
async fn whoever_has_no_password_yet_is_found(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = directory(&app).await;
    let known = given::person(&app.db, "Known").await;
    given::password(&app.db, known, "correct horse battery").await;
    let page = ada.get("/people?show=no-password").await;
    page.does_not_say("Known").says("No password yet");
    assert_eq!(names(&page).len(), 4);
}

#[sqlx::test]
async fn whoever_has_never_signed_in_is_found(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = directory(&app).await;
    // Bea did, and signed out again; her browser is forgotten by now.
    let bea = given::person(&app.db, "Bea").await;
    let email = given::password(&app.db, bea, "correct horse battery").await;
    let form = [("email", &*email), ("password", "correct horse battery")];
    app.stranger().post("/sign-in", &form).await.leads_to("/");
    for table in ["sign_ins", "known_browsers"] {
        let sql = format!("delete from {table} where person_id = {}", bea.0);
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&app.db)
            .await
            .unwrap();
    }
    let page = ada.get("/people?show=never-signed-in").await;
    assert_eq!(names(&page), ["100% Real_Name", "Asha Patel", "Ben Buyer"]);
    let file = page.link("Download these").replace("&amp;", "&");
    ada.get(&file).await.says("Asha Patel").does_not_say("Bea");
}

#[sqlx::test]
async fn the_list_says_what_everybody_is(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let (mentor, mentee) = (pairing.mentor, pairing.mentee);
    given::mentee(&app.db, pairing.programme, mentor).await;
    sqlx::query("update enrolments set left_at = '2026-04-01' where person_id = $1")
        .bind(mentee.0)
        .execute(&app.db)
        .await
        .unwrap();
    let ada = given::administrator(&app.db, "Ada").await;
    let page = app.sign_in(ada).await.get("/people").await;
    let roles = |person: given::Person| {
        let path = format!("href=\"/people/{}\"", person.0);
        let row = page.body.split("<li>").find(|row| row.contains(&path));
        let tags = row.unwrap().split("<span class=\"tag\">").skip(1);
        tags.filter_map(|tag| tag.split('<').next())
            .collect::<Vec<_>>()
    };
    assert_eq!(roles(ada), ["Administrator"]);
    assert_eq!(roles(pairing.coordinator), ["Coordinator"]);
    assert_eq!(roles(mentor), ["Mentor", "Mentee"]);
    assert_eq!(roles(mentee), Vec::<&str>::new());
}

#[sqlx::test]
async fn a_long_directory_is_turned_page_by_page(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = directory(&app).await;
    sqlx::query(
        "insert into people (full_name, email, time_zone, added_at)
         select 'Zed ' || lpad(n::text, 3, '0'), n || '@example.org', 'UTC', '2026-04-01' from generate_series(1, 101) n",
    )
    .execute(&app.db)
    .await
    .unwrap();
    let first = ada.get("/people?q=zed").await;
    let second = ada.get(&first.link("Next").replace("&amp;", "&")).await;
    let third = ada.get(&second.link("Next").replace("&amp;", "&")).await;
    assert_eq!(
        (names(&first)[0], names(&second)[0]),
        ("Zed 001", "Zed 051")
    );
    assert_eq!(names(&third), ["Zed 101"]);
    third.does_not_say(">Next<");
    ada.get("/people?page=99")
        .await
        .says("There is nobody on this page");
}

#[sqlx::test]
async fn coordinators_search_by_words_too(db: PgPool) {
    let app = TestApp::new(db).await;
    directory(&app).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let cleo = app.sign_in(programme.coordinator).await;
    let path = format!("/programmes/{}/enrolments/new?q=leeds+asha", programme.id);
    cleo.get(&path)
        .await
        .says("Asha Patel")
        .does_not_say("Ben Buyer");
}

#[sqlx::test]
async fn coordinators_find_people_by_the_skills_they_named_in_the_programme(db: PgPool) {
    let app = TestApp::new(db).await;
    let pairing = given::pairing().insert(&app.db).await;
    let elsewhere = given::pairing().insert(&app.db).await;
    for (pairing, skill) in [(&pairing, "Night shifts"), (&elsewhere, "Night watch")] {
        let question = given::question(&app.db, pairing.programme, "skills", "Which?").await;
        let application =
            given::application(&app.db, pairing.programme, pairing.mentor, "mentor").await;
        given::skill(&app.db, application, question, skill).await;
    }
    let cleo = app.sign_in(pairing.coordinator).await;
    for (q, found) in [
        ("night", &["Maya"][..]),
        ("NIGHT+maya", &["Maya"]),
        ("night+tom", &[]),
        ("watch", &[]),
        ("tom", &["Tom"]),
        ("n_ght", &[]),
    ] {
        let page = cleo
            .get(&format!(
                "/programmes/{}/people?q={q}",
                pairing.programme.id
            ))
            .await;
        page.says(&format!("Everybody ({})", found.len()));
        for name in ["Maya", "Tom"] {
            let listed = page.body.contains(&format!("<th scope=\"row\">{name}"));
            assert_eq!(listed, found.contains(&name), "{q} {name}");
        }
    }
}

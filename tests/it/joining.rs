//! How people come: by an invitation's letter, and by a programme's link.

use crate::support::post_office::PostOffice;
use crate::support::{Answer, NOON, TestApp, Visitor, encode, given};
use axum::http::StatusCode;
use sqlx::{AssertSqlSafe, PgPool};
use std::sync::Arc;
use time::Duration;
use tokio::sync::watch;
use waymark::clock::Clock;
use waymark::mail::deliver_due;

const PASSWORD: &str = "a-walk-by-the-river";

/// The latest letter to somebody.
pub struct Written {
    pub subject: String,
    pub body: String,
}

impl Written {
    /// The path behind the only link there is.
    #[track_caller]
    pub fn link(&self) -> &str {
        let mut links = self
            .body
            .lines()
            .filter_map(|line| line.strip_prefix("http://localhost:3000"))
            // Where letters of other kinds are chosen, at their foot.
            .filter(|path| *path != "/account/letters");
        let link = links.next().unwrap_or_else(|| panic!("{}", self.body));
        assert_eq!(links.next(), None, "{}", self.body);
        link
    }
}

pub async fn letters_to(app: &TestApp, email: &str) -> Vec<Written> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("select subject, body from letters where recipient = $1 order by id desc")
            .bind(email)
            .fetch_all(&app.db)
            .await
            .unwrap();
    let written = rows.into_iter();
    written
        .map(|(subject, body)| Written { subject, body })
        .collect()
}

#[track_caller]
fn only(mut letters: Vec<Written>) -> Written {
    assert_eq!(letters.len(), 1);
    letters.pop().unwrap()
}

pub async fn count(app: &TestApp, sql: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_one(&app.db)
        .await
        .unwrap()
}

pub async fn email_of(app: &TestApp, person: given::Person) -> String {
    sqlx::query_scalar("select email from people where id = $1")
        .bind(person.0)
        .fetch_one(&app.db)
        .await
        .unwrap()
}

async fn named(app: &TestApp, programme: given::Programme, name: &str) {
    sqlx::query("update programmes set name = $2 where id = $1")
        .bind(programme.id)
        .bind(name)
        .execute(&app.db)
        .await
        .unwrap();
}

/// A programme called Growing Leaders, and where its invitations are.
async fn programme(app: &TestApp) -> (given::Programme, String) {
    let programme = given::programme(&app.db, "Europe/London").await;
    named(app, programme, "Growing Leaders").await;
    (
        programme,
        format!("/programmes/{}/invitations", programme.id),
    )
}

async fn invite(cleo: &Visitor<'_>, path: &str, people: &str, part: &str) -> Answer {
    let form = [("people", people), ("part", part), ("capacity", "2")];
    cleo.post(path, &form).await
}

async fn accept(visitor: &Visitor<'_>, link: &str, name: &str) -> Answer {
    let form = [("name", name), ("password", PASSWORD)];
    visitor.post(link, &form).await
}

/// Where the invitation of the list with this address is withdrawn or sent again.
async fn act_on(app: &TestApp, path: &str, email: &str, act: &str) -> String {
    let id: i64 = sqlx::query_scalar("select max(id) from invitations where email = $1")
        .bind(email)
        .fetch_one(&app.db)
        .await
        .unwrap();
    format!("{path}/{id}/{act}")
}

#[sqlx::test]
async fn whoever_is_invited_comes_by_the_letter_and_takes_part(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut office = PostOffice::open(&[]).await;
    office.used_by(&app).await;
    let (programme, path) = programme(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    cleo.get(&path).await.says("Nobody has been invited yet");
    invite(&cleo, &path, "Asha Patel <Asha@example.org>", "mentor")
        .await
        .leads_to(&path);
    cleo.get(&path)
        .await
        .says("Asha Patel")
        .says("Waiting</span>")
        .says("the link works until 15 April 2026");

    let (_stop, never) = watch::channel(false);
    deliver_due(&app.server, Clock::Stopped(NOON), &never)
        .await
        .unwrap();
    let letter = office.next().await;
    assert_eq!(letter.to, ["asha@example.org"]);
    assert_eq!(
        letter.header("Subject"),
        "Cleo invites you to Growing Leaders"
    );
    // Long lines are folded on the way (quoted-printable).
    let text = letter.text.replace("=\r\n", "").replace("=\n", "");
    let link = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("http://localhost:3000"));
    let link = link.unwrap().to_owned();

    // To look is not to accept, however often it is done.
    for _ in 0..2 {
        app.stranger()
            .get(&link)
            .await
            .is(StatusCode::OK)
            .says("You are invited to Growing Leaders")
            .says("Cleo invites you to take part as a mentor")
            .says("value=\"Asha Patel\"");
    }
    let entered = accept(&app.stranger(), &link, "Asha  Patel").await;
    entered.leads_to("/");
    let asha = app.browser_after(&entered);
    asha.get("/")
        .await
        .says("Asha Patel")
        .says("Welcome. You take part in Growing Leaders as a mentor.");
    let (part, capacity, by): (String, i16, i64) =
        sqlx::query_as("select part, capacity, enrolled_by from enrolments")
            .fetch_one(&app.db)
            .await
            .unwrap();
    assert_eq!(
        (part.as_str(), capacity, by),
        ("mentor", 2, programme.coordinator.0)
    );
    cleo.get(&path).await.says("Accepted on 1 April 2026");
    asha.get("/account/activity?by=everybody")
        .await
        .says("accepted an invitation");
    let form = [("email", "asha@example.org"), ("password", PASSWORD)];
    app.stranger().post("/sign-in", &form).await.leads_to("/");

    // The link worked once.
    app.stranger()
        .get(&link)
        .await
        .is(StatusCode::GONE)
        .says("This invitation has been accepted");
    accept(&app.stranger(), &link, "Otto")
        .await
        .is(StatusCode::GONE);
    assert_eq!(count(&app, "select count(*) from people").await, 2);
}

#[sqlx::test]
async fn a_list_is_read_line_by_line_and_kept_while_something_is_wrong(db: PgPool) {
    let app = TestApp::new(db).await;
    let (programme, path) = programme(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let here = given::person(&app.db, "Hana").await;
    given::mentee(&app.db, programme, here).await;
    let hana = email_of(&app, here).await;
    invite(&cleo, &path, "bea@example.org", "mentee")
        .await
        .leads_to(&path);

    let list =
        format!("asha@example.org, Asha\nTom\nbea@example.org\n{hana}\nZoë <zoe@example.org>");
    let refused = invite(&cleo, &path, &list, "mentee").await;
    refused
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Line 2: write an email address")
        .says("Line 3: bea@example.org is invited already")
        .says(&format!("Line 4: {hana} is a mentee here already"))
        .says("asha@example.org, Asha\nTom\nbea@example.org")
        .says("invite the other 2");
    assert_eq!(count(&app, "select count(*) from letters").await, 1);

    let form = [("people", &*list), ("part", "mentee"), ("act", "rest")];
    cleo.post(&path, &form).await.leads_to(&path);
    assert_eq!(count(&app, "select count(*) from letters").await, 3);
    assert_eq!(letters_to(&app, "zoe@example.org").await.len(), 1);

    for (people, part, capacity, words) in [
        (
            "",
            "mentee",
            "",
            "Enter the email address of whoever you invite",
        ),
        (
            "x@example.org",
            "",
            "",
            "Choose whether they are mentors or mentees",
        ),
        ("x@example.org", "mentor", "0", "1 to 20"),
        ("x@example.org", "mentor", "", "1 to 20"),
    ] {
        let form = [("people", people), ("part", part), ("capacity", capacity)];
        cleo.post(&path, &form)
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words)
            .says(people);
    }
    // One may be both, and somebody who has a place as one may be invited as the other.
    invite(&cleo, &path, &hana, "mentor").await.leads_to(&path);
    let many: Vec<String> = (0..501).map(|at| format!("p{at}@example.org")).collect();
    invite(&cleo, &path, &many.join("\n"), "mentee")
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Invite at most 500 people at a time");
}

#[sqlx::test]
async fn pressing_twice_writes_one_letter(db: PgPool) {
    let app = TestApp::new(db).await;
    let (programme, path) = programme(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let form = [
        ("people", "asha@example.org"),
        ("part", "mentee"),
        ("once", "5eed"),
    ];
    for _ in 0..2 {
        cleo.post(&path, &form).await.leads_to(&path);
    }
    assert_eq!(count(&app, "select count(*) from letters").await, 1);
    let again = act_on(&app, &path, "asha@example.org", "resending").await;
    for _ in 0..2 {
        cleo.post(&again, &[("once", "a9a1")]).await.leads_to(&path);
    }
    assert_eq!(count(&app, "select count(*) from letters").await, 2);
}

#[sqlx::test]
async fn an_invitation_is_sent_again_and_withdrawn(db: PgPool) {
    let app = TestApp::new(db).await;
    let (programme, path) = programme(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let email = "asha@example.org";
    invite(&cleo, &path, email, "mentee").await;
    let first = only(letters_to(&app, email).await).link().to_owned();

    // It has run out, and is sent again.
    let later = TestApp::at(app.db.clone(), NOON + Duration::days(14)).await;
    later
        .stranger()
        .get(&first)
        .await
        .is(StatusCode::GONE)
        .says("This invitation has run out")
        .says("ask Cleo to send it again");
    accept(&later.stranger(), &first, "Asha")
        .await
        .is(StatusCode::GONE);
    let cleo_later = later.sign_in(programme.coordinator).await;
    cleo_later.get(&path).await.says("Expired</span>");
    let again = act_on(&app, &path, email, "resending").await;
    cleo_later.post(&again, &[]).await.leads_to(&path);
    let second = letters_to(&app, email).await[0].link().to_owned();
    later
        .stranger()
        .get(&first)
        .await
        .is(StatusCode::NOT_FOUND)
        .says("This link leads nowhere");
    later.stranger().get(&second).await.is(StatusCode::OK);

    let withdrawal = act_on(&app, &path, email, "withdrawal").await;
    for _ in 0..2 {
        cleo_later.post(&withdrawal, &[]).await.leads_to(&path);
    }
    cleo_later.get(&path).await.says("Withdrawn</span>");
    later
        .stranger()
        .get(&second)
        .await
        .is(StatusCode::GONE)
        .says("This invitation was withdrawn");
    accept(&later.stranger(), &second, "Asha")
        .await
        .is(StatusCode::GONE);
    cleo_later
        .post(&again, &[])
        .await
        .is(StatusCode::CONFLICT)
        .says("No letter was sent");
    // A new one may be written after that.
    invite(&cleo_later, &path, email, "mentee")
        .await
        .leads_to(&path);
    assert_eq!(letters_to(&app, email).await.len(), 3);
    for made_up in ["/invitations/0123", "/invitations/%FF", "/invitations/%00"] {
        let made_up = later.stranger().get(made_up).await;
        made_up.is(StatusCode::NOT_FOUND).says("<h1>");
    }
}

#[sqlx::test]
async fn whoever_has_an_account_signs_in_and_accepts(db: PgPool) {
    let app = TestApp::new(db).await;
    let (programme, path) = programme(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let tom = given::person(&app.db, "Tom").await;
    let email = given::password(&app.db, tom, PASSWORD).await;
    invite(&cleo, &path, &email, "mentee").await.leads_to(&path);
    let letter = only(letters_to(&app, &email).await);
    assert!(letter.body.contains("sign in and press"), "{}", letter.body);
    let link = letter.link();

    let page = app.stranger().get(link).await;
    let sign_in = page.link("Sign in to accept").to_owned();
    accept(&app.stranger(), link, "Somebody")
        .await
        .is(StatusCode::CONFLICT);
    let form = [
        ("email", &*email),
        ("password", PASSWORD),
        ("next", sign_in.split_once("next=").unwrap().1),
    ];
    let entered = app.stranger().post("/sign-in", &form).await;
    entered.leads_to(link);
    let tom = app.browser_after(&entered);

    let otto = given::person(&app.db, "Otto").await;
    let otto = app.sign_in(otto).await;
    otto.get(link)
        .await
        .says("you are signed in with another account");
    accept(&otto, link, "Otto").await.is(StatusCode::CONFLICT);
    assert_eq!(count(&app, "select count(*) from enrolments").await, 0);

    tom.get(link).await.says("nothing to fill in");
    tom.post(link, &[]).await.leads_to("/");
    assert_eq!(
        count(
            &app,
            "select count(*) from enrolments where part = 'mentee'"
        )
        .await,
        1
    );
    tom.post(link, &[]).await.is(StatusCode::GONE);
    assert_eq!(count(&app, "select count(*) from people").await, 3);
}

#[sqlx::test]
async fn a_refused_form_keeps_the_name_and_the_invitation(db: PgPool) {
    let app = TestApp::new(db).await;
    let (programme, path) = programme(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    invite(&cleo, &path, "asha@example.org", "mentee").await;
    let link = only(letters_to(&app, "asha@example.org").await)
        .link()
        .to_owned();
    for (name, password, words) in [
        ("", PASSWORD, "Enter your full name"),
        ("Asha", "short", "8 characters or more"),
        ("Asha", "password1", "harder to guess"),
        ("Asha", "asha@example.org", "not your name or your email"),
    ] {
        let form = [("name", name), ("password", password)];
        app.stranger()
            .post(&link, &form)
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words)
            .says(&format!("name=\"name\" type=\"text\" value=\"{name}\""))
            .does_not_say(&format!(
                "value=\"{password}\" autocomplete=\"new-password\""
            ));
    }
    accept(&app.stranger(), &link, "Asha").await.leads_to("/");
}

#[sqlx::test]
async fn administrators_invite_to_an_account_alone(db: PgPool) {
    let app = TestApp::new(db).await;
    let ada = app
        .sign_in(given::administrator(&app.db, "Ada").await)
        .await;
    let page = ada.get("/people").await;
    let path = page.link("Invite by letter").to_owned();
    let page = ada.get(&path).await;
    ada.get(page.link("Invite people"))
        .await
        .does_not_say("name=\"part\"");
    invite(&ada, &path, "nia@example.org", "")
        .await
        .leads_to(&path);
    let letter = only(letters_to(&app, "nia@example.org").await);
    assert_eq!(
        letter.subject,
        "Ada invites you to the mentoring programmes"
    );
    let entered = accept(&app.stranger(), letter.link(), "Nia").await;
    let nia = app.browser_after(&entered);
    nia.get("/").await.says("Your account is ready");
    assert_eq!(count(&app, "select count(*) from enrolments").await, 0);
    invite(&ada, &path, "nia@example.org", "")
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("has an account already");
    // Those of a programme are its coordinators' to act upon.
    let (programme, theirs) = programme(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    invite(&cleo, &theirs, "x@example.org", "mentee").await;
    for act in ["withdrawal", "resending"] {
        let at = act_on(&app, &path, "x@example.org", act).await;
        ada.post(&at, &[]).await.is(StatusCode::NOT_FOUND);
    }
    ada.get(&theirs).await.is(StatusCode::NOT_FOUND);
}

/// Both press at once while somebody holds the invitation that both need.
async fn at_once<A, B>(
    app: &TestApp,
    one: impl Future<Output = A> + Send + 'static,
    other: impl Future<Output = B> + Send + 'static,
) -> (A, B)
where
    A: Send + 'static,
    B: Send + 'static,
{
    let mut holder = app.db.begin().await.unwrap();
    sqlx::query("select from invitations for update")
        .execute(&mut *holder)
        .await
        .unwrap();
    let (one, other) = (tokio::spawn(one), tokio::spawn(other));
    loop {
        let waiting = "select count(*) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'";
        if count(app, waiting).await == 2 {
            break;
        }
        tokio::task::yield_now().await;
    }
    holder.rollback().await.unwrap();
    (one.await.unwrap(), other.await.unwrap())
}

#[sqlx::test]
async fn a_link_pressed_twice_at_once_acts_once(db: PgPool) {
    let app = Arc::new(TestApp::new(db).await);
    let (programme, path) = programme(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    invite(&cleo, &path, "asha@example.org", "mentee").await;
    let link = only(letters_to(&app, "asha@example.org").await)
        .link()
        .to_owned();
    let press = |name: &'static str| {
        let (app, link) = (Arc::clone(&app), link.clone());
        async move { accept(&app.stranger(), &link, name).await.status }
    };
    let (one, other) = at_once(&app, press("Asha"), press("Anna")).await;
    let mut answers = [one, other];
    answers.sort();
    assert_eq!(answers, [StatusCode::SEE_OTHER, StatusCode::GONE]);
    assert_eq!(count(&app, "select count(*) from people").await, 2);
    assert_eq!(count(&app, "select count(*) from enrolments").await, 1);
}

#[sqlx::test]
async fn accepted_and_withdrawn_at_once_it_is_one_of_the_two(db: PgPool) {
    let app = Arc::new(TestApp::new(db).await);
    let (programme, path) = programme(&app).await;
    let mut came = 0;
    for round in 0..4 {
        let email = format!("asha{round}@example.org");
        let cleo = app.sign_in(programme.coordinator).await;
        invite(&cleo, &path, &email, "mentee").await;
        let link = only(letters_to(&app, &email).await).link().to_owned();
        let withdrawal = act_on(&app, &path, &email, "withdrawal").await;
        let theirs = Arc::clone(&app);
        let accepting = async move { accept(&theirs.stranger(), &link, "Asha").await.status };
        let ours = Arc::clone(&app);
        let withdrawing = async move {
            let cleo = ours.sign_in(programme.coordinator).await;
            cleo.post(&withdrawal, &[]).await.status
        };
        let (accepted, withdrawn) = at_once(&app, accepting, withdrawing).await;
        match (accepted, withdrawn) {
            (StatusCode::SEE_OTHER, StatusCode::CONFLICT) => came += 1,
            (StatusCode::GONE, StatusCode::SEE_OTHER) => {}
            other => panic!("{other:?}"),
        }
        assert_eq!(count(&app, "select count(*) from enrolments").await, came);
    }
}

#[sqlx::test]
async fn of_two_invitations_to_one_address_the_second_asks_to_sign_in(db: PgPool) {
    let app = TestApp::new(db).await;
    let (programme, path) = programme(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    for part in ["mentor", "mentee"] {
        invite(&cleo, &path, "asha@example.org", part)
            .await
            .leads_to(&path);
    }
    let letters = letters_to(&app, "asha@example.org").await;
    let entered = accept(&app.stranger(), letters[0].link(), "Asha").await;
    app.stranger()
        .get(letters[1].link())
        .await
        .says("Sign in to accept");
    let asha = app.browser_after(&entered);
    asha.post(letters[1].link(), &[]).await.leads_to("/");
    assert_eq!(count(&app, "select count(*) from enrolments").await, 2);
}

async fn open(app: &TestApp, cleo: &Visitor<'_>, programme: given::Programme) -> String {
    let path = format!("/programmes/{}/enrolment-link", programme.id);
    cleo.post(&path, &[]).await.is(StatusCode::SEE_OTHER);
    let token: String = sqlx::query_scalar("select token from enrolment_links")
        .fetch_one(&app.db)
        .await
        .unwrap();
    let join = format!("/join/{token}");
    cleo.get(&format!("/programmes/{}/invitations", programme.id))
        .await
        .says(&format!("http://localhost:3000{join}"));
    join
}

async fn owns(app: &TestApp, domain: &str) {
    sqlx::query("update organisation set mail_domains = array[$1]")
        .bind(domain)
        .execute(&app.db)
        .await
        .unwrap();
}

#[sqlx::test]
async fn a_stranger_with_the_programmes_link_asks_for_a_letter_and_comes(db: PgPool) {
    let app = TestApp::new(db).await;
    owns(&app, "example.org").await;
    let (programme, path) = programme(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let cleos = email_of(&app, programme.coordinator).await;
    let join = open(&app, &cleo, programme).await;
    app.stranger()
        .get(&join)
        .await
        .is(StatusCode::OK)
        .says("Take part in Growing Leaders")
        .says("id=\"part-mentee\" name=\"part\" type=\"radio\" value=\"mentee\" checked");
    let form = [("email", "Nia+1@example.org"), ("part", "mentor")];
    app.stranger()
        .post(&join, &form)
        .await
        .is(StatusCode::OK)
        .says("Look at your letters");
    let letter = only(letters_to(&app, "nia+1@example.org").await);
    assert_eq!(letter.subject, "Take part in Growing Leaders");
    cleo.get(&path).await.says("asked by the enrolment link");
    app.stranger()
        .get(letter.link())
        .await
        .says("You asked to take part as a mentor");
    let entered = accept(&app.stranger(), letter.link(), "Nia Jones").await;
    let nia = app.browser_after(&entered);
    let own = entered.location.clone().unwrap();
    nia.get(&own).await.says("There is one step more");
    assert_eq!(count(&app, "select count(*) from enrolments").await, 0);
    assert!(letters_to(&app, &cleos).await.is_empty());
    nia.post(&own, &[("about", "Night shifts"), ("capacity", "1")])
        .await
        .leads_to(&format!("{own}/check"));
    nia.post(&format!("{own}/sending"), &[])
        .await
        .leads_to(&own);
    let told = only(letters_to(&app, &cleos).await);
    assert_eq!(told.subject, "Nia Jones has applied for Growing Leaders");
    cleo.get(told.link())
        .await
        .is(StatusCode::OK)
        .says("Night shifts");
    for (email, part, words) in [
        ("", "mentee", "Enter an email address"),
        ("nia", "mentee", "such as name@example.org"),
        (
            "nia@example.org",
            "",
            "Choose how you would like to take part",
        ),
    ] {
        let form = [("email", email), ("part", part)];
        app.stranger()
            .post(&join, &form)
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .says(words)
            .says(&format!("value=\"{email}\""));
    }
}

#[sqlx::test]
async fn where_there_is_nothing_to_apply_for_whoever_decides_is_told(db: PgPool) {
    let app = TestApp::new(db).await;
    owns(&app, "example.org").await;
    let (programme, _) = programme(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let cleos = email_of(&app, programme.coordinator).await;
    let join = open(&app, &cleo, programme).await;
    sqlx::query("update programmes set enrolment_closes_on = '2026-03-31'")
        .execute(&app.db)
        .await
        .unwrap();
    let form = [("email", "nia@example.org"), ("part", "mentor")];
    app.stranger().post(&join, &form).await.is(StatusCode::OK);
    let letter = only(letters_to(&app, "nia@example.org").await);
    let entered = accept(&app.stranger(), letter.link(), "Nia Jones").await;
    entered.leads_to("/");
    let nia = app.browser_after(&entered);
    nia.get("/")
        .await
        .says("Whoever coordinates Growing Leaders has been told");
    let told = only(letters_to(&app, &cleos).await);
    assert_eq!(
        told.subject,
        "Nia Jones asks to take part in Growing Leaders"
    );
    cleo.get(told.link())
        .await
        .is(StatusCode::OK)
        .says("Nia Jones");
}

#[sqlx::test]
async fn what_a_link_answers_tells_nothing_of_an_address(db: PgPool) {
    let app = TestApp::new(db).await;
    owns(&app, "example.org").await;
    let (programme, _) = programme(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let join = open(&app, &cleo, programme).await;
    let tom = email_of(&app, given::person(&app.db, "Tom").await).await;
    let mut answers = Vec::new();
    for email in [
        &*tom,
        "new@example.org",
        "x@elsewhere.org",
        "x@mail.example.org",
    ] {
        let form = [("email", email), ("part", "mentee")];
        let answer = app.stranger().post(&join, &form).await;
        answers.push((answer.status, answer.body.replace(email, "…")));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let written = "select count(*) from letters where recipient like '%example.org'
        and recipient not like '%@mail.%'";
    assert_eq!(count(&app, written).await, 2);
    assert_eq!(count(&app, "select count(*) from letters").await, 2);
    assert_eq!(count(&app, "select count(*) from invitations").await, 2);
}

#[sqlx::test]
async fn letters_are_not_asked_for_without_end(db: PgPool) {
    let app = TestApp::new(db).await;
    owns(&app, "example.org").await;
    let (programme, _) = programme(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let join = open(&app, &cleo, programme).await;
    for email in ["new@example.org", "x@elsewhere.org"] {
        let form = [("email", email), ("part", "mentee")];
        for _ in 0..3 {
            app.stranger().post(&join, &form).await.is(StatusCode::OK);
        }
        app.stranger()
            .post(&join, &form)
            .await
            .is(StatusCode::TOO_MANY_REQUESTS)
            .says("That is enough letters for now");
    }
    // The latest letter's link works, and those before it do not.
    let letters = letters_to(&app, "new@example.org").await;
    assert_eq!(letters.len(), 3);
    let statuses = [StatusCode::OK, StatusCode::NOT_FOUND, StatusCode::NOT_FOUND];
    for (letter, status) in letters.iter().zip(statuses) {
        app.stranger().get(letter.link()).await.is(status);
    }
    sqlx::query("insert into failed_sign_ins values ('letters from:203.0.113.7', 100, $1)")
        .bind(NOON)
        .execute(&app.db)
        .await
        .unwrap();
    let form = [("email", "other@example.org"), ("part", "mentee")];
    let there = app.stranger().at_address("203.0.113.7");
    there
        .post(&join, &form)
        .await
        .is(StatusCode::TOO_MANY_REQUESTS);
    let elsewhere = app.stranger().at_address("203.0.113.8");
    elsewhere.post(&join, &form).await.is(StatusCode::OK);
}

#[sqlx::test]
async fn a_link_is_renewed_and_closed(db: PgPool) {
    let app = TestApp::new(db).await;
    owns(&app, "example.org").await;
    let (programme, path) = programme(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    cleo.get(&path).await.says("Open the link");
    let first = open(&app, &cleo, programme).await;
    let second = open(&app, &cleo, programme).await;
    assert_ne!(first, second);
    let form = [("email", "new@example.org"), ("part", "mentee")];
    let dead = async |link: &str| {
        for answer in [
            app.stranger().get(link).await,
            app.stranger().post(link, &form).await,
            cleo.post(link, &form).await,
        ] {
            answer
                .is(StatusCode::NOT_FOUND)
                .says("This programme is not open by this link");
        }
    };
    dead(&first).await;
    app.stranger().get(&second).await.is(StatusCode::OK);
    let page = cleo.get(&path).await;
    cleo.post(page.form_with("Close it"), &[])
        .await
        .leads_to(&path);
    dead(&second).await;
    assert_eq!(count(&app, "select count(*) from letters").await, 0);
}

#[sqlx::test]
async fn somebody_signed_in_asks_by_the_link_at_once_and_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let (programme, _) = programme(&app).await;
    let cleo = app.sign_in(programme.coordinator).await;
    let cleos = email_of(&app, programme.coordinator).await;
    let join = open(&app, &cleo, programme).await;
    let tom = given::person(&app.db, "Tom").await;
    let tom = app.sign_in(tom).await;
    tom.get(&join)
        .await
        .says("Ask to take part")
        .does_not_say("name=\"email\"");
    let own = format!("/programmes/{}/application/mentee", programme.id);
    for _ in 0..2 {
        tom.post(&join, &[("part", "mentee")]).await.leads_to(&own);
    }
    assert!(letters_to(&app, &cleos).await.is_empty());
    sqlx::query("update programmes set enrolment_closes_on = '2026-03-31'")
        .execute(&app.db)
        .await
        .unwrap();
    for _ in 0..2 {
        tom.post(&join, &[("part", "mentor")]).await.leads_to("/");
    }
    let told = only(letters_to(&app, &cleos).await);
    assert!(told.body.contains(&encode("Tom")), "{}", told.body);
    assert_eq!(count(&app, "select count(*) from enrolments").await, 0);
}

//! What mentoring brings: what people are asked, and what becomes of their ratings.

use crate::support::given::{Paired, Person, Programme};
use crate::support::read_back::figures;
use crate::support::{TestApp, given};
use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};
use std::collections::{BTreeMap, BTreeSet};
use time::OffsetDateTime;
use time::macros::{date, datetime};
use waymark::evidence::measures::{MEASURES, Whose};
use waymark::evidence::statistics::{Estimate, Sums};

const APRIL: OffsetDateTime = datetime!(2026-04-02 12:00 UTC);
/// After the middle of a programme as it is given: 27 June.
const JULY: OffsetDateTime = datetime!(2026-07-01 12:00 UTC);
/// After its last day, 18 December.
const AFTERWARDS: OffsetDateTime = datetime!(2026-12-20 12:00 UTC);

/// Every statement of a form rated alike.
fn all_of(whose: &[Whose], rating: &'static str) -> Vec<(&'static str, &'static str)> {
    let asked = MEASURES.iter().filter(|one| whose.contains(&one.whose));
    asked.map(|measure| (measure.key, rating)).collect()
}

async fn rate(
    db: &mut PgConnection,
    programme: Programme,
    person: Person,
    (point, met): (&str, bool),
    ratings: &[(&str, Option<i16>)],
) {
    sqlx::query(
        "insert into outcome_sheets values ($1, $2, $3, $4, $4, $5, $5) on conflict do nothing",
    )
    .bind(programme.id)
    .bind(person.0)
    .bind(point)
    .bind(APRIL)
    .bind(met)
    .execute(&mut *db)
    .await
    .unwrap();
    let (measures, ratings): (Vec<&str>, Vec<Option<i16>>) = ratings.iter().copied().unzip();
    sqlx::query(
        "insert into outcome_ratings
         select $1, $2, $3, measure, rating from unnest($4::text[], $5::smallint[]) said (measure, rating)
         on conflict (programme_id, person_id, point, measure) do update set rating = excluded.rating",
    )
    .bind(programme.id)
    .bind(person.0)
    .bind(point)
    .bind(measures)
    .bind(ratings)
    .execute(db)
    .await
    .unwrap();
}

/// A mentee who has rated one statement twice.
async fn mentee_who_rated(
    db: &PgPool,
    programme: Programme,
    (later, met): (&str, bool),
    (before, after): (i16, i16),
) -> Person {
    let person = given::person(db, "Mo").await;
    given::mentee(db, programme, person).await;
    let mut db = db.acquire().await.unwrap();
    for (point, rating) in [("start", before), (later, after)] {
        let said = [("mentee_direction", Some(rating))];
        rate(&mut db, programme, person, (point, met), &said).await;
    }
    person
}

#[sqlx::test]
async fn somebody_who_waits_is_asked_at_once_and_may_stop_and_go_on(db: PgPool) {
    let app = TestApp::at(db, APRIL).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let tom = given::person(&app.db, "Tom").await;
    given::mentee(&app.db, programme, tom).await;
    let browser = app.sign_in(tom).await;
    let path = format!("/programmes/{}/outcomes", programme.id);
    browser
        .get("/")
        .await
        .says("Two minutes: how are things for you at the start?")
        .says(&format!("href=\"{path}\""))
        .says("Until 26 June 2026");
    browser
        .get(&path)
        .await
        .says("You, as a mentee")
        .says("The organisation, as you see it (optional)")
        .does_not_say("You, as a mentor");

    let some = [("point", "start"), ("act", "save"), ("mentee_support", "4")];
    browser
        .post(&path, &some)
        .await
        .leads_to(&path)
        .tells("Kept as a draft");
    browser
        .get(&path)
        .await
        .says("id=\"mentee_support-4\" name=\"mentee_support\" type=\"radio\" value=\"4\" checked");
    browser.get("/").await.says("Two minutes");

    let refused = [
        ("point", "start"),
        ("mentee_support", "4"),
        ("mentee_thinking", "6"),
    ];
    browser
        .post(&path, &refused)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Rate “I feel confident and motivated in my work.”, or say that you would rather not")
        .says("Choose one of the five ratings")
        .does_not_say("Rate “We try out new ideas.”")
        .says("value=\"4\" checked");

    let mut answers = all_of(&[Whose::Mentee], "2");
    answers[0].1 = "unsaid";
    answers.push(("point", "start"));
    browser
        .post(&path, &answers)
        .await
        .leads_to("/")
        .tells("Nobody reads them but you");
    browser.get("/").await.does_not_say("Two minutes");
    browser
        .get(&path)
        .await
        .says("You have answered, and may change your answers until 26 June 2026")
        .says("Rather not said")
        .says("2: A little");
    answers[1].1 = "5";
    browser.post(&path, &answers).await.leads_to("/");
    browser.get(&path).await.says("5: Completely");
}

#[sqlx::test]
async fn half_way_and_at_the_end_the_same_is_asked_again(db: PgPool) {
    let app = TestApp::at(db, JULY).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let (tom, late) = (
        given::person(&app.db, "Tom").await,
        given::person(&app.db, "Lou").await,
    );
    given::mentee(&app.db, programme, tom).await;
    given::mentor(&app.db, programme, late, 1).await;
    sqlx::query("update enrolments set enrolled_at = '2026-06-10' where person_id = $1")
        .bind(late.0)
        .execute(&app.db)
        .await
        .unwrap();
    let path = format!("/programmes/{}/outcomes", programme.id);
    app.sign_in(tom)
        .await
        .get(&path)
        .await
        .says("How are things for you half-way?");
    // Who has just come is at their start.
    app.sign_in(late)
        .await
        .get(&path)
        .await
        .says("How are things for you at the start?")
        .says("You, as a mentor");
    // A form from before.
    let mut answers = all_of(&[Whose::Mentee], "2");
    answers.push(("point", "start"));
    app.sign_in(tom)
        .await
        .post(&path, &answers)
        .await
        .is(StatusCode::CONFLICT)
        .says("This form was for another time");
    let app = TestApp::at(app.db.clone(), AFTERWARDS).await;
    for person in [tom, late, programme.coordinator] {
        app.sign_in(person)
            .await
            .get(&path)
            .await
            .says("How are things for you at the end?");
    }
    let app = TestApp::at(app.db.clone(), datetime!(2027-03-01 12:00 UTC)).await;
    let browser = app.sign_in(tom).await;
    browser.get(&path).await.says("Nothing is asked of you now");
    answers.pop();
    answers.push(("point", "end"));
    browser.post(&path, &answers).await.is(StatusCode::CONFLICT);
}

/// Of a pairing that began on 2 March and was closed on 30 March.
#[sqlx::test]
async fn the_start_is_over_four_weeks_after_the_first_meeting_and_the_end_comes_with_the_closing(
    db: PgPool,
) {
    for (at, now, asked) in [
        (
            given::At::Sessions,
            datetime!(2026-03-29 12:00 UTC),
            "at the start?",
        ),
        (
            given::At::Sessions,
            datetime!(2026-03-30 12:00 UTC),
            "Nothing is asked",
        ),
        (given::At::Sessions, JULY, "half-way?"),
        (given::At::Closed, APRIL, "at the end?"),
        (given::At::Offered, APRIL, "at the start?"),
    ] {
        let app = TestApp::at(db.clone(), now).await;
        let pairing = given::pairing().at(at).insert(&app.db).await;
        let path = format!("/programmes/{}/outcomes", pairing.programme.id);
        sqlx::query("update enrolments set enrolled_at = '2026-02-01' where programme_id = $1")
            .bind(pairing.programme.id)
            .execute(&app.db)
            .await
            .unwrap();
        sqlx::query("update programmes set opened_at = '2026-01-05' where id = $1")
            .bind(pairing.programme.id)
            .execute(&app.db)
            .await
            .unwrap();
        for person in [pairing.mentee, pairing.mentor] {
            app.sign_in(person).await.get(&path).await.says(asked);
        }
    }
}

#[sqlx::test]
async fn coordinators_are_asked_about_the_organisation_and_others_nothing(db: PgPool) {
    let app = TestApp::at(db, APRIL).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let path = format!("/programmes/{}/outcomes", programme.id);
    let cleo = app.sign_in(programme.coordinator).await;
    cleo.get(&path)
        .await
        .says("The organisation, as you see it")
        .does_not_say("You, as a");
    cleo.post(&path, &[("point", "start")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("Rate at least one statement");
    cleo.post(&path, &[("point", "start"), ("organisation_sharing", "3")])
        .await
        .leads_to("/");
    let elsewhere = given::programme(&app.db, "Europe/London").await;
    let administrator = given::administrator(&app.db, "Ada").await;
    for person in [elsewhere.coordinator, administrator] {
        let browser = app.sign_in(person).await;
        browser.get(&path).await.is(StatusCode::NOT_FOUND);
        browser
            .post(&path, &[("point", "start"), ("organisation_sharing", "3")])
            .await
            .is(StatusCode::NOT_FOUND);
        for page in ["evidence", "evidence.csv"] {
            browser
                .get(&format!("/programmes/{}/{page}", programme.id))
                .await
                .is(StatusCode::NOT_FOUND);
        }
    }
}

/// What somebody has said stays theirs, also once they have left.
#[sqlx::test]
async fn whoever_has_left_reads_their_ratings_and_is_asked_no_more(db: PgPool) {
    let app = TestApp::at(db, JULY).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let gone = mentee_who_rated(&app.db, programme, ("half_way", true), (2, 4)).await;
    for change in [(1, 2), (2, 2), (3, 5), (2, 3)] {
        mentee_who_rated(&app.db, programme, ("half_way", true), change).await;
    }
    sqlx::query("update enrolments set left_at = $2 where person_id = $1")
        .bind(gone.0)
        .bind(APRIL)
        .execute(&app.db)
        .await
        .unwrap();
    let path = format!("/programmes/{}/outcomes", programme.id);
    let browser = app.sign_in(gone).await;
    browser
        .get(&path)
        .await
        .says("Nothing is asked of you now")
        .says("2: A little")
        .says("4: Mostly");
    browser.get("/").await.does_not_say("Two minutes");
    app.sign_in(programme.coordinator)
        .await
        .get(&format!("/programmes/{}/evidence", programme.id))
        .await
        .says("in the 5 who rated it both times")
        .says("1 person has left the programme");
}

#[sqlx::test]
async fn nothing_is_shown_of_fewer_than_five(db: PgPool) {
    let app = TestApp::at(db, AFTERWARDS).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let path = format!("/programmes/{}/evidence", programme.id);
    let cleo = app.sign_in(programme.coordinator).await;
    for change in [(1, 2), (2, 2), (3, 5), (2, 3)] {
        mentee_who_rated(&app.db, programme, ("end", true), change).await;
        cleo.get(&path)
            .await
            .says("There is nothing to show yet")
            .does_not_say("rose by");
    }
    // The coordinator who reads the sums would know four of five.
    given::mentee(&app.db, programme, programme.coordinator).await;
    let mut owner = app.db.acquire().await.unwrap();
    for (point, rating) in [("start", 1), ("end", 4)] {
        let said = [("mentee_direction", Some(rating))];
        rate(
            &mut owner,
            programme,
            programme.coordinator,
            (point, true),
            &said,
        )
        .await;
    }
    cleo.get(&path).await.says("There is nothing to show yet");
    mentee_who_rated(&app.db, programme, ("end", true), (4, 5)).await;
    let shown = cleo.get(&path).await;
    shown
        .says("6 of them are counted here")
        .says("“A clear sense of direction” rose by 1.3 (95\u{a0}% interval 0.2 to 2.4) in the 6 who rated it both times.")
        .says("Not enough answers yet")
        .says("role=\"img\"")
        .says("A clear sense of direction: +1.3, interval +0.2 to +2.4.")
        .says("Nobody is here to compare them with");
    // One more, and an answer changed, show nowhere.
    mentee_who_rated(&app.db, programme, ("end", true), (5, 1)).await;
    let said = [("mentee_direction", Some(5))];
    rate(
        &mut owner,
        programme,
        programme.coordinator,
        ("end", true),
        &said,
    )
    .await;
    let again = cleo.get(&path).await;
    assert_eq!(figures_of(&again.body), figures_of(&shown.body));
    for change in [(1, 2), (2, 2), (3, 5), (2, 3)] {
        mentee_who_rated(&app.db, programme, ("end", true), change).await;
    }
    cleo.get(&path).await.says("11 of them are counted here");
}

/// The page from its first figures on, but for how many were asked.
fn figures_of(page: &str) -> Vec<&str> {
    let lines = page.lines().map(str::trim);
    lines
        .filter(|line| line.contains("data-label") || line.contains("<li>“"))
        .collect()
}

/// A sum of people who all said the same would tell of each.
#[sqlx::test]
async fn where_all_say_the_same_more_are_waited_for(db: PgPool) {
    let app = TestApp::at(db, AFTERWARDS).await;
    let path = |programme: Programme| format!("/programmes/{}/evidence", programme.id);
    for (pairs, told) in [
        ([(3, 5), (3, 4), (3, 4), (3, 3), (3, 4)], false),
        ([(1, 5), (3, 5), (4, 5), (5, 5), (2, 5)], false),
        ([(1, 2), (3, 4), (4, 5), (2, 3), (2, 3)], false),
        ([(1, 2), (3, 4), (4, 5), (2, 3), (2, 4)], true),
    ] {
        let programme = given::programme(&app.db, "Europe/London").await;
        for pair in pairs {
            mentee_who_rated(&app.db, programme, ("end", true), pair).await;
        }
        let page = app
            .sign_in(programme.coordinator)
            .await
            .get(&path(programme))
            .await;
        assert_eq!(
            page.body.contains("There is nothing to show yet"),
            !told,
            "{pairs:?}"
        );
    }
}

#[sqlx::test]
async fn those_who_waited_stand_beside_and_the_file_says_what_the_page_says(db: PgPool) {
    let app = TestApp::at(db, JULY).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    let paired = [(1, 3), (2, 4), (2, 3), (3, 5), (2, 4), (3, 4)];
    let waiting = [(2, 2), (3, 3), (2, 1), (4, 4), (3, 4)];
    for pair in paired {
        mentee_who_rated(&app.db, programme, ("half_way", true), pair).await;
    }
    for pair in waiting {
        mentee_who_rated(&app.db, programme, ("half_way", false), pair).await;
    }
    let cleo = app.sign_in(programme.coordinator).await;
    let path = format!("/programmes/{}/evidence", programme.id);
    let page = cleo.get(&path).await;
    page.says("Mentees with a mentor beside those who waited for one, from the start to half-way")
        .says("it was not left to chance who waited")
        .says("“A clear sense of direction” changed by +1.7 in the 6 who had met, and by 0.0 in the 5 who waited: a difference of +1.7");
    let file = cleo.get(&format!("{path}.csv")).await;
    let found = figures(&json!([[columns(&paired), columns(&waiting)]])).await;
    for (figure, group, known) in [
        ("change", "having met", &found[0]["change"]),
        (
            "difference of changes",
            "having met, less waiting",
            &found[0]["beyond"],
        ),
    ] {
        let line = file
            .body
            .lines()
            .find(|line| line.starts_with(figure) && line.contains(group))
            .unwrap();
        let cells: Vec<&str> = line.rsplit(',').take(4).collect();
        for (place, cell) in cells.iter().rev().enumerate() {
            let known = known[place].as_f64().unwrap();
            let cell: f64 = cell.parse().unwrap();
            assert!((cell - known).abs() < 0.000_051, "{line}: {known}");
            let on_page = format!("{:.1}", known.abs());
            page.says(&on_page);
        }
    }
    // Nobody's start is in two sums.
    assert!(
        file.body
            .lines()
            .all(|line| !line.contains("having met") || line.contains(",,,"))
    );
}

/// Each with a rating at the start and a later one.
type Pairs = Vec<(i16, i16)>;

fn columns(pairs: &[(i16, i16)]) -> Value {
    let (before, after): (Vec<i16>, Vec<i16>) = pairs.iter().copied().unzip();
    json!([before, after])
}

/// Ratings that are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn rating(&mut self) -> i16 {
        i16::try_from(self.below(5)).unwrap() + 1
    }
}

#[tokio::test]
async fn every_figure_is_scipys() {
    let mut dice = Dice(20_261_124);
    let mut group = |people: u64| -> Pairs {
        (0..people)
            .map(|_| (dice.rating(), dice.rating()))
            .collect()
    };
    let worlds: Vec<(Pairs, Pairs)> = (0..200)
        .map(|one| (5 + one % 37, 5 + one % 11))
        .chain([(300, 150), (5, 300)])
        .map(|(paired, waiting)| (group(paired), group(waiting)))
        .collect();
    let told: Vec<Value> = worlds
        .iter()
        .map(|(paired, waiting)| json!([columns(paired), columns(waiting)]))
        .collect();
    let known = figures(&Value::Array(told)).await;
    for (at, (paired, waiting)) in worlds.iter().enumerate() {
        let sums = |pairs: &[(i16, i16)]| {
            let changes: Vec<i64> = pairs.iter().map(|(b, a)| i64::from(a - b)).collect();
            Sums::of(&changes)
        };
        let (paired, waiting) = (sums(paired), sums(waiting));
        for (found, known) in [
            (paired.change(), &known[at]["change"]),
            (paired.beyond(&waiting), &known[at]["beyond"]),
        ] {
            let Estimate {
                mean,
                low,
                high,
                effect,
            } = found.unwrap();
            for (place, found) in [mean, low, high, effect].into_iter().enumerate() {
                let known = known[place].as_f64().unwrap();
                assert!(
                    (found - known).abs() < 1e-9,
                    "{paired:?}: {found} is not {known}"
                );
            }
        }
    }
}

/// Each released set of people, and to which sum it belongs.
type Sets = BTreeMap<(String, String, String), BTreeSet<i64>>;

/// What a coordinator has seen, look after look, as the sets of people behind it.
struct Looks {
    programme: Programme,
    seen: Vec<Sets>,
}

impl Looks {
    /// The coordinator looks. Every sum has to be over the set that it is said to be over.
    async fn look(&mut self, db: &mut PgConnection) {
        sqlx::query("select set_config('app.person_id', $1, true), make_outcome_batches($2, $3)")
            .bind(self.programme.coordinator.0.to_string())
            .bind(self.programme.id)
            .bind(JULY)
            .execute(&mut *db)
            .await
            .unwrap();
        let rows: Vec<(String, String, String, i64, Vec<i64>)> = sqlx::query_as(
            "select measure, point, audience, people, sets.persons
             from outcome_sums($1)
             join (
                select outcome_batched.measure, outcome_batched.point, audience,
                    array_agg(person_id order by person_id) as persons
                from outcome_batched join outcome_batches on outcome_batches.id = batch_id
                group by 1, 2, 3
             ) sets using (measure, point, audience)",
        )
        .bind(self.programme.id)
        .fetch_all(db)
        .await
        .unwrap();
        let sets = rows
            .into_iter()
            .map(|(measure, point, audience, people, persons)| {
                assert_eq!(usize::try_from(people).unwrap(), persons.len());
                ((measure, point, audience), persons.into_iter().collect())
            });
        self.seen.push(sets.collect());
    }

    /// Whatever is added to or taken from what else, in any order: nobody gets at fewer than five
    /// people. People who are in the same sets cannot be told apart by it, so each such group is what
    /// could be found out at most.
    fn reveal_nobody(&self, but: &BTreeSet<i64>) {
        let mut kinds: BTreeMap<(&str, &str), Vec<&BTreeSet<i64>>> = BTreeMap::new();
        for sets in &self.seen {
            for ((measure, point, _), set) in sets {
                kinds.entry((measure, point)).or_default().push(set);
            }
        }
        for (kind, sets) in kinds {
            for one in &sets {
                for other in &sets {
                    let apart = one.difference(other).filter(|person| !but.contains(person));
                    let apart = apart.count();
                    assert!(apart == 0 || apart >= 5, "{kind:?}: {one:?} less {other:?}");
                }
            }
            let mut groups: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
            let everybody: BTreeSet<&i64> = sets.iter().copied().flatten().collect();
            for person in everybody.into_iter().filter(|person| !but.contains(person)) {
                let within = sets.iter().map(|set| set.contains(person)).collect();
                *groups.entry(within).or_default() += 1;
            }
            assert!(
                groups.values().all(|people| *people >= 5),
                "{kind:?}: {groups:?}"
            );
        }
    }
}

/// Four have answered twice in each group. Then six more steps, in every order that there is:
/// somebody with a mentor answers, somebody without answers, with a look after each; or somebody
/// answers and nobody looks.
#[sqlx::test]
async fn no_order_of_answers_and_looks_reveals_fewer_than_five(db: PgPool) {
    const STEPS: usize = 6;
    let programme = given::programme(&db, "Europe/London").await;
    for at in 0..8 {
        mentee_who_rated(
            &db,
            programme,
            ("half_way", at % 2 == 0),
            (1 + at / 2, 5 - at / 3),
        )
        .await;
    }
    let mut people = Vec::new();
    for _ in 0..STEPS {
        people.push(given::person(&db, "Nia").await);
    }
    let mut tx = db.begin().await.unwrap();
    let nobody = BTreeSet::new();
    let mut worlds = 0;
    let mut released = 0;
    // Each path as its steps so far; the database follows by its savepoints.
    let mut looks = Looks {
        programme,
        seen: Vec::new(),
    };
    let mut path: Vec<(usize, usize)> = Vec::new();
    let mut next = 0;
    loop {
        if path.len() == STEPS || next == 3 {
            if path.len() == STEPS {
                worlds += 1;
                released = released.max(looks.seen.last().map_or(0, BTreeMap::len));
            }
            let Some((step, seen)) = path.pop() else {
                break;
            };
            sqlx::query("rollback to savepoint step")
                .execute(&mut *tx)
                .await
                .unwrap();
            sqlx::query("release savepoint step")
                .execute(&mut *tx)
                .await
                .unwrap();
            looks.seen.truncate(seen);
            next = step + 1;
            continue;
        }
        sqlx::query("savepoint step")
            .execute(&mut *tx)
            .await
            .unwrap();
        let person = people[path.len()];
        path.push((next, looks.seen.len()));
        let rating = i16::try_from(path.len() % 5).unwrap();
        for (point, rating) in [("start", rating + 1), ("half_way", 5 - rating)] {
            let said = [("mentee_direction", Some(rating))];
            rate(&mut tx, programme, person, (point, next != 1), &said).await;
        }
        if next < 2 {
            looks.look(&mut tx).await;
            looks.reveal_nobody(&nobody);
        }
        next = 0;
    }
    assert_eq!(worlds, 3_usize.pow(6));
    assert_eq!(released, 2, "both groups are shown in some order");
}

/// A long life of a programme: people answer this and not that, think better of it, and coordinators
/// answer as well.
#[sqlx::test]
async fn no_long_run_of_answers_changes_and_looks_reveals_fewer_than_five(db: PgPool) {
    let programme = given::programme(&db, "Europe/London").await;
    let mut dice = Dice(7_919);
    let mut people = vec![programme.coordinator];
    for _ in 0..60 {
        people.push(given::person(&db, "Nia").await);
    }
    let mut tx = db.begin().await.unwrap();
    let mut looks = Looks {
        programme,
        seen: Vec::new(),
    };
    let measures = [
        "mentee_direction",
        "mentor_learning",
        "organisation_sharing",
    ];
    for _ in 0..900 {
        let person = people[usize::try_from(dice.below(61)).unwrap()];
        let point = ["start", "start", "half_way", "end"][usize::try_from(dice.below(4)).unwrap()];
        let said: Vec<(&str, Option<i16>)> = measures
            .into_iter()
            .filter_map(|measure| match dice.below(4) {
                0 => None,
                1 => Some((measure, None)),
                _ => Some((measure, Some(dice.rating()))),
            })
            .collect();
        let met = dice.below(3) > 0;
        rate(&mut tx, programme, person, (point, met), &said).await;
        if dice.below(3) == 0 {
            looks.look(&mut tx).await;
        }
    }
    looks.reveal_nobody(&BTreeSet::from([programme.coordinator.0]));
    let last = looks.seen.last().unwrap();
    assert!(last.len() >= 8, "{last:?}");
    let counts: BTreeSet<usize> = looks
        .seen
        .iter()
        .flat_map(|sets| sets.values().map(BTreeSet::len))
        .collect();
    assert!(counts.len() > 5, "sums grow: {counts:?}");
}

/// Two coordinators who look at the same moment put nobody into two batches.
#[sqlx::test]
async fn two_who_look_at_once_count_everybody_once(db: PgPool) {
    let app = TestApp::at(db, JULY).await;
    let programme = given::programme(&app.db, "Europe/London").await;
    for change in [(1, 2), (2, 2), (3, 5), (2, 3), (4, 4)] {
        mentee_who_rated(&app.db, programme, ("half_way", true), change).await;
    }
    let (one, two) = (
        app.sign_in(programme.coordinator).await,
        app.sign_in(programme.coordinator).await,
    );
    let path = format!("/programmes/{}/evidence", programme.id);
    let (one, two) = tokio::join!(one.get(&path), two.get(&path));
    for page in [one, two] {
        page.is(StatusCode::OK).says("5 of them are counted here");
    }
    let batches: i64 = sqlx::query_scalar("select count(*) from outcome_batches")
        .fetch_one(&app.db)
        .await
        .unwrap();
    assert_eq!(batches, 1);
}

#[sqlx::test]
async fn what_became_of_objectives_is_told_of_five_closed_pairings(db: PgPool) {
    let app = TestApp::at(db, JULY).await;
    let first = given::pairing().at(given::At::Closed).insert(&app.db).await;
    let cleo = app.sign_in(first.coordinator).await;
    let path = format!("/programmes/{}/evidence", first.programme.id);
    objective(&app.db, &first, "signed_off_on").await;
    for at in 1..6 {
        if at == 5 {
            cleo.get(&path).await.says("In 5 closed pairings");
            continue;
        }
        cleo.get(&path)
            .await
            .does_not_say("What became of objectives");
        let pairing = another_closed(&app.db, &first).await;
        objective(&app.db, &pairing, ["dropped_on", "handed_on_on"][at % 2]).await;
    }
    let page = cleo.get(&path).await;
    page.says("<b>1</b> <span>reached and signed off")
        .says("<b>2</b> <span>handed on")
        .says("<b>2</b> <span>dropped");
    let sixth = another_closed(&app.db, &first).await;
    objective(&app.db, &sixth, "dropped_on").await;
    cleo.get(&path)
        .await
        .says("In 5 closed pairings")
        .says("<b>2</b> <span>dropped");
    cleo.get(&format!("{path}.csv"))
        .await
        .says("objectives dropped,,,,,,2,");
}

/// In the same programme.
async fn another_closed(db: &PgPool, like: &Paired) -> Paired {
    let (mentor, mentee) = (
        given::person(db, "Una").await,
        given::person(db, "Ed").await,
    );
    given::mentor(db, like.programme, mentor, 1).await;
    given::mentee(db, like.programme, mentee).await;
    let id = sqlx::query_scalar(
        "insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on,
            mentor_accepted_on, mentee_accepted_on, met_on, agreed_on, closed_on, closed_how)
         select programme_id, $2, $3, proposed_on, offered_on, mentor_accepted_on, mentee_accepted_on,
            met_on, agreed_on, closed_on, 'ended'
         from pairings where id = $1 returning id",
    )
    .bind(like.id)
    .bind(mentor.0)
    .bind(mentee.0)
    .fetch_one(db)
    .await
    .unwrap();
    Paired {
        id,
        mentor,
        mentee,
        ..like.clone()
    }
}

async fn objective(db: &PgPool, pairing: &Paired, settled: &str) {
    sqlx::query(
        "insert into objectives (pairing_id, statement, how_we_will_know, proposed_by, proposed_on,
            agreed_on, reached_on, signed_off_on, handed_on_on, dropped_on, settled_with)
         values ($1, 'To speak up', '', $2, $4, $4, $4,
            case when $3 = 'signed_off_on' then $4 end, case when $3 = 'handed_on_on' then $4 end,
            case when $3 = 'dropped_on' then $4 end, 'so')",
    )
    .bind(pairing.id)
    .bind(pairing.mentee.0)
    .bind(settled)
    .bind(date!(2026 - 03 - 20))
    .execute(db)
    .await
    .unwrap();
}

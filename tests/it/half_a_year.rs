//! Half a year of a whole programme, hour by hour on a clock of its own: forty pairings that act, are
//! slow, never answer, pause, leave and finish, on the pages and by their letters, while two servers
//! look at what is due. What matters is who got which letter.

mod post;
mod story;

use crate::support::given::Person;
use crate::support::{NOON, TestApp, given};
use post::{Post, Received};
use sqlx::{AssertSqlSafe, PgPool};
use std::collections::{BTreeMap, HashMap, HashSet};
use story::{Story, Today, Way};
use time::{Date, Duration, OffsetDateTime, Weekday};
use waymark::moving_on::overdue::close_overdue;
use waymark::pairings::lapse::lapse_offers;
use waymark::pairings::queries::to_remind_of;
use waymark::reminders::remind;
use waymark::upkeep;

/// A week beyond the end of the programme.
const DAYS: i64 = 190;
/// The days on which no server ran.
const OFF: std::ops::Range<i64> = 100..107;
/// When the servers look at what is due, in hours from noon, which is when people act. Every second
/// morning two of them look at once; at night nothing is to come of it.
const MORNING: i64 = -4;
const EVENING: i64 = 7;
const NIGHT: i64 = 10;

/// How often the pairings want to be reminded, each way in each rhythm.
const RHYTHMS: [&str; 4] = ["at_once", "daily", "weekly", "none"];

/// Of reminders, besides those of a session that is tomorrow, to somebody who wants them at once.
const MOST_REMINDERS_IN_A_WEEK: usize = 3;

/// Of all letters, with those that come at once of what one of the two does. A session takes three in
/// its week: that it is booked, that it is tomorrow, and whether it happened. Besides it a target may be
/// due, and a review half-way.
const MOST_IN_A_WEEK: usize = 5;

/// Where a session is cancelled, booked once more and moved, each of which both calendars are to know,
/// and the mentor has a session with another mentee in the same week.
const MOST_WHEN_PLANS_CHANGE: usize = 7;

/// What letters there are, by words in their subjects; whatever has several is the first of them.
const KINDS: [(&str, &[&str]); 23] = [
    (
        "offered",
        &[
            "You are offered a mentor: ",
            "You are asked to be the mentor of ",
        ],
    ),
    ("accepted", &[" has accepted: your answer is next"]),
    ("paired", &["You are paired with "]),
    ("declined", &[" has declined the offer"]),
    ("lapsed", &[" has lapsed"]),
    ("booked", &["Booked: "]),
    ("moved", &["Moved: "]),
    ("cannot come", &[" cannot come to your session"]),
    ("cancelled", &["Cancelled: "]),
    ("the day before", &["Tomorrow: "]),
    (
        "days before",
        &[
            ": your initial meeting with ",
            ": your session with ",
            ": your final session with ",
        ],
    ),
    ("did it happen", &["Did your session with "]),
    ("record the session", &["Write up your session with "]),
    ("target due", &[" of yours is due ", " of yours are due "]),
    ("your turn for a week", &["Your turn: "]),
    ("your turn, of both", &["You and "]),
    ("theirs for two weeks", &["Your pairing waits for "]),
    ("stood still", &[" have stood still for "]),
    ("half-way", &["Half-way"]),
    ("announced end", &[" has announced that you are moving on"]),
    ("review open", &["Your moving-on review with "]),
    ("ended", &["Your pairing with "]),
    ("somebody left, to coordinators", &["A pairing in "]),
];

/// What a pairing's end is told by.
const OF_AN_END: [&str; 5] = [
    "declined",
    "lapsed",
    "cancelled",
    "ended",
    "somebody left, to coordinators",
];

struct Year {
    app: TestApp,
    stories: Vec<Story>,
    cleo: Person,
    post: Post,
    /// When each pairing was closed.
    closed: BTreeMap<i64, OffsetDateTime>,
}

fn rhythm(story: &Story) -> &'static str {
    RHYTHMS[story.number / Way::ALL.len()]
}

async fn run(app: &TestApp, sql: String) {
    sqlx::query(AssertSqlSafe(sql.clone()))
        .execute(&app.db)
        .await
        .unwrap_or_else(|cause| panic!("{cause}: {sql}"));
}

/// A programme of half a year, whose coordinator pairs everybody and publishes on the first day.
async fn begin(app: &TestApp) -> (Vec<Story>, given::Programme) {
    let programme = given::programme(&app.db, "Europe/London").await;
    let dates = "starts_on = '2026-04-01', ends_on = '2026-09-30'";
    run(
        app,
        format!("update programmes set {dates} where id = {}", programme.id),
    )
    .await;
    let cleo = app.sign_in(programme.coordinator).await;
    let at = |place: &str| format!("/programmes/{}{place}", programme.id);
    let mut stories: Vec<Story> = Vec::new();
    for number in 0..RHYTHMS.len() * Way::ALL.len() {
        let way = Way::ALL[number % Way::ALL.len()];
        let mentee = given::person(&app.db, &format!("Tom{number}")).await;
        given::mentee(&app.db, programme, mentee).await;
        let mentor = match way {
            // Whoever mentors with diligence mentors another one besides.
            Way::ChangesPlans => stories[number + 1 - Way::ALL.len()].mentor,
            _ => mentor(app, programme, number).await,
        };
        let two = [
            ("mentee", mentee.0.to_string()),
            ("mentor", mentor.0.to_string()),
        ];
        let once = number.to_string();
        let fields = [
            ("mentee", two[0].1.as_str()),
            ("mentor", &two[1].1),
            ("once", &once),
        ];
        cleo.post(&at("/pairings"), &fields).await.leads_to(&at(""));
        let id: i64 = sqlx::query_scalar("select max(id) from pairings")
            .fetch_one(&app.db)
            .await
            .unwrap();
        let story = Story::new(number, way, id, (mentor, mentee));
        has_wishes(app, &story).await;
        stories.push(story);
    }
    let ids: Vec<String> = stories.iter().map(|story| story.id.to_string()).collect();
    let all: Vec<(&str, &str)> = ids.iter().map(|id| ("pairing", id.as_str())).collect();
    cleo.post(&at("/publication"), &all)
        .await
        .tells("40 pairings are published");
    (stories, programme)
}

async fn mentor(app: &TestApp, programme: given::Programme, number: usize) -> Person {
    let mentor = given::person(&app.db, &format!("Maya{number}")).await;
    given::mentor(&app.db, programme, mentor, 2).await;
    given::weekly_hours(&app.db, mentor, 1, "09:00", "17:00").await;
    mentor
}

async fn has_wishes(app: &TestApp, story: &Story) {
    let kinds = ["tomorrow", "record", "target", "turn", "review"].map(|kind| ("of", kind));
    let mut wishes = vec![("rhythm", rhythm(story))];
    wishes.extend(kinds);
    for person in [story.mentor, story.mentee] {
        let visitor = app.sign_in(person).await;
        visitor
            .post("/account/letters", &wishes)
            .await
            .tells("saved");
    }
    if story.way == Way::NeverWrites {
        let days = [("from", "2026-06-01"), ("until", "2026-06-21")];
        let mentor = app.sign_in(story.mentor).await;
        mentor
            .post("/account/days-away", &days)
            .await
            .tells("Nobody is offered");
    }
}

async fn whole(db: PgPool) -> Year {
    let app = TestApp::new(db).await;
    let (stories, programme) = begin(&app).await;
    let ada = given::administrator(&app.db, "Ada").await;
    let mut tokens = HashMap::new();
    for person in stories
        .iter()
        .flat_map(|story| [story.mentor, story.mentee])
        .chain([ada])
    {
        tokens.insert(person.0, given::sign_in(&app.db, person).await);
    }
    let mut year = Year {
        app,
        stories,
        cleo: programme.coordinator,
        post: Post::default(),
        closed: BTreeMap::new(),
    };
    let mut used = HashSet::new();
    for day in 0..DAYS {
        if OFF.contains(&day) {
            continue;
        }
        let noon = NOON + Duration::days(day);
        let at = |hours| noon + Duration::hours(hours);
        servers_look(&mut year, at(MORNING)).await;
        people_act(&mut year, (day, noon), (&tokens, &mut used), ada).await;
        servers_look(&mut year, at(EVENING)).await;
        if noon.weekday() == Weekday::Sunday {
            servers_look(&mut year, at(NIGHT)).await;
        }
    }
    year
}

async fn people_act(
    year: &mut Year,
    (day, now): (i64, OffsetDateTime),
    (tokens, used): (&HashMap<i64, String>, &mut HashSet<String>),
    ada: Person,
) {
    let mut nobody = year.app.server.begin().await.unwrap();
    let open = to_remind_of(&mut nobody, None, now).await.unwrap();
    nobody.commit().await.unwrap();
    let mut today = Today {
        app: year.app.later(now),
        day,
        now,
        tokens,
        post: &year.post,
        used,
    };
    for pairing in &open {
        let story = year
            .stories
            .iter_mut()
            .find(|story| story.id == pairing.id.0);
        today.goes_on(story.unwrap(), pairing, ada).await;
    }
    see_what_came_of_it(year, now).await;
}

/// Whatever a server does by itself; every second morning two of them at once.
async fn servers_look(year: &mut Year, now: OffsetDateTime) {
    let state = year.app.state();
    let look = async || {
        close_overdue(&state, now).await.unwrap();
        lapse_offers(&state, now).await.unwrap();
        upkeep::forget(&state.db, now).await.unwrap();
        remind(&state, now).await.unwrap();
    };
    match now.time() < NOON.time() && now.day().is_multiple_of(2) {
        true => tokio::join!(look(), look()).0,
        false => look().await,
    }
    see_what_came_of_it(year, now).await;
}

async fn see_what_came_of_it(year: &mut Year, now: OffsetDateTime) {
    year.post.read(&year.app.db).await;
    let closed: Vec<i64> =
        sqlx::query_scalar("select id from pairings where closed_on is not null")
            .fetch_all(&year.app.db)
            .await
            .unwrap();
    for id in closed {
        year.closed.entry(id).or_insert(now);
    }
}

/// The kind that a letter is of.
fn kind(letter: &Received) -> &'static str {
    let says = |words: &&str| letter.subject.contains(words);
    let kind = KINDS.iter().find(|(_, words)| words.iter().any(says));
    kind.unwrap_or_else(|| panic!("a letter of a kind that is not known: {}", letter.subject))
        .0
}

/// The most at any time within seven days.
fn busiest<'a>(letters: impl Iterator<Item = &'a Received>) -> usize {
    let moments: Vec<OffsetDateTime> = letters.map(|letter| letter.at).collect();
    let week = |first: &OffsetDateTime| {
        let within = |at: &&OffsetDateTime| (*first..*first + Duration::days(7)).contains(*at);
        moments.iter().filter(within).count()
    };
    moments.iter().map(week).max().unwrap_or(0)
}

/// The most from a Monday to the next.
fn busiest_from_monday<'a>(letters: impl Iterator<Item = &'a Received>) -> usize {
    let mut weeks: BTreeMap<(i32, u8), usize> = BTreeMap::new();
    for letter in letters {
        let (year, week, _) = letter.at.to_iso_week_date();
        *weeks.entry((year, week)).or_default() += 1;
    }
    weeks.into_values().max().unwrap_or(0)
}

async fn pairs<A, B>(app: &TestApp, sql: &'static str) -> Vec<(A, B)>
where
    (A, B): for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow> + Send + Unpin,
{
    sqlx::query_as(sql).fetch_all(&app.db).await.unwrap()
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&app.db).await.unwrap()
}

impl Year {
    fn to(&self, person: Person) -> impl Iterator<Item = &Received> {
        let letters = self.post.letters.iter();
        letters.filter(move |letter| letter.person == person)
    }

    /// Everybody who gets letters, with what they are and how many pairings they are in.
    fn everybody(&self) -> Vec<(Person, String, Vec<&Story>)> {
        let mut everybody = vec![(self.cleo, "Cleo, who coordinates".to_owned(), Vec::new())];
        for story in &self.stories {
            let of = format!("{:?}, {}", story.way, rhythm(story));
            let number = story.number;
            match everybody
                .iter_mut()
                .find(|(person, ..)| *person == story.mentor)
            {
                Some((_, name, stories)) => {
                    *name += &format!(" and of Tom{number}: {of}");
                    stories.push(story);
                }
                None => everybody.push((
                    story.mentor,
                    format!("Maya{number}, mentor of Tom{number}: {of}"),
                    vec![story],
                )),
            }
            everybody.push((story.mentee, format!("Tom{number}: {of}"), vec![story]));
        }
        everybody
    }

    fn print(&self) {
        for (person, name, _) in self.everybody() {
            let busiest = busiest(self.to(person));
            println!(
                "\n{name}: {} letters, {busiest} in a week at most",
                self.to(person).count()
            );
            for letter in self.to(person) {
                let at = letter.at;
                println!(
                    "    {} {:>2}h {:.3}  {}",
                    at.date(),
                    at.hour(),
                    at.weekday().to_string(),
                    letter.subject
                );
            }
        }
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for letter in &self.post.letters {
            *kinds.entry(kind(letter)).or_default() += 1;
        }
        println!("\n{} letters: {kinds:?}", self.post.letters.len());
    }

    fn nobody_gets_too_many(&self) {
        for (person, name, stories) in self.everybody() {
            let rhythm = stories.first().map_or("at_once", |story| rhythm(story));
            let reminders = self
                .to(person)
                .filter(|letter| letter.reminds && !letter.only_of_tomorrow);
            let (reminders, most) = match rhythm {
                "at_once" => (busiest(reminders), MOST_REMINDERS_IN_A_WEEK),
                "daily" => (busiest(reminders), 7),
                "weekly" => (busiest_from_monday(reminders), 1),
                _ => (reminders.count(), 0),
            };
            assert!(
                reminders <= most,
                "{name} got {reminders} reminders in a week"
            );
            let changed = stories.iter().any(|story| story.way == Way::ChangesPlans);
            let most = if changed {
                MOST_WHEN_PLANS_CHANGE
            } else {
                MOST_IN_A_WEEK
            };
            let all = busiest(self.to(person));
            assert!(all <= most, "{name} got {all} letters in a week");
        }
    }

    fn nothing_comes_after_the_end(&self) {
        for letter in &self.post.letters {
            for about in &letter.about {
                let Some(closed) = self.closed.get(&about.pairing) else {
                    continue;
                };
                let tells = letter.at == *closed && OF_AN_END.contains(&kind(letter));
                assert!(
                    letter.at < *closed || tells,
                    "closed at {closed}: {} {}",
                    letter.at,
                    letter.subject
                );
            }
        }
    }

    async fn nothing_comes_to_whoever_has_left(&self) {
        let left: Vec<(i64, OffsetDateTime)> = pairs(
            &self.app,
            "select id, deactivated_at from people where deactivated_at is not null",
        )
        .await;
        assert_eq!(left.len(), 4);
        for (person, at) in left {
            let after = self.to(Person(person)).find(|letter| letter.at >= at);
            assert!(after.is_none(), "{:?}", after.map(|letter| &letter.subject));
        }
    }

    fn nothing_comes_twice(&self) {
        let mut seen = HashSet::new();
        for letter in &self.post.letters {
            let mut about: Vec<_> = letter
                .about
                .iter()
                .map(|about| (about.pairing, about.session))
                .collect();
            about.sort_unstable();
            let key = (letter.person.0, letter.at.date(), &letter.subject, about);
            assert!(
                seen.insert(key),
                "twice on {}: {}",
                letter.at.date(),
                letter.subject
            );
        }
    }

    async fn nothing_comes_in_a_pause(&self) {
        let sql = "select pairing_id, array[since, until] from pauses where until is not null";
        let pauses: Vec<(i64, Vec<Date>)> = pairs(&self.app, sql).await;
        assert_eq!(pauses.len(), RHYTHMS.len());
        for letter in &self.post.letters {
            let paused = letter.about.iter().any(|about| {
                pauses.iter().any(|(pairing, days)| {
                    about.pairing == *pairing
                        && days[0] < letter.at.date()
                        && letter.at.date() < days[1]
                })
            });
            assert!(!paused, "in a pause: {} {}", letter.at, letter.subject);
        }
    }

    /// But of a session that is tomorrow, and what others do.
    async fn nobody_is_reminded_on_days_away(&self) {
        let sql = "select person_id, array[lower(days), upper(days)] from days_away";
        let away: Vec<(i64, Vec<Date>)> = pairs(&self.app, sql).await;
        assert_eq!(away.len(), RHYTHMS.len());
        for (person, days) in away {
            let within = |letter: &&Received| (days[0]..days[1]).contains(&letter.at.date());
            let mut reminders = self.to(Person(person)).filter(within);
            let one = reminders.find(|letter| letter.reminds && !letter.only_of_tomorrow);
            assert!(one.is_none(), "{:?}", one.map(|letter| &letter.subject));
        }
    }

    fn no_subject_says_a_name_twice(&self) {
        for letter in &self.post.letters {
            let words = letter.subject.split(|one: char| !one.is_alphanumeric());
            let mut names = words.filter(|word| {
                let begins = word.starts_with("Maya") || word.starts_with("Tom");
                begins && word.ends_with(|one: char| one.is_ascii_digit())
            });
            let mut said = HashSet::new();
            assert!(names.all(|name| said.insert(name)), "{}", letter.subject);
        }
    }

    async fn no_rung_is_told_twice(&self) {
        let later = "select count(*) from reminders later join reminders earlier
                using (person_id, pairing_id, kind, about)
             where later.written_at > earlier.written_at and later.rung <= earlier.rung";
        assert_eq!(count(&self.app, later).await, 0);
        // Each letter has its traces, and each trace its letter.
        let traces =
            "select count(*) from (select distinct person_id, written_at from reminders) traces";
        let letters = self
            .post
            .letters
            .iter()
            .filter(|letter| letter.reminds)
            .count();
        assert_eq!(
            usize::try_from(count(&self.app, traces).await).unwrap(),
            letters
        );
    }

    /// Nor reminds anybody at night.
    fn nothing_came_while_no_server_ran(&self) {
        for letter in &self.post.letters {
            let day = (letter.at.date() - NOON.date()).whole_days();
            let night =
                letter.reminds && letter.at.time() > (NOON + Duration::hours(EVENING)).time();
            assert!(
                !OFF.contains(&day) && !night,
                "{} {}",
                letter.at,
                letter.subject
            );
        }
    }

    async fn pairings_end_in_every_way(&self) {
        let sql =
            "select coalesce(closed_how, 'open'), count(*) from pairings group by 1 order by 1";
        let ends: BTreeMap<String, i64> = pairs(&self.app, sql).await.into_iter().collect();
        println!("how the pairings stand: {ends:?}");
        for end in [
            "completed",
            "completed_early",
            "declined",
            "lapsed",
            "moved_or_left",
            "open",
        ] {
            assert!(ends.contains_key(end), "no pairing is {end}");
        }
    }

    fn every_kind_came(&self) {
        for (name, _) in KINDS {
            assert!(
                self.post.letters.iter().any(|letter| kind(letter) == name),
                "no letter: {name}"
            );
        }
    }
}

#[sqlx::test]
async fn nobody_is_written_to_too_often_too_late_or_twice(db: PgPool) {
    let year = whole(db).await;
    year.print();
    year.pairings_end_in_every_way().await;
    year.every_kind_came();
    year.nobody_gets_too_many();
    year.nothing_comes_after_the_end();
    year.nothing_comes_to_whoever_has_left().await;
    year.nothing_comes_in_a_pause().await;
    year.nobody_is_reminded_on_days_away().await;
    year.nothing_came_while_no_server_ran();
    year.nothing_comes_twice();
    year.no_subject_says_a_name_twice();
    year.no_rung_is_told_twice().await;
}

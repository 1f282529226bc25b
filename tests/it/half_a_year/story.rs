//! How pairings go about it. Each step is taken on the page it has, or by the link of a letter, by
//! whoever's turn it is.

use super::post::Post;
use crate::support::given::Person;
use crate::support::{TestApp, Visitor};
use axum::http::StatusCode;
use std::collections::{HashMap, HashSet};
use time::format_description::well_known::Rfc3339;
use time::{Date, Duration, OffsetDateTime, Time};
use waymark::pairings::Pairing;
use waymark::pairings::stage::Stage;
use waymark::pairings::turn::{Step, Turn, Whose};

/// How a pairing goes about it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Way {
    /// Each step within two days, and through to the end.
    Diligent,
    /// Each step after more than a week.
    Slow,
    /// The mentor never answers the offer, and it lapses.
    NeverAnswers,
    /// The mentor declines the offer.
    Declines,
    NeverBooks,
    /// For six weeks, while a session is booked.
    Pauses,
    /// One of the two leaves the organisation.
    OneLeaves,
    EndsEarly,
    /// The mentor never writes up, and is away for three weeks.
    NeverWrites,
    /// Sessions are moved and cancelled, and one says that they cannot come.
    ChangesPlans,
}

impl Way {
    pub const ALL: [Way; 10] = [
        Way::Diligent,
        Way::Slow,
        Way::NeverAnswers,
        Way::Declines,
        Way::NeverBooks,
        Way::Pauses,
        Way::OneLeaves,
        Way::EndsEarly,
        Way::NeverWrites,
        Way::ChangesPlans,
    ];

    /// How many days lie between two looks at what is to be done.
    fn pace(self, stage: &Stage) -> i64 {
        match (self, stage) {
            (Way::Slow, Stage::Offered(_)) => 6,
            (Way::Slow, _) => 10,
            _ => 2,
        }
    }
}

#[derive(Clone)]
pub struct Story {
    pub number: usize,
    pub way: Way,
    pub id: i64,
    pub mentor: Person,
    pub mentee: Person,
    /// The sessions that they have changed their plans about.
    changed: Vec<i64>,
    /// Whether it was said once that a session did not happen.
    missed_one: bool,
}

/// One day of everybody, on the server of that day.
pub struct Today<'a> {
    pub app: TestApp,
    pub day: i64,
    pub now: OffsetDateTime,
    pub tokens: &'a HashMap<i64, String>,
    pub post: &'a Post,
    /// The links of letters that have been used.
    pub used: &'a mut HashSet<String>,
}

impl Story {
    pub fn new(number: usize, way: Way, id: i64, (mentor, mentee): (Person, Person)) -> Story {
        Story {
            number,
            way,
            id,
            mentor,
            mentee,
            changed: Vec::new(),
            missed_one: false,
        }
    }

    fn at(&self, place: &str) -> String {
        format!("/pairings/{}{place}", self.id)
    }

    /// Which of those that go this way.
    fn round(&self) -> usize {
        self.number / Way::ALL.len()
    }

    fn even(&self) -> bool {
        self.round().is_multiple_of(2)
    }

    /// Whoever does what either may do.
    fn either(&self) -> Person {
        match self.even() {
            true => self.mentee,
            false => self.mentor,
        }
    }

    fn whose(&self, turn: &Turn) -> Person {
        match turn.whose {
            Whose::Mentor => self.mentor,
            Whose::Mentee => self.mentee,
            Whose::Either | Whose::Coordinator | Whose::Nobody => self.either(),
        }
    }

    /// When they always meet; no two pairings of one mentor meet at once.
    fn hour(&self, on: Date) -> String {
        let hour = 8 + u8::try_from(self.number % Way::ALL.len()).unwrap();
        let at = on.with_time(Time::from_hms(hour, 0, 0).unwrap());
        at.assume_utc().format(&Rfc3339).unwrap()
    }
}

impl Today<'_> {
    pub fn visitor(&self, person: Person) -> Visitor<'_> {
        self.app.signed_in(&self.tokens[&person.0])
    }

    async fn press(&self, person: Person, path: &str, fields: &[(&str, &str)]) {
        let answer = self.visitor(person).post(path, fields).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{path}: {}",
            answer.body
        );
    }

    /// By the link of a letter, without signing in; whether there was one.
    async fn press_in_letter(&mut self, person: Person, about: (i64, &str), answer: &str) -> bool {
        let link = self.post.link(person, about.0, about.1);
        let Some(link) = link.map(|about| about.link.clone()) else {
            return false;
        };
        if !self.used.insert(link.clone()) {
            return false;
        }
        let visitor = self.app.stranger();
        visitor
            .post(&link, &[("answer", answer)])
            .await
            .leads_to(&link);
        true
    }

    /// What one pairing comes to on this day.
    pub async fn goes_on(&mut self, story: &mut Story, pairing: &Pairing, ada: Person) {
        if self.happens(story, ada).await || pairing.paused_since.is_some() {
            return;
        }
        let number = i64::try_from(story.number).unwrap();
        if (self.day + number) % story.way.pace(&pairing.stage) != 0 {
            return;
        }
        if let Some(beside) = Turn::beside(pairing) {
            self.takes(story, pairing, beside).await;
        }
        if story.way != Way::NeverWrites {
            self.finishes_target(story).await;
        }
        if story.way == Way::ChangesPlans && self.changes_plans(story, pairing).await {
            return;
        }
        self.takes(story, pairing, pairing.turn()).await;
    }

    /// What comes from outside on a certain day; whether that is all for today.
    async fn happens(&mut self, story: &Story, ada: Person) -> bool {
        let leaver = story.either();
        match (story.way, self.day) {
            (Way::Pauses, 34) => self.press(story.mentee, &story.at("/pause"), &[]).await,
            (Way::Pauses, 76) => {
                let path = story.at("/resumption");
                self.press(story.mentor, &path, &[]).await;
            }
            // Each time round a week later.
            (Way::OneLeaves, day) if day == 60 + 8 * i64::try_from(story.round()).unwrap() => {
                let path = format!("/people/{}/deactivation", leaver.0);
                self.press(ada, &path, &[]).await;
            }
            (Way::EndsEarly, 90) => {
                let how = [("how", "completed")];
                self.press(story.either(), &story.at("/ending"), &how).await;
            }
            _ => return false,
        }
        true
    }

    async fn takes(&mut self, story: &mut Story, pairing: &Pairing, turn: Turn) {
        let who = story.whose(&turn);
        match turn.step {
            Step::AnswerOffer => self.answers_offer(story, who).await,
            Step::BookInitialMeeting | Step::BookSession | Step::BookFinalSession => {
                self.books(story, pairing, &turn).await;
            }
            Step::DraftAgreement => {
                let words = [
                    ("version", "0"),
                    ("purpose", "To find my way"),
                    ("review_on", "2026-07-31"),
                    ("ends_on", "2026-09-30"),
                ];
                self.press(who, &story.at("/agreement"), &words).await;
            }
            Step::SignAgreement => {
                let path = story.at("/agreement/signature");
                self.press(who, &path, &[("version", "1")]).await;
            }
            Step::SayWhetherItHappened(session) => self.says(story, session, who).await,
            Step::RecordSession(session) if story.way != Way::NeverWrites => {
                self.writes_up(story, session).await;
            }
            Step::WriteFurtherSteps => {
                let due_on = (self.now.date() + Duration::days(30)).to_string();
                let step = [
                    ("once", "a step"),
                    ("what", "Join the guild"),
                    ("due_on", &due_on),
                ];
                self.press(who, &story.at("/further-steps"), &step).await;
            }
            Step::AnswerReview => {
                let answers = [("effectiveness", "4"), ("results", "Much")];
                self.press(who, &story.at("/review"), &answers).await;
            }
            Step::ReviewTogether => {
                let path = story.at("/review/together");
                self.press(who, &path, &[("together", "We did well")]).await;
            }
            Step::AnswerMidpoint => {
                let answers = [("useful", "4"), ("helpful", "Walks"), ("missing", "Time")];
                self.press(who, &story.at("/midpoint"), &answers).await;
            }
            Step::DecideMidpoint => {
                let path = story.at("/midpoint/decision");
                self.press(who, &path, &[("decision", "continue")]).await;
            }
            // Some leave it to its day.
            Step::Close if story.even() => self.press(who, &story.at("/closing"), &[]).await,
            Step::Close | Step::RecordSession(_) | Step::Meet(_) | Step::Resume | Step::Rest => {}
            Step::Publish
            | Step::MakeRoom
            | Step::GiveHours
            | Step::AnswerSuggestion
            | Step::AnswerObjective
            | Step::SignOffObjective
            | Step::SettleObjectives => panic!("nobody here has come to {turn:?}"),
        }
    }

    /// The mentee first, and then the mentor.
    async fn answers_offer(&mut self, story: &Story, who: Person) {
        let mentors = who == story.mentor;
        match story.way {
            Way::NeverAnswers if mentors || story.even() => {}
            Way::Declines => {
                let offer = (story.id, "offer");
                assert!(self.press_in_letter(story.mentor, offer, "no").await);
            }
            // Half of them on the page, the others from the letter.
            _ if story.number.is_multiple_of(2) => {
                self.press(who, &story.at("/acceptance"), &[]).await;
            }
            _ => assert!(self.press_in_letter(who, (story.id, "offer"), "yes").await),
        }
    }

    /// Not before a week ahead of its day; and after the fifth session they come to an end.
    async fn books(&mut self, story: &Story, pairing: &Pairing, turn: &Turn) {
        let early = turn
            .by
            .is_some_and(|by| self.now.date() < by - Duration::days(7));
        if story.way == Way::NeverBooks || (turn.step == Step::BookSession && early) {
            return;
        }
        if turn.step == Step::BookSession && pairing.facts.sessions_held >= 5 {
            self.press(story.either(), &story.at("/moving-on"), &[])
                .await;
            return;
        }
        let at = story.hour(self.now.date() + Duration::days(5));
        let fields = [
            ("at", at.as_str()),
            ("place", "Room Juniper"),
            ("agenda", ""),
        ];
        self.press(story.mentee, &story.at("/sessions"), &fields)
            .await;
    }

    /// The first session is moved; to the second one cannot come, so that the other cancels it; and so
    /// on.
    async fn changes_plans(&mut self, story: &mut Story, pairing: &Pairing) -> bool {
        let session = pairing.facts.open_session;
        let Some(session) = session.filter(|session| session.starts_at > self.now) else {
            return false;
        };
        if story.changed.contains(&session.id) {
            return false;
        }
        let moves = story.changed.len().is_multiple_of(2);
        story.changed.push(session.id);
        let path = story.at(&format!("/sessions/{}", session.id));
        if moves {
            let at = story.hour(session.starts_at.date() + Duration::days(1));
            let moving = session.id.to_string();
            let fields = [("at", at.as_str()), ("moving", &moving)];
            self.press(story.mentor, &story.at("/sessions"), &fields)
                .await;
        } else {
            let coming = (story.id, "coming");
            assert!(self.press_in_letter(story.mentor, coming, "no").await);
            let path = format!("{path}/cancellation");
            self.press(story.mentee, &path, &[]).await;
        }
        true
    }

    /// From the letter that asks, should there be one.
    async fn says(&mut self, story: &mut Story, session: i64, who: Person) {
        let missed = story.way == Way::Slow && !story.missed_one;
        let (answer, act) = if missed {
            ("no", "missed")
        } else {
            ("yes", "held")
        };
        story.missed_one |= missed;
        let link = self.post.link(who, story.id, "happened");
        let asked = link.is_some_and(|about| about.session == Some(session));
        if !asked
            || !self
                .press_in_letter(who, (story.id, "happened"), answer)
                .await
        {
            let path = story.at(&format!("/sessions/{session}/{act}"));
            self.press(who, &path, &[]).await;
        }
    }

    /// With something for the mentee to do until eleven days later.
    async fn writes_up(&self, story: &Story, session: i64) {
        let due_on = (self.now.date() + Duration::days(11)).to_string();
        let fields = [
            ("talked_about", "The audit"),
            ("what_1", "Call Ana"),
            ("who_1", "mentee"),
            ("when_1", &due_on),
        ];
        let path = story.at(&format!("/sessions/{session}/record"));
        self.press(story.mentor, &path, &fields).await;
    }

    async fn finishes_target(&mut self, story: &Story) {
        self.press_in_letter(story.mentee, (story.id, "target"), "")
            .await;
    }
}

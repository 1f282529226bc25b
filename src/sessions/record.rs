//! What the two write down of a session: each their own record, and targets that came of it.
//! Both read both.

use super::targets::{self, NewTarget, Target};
use super::{Session, SessionId, State, queries};
use crate::error::{Error, Result};
use crate::pairings::Pairing;
use crate::pairings::access::{Action, May, Part, RecordSession};
use crate::people::PersonId;
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::{OffsetDateTime, PrimitiveDateTime};

const LONGEST: usize = 4_000;

#[derive(Template)]
#[template(path = "sessions/record.html")]
struct RecordPage {
    frame: Frame,
    pairing: Pairing,
    session: Session,
    mentor: bool,
    /// Who reads what is written here.
    readers: String,
    reminders: Vec<Target>,
    form: RecordForm,
    /// What the same author saved on another page meanwhile.
    saved: Option<Record>,
    problems: Problems,
}

/// What one of the two has written of a session.
#[derive(Clone)]
pub struct Record {
    pub author_id: PersonId,
    pub author: String,
    pub words: Words,
    pub written: PrimitiveDateTime,
    version: OffsetDateTime,
}

/// The parts of a record. Those a mentee's form does not ask for stay empty.
#[derive(Clone, Default, PartialEq)]
pub struct Words {
    pub talked_about: String,
    pub strengths: String,
    pub feedback: String,
    pub development: String,
    pub actions: String,
}

/// `version` is of the author's own record that this was typed over.
#[derive(Default, Deserialize)]
#[serde(default)]
struct RecordForm {
    version: String,
    talked_about: String,
    strengths: String,
    feedback: String,
    development: String,
    actions: String,
    what_1: String,
    who_1: String,
    when_1: String,
    what_2: String,
    who_2: String,
    when_2: String,
    what_3: String,
    who_3: String,
    when_3: String,
}

/// One row of the form for a new target.
struct TargetRow<'a> {
    number: u8,
    what: &'a str,
    who: &'a str,
    when: &'a str,
    names: [&'static str; 3],
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/pairings/{pairing}/sessions/{session}/record",
            Entry::SignedIn,
            edit,
        )
        .post(
            "/pairings/{pairing}/sessions/{session}/record",
            Entry::SignedIn,
            update,
        )
}

async fn edit(mut may: May<RecordSession>, SessionId(id): SessionId) -> Result<Response> {
    let session = held(&mut may, id).await?;
    let form = match own(&mut may, id).await? {
        Some(record) => RecordForm::of(record),
        None => RecordForm::default(),
    };
    let page = page(&mut may, session, form, Problems::default()).await?;
    Ok(page.into_response())
}

async fn update(
    mut may: May<RecordSession>,
    SessionId(id): SessionId,
    Form(form): Form<RecordForm>,
) -> Result<Response> {
    let session = held(&mut may, id).await?;
    let (words, targets) = match form.read(&may) {
        Ok(read) => read,
        Err(problems) => return Ok(page(&mut may, session, form, problems).await?.refused()),
    };
    let saved = own(&mut may, id).await?;
    let same = saved.as_ref().is_some_and(|saved| saved.words == words);
    if let Some(saved) = saved
        && form.version != saved.version()
        && !same
    {
        return crossed(&mut may, session, form, saved).await;
    }
    if !same {
        store(&mut may, id, &words).await?;
    }
    let mut set = false;
    for target in &targets {
        set |= targets::insert(&mut may, Some(id), target).await?;
    }
    let path = session.path(may.pairing());
    if same && !set {
        return Ok(see(&path));
    }
    let partner = may.pairing().partner().name.clone();
    may.commit().await?;
    let banner = format!("Your record is saved. {partner} can read it.");
    Ok(done(&path, &banner))
}

/// Shows both texts, so that one page does not overwrite the other unawares.
async fn crossed(
    may: &mut May<RecordSession>,
    session: Session,
    form: RecordForm,
    saved: Record,
) -> Result<Response> {
    let form = RecordForm {
        version: saved.version(),
        ..form
    };
    let problems = Problems::one(
        "talked_about",
        "You saved this record on another page after opening this one. What you saved stands \
         below and what you typed here is in the boxes: bring the two together and save again",
    );
    let mut page = page(may, session, form, problems).await?;
    page.0.saved = Some(saved);
    Ok(page.refused())
}

/// # Errors
/// A conflict unless the session happened.
async fn held(may: &mut May<RecordSession>, id: i64) -> Result<Session> {
    let session = queries::find(may, id).await?;
    match session.state {
        State::Held => Ok(session),
        State::Booked => Err(Error::conflict(
            "Nobody has said yet that this session happened. Say so on its page once it has, then \
             write it up.",
        )),
        State::Missed | State::Cancelled => Err(Error::conflict(
            "This session did not happen, so there is nothing to write up.",
        )),
    }
}

async fn page(
    may: &mut May<RecordSession>,
    session: Session,
    form: RecordForm,
    problems: Problems,
) -> Result<Page<RecordPage>> {
    let mut reminders = targets::of_pairing(may).await?;
    reminders.retain(|target| target.open() && target.session_id != Some(session.id));
    let pairing = may.pairing().clone();
    Ok(Page(RecordPage {
        frame: may.frame(),
        mentor: pairing.part == Part::Mentor,
        readers: super::readers(&pairing),
        reminders,
        session,
        form,
        saved: None,
        problems,
        pairing,
    }))
}

impl RecordForm {
    fn of(record: Record) -> RecordForm {
        RecordForm {
            version: record.version(),
            talked_about: record.words.talked_about,
            strengths: record.words.strengths,
            feedback: record.words.feedback,
            development: record.words.development,
            actions: record.words.actions,
            ..RecordForm::default()
        }
    }

    fn rows(&self) -> [TargetRow<'_>; 3] {
        [
            TargetRow {
                number: 1,
                what: &self.what_1,
                who: &self.who_1,
                when: &self.when_1,
                names: ["what_1", "who_1", "when_1"],
            },
            TargetRow {
                number: 2,
                what: &self.what_2,
                who: &self.who_2,
                when: &self.when_2,
                names: ["what_2", "who_2", "when_2"],
            },
            TargetRow {
                number: 3,
                what: &self.what_3,
                who: &self.who_3,
                when: &self.when_3,
                names: ["what_3", "who_3", "when_3"],
            },
        ]
    }

    fn read(&self, may: &May<RecordSession>) -> Result<(Words, Vec<NewTarget>), Problems> {
        let mut problems = Problems::default();
        let talked_about = form::prose(&self.talked_about, LONGEST, "Enter what you talked about");
        let talked_about = problems.keep("talked_about", talked_about);
        let mut part = |field, text: &str| {
            let read = form::optional_prose(text, LONGEST);
            problems.keep(field, read).unwrap_or_default()
        };
        let mentor = may.pairing().part == Part::Mentor;
        let only_mentors = |text| if mentor { text } else { "" };
        let words = Words {
            talked_about: talked_about.unwrap_or_default(),
            strengths: part("strengths", only_mentors(&self.strengths)),
            feedback: part("feedback", &self.feedback),
            development: part("development", only_mentors(&self.development)),
            actions: part("actions", &self.actions),
        };
        let today = may.today();
        let targets = self.rows();
        let targets = targets.iter().filter(|row| !row.empty());
        let targets = targets.filter_map(|row| row.read(today, &mut problems));
        let targets: Vec<NewTarget> = targets.collect();
        if problems.is_empty() {
            Ok((words, targets))
        } else {
            Err(problems)
        }
    }
}

impl TargetRow<'_> {
    /// Who does it has an answer from the start, so it does not count.
    fn empty(&self) -> bool {
        self.what.trim().is_empty() && self.when.trim().is_empty()
    }

    fn read(&self, today: time::Date, problems: &mut Problems) -> Option<NewTarget> {
        let [what, who, when] = self.names;
        let read = form::line(self.what, targets::LONGEST, "Enter what the target is");
        let what = problems.keep(what, read);
        let owner = problems.keep(who, targets::owner(self.who));
        let due_on = problems.keep(when, targets::due_on(self.when, today));
        Some(NewTarget {
            what: what?,
            owner: owner?,
            due_on: due_on?,
        })
    }
}

impl Record {
    fn version(&self) -> String {
        words::machine(&self.version)
    }

    /// Each part under its heading, those left empty left out.
    pub fn parts(&self, pairing: &Pairing) -> Vec<(String, &str)> {
        let words = &self.words;
        let by_mentor = self.author_id == pairing.mentor.id;
        let (reader, actions) = if by_mentor {
            (&pairing.mentee.name, "Possible actions explored")
        } else {
            (&pairing.mentor.name, "What I take away")
        };
        [
            ("What we talked about".to_owned(), &words.talked_about),
            ("Strengths and achievements".to_owned(), &words.strengths),
            (format!("Feedback for {reader}"), &words.feedback),
            ("Areas for development".to_owned(), &words.development),
            (actions.to_owned(), &words.actions),
        ]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(heading, text)| (heading, text.as_str()))
        .collect()
    }
}

async fn own(may: &mut May<RecordSession>, session: i64) -> sqlx::Result<Option<Record>> {
    let viewer = may.viewer().id;
    let mut records = of_session(may, session).await?;
    records.retain(|record| record.author_id == viewer);
    Ok(records.pop())
}

/// Both records as far as they are written, the mentor's first.
pub async fn of_session<A: Action>(may: &mut May<A>, session: i64) -> sqlx::Result<Vec<Record>> {
    let (pairing, mentor) = (may.pairing().id, may.pairing().mentor.id);
    let zone = may.viewer().time_zone.clone();
    let rows = sqlx::query!(
        r#"
        select author_id as "author_id: PersonId", full_name as author, talked_about, strengths,
            feedback, development, actions, written_at, written_at at time zone $3 as "written!"
        from session_records
        join people on people.id = author_id
        where session_id = $1 and pairing_id = $2
        order by author_id <> $4
        "#,
        session,
        pairing.0,
        zone,
        mentor.0,
    )
    .fetch_all(may.db())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Record {
            author_id: row.author_id,
            author: row.author,
            words: Words {
                talked_about: row.talked_about,
                strengths: row.strengths,
                feedback: row.feedback,
                development: row.development,
                actions: row.actions,
            },
            written: row.written,
            version: row.written_at,
        })
        .collect())
}

/// `written_at` always grows, so that it tells one save from the next.
async fn store(may: &mut May<RecordSession>, session: i64, words: &Words) -> sqlx::Result<()> {
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    sqlx::query!(
        "insert into session_records (session_id, pairing_id, author_id, talked_about, strengths,
            feedback, development, actions, written_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (session_id, author_id) do update set
            talked_about = excluded.talked_about, strengths = excluded.strengths,
            feedback = excluded.feedback, development = excluded.development,
            actions = excluded.actions,
            written_at = greatest(
                excluded.written_at,
                session_records.written_at + interval '1 microsecond'
            )",
        session,
        pairing.0,
        viewer.0,
        words.talked_about,
        words.strengths,
        words.feedback,
        words.development,
        words.actions,
        now,
    )
    .execute(may.db())
    .await?;
    Ok(())
}

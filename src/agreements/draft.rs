//! Writing a version. Two who write at once lose nothing: whoever saves second sees both texts of
//! every clause that differs, and says which it shall be.

use super::changes::{self, Piece};
use super::clauses::{CLAUSES, LONGEST, Wordings};
use super::{Agreement, Clauses, queries};
use crate::error::Result;
use crate::pairings::Pairing;
use crate::pairings::access::{DraftAgreement, May};
use crate::web::form::{self, Form, Problems, Typed};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use std::ops::RangeInclusive;
use time::Duration;

#[derive(Template)]
#[template(path = "agreements/draft.html")]
struct DraftPage {
    frame: Frame,
    pairing: Pairing,
    problems: Problems,
    /// The one that is typed over.
    version: i16,
    fields: Vec<Field>,
    /// Who saved that one meanwhile.
    overtaken_by: Option<String>,
}

/// How something is typed.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Words,
    Date,
    Number,
}

/// A clause, a date or the notice in the form.
struct Field {
    slug: &'static str,
    label: String,
    hint: &'static str,
    kind: Kind,
    typed: String,
    saved: Option<Saved>,
}

/// What was saved meanwhile, where it differs from what was typed.
struct Saved {
    text: String,
    /// From the saved text to the typed one.
    pieces: Vec<Piece>,
    /// What is chosen to begin with: the one of the two that somebody has worked on.
    take: Take,
    both_wrote: bool,
}

/// Which of two texts it shall be.
#[derive(Clone, Copy, PartialEq)]
enum Take {
    Typed,
    Saved,
    Both,
}

/// The dates after the clauses: what each is called, what it is for, and how it is asked for.
const DATES: [(&str, &str, &str, &str); 3] = [
    (
        "starts_on",
        "Date the mentoring starts (optional)",
        "",
        "Enter the date as it stands in a calendar",
    ),
    (
        "review_on",
        "Date of the review",
        "About half-way",
        "Enter the date you will review this",
    ),
    (
        "ends_on",
        "Date the pairing ends",
        "",
        "Enter the date the pairing ends",
    ),
];

/// And the notice that they give each other.
const NOTICE: &str = "notice_days";

/// In working days.
const NOTICE_BETWEEN: RangeInclusive<i16> = 0..=10;

/// Every clause, then every date, then the notice, as it is typed.
type Words = Vec<String>;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/pairings/{pairing}/agreement/edit", Entry::SignedIn, edit)
        .post("/pairings/{pairing}/agreement", Entry::SignedIn, create)
}

async fn edit(mut may: May<DraftAgreement>) -> Result<Response> {
    let version = current(&may);
    let words = words_of(&mut may, version).await?;
    Ok(page(&may, version, fields(words), Problems::default()).into_response())
}

async fn create(
    mut may: May<DraftAgreement>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let typed = Typed::from(typed);
    let current = current(&may);
    let path = format!("{}/agreement", may.pairing().path());
    let seen = typed.one("version").parse().unwrap_or(0);
    let began = words_of(&mut may, seen).await?;
    let words = chosen(&typed, &began);
    let saved = queries::version(&mut may, current).await?;
    if saved.as_ref().is_some_and(|saved| saved.words() == words) {
        // Sent twice, or with nothing changed: it needs no signature again.
        return Ok(done(&path, "The agreement is saved in these very words."));
    }
    let read = read(&words);
    if let Some(saved) = saved
        && (seen != current || typed.one("version").parse() != Ok(current))
    {
        let problems = read.err().unwrap_or_default();
        return Ok(overtaken(&may, saved, (began, words), problems).refused());
    }
    let clauses = match read {
        Ok(clauses) => clauses,
        Err(problems) => return Ok(page(&may, current, fields(words), problems).refused()),
    };
    queries::insert(&mut may, current + 1, &clauses).await?;
    may.commit().await?;
    Ok(done(
        &path,
        "The agreement is saved. It is in force once both of you have signed it.",
    ))
}

fn current(may: &May<DraftAgreement>) -> i16 {
    let facts = may.pairing().facts.agreement;
    facts.map_or(0, |facts| facts.version)
}

/// Of a version, or what is suggested before there is one.
async fn words_of(may: &mut May<DraftAgreement>, version: i16) -> sqlx::Result<Words> {
    match queries::version(may, version).await? {
        Some(agreement) => Ok(agreement.words()),
        None => suggested(may).await,
    }
}

/// Words to begin with, for the two to make their own.
async fn suggested(may: &mut May<DraftAgreement>) -> sqlx::Result<Words> {
    let programme = may.pairing().programme.id;
    let told = sqlx::query_scalar!("select is_told from programmes where id = $1", programme.0)
        .fetch_one(may.db())
        .await?;
    let wordings = Wordings::of(may.db(), programme).await?;
    let pairing = may.pairing();
    let mut words = wordings.for_the_two(pairing, &told);
    let ends_on = pairing
        .programme
        .ends_on
        .max(pairing.today + Duration::weeks(4));
    let half_way = pairing.today + (ends_on - pairing.today) / 2_i32;
    words.extend([pairing.today, half_way, ends_on].map(|day| day.to_string()));
    words.push("1".into());
    Ok(words)
}

/// What was typed, or what was chosen instead of it. `began` is what it was typed over.
fn chosen(typed: &Typed, began: &Words) -> Words {
    slugs()
        .zip(began)
        .map(|(slug, began)| {
            let words = plain(typed.one(slug));
            match typed.one(&format!("take_{slug}")) {
                "saved" => began.clone(),
                // There always is some, be it none.
                _ if slug == NOTICE && words.is_empty() => began.clone(),
                "both" if words.is_empty() => began.clone(),
                "both" if !began.is_empty() => format!("{began}\n\n{words}"),
                _ => words,
            }
        })
        .collect()
}

fn slugs() -> impl Iterator<Item = &'static str> {
    let clauses = CLAUSES.iter().map(|clause| clause.slug);
    let dates = DATES.iter().map(|(slug, ..)| *slug);
    clauses.chain(dates).chain([NOTICE])
}

/// As it would be stored, however long it is.
fn plain(typed: &str) -> String {
    form::optional_prose(typed, usize::MAX).unwrap_or_default()
}

fn read(words: &Words) -> Result<Clauses, Problems> {
    let mut problems = Problems::default();
    let mut texts = Vec::new();
    for (clause, words) in CLAUSES.iter().zip(words) {
        let text = match clause.slug {
            "purpose" => form::prose(words, LONGEST, "Enter what the mentoring is for"),
            _ => form::optional_prose(words, LONGEST),
        };
        texts.push(problems.keep(clause.slug, text).unwrap_or_default());
    }
    let [starts_on, review_on, ends_on] = [0, 1, 2].map(|place| {
        let (slug, _, _, when_wrong) = DATES[place];
        let typed = words.get(CLAUSES.len() + place).map_or("", String::as_str);
        match slug {
            "starts_on" => problems.keep(slug, form::optional_date(typed, when_wrong)),
            _ => problems.keep(slug, form::date(typed, when_wrong).map(Some)),
        }
    });
    let typed = words.last().map_or("", String::as_str);
    let notice = form::number(typed, NOTICE_BETWEEN, "Enter a number of days from 0 to 10");
    let notice = problems.keep(NOTICE, notice);
    if let (Some(Some(review_on)), Some(Some(ends_on)), Some(notice_days)) =
        (review_on, ends_on, notice)
    {
        if review_on > ends_on {
            problems.add("review_on", "Choose a review date before the end date");
        }
        if starts_on.flatten().is_some_and(|day| day > review_on) {
            problems.add("starts_on", "Choose a start date before the review");
        }
        if problems.is_empty() {
            return Ok(Clauses {
                texts,
                starts_on: starts_on.flatten(),
                review_on,
                ends_on,
                notice_days,
            });
        }
    }
    Err(problems)
}

fn fields(words: Words) -> Vec<Field> {
    let clauses = CLAUSES.iter().map(|clause| {
        let label = match clause.slug {
            "purpose" => clause.heading.to_owned(),
            _ => format!("{} (optional)", clause.heading),
        };
        (clause.slug, label, clause.hint, Kind::Words)
    });
    let dates = DATES
        .iter()
        .map(|(slug, label, hint, _)| (*slug, (*label).to_owned(), *hint, Kind::Date));
    let notice = (
        NOTICE,
        "Notice to cancel a session, in working days".to_owned(),
        "With less, a session can still be cancelled, and it is said that it is late",
        Kind::Number,
    );
    clauses
        .chain(dates)
        .chain([notice])
        .zip(words)
        .map(|((slug, label, hint, kind), typed)| Field {
            slug,
            label,
            hint,
            kind,
            typed,
            saved: None,
        })
        .collect()
}

/// Somebody saved another version first: both texts are shown wherever they differ.
fn overtaken(
    may: &May<DraftAgreement>,
    saved: Agreement,
    (began, words): (Words, Words),
    mut problems: Problems,
) -> Page<DraftPage> {
    let mut fields = fields(words);
    for ((field, saved), began) in fields.iter_mut().zip(saved.words()).zip(began) {
        if field.typed == saved {
            continue;
        }
        if problems.on(field.slug).is_none() {
            problems.add(field.slug, differs(field, saved == began));
        }
        field.saved = Some(Saved {
            pieces: changes::between(&saved, &field.typed),
            take: match field.typed == began {
                true => Take::Saved,
                false => Take::Typed,
            },
            both_wrote: saved != began && field.typed != began,
            text: saved,
        });
    }
    let mut page = page(may, saved.version, fields, problems);
    page.0.overtaken_by = Some(saved.drafted_by);
    page
}

fn differs(field: &Field, only_typed: bool) -> String {
    let heading = field.label.trim_end_matches(" (optional)");
    match only_typed {
        true => format!("{heading}: yours differs from what is saved. Check which it shall be"),
        false => {
            format!("{heading}: it was changed while you were writing. Choose which it shall be")
        }
    }
}

fn page(
    may: &May<DraftAgreement>,
    version: i16,
    fields: Vec<Field>,
    problems: Problems,
) -> Page<DraftPage> {
    Page(DraftPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        problems,
        version,
        fields,
        overtaken_by: None,
    })
}

impl Agreement {
    fn words(&self) -> Words {
        let clauses = &self.clauses;
        let starts_on = clauses.starts_on.map(|day| day.to_string());
        let mut words = clauses.texts.clone();
        words.extend([
            starts_on.unwrap_or_default(),
            clauses.review_on.to_string(),
            clauses.ends_on.to_string(),
            clauses.notice_days.to_string(),
        ]);
        words
    }
}

impl Field {
    fn take_name(&self) -> String {
        format!("take_{}", self.slug)
    }

    /// A date as people read it.
    fn in_words(&self, text: &str) -> String {
        match form::date(text, "") {
            Ok(day) if self.kind == Kind::Date => crate::web::words::day(&day),
            _ => text.to_owned(),
        }
    }
}

//! What the two agree at the initial meeting. Each version stands as it was drafted; it is in
//! force once both have signed it, and either may draft the next at any time.

mod changes;
pub mod clauses;
mod comments;
mod draft;
mod queries;
mod show;
mod sign;
mod wording;

use crate::pairings::Pairing;
use crate::people::PersonId;
use crate::web::routes::Routes;
use crate::web::words;
use clauses::CLAUSES;
use time::{Date, PrimitiveDateTime};

/// One version.
struct Agreement {
    version: i16,
    clauses: Clauses,
    drafted_by: String,
    author: PersonId,
    /// These are on the programme's clock.
    drafted: PrimitiveDateTime,
    mentor_signed: Option<PrimitiveDateTime>,
    mentee_signed: Option<PrimitiveDateTime>,
}

struct Clauses {
    /// One for each of `CLAUSES`; empty if it is left out.
    texts: Vec<String>,
    starts_on: Option<Date>,
    review_on: Date,
    ends_on: Date,
    /// How many working days' notice they give each other to cancel.
    notice_days: i16,
}

pub fn routes(routes: Routes) -> Routes {
    let routes = show::routes(routes);
    let routes = draft::routes(routes);
    let routes = sign::routes(routes);
    let routes = comments::routes(routes);
    wording::routes(routes)
}

impl Agreement {
    fn in_force(&self) -> bool {
        self.mentor_signed.is_some() && self.mentee_signed.is_some()
    }

    fn signatures<'a>(&self, pairing: &'a Pairing) -> [(&'a str, Option<PrimitiveDateTime>); 2] {
        [
            (&pairing.mentee.name, self.mentee_signed),
            (&pairing.mentor.name, self.mentor_signed),
        ]
    }

    /// Whose signatures it waits for.
    fn waits_for<'a>(&self, pairing: &'a Pairing) -> &'a str {
        match self.signatures(pairing) {
            [(_, None), (_, None)] => "both signatures",
            [(name, None), _] | [_, (name, _)] => name,
        }
    }

    /// "Signed by Tom and Maya", "Signed by Tom", "Not signed"
    fn signed_by(&self, pairing: &Pairing) -> String {
        let signed = self.signatures(pairing).into_iter();
        let names: Vec<&str> = signed.filter_map(|(name, at)| at.map(|_| name)).collect();
        match names.is_empty() {
            true => "Not signed".into(),
            false => format!("Signed by {}", names.join(" and ")),
        }
    }

    /// Each clause under its heading, those left empty left out.
    fn clauses(&self) -> Vec<(&'static str, &str)> {
        let texts = self.clauses.texts.iter().map(String::as_str);
        CLAUSES
            .iter()
            .map(|clause| clause.heading)
            .zip(texts)
            .filter(|(_, text)| !text.is_empty())
            .collect()
    }
}

impl Clauses {
    /// "The mentoring starts on …. We look at this again on …. The pairing ends on …. To cancel a session
    /// we give a working day’s notice."
    fn dates(&self) -> String {
        let starts = match &self.starts_on {
            Some(day) => format!("The mentoring starts on {}. ", words::day(day)),
            None => String::new(),
        };
        let notice = match self.notice_days {
            0 => "no notice".to_owned(),
            1 => "a working day’s notice".to_owned(),
            days => format!("{days} working days’ notice"),
        };
        format!(
            "{starts}We look at this again on {}. The pairing ends on {}. To cancel a session we give \
             {notice}.",
            words::day(&self.review_on),
            words::day(&self.ends_on)
        )
    }
}

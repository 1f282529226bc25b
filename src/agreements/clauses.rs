//! The clauses of an agreement, and what is suggested for each.

use crate::pairings::Pairing;
use crate::programmes::ProgrammeId;
use serde::ser::{Serialize, SerializeMap, Serializer};
use sqlx::PgConnection;
use std::collections::HashMap;

/// One clause.
pub struct Clause {
    /// As it is stored, and as a form sends it.
    pub slug: &'static str,
    pub heading: &'static str,
    pub hint: &'static str,
    /// `{mentor}`, `{mentee}`, `{minutes}` and `{rhythm}` stand for what is so in the pairing.
    suggested: &'static str,
}

pub const LONGEST: usize = 2_000;

const fn clause(
    slug: &'static str,
    heading: &'static str,
    hint: &'static str,
    suggested: &'static str,
) -> Clause {
    Clause {
        slug,
        heading,
        hint,
        suggested,
    }
}

/// In the order of the document.
pub const CLAUSES: [Clause; 14] = [
    clause(
        "purpose",
        "Purpose and aims",
        "What the mentoring is for, and what the mentee hopes to gain",
        "",
    ),
    clause(
        "success",
        "How we will see success",
        "What will be different at the end",
        "",
    ),
    clause(
        "scope",
        "What we talk about, and what not",
        "What belongs here, and what has a better place",
        "We talk about work and career. We leave out pay, appraisals and anything under formal \
         review, and hand those to the people whose job they are.",
    ),
    clause(
        "meetings",
        "When, where and how we meet",
        "In person or by video, how long, how often and where",
        "We meet for {minutes} minutes every {rhythm}, by video or in person.",
    ),
    clause(
        "booking",
        "Who books, and who brings the agenda",
        "",
        "{mentee} books, and brings the agenda the day before.",
    ),
    clause(
        "contact",
        "Contact between sessions",
        "By which means, and how soon to expect an answer",
        "Short questions are welcome by message between sessions; we answer within two working \
         days.",
    ),
    clause(
        "cancelling",
        "Cancelling",
        "How much notice you give each other",
        "We give at least one working day's notice, and book the new time when we cancel.",
    ),
    clause(
        "mentor_commits",
        "What the mentor commits to",
        "",
        "To listen, to ask before advising, to be honest and kind, and to come prepared.",
    ),
    clause(
        "mentee_commits",
        "What the mentee commits to",
        "",
        "To bring what matters, to try things out between sessions, and to say what helps and \
         what does not.",
    ),
    clause(
        "confidentiality",
        "Confidentiality, and who reads what",
        "Its limits, and who reads which record",
        "What we say stays between us, unless somebody may come to harm or the law is broken. \
         Both of us read this agreement, the session records, the objectives and the targets. \
         Private notes are read by whoever wrote them. Coordinators see that we met and that we \
         signed this, never what we wrote.",
    ),
    clause(
        "conflicts",
        "Conflicts of interest",
        "Reporting lines, panels, tenders: whatever could put one of you in two places",
        "We know of none. If one comes up, whoever sees it first says so, and we leave the \
         subject out until we have agreed what to do.",
    ),
    clause(
        "reported",
        "What is reported to the programme",
        "The programme says below what it is told; add what the two of you wish to tell it",
        "",
    ),
    clause(
        "feedback",
        "How we give each other feedback",
        "",
        "At the end of each session each of us says one thing that helped and one to do \
         differently. What is hard to say is said soon, and in private.",
    ),
    clause(
        "if_it_does_not_work",
        "If it does not work",
        "Whom you would turn to, and how you would end",
        "Either of us may say so at any time, to the other or to the coordinator. We then end \
         without fault and without giving reasons.",
    ),
];

/// The place of what stands for the dates of the agreement and for its notice, in comments.
pub const DATES: (&str, &str) = ("dates", "Start, review, end and notice");

/// What a programme's coordinators suggest, where that is something of their own.
#[derive(Debug, Default, Eq, PartialEq)]
pub struct Wordings(HashMap<&'static str, String>);

impl Wordings {
    pub async fn of(db: &mut PgConnection, programme: ProgrammeId) -> sqlx::Result<Wordings> {
        let rows = sqlx::query!(
            "select clause, words from agreement_wordings where programme_id = $1",
            programme.0,
        )
        .fetch_all(&mut *db)
        .await?;
        let words = rows.into_iter().filter_map(|row| {
            let clause = CLAUSES.iter().find(|clause| clause.slug == row.clause)?;
            Some((clause.slug, row.words))
        });
        Ok(Wordings(words.collect()))
    }

    pub fn get<'a>(&'a self, clause: &'a Clause) -> &'a str {
        self.0
            .get(clause.slug)
            .map_or(clause.suggested, String::as_str)
    }

    /// What Waymark suggests itself needs no row.
    pub fn set(&mut self, clause: &Clause, words: String) {
        if words == clause.suggested {
            self.0.remove(clause.slug);
        } else {
            self.0.insert(clause.slug, words);
        }
    }

    /// In place of those there are.
    pub async fn store(&self, db: &mut PgConnection, programme: ProgrammeId) -> sqlx::Result<()> {
        let (clauses, words): (Vec<String>, Vec<String>) = CLAUSES
            .iter()
            .filter_map(|clause| Some((clause.slug.to_owned(), self.0.get(clause.slug)?.clone())))
            .unzip();
        sqlx::query!(
            "delete from agreement_wordings where programme_id = $1 and clause <> all ($2)",
            programme.0,
            &clauses,
        )
        .execute(&mut *db)
        .await?;
        sqlx::query!(
            "insert into agreement_wordings (programme_id, clause, words)
             select $1, clause, words from unnest($2::text[], $3::text[]) as said (clause, words)
             on conflict (programme_id, clause) do update set words = excluded.words",
            programme.0,
            &clauses,
            &words,
        )
        .execute(db)
        .await?;
        Ok(())
    }

    /// Each clause as these two begin with it. What is reported is what the programme is told,
    /// unless the coordinators word it otherwise.
    pub fn for_the_two(&self, pairing: &Pairing, told: &str) -> Vec<String> {
        let programme = &pairing.programme;
        let rhythm = match programme.session_every_weeks {
            1 => "week".to_owned(),
            weeks => format!("{weeks} weeks"),
        };
        let filled = |clause: &Clause| match self.get(clause) {
            "" if clause.slug == "reported" && !self.0.contains_key(clause.slug) => told.to_owned(),
            words => words
                .replace("{mentor}", &pairing.mentor.name)
                .replace("{mentee}", &pairing.mentee.name)
                .replace("{minutes}", &programme.session_minutes.to_string())
                .replace("{rhythm}", &rhythm),
        };
        CLAUSES
            .iter()
            .map(|clause| filled(clause).chars().take(LONGEST).collect())
            .collect()
    }
}

/// In the order of the document.
impl Serialize for Wordings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for clause in &CLAUSES {
            if let Some(words) = self.0.get(clause.slug) {
                map.serialize_entry(clause.slug, words)?;
            }
        }
        map.end()
    }
}

//! What the two agree at the initial meeting. Each version stands as it was drafted; it is in
//! force once both have signed it, and either may draft the next at any time.

use super::access::{Action, DraftAgreement, May, SeeWithin, SignAgreement};
use super::queries::store_stage;
use super::stage::Stage;
use super::{AgreementFacts, Pairing};
use crate::error::{Error, Result, broke};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use time::{Date, Duration};

const LONGEST: usize = 2_000;

#[derive(Template)]
#[template(path = "pairings/agreement.html")]
struct AgreementPage {
    frame: Frame,
    pairing: Pairing,
    /// The latest version.
    agreement: Option<Agreement>,
    /// The one in force, where that is another.
    in_force: Option<Agreement>,
    may_sign: bool,
    live: bool,
}

#[derive(Template)]
#[template(path = "pairings/agreement_form.html")]
struct AgreementFormPage {
    frame: Frame,
    pairing: Pairing,
    form: AgreementForm,
    problems: Problems,
}

/// What was typed. `version` is the one it was typed over.
#[derive(Default, Deserialize)]
#[serde(default)]
struct AgreementForm {
    version: String,
    purpose: String,
    success: String,
    scope: String,
    meetings: String,
    contact: String,
    cancelling: String,
    mentor_commits: String,
    mentee_commits: String,
    confidentiality: String,
    if_it_does_not_work: String,
    review_on: String,
    ends_on: String,
}

/// One version.
struct Agreement {
    version: i16,
    clauses: Clauses,
    drafted_by: String,
    drafted_on: Date,
    mentor_signed_on: Option<Date>,
    mentee_signed_on: Option<Date>,
}

#[derive(PartialEq)]
struct Clauses {
    purpose: String,
    success: String,
    scope: String,
    meetings: String,
    contact: String,
    cancelling: String,
    mentor_commits: String,
    mentee_commits: String,
    confidentiality: String,
    if_it_does_not_work: String,
    review_on: Date,
    ends_on: Date,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/pairings/{pairing}/agreement", Entry::SignedIn, show)
        .get("/pairings/{pairing}/agreement/edit", Entry::SignedIn, edit)
        .post("/pairings/{pairing}/agreement", Entry::SignedIn, create)
        .post(
            "/pairings/{pairing}/agreement/signature",
            Entry::SignedIn,
            sign,
        )
}

async fn show(mut may: May<SeeWithin>) -> Result<Response> {
    let agreement = latest(&mut may).await?;
    let in_force = match may.pairing().facts.in_force_until_signed() {
        Some(in_force) => Some(find(&mut may, in_force.id).await?),
        None => None,
    };
    let live = !matches!(may.pairing().stage, Stage::Closed(_));
    let signed = |facts: AgreementFacts| {
        let side = may.pairing().part.side();
        side.is_none_or(|side| facts.signed_by(side).is_some())
    };
    let facts = may.pairing().facts.agreement;
    let may_sign = live && facts.is_some_and(|facts| !signed(facts));
    Ok(Page(AgreementPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        agreement,
        in_force,
        may_sign,
        live,
    })
    .into_response())
}

async fn edit(mut may: May<DraftAgreement>) -> Result<Response> {
    let form = match latest(&mut may).await? {
        Some(agreement) => AgreementForm::from(agreement),
        None => suggestion(may.pairing()),
    };
    Ok(form_page(&may, form, Problems::default()).into_response())
}

async fn create(mut may: May<DraftAgreement>, Form(form): Form<AgreementForm>) -> Result<Response> {
    let clauses = match form.read(may.pairing()) {
        Ok(clauses) => clauses,
        Err(problems) => return Ok(form_page(&may, form, problems).refused()),
    };
    let current = may
        .pairing()
        .facts
        .agreement
        .map_or(0, |facts| facts.version);
    let path = format!("{}/agreement", may.pairing().path());
    let saved = latest(&mut may).await?;
    if saved.is_some_and(|saved| saved.clauses == clauses) {
        // Sent twice, or with nothing changed: it needs no signature again.
        return Ok(done(&path, "The agreement is saved in these very words."));
    }
    if form.version.parse() != Ok(current) {
        let form = AgreementForm {
            version: current.to_string(),
            ..form
        };
        let problems = Problems::one(
            "purpose",
            "Another version was saved while you were writing. Yours is kept below: open the \
             agreement beside it, bring the two together and save again",
        );
        return Ok(form_page(&may, form, problems).refused());
    }
    insert(&mut may, current + 1, &clauses).await?;
    may.commit().await?;
    Ok(done(
        &path,
        "The agreement is saved. It is in force once both of you have signed it.",
    ))
}

/// Signs the version that was read, unless a newer one has taken its place.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Signing {
    version: String,
}

async fn sign(mut may: May<SignAgreement>, Form(form): Form<Signing>) -> Result<Response> {
    let path = format!("{}/agreement", may.pairing().path());
    let (Some(facts), Some(side)) = (may.pairing().facts.agreement, may.pairing().part.side())
    else {
        return Err(Error::conflict(
            "There is no agreement to sign yet. Draft one first.",
        ));
    };
    if form.version.parse() != Ok(facts.version) {
        return Err(Error::conflict(
            "The agreement was changed after you opened it. Read the new version, then sign.",
        ));
    }
    if facts.signed_by(side).is_some() {
        return Ok(see(&path));
    }
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    sqlx::query!(
        "insert into agreement_signatures (agreement_id, pairing_id, person_id, signed_at)
         values ($1, $2, $3, $4)",
        facts.id,
        pairing.0,
        viewer.0,
        now,
    )
    .execute(may.db())
    .await?;

    let other = side.other();
    let both = facts.signed_by(other).is_some();
    if both && let Stage::InitialMeeting(initial) = may.pairing().stage {
        let stage = initial.agree(may.today());
        store_stage(&mut may, stage).await?;
    }
    let partner = may.pairing().person(other).name.clone();
    may.commit().await?;
    Ok(if both {
        done(&path, "Both of you have signed. The agreement is in force.")
    } else {
        done(&path, &format!("You have signed. {partner} signs next."))
    })
}

fn form_page(
    may: &May<DraftAgreement>,
    form: AgreementForm,
    problems: Problems,
) -> Page<AgreementFormPage> {
    Page(AgreementFormPage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        form,
        problems,
    })
}

/// Clauses to begin with, for the two to make their own.
fn suggestion(pairing: &Pairing) -> AgreementForm {
    let programme = &pairing.programme;
    let ends_on = programme.ends_on.max(pairing.today + Duration::weeks(4));
    let half_way = pairing.today + (ends_on - pairing.today) / 2_i32;
    AgreementForm {
        version: "0".into(),
        scope: "We talk about work and career. We leave out pay, appraisals and anything under \
                formal review, and hand those to the people whose job they are."
            .into(),
        meetings: format!(
            "We meet for {} minutes every {}, by video or in person. {} books and brings the agenda.",
            programme.session_minutes,
            match programme.session_every_weeks {
                1 => "week".to_owned(),
                weeks => format!("{weeks} weeks"),
            },
            pairing.mentee.name,
        ),
        contact: "Short questions are welcome by message between sessions; we answer within two working days."
            .into(),
        cancelling: "We give at least one working day's notice, and book the new time when we cancel."
            .into(),
        mentor_commits: "To listen, to ask before advising, to be honest and kind, and to come prepared."
            .into(),
        mentee_commits: "To bring what matters, to try things out between sessions, and to say what helps and what does not."
            .into(),
        confidentiality: "What we say stays between us, unless somebody may come to harm or the law is broken. \
                          The coordinator sees that we met and that we signed this, never what we wrote."
            .into(),
        if_it_does_not_work: "Either of us may say so at any time, to the other or to the coordinator. \
                              We then end without fault and without giving reasons."
            .into(),
        review_on: half_way.to_string(),
        ends_on: ends_on.to_string(),
        ..AgreementForm::default()
    }
}

impl AgreementForm {
    fn read(&self, pairing: &Pairing) -> Result<Clauses, Problems> {
        let mut problems = Problems::default();
        let purpose = form::prose(&self.purpose, LONGEST, "Enter what the mentoring is for");
        let purpose = problems.keep("purpose", purpose);
        let mut clause = |field, text: &str| {
            problems
                .keep(field, form::optional_prose(text, LONGEST))
                .unwrap_or_default()
        };
        let clauses = Clauses {
            purpose: purpose.unwrap_or_default(),
            success: clause("success", &self.success),
            scope: clause("scope", &self.scope),
            meetings: clause("meetings", &self.meetings),
            contact: clause("contact", &self.contact),
            cancelling: clause("cancelling", &self.cancelling),
            mentor_commits: clause("mentor_commits", &self.mentor_commits),
            mentee_commits: clause("mentee_commits", &self.mentee_commits),
            confidentiality: clause("confidentiality", &self.confidentiality),
            if_it_does_not_work: clause("if_it_does_not_work", &self.if_it_does_not_work),
            review_on: pairing.today,
            ends_on: pairing.today,
        };
        let review_on = form::date(&self.review_on, "Enter the date you will review this");
        let review_on = problems.keep("review_on", review_on);
        let ends_on = form::date(&self.ends_on, "Enter the date the pairing ends");
        let ends_on = problems.keep("ends_on", ends_on);
        if let (Some(review_on), Some(ends_on)) = (review_on, ends_on) {
            if review_on > ends_on {
                problems.add("review_on", "Choose a review date before the end date");
            }
            if problems.is_empty() {
                return Ok(Clauses {
                    review_on,
                    ends_on,
                    ..clauses
                });
            }
        }
        Err(problems)
    }
}

impl From<Agreement> for AgreementForm {
    fn from(agreement: Agreement) -> Self {
        let clauses = agreement.clauses;
        AgreementForm {
            version: agreement.version.to_string(),
            purpose: clauses.purpose,
            success: clauses.success,
            scope: clauses.scope,
            meetings: clauses.meetings,
            contact: clauses.contact,
            cancelling: clauses.cancelling,
            mentor_commits: clauses.mentor_commits,
            mentee_commits: clauses.mentee_commits,
            confidentiality: clauses.confidentiality,
            if_it_does_not_work: clauses.if_it_does_not_work,
            review_on: clauses.review_on.to_string(),
            ends_on: clauses.ends_on.to_string(),
        }
    }
}

impl Agreement {
    fn in_force(&self) -> bool {
        self.mentor_signed_on.is_some() && self.mentee_signed_on.is_some()
    }

    fn signatures<'a>(&self, pairing: &'a Pairing) -> [(&'a str, Option<Date>); 2] {
        [
            (&pairing.mentee.name, self.mentee_signed_on),
            (&pairing.mentor.name, self.mentor_signed_on),
        ]
    }

    /// Whose signatures it waits for.
    fn waits_for<'a>(&self, pairing: &'a Pairing) -> &'a str {
        match self.signatures(pairing) {
            [(_, None), (_, None)] => "both signatures",
            [(name, None), _] | [_, (name, _)] => name,
        }
    }

    /// Each clause under its heading, those left empty left out.
    fn clauses(&self) -> Vec<(&'static str, &str)> {
        let clauses = &self.clauses;
        [
            ("Purpose and aims", &clauses.purpose),
            ("How we will see success", &clauses.success),
            ("What we talk about, and what not", &clauses.scope),
            ("When, where and how we meet", &clauses.meetings),
            ("Contact between sessions", &clauses.contact),
            ("Cancelling", &clauses.cancelling),
            ("What the mentor commits to", &clauses.mentor_commits),
            ("What the mentee commits to", &clauses.mentee_commits),
            ("Confidentiality", &clauses.confidentiality),
            ("If it does not work", &clauses.if_it_does_not_work),
        ]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(heading, text)| (heading, text.as_str()))
        .collect()
    }
}

async fn latest<A: Action>(may: &mut May<A>) -> Result<Option<Agreement>> {
    match may.pairing().facts.agreement {
        Some(facts) => Ok(Some(find(may, facts.id).await?)),
        None => Ok(None),
    }
}

async fn find<A: Action>(may: &mut May<A>, id: i64) -> sqlx::Result<Agreement> {
    let pairing = may.pairing().clone();
    let row = sqlx::query!(
        r#"
        with signatures as (
            select person_id, (signed_at at time zone $5)::date as signed_on
            from agreement_signatures
            where agreement_id = $1
        )
        select version, purpose, success, scope, meetings, contact, cancelling, mentor_commits,
            mentee_commits, confidentiality, if_it_does_not_work, review_on, ends_on,
            (drafted_at at time zone $5)::date as "drafted_on!", people.full_name as drafted_by,
            (select signed_on from signatures where person_id = $3) as mentor_signed_on,
            (select signed_on from signatures where person_id = $4) as mentee_signed_on
        from agreements
        join people on people.id = agreements.drafted_by
        where agreements.id = $1 and pairing_id = $2
        "#,
        id,
        pairing.id.0,
        pairing.mentor.id.0,
        pairing.mentee.id.0,
        pairing.programme.time_zone,
    )
    .fetch_one(may.db())
    .await?;
    Ok(Agreement {
        version: row.version,
        drafted_by: row.drafted_by,
        drafted_on: row.drafted_on,
        mentor_signed_on: row.mentor_signed_on,
        mentee_signed_on: row.mentee_signed_on,
        clauses: Clauses {
            purpose: row.purpose,
            success: row.success,
            scope: row.scope,
            meetings: row.meetings,
            contact: row.contact,
            cancelling: row.cancelling,
            mentor_commits: row.mentor_commits,
            mentee_commits: row.mentee_commits,
            confidentiality: row.confidentiality,
            if_it_does_not_work: row.if_it_does_not_work,
            review_on: row.review_on,
            ends_on: row.ends_on,
        },
    })
}

async fn insert(may: &mut May<DraftAgreement>, version: i16, clauses: &Clauses) -> Result<()> {
    let (pairing, viewer, now) = (may.pairing().id, may.viewer().id, may.now());
    let added = sqlx::query!(
        r"
        insert into agreements (
            pairing_id, version, purpose, success, scope, meetings, contact, cancelling,
            mentor_commits, mentee_commits, confidentiality, if_it_does_not_work, review_on,
            ends_on, drafted_by, drafted_at
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        ",
        pairing.0,
        version,
        clauses.purpose,
        clauses.success,
        clauses.scope,
        clauses.meetings,
        clauses.contact,
        clauses.cancelling,
        clauses.mentor_commits,
        clauses.mentee_commits,
        clauses.confidentiality,
        clauses.if_it_does_not_work,
        clauses.review_on,
        clauses.ends_on,
        viewer.0,
        now,
    )
    .execute(may.db())
    .await;
    match added {
        Err(cause) if broke(&cause, "agreements_one_next_version") => Err(Error::conflict(
            "The other one saved a version at the same moment. Open it and begin from there.",
        )),
        added => Ok(added.map(|_| ())?),
    }
}

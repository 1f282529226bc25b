//! Coordinators decide about one application or many: they are read once more, then it is done to
//! all of them or to none.

use super::letters::{self, Applicant};
use super::queries::store_stage;
use super::stage::{Decision, Moments, Stage};
use crate::App;
use crate::error::{Error, Result};
use crate::pairings::stage::Side;
use crate::people::PersonId;
use crate::programmes::access::{Programme, Runs, changed_meanwhile, in_path};
use crate::programmes::side;
use crate::programmes::stage::Act;
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use crate::web::words;
use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// The decision that a path names.
struct Taken(Decision);

impl FromRequestParts<App> for Taken {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        let named = in_path(parts, "decision").await?;
        let decision = Decision::ALL.into_iter().find(|one| one.slug() == named);
        decision.map(Taken).ok_or(Error::NotFound)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DecisionForm {
    application: Vec<String>,
    words: String,
    once: String,
}

#[derive(Template)]
#[template(path = "applications/decide.html")]
struct DecidePage {
    frame: Frame,
    problems: Problems,
    programme: Programme,
    decision: Decision,
    chosen: Vec<Chosen>,
    /// To whom it cannot be done where their application stands.
    others: Vec<Chosen>,
    form: DecisionForm,
}

struct Chosen {
    id: i64,
    person: PersonId,
    name: String,
    email: String,
    side: Side,
    stage: Stage,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/programmes/{programme}/decisions/{decision}",
            Entry::SignedIn,
            ask,
        )
        .post(
            "/programmes/{programme}/decisions/{decision}",
            Entry::SignedIn,
            take,
        )
}

async fn ask(
    mut runs: Runs,
    Taken(decision): Taken,
    Form(mut form): Form<DecisionForm>,
) -> Result<Response> {
    runs.programme.allows(decision.in_programme())?;
    form.once = runs.acting.once();
    form.words = decision.template(&runs.programme.name);
    let page = page(&mut runs, decision, form, Problems::default()).await?;
    Ok(Page(page).into_response())
}

async fn take(
    mut runs: Runs,
    Taken(decision): Taken,
    State(app): State<App>,
    Form(form): Form<DecisionForm>,
) -> Result<Response> {
    let list = runs.programme.at("/applications");
    if !runs.acting.first_time(&form.once).await? {
        return Ok(see(&list));
    }
    runs.programme.allows(decision.in_programme())?;
    let words = match decision.read(&form.words) {
        Ok(words) => words,
        Err(problems) => {
            return Ok(Page(page(&mut runs, decision, form, problems).await?).refused());
        }
    };
    let chosen = chosen(&mut runs, &form, true).await?;
    if chosen.is_empty() {
        return Ok(see(&list));
    }
    for one in &chosen {
        apply(&mut runs, &app, one, decision, &words).await?;
    }
    let how_many = i64::try_from(chosen.len()).unwrap_or(i64::MAX);
    let applications = words::count(&how_many, "application is", "applications are");
    runs.commit(decision.act_on_all()).await?;
    Ok(done(&list, &format!("{applications} {}.", decision.done())))
}

/// Does it to one of them, with a letter and a line in the audit.
async fn apply(
    runs: &mut Runs,
    app: &App,
    one: &Chosen,
    decision: Decision,
    words: &str,
) -> Result<()> {
    let now = runs.acting.now;
    let Some(stage) = one.stage.decide(decision, now) else {
        let stands = one.stage.name().words().to_lowercase();
        return Err(Error::conflict(format!(
            "Somebody has been faster: {}’s application stands at “{stands}” now. Nothing has \
             changed by this press.",
            one.name
        )));
    };
    let viewer = runs.acting.viewer.id;
    let said = if decision == Decision::Ask { "" } else { words };
    store_stage(&mut runs.acting, one.id, stage, said).await?;
    match decision {
        Decision::Approve => enrol(runs, one).await.map_err(changed_meanwhile)?,
        Decision::Ask => {
            sqlx::query!(
                "insert into enquiries (application_id, body, asked_by, asked_at)
                 values ($1, $2, $3, $4)",
                one.id,
                words,
                viewer.0,
                now,
            )
            .execute(&mut *runs.acting)
            .await?;
        }
        Decision::WaitList | Decision::Decline => {}
    }
    sqlx::query!(
        "insert into audit_events (at, actor_id, act, person_id, programme_id)
         values ($1, $2, $3, $4, $5)",
        now,
        viewer.0,
        decision.act(),
        one.person.0,
        runs.programme.id.0,
    )
    .execute(&mut *runs.acting)
    .await?;
    let applicant = Applicant {
        person: one.person,
        email: &one.email,
        side: one.side,
    };
    Ok(letters::write(runs, app, &applicant, decision).await?)
}

/// What was written in the application is what the others see from now on.
async fn enrol(runs: &mut Runs, one: &Chosen) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into enrolments (
            programme_id, person_id, part, about, capacity, enrolled_by, enrolled_at
        )
        select programme_id, person_id, part, about,
            case part when 'mentor' then least(coalesce(capacity, capacity_default), capacity_max) end,
            $2, $3
        from applications join programmes on programmes.id = programme_id
        where applications.id = $1
        on conflict (programme_id, person_id, part) do update
        set about = excluded.about, capacity = excluded.capacity, left_at = null
        "#,
        one.id,
        runs.acting.viewer.id.0,
        runs.acting.now,
    )
    .execute(&mut *runs.acting)
    .await?;
    Ok(())
}

/// The applications that were ticked, as they are now; locked for whoever changes them.
async fn chosen(runs: &mut Runs, form: &DecisionForm, lock: bool) -> sqlx::Result<Vec<Chosen>> {
    let ids: Vec<i64> = form
        .application
        .iter()
        .filter_map(|id| id.parse().ok())
        .collect();
    if lock {
        sqlx::query!(
            "select id from applications
             where programme_id = $1 and id = any($2) and sent_at is not null
             order by id for update",
            runs.programme.id.0,
            &ids,
        )
        .fetch_all(&mut *runs.acting)
        .await?;
    }
    let rows = sqlx::query!(
        "select
            applications.id, people.id as person, full_name, email, part, sent_at, asked_at,
            wait_listed_at, approved_at, declined_at, withdrawn_at
         from applications
         join people on people.id = person_id
         where programme_id = $1 and applications.id = any($2) and sent_at is not null
         order by sent_at, applications.id",
        runs.programme.id.0,
        &ids,
    )
    .fetch_all(&mut *runs.acting)
    .await?;
    let chosen = rows.into_iter().map(|row| Chosen {
        id: row.id,
        person: row.person,
        name: row.full_name,
        email: row.email,
        side: side(&row.part).unwrap_or(Side::Mentee),
        stage: Stage::from_moments(&Moments {
            sent_at: row.sent_at,
            asked_at: row.asked_at,
            wait_listed_at: row.wait_listed_at,
            approved_at: row.approved_at,
            declined_at: row.declined_at,
            withdrawn_at: row.withdrawn_at,
        }),
    });
    Ok(chosen.collect())
}

async fn page(
    runs: &mut Runs,
    decision: Decision,
    form: DecisionForm,
    problems: Problems,
) -> Result<DecidePage> {
    let now = runs.acting.now;
    let (chosen, others) = chosen(runs, &form, false)
        .await?
        .into_iter()
        .partition(|one| one.stage.decide(decision, now).is_some());
    Ok(DecidePage {
        frame: runs.frame(),
        problems,
        programme: runs.programme.clone(),
        decision,
        chosen,
        others,
        form,
    })
}

impl Decision {
    /// What the programme has to allow for it.
    fn in_programme(self) -> Act {
        match self {
            Decision::Approve => Act::Enrol,
            Decision::Ask | Decision::WaitList | Decision::Decline => Act::ChangeSettings,
        }
    }

    /// What stands in the box to begin with.
    fn template(self, programme: &str) -> String {
        match self {
            Decision::Approve | Decision::Ask => String::new(),
            Decision::WaitList => format!(
                "Thank you for applying for {programme}. Just now there are more people than \
                 places. We keep your application and come back to you as soon as there is one."
            ),
            Decision::Decline => format!(
                "Thank you for applying for {programme}, and for the care you put into it. This \
                 time we could not find the right place for you. That says nothing of you: we had \
                 to choose, and we would be glad to hear from you again."
            ),
        }
    }

    fn read(self, words: &str) -> Result<String, Problems> {
        let read = match self {
            Decision::Approve | Decision::WaitList => form::optional_prose(words, 2000),
            Decision::Ask => form::prose(words, 2000, "Write your question"),
            Decision::Decline => form::prose(words, 2000, "Write a few kind words"),
        };
        let mut problems = Problems::default();
        problems.keep("words", read).ok_or(problems)
    }

    fn label(self) -> &'static str {
        match self {
            Decision::Approve | Decision::WaitList => "What you say to them (optional)",
            Decision::Ask => "Your question",
            Decision::Decline => "What you say to them",
        }
    }

    fn lead(self) -> &'static str {
        match self {
            Decision::Approve => {
                "They take part from then on, with what they wrote as what they offer or seek, and \
                 can be paired."
            }
            Decision::Ask => "They answer on their application, which then comes back to you.",
            Decision::WaitList => {
                "They wait, and you can approve or decline them at any time. Nobody else sees the \
                 list."
            }
            Decision::Decline => "They can apply again while the programme takes applications.",
        }
    }

    /// "Approve 3 applications?"
    fn title(self, how_many: usize) -> String {
        let how_many = i64::try_from(how_many).unwrap_or(i64::MAX);
        let applications = words::count(&how_many, "application", "applications");
        match self {
            Decision::Approve => format!("Approve {applications}?"),
            Decision::Ask => format!("Ask a question about {applications}"),
            Decision::WaitList => format!("Put {applications} on the waiting list?"),
            Decision::Decline => format!("Decline {applications}?"),
        }
    }

    fn act(self) -> &'static str {
        match self {
            Decision::Approve => "approved the application",
            Decision::Ask => "asked about the application",
            Decision::WaitList => "put the application on the waiting list",
            Decision::Decline => "declined the application",
        }
    }

    fn act_on_all(self) -> &'static str {
        match self {
            Decision::Approve => "approved applications",
            Decision::Ask => "asked about applications",
            Decision::WaitList => "put applications on the waiting list",
            Decision::Decline => "declined applications",
        }
    }

    fn done(self) -> &'static str {
        match self {
            Decision::Approve => "approved",
            Decision::Ask => "sent a question",
            Decision::WaitList => "on the waiting list",
            Decision::Decline => "declined",
        }
    }
}

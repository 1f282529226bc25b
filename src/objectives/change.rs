//! Changing an objective, by either of the two. Another statement has to be agreed again, and
//! nobody changes what they have not read.

use super::form::{ObjectiveForm, Words};
use super::history;
use super::state::State;
use super::steps::settled;
use super::{Objective, ObjectiveId, queries};
use crate::error::Result;
use crate::pairings::Pairing;
use crate::pairings::access::{ChangeObjective, May};
use crate::web::form::{Form, Problems};
use crate::web::page::{Frame, Page, done, see};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "objectives/change.html")]
struct ChangePage {
    frame: Frame,
    pairing: Pairing,
    objective: Objective,
    /// The other one has changed it while this was typed.
    crossed: bool,
    form: ObjectiveForm,
    problems: Problems,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/pairings/{pairing}/objectives/{objective}/edit",
            Entry::SignedIn,
            edit,
        )
        .post(
            "/pairings/{pairing}/objectives/{objective}",
            Entry::SignedIn,
            update,
        )
}

async fn edit(mut may: May<ChangeObjective>, id: ObjectiveId) -> Result<Response> {
    let objective = queries::one(&mut may, id).await?;
    if objective.state.settled() {
        return Ok(see(&objective.path(may.pairing())));
    }
    let form = ObjectiveForm::over(&objective);
    Ok(page(&may, objective, form, Problems::default()).into_response())
}

async fn update(
    mut may: May<ChangeObjective>,
    id: ObjectiveId,
    Form(form): Form<ObjectiveForm>,
) -> Result<Response> {
    let objective = queries::one(&mut may, id).await?;
    if objective.state.settled() {
        return Err(settled());
    }
    let words = match form.read(may.today(), objective.due_on) {
        Ok(words) => words,
        Err(problems) => return Ok(page(&may, objective, form, problems).refused()),
    };
    let path = objective.path(may.pairing());
    let before = Words::of(&objective);
    if words == before {
        return Ok(see(&path));
    }
    if form.version != objective.version.to_string() {
        return Ok(crossed(&may, objective, form));
    }
    let reworded = !words.mean_the_same_as(&before);
    if reworded && matches!(objective.state, State::Reached(_)) {
        let problems = Problems::one(
            "statement",
            "It was reached by the words that stand there. Change the rest, and leave these and \
             how you will know as they are",
        );
        return Ok(page(&may, objective, form, problems).refused());
    }
    store(&mut may, &objective, &words, reworded).await?;
    history::note_changes(&mut may, &objective, &words).await?;
    let partner = may.pairing().partner().name.clone();
    may.commit().await?;
    let banner = if reworded {
        format!("Saved. As its words are new, {partner} agrees to it next.")
    } else {
        "Saved.".into()
    };
    Ok(done(&path, &banner))
}

/// Shows what stands there by now above what was typed, which stays in the boxes.
fn crossed(may: &May<ChangeObjective>, objective: Objective, form: ObjectiveForm) -> Response {
    let form = ObjectiveForm {
        version: objective.version.to_string(),
        ..form
    };
    let problems = Problems::one(
        "statement",
        "This objective was changed while you were writing. Bring the two together here, then \
         save again",
    );
    let mut page = page(may, objective, form, problems);
    page.0.crossed = true;
    page.refused()
}

fn page(
    may: &May<ChangeObjective>,
    objective: Objective,
    form: ObjectiveForm,
    problems: Problems,
) -> Page<ChangePage> {
    Page(ChangePage {
        frame: may.frame(),
        pairing: may.pairing().clone(),
        objective,
        crossed: false,
        form,
        problems,
    })
}

/// Whoever gives it other words proposes it anew.
async fn store(
    may: &mut May<ChangeObjective>,
    objective: &Objective,
    words: &Words,
    reworded: bool,
) -> sqlx::Result<()> {
    let (viewer, today) = (may.viewer().id, may.today());
    sqlx::query!(
        "update objectives set statement = $2, how_we_will_know = $3, why = $4, due_on = $5,
            baseline = $6, wanted = $7, steps = $8, evidence = $9, version = version + 1,
            proposed_by = case when $10 then $11 else proposed_by end,
            proposed_on = case when $10 then greatest(proposed_on, $12) else proposed_on end,
            agreed_on = case when $10 then null else agreed_on end
         where id = $1",
        objective.id.0,
        words.statement,
        words.how_we_will_know,
        words.why,
        words.due_on,
        words.baseline,
        words.wanted,
        words.steps,
        words.evidence,
        reworded,
        viewer.0,
        today,
    )
    .execute(may.db())
    .await?;
    Ok(())
}

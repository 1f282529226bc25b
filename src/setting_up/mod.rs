//! The first run: a link, printed where the server runs, opens a list of tasks. It dies when the
//! first administrator exists, and the list goes on for them.

mod administrator;
mod demonstration;
pub mod link;
mod tasks;

use crate::error::Result;
use crate::mail::{MailForm, MailPage, store_settings, try_out};
use crate::organisation::{OrganisationForm, OrganisationPage};
use crate::web::form::Form;
use crate::web::page::{Page, see};
use crate::web::routes::{Entry, Routes};
use axum::response::{IntoResponse, Response};
use link::SetUp;

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/set-up/{token}", Entry::Anyone, tasks::for_a_stranger)
        .get("/set-up", Entry::Administrators, tasks::for_administrators)
        .get("/set-up/{token}/organisation", Entry::Anyone, organisation)
        .post(
            "/set-up/{token}/organisation",
            Entry::Anyone,
            keep_organisation,
        )
        .get("/set-up/{token}/mail", Entry::Anyone, mail)
        .post("/set-up/{token}/mail", Entry::Anyone, keep_mail);
    demonstration::routes(administrator::routes(routes))
}

async fn organisation(mut set_up: SetUp) -> Result<Response> {
    let page = OrganisationPage::of(&mut set_up.db).await?;
    Ok(Page(set_up.place(page)).into_response())
}

async fn keep_organisation(
    mut set_up: SetUp,
    Form(form): Form<OrganisationForm>,
) -> Result<Response> {
    match form.read(&mut set_up.db).await? {
        Ok(organisation) => organisation.store(&mut set_up.db).await?,
        Err(problems) => {
            let page = OrganisationPage::of(&mut set_up.db).await?;
            return Ok(Page(set_up.place(page.with(form, problems))).refused());
        }
    }
    let tasks = set_up.tasks();
    set_up.commit("set up the organisation").await?;
    Ok(see(&tasks))
}

async fn mail(mut set_up: SetUp) -> Result<Response> {
    let page = MailPage::of(&mut set_up.db, String::new()).await?;
    Ok(Page(mail_at(&set_up, page)).into_response())
}

async fn keep_mail(mut set_up: SetUp, Form(form): Form<MailForm>) -> Result<Response> {
    let page = MailPage::of(&mut set_up.db, String::new()).await?;
    let mut page = mail_at(&set_up, page);
    match page.read(&mut set_up.db, form).await? {
        None => Ok(Page(page).refused()),
        Some((settings, None)) => {
            store_settings(&mut set_up.db, &settings).await?;
            let tasks = set_up.tasks();
            set_up.commit("set up sending mail").await?;
            Ok(see(&tasks))
        }
        Some((settings, Some(to))) => {
            let now = set_up.now;
            if let Err(words) = try_out(&mut set_up.db, &settings, &to, now).await? {
                page.trouble = Some(words);
                return Ok(Page(page).refused());
            }
            store_settings(&mut set_up.db, &settings).await?;
            let tasks = set_up.tasks();
            set_up.commit("set up sending mail").await?;
            Ok(see(&tasks))
        }
    }
}

fn mail_at(set_up: &SetUp, page: MailPage) -> MailPage {
    MailPage {
        path: set_up.at("/mail"),
        back: (set_up.tasks(), "Set up Waymark"),
        ..page
    }
}

impl SetUp {
    fn place(&self, page: OrganisationPage) -> OrganisationPage {
        OrganisationPage {
            path: self.at("/organisation"),
            back: (self.tasks(), "Set up Waymark"),
            ..page
        }
    }
}

//! Whose Waymark this is: a name, where people are taken to be, and whose mail is theirs.

use crate::error::Result;
use crate::people::acting::About;
use crate::people::{Acting, time_zones};
use crate::web::form::{self, Form, Problems};
use crate::web::page::{Frame, Page, done};
use crate::web::routes::{Entry, Routes};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sqlx::PgConnection;

const PATH: &str = "/administration/organisation";

#[derive(Clone, Debug)]
pub struct Organisation {
    pub name: String,
    /// An IANA name.
    pub time_zone: String,
    /// In lower case, without an @.
    pub mail_domains: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct OrganisationForm {
    pub name: String,
    pub time_zone: String,
    /// One to a line.
    pub mail_domains: String,
}

#[derive(Template)]
#[template(path = "organisation/edit.html")]
pub struct OrganisationPage {
    pub frame: Frame,
    pub form: OrganisationForm,
    pub problems: Problems,
    pub time_zones: Vec<&'static str>,
    /// Where the page stands, and where its form goes.
    pub path: String,
    pub back: (String, &'static str),
}

#[derive(Template)]
#[template(path = "organisation/administration.html")]
struct AdministrationPage {
    frame: Frame,
    organisation: Organisation,
    sends_mail: bool,
    /// What people may sign in with beside a password.
    provider: Option<String>,
    waiting: i64,
    given_up: i64,
    /// Whether the demonstration is here.
    demonstration: bool,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/administration", Entry::Administrators, administration)
        .get(PATH, Entry::Administrators, edit)
        .post(PATH, Entry::Administrators, update)
}

async fn administration(mut acting: Acting) -> Result<Response> {
    let organisation = Organisation::read(&mut acting).await?;
    let row = sqlx::query!(
        r#"select
            exists (select from mail_settings) as "sends_mail!",
            (select name from single_sign_on) as provider,
            exists (select from demonstration) as "demonstration!",
            count(*) filter (where given_up_at is null) as "waiting!",
            count(given_up_at) as "given_up!"
           from letters where sent_at is null and not made_up"#
    )
    .fetch_one(&mut *acting)
    .await?;
    Ok(Page(AdministrationPage {
        frame: acting.frame.clone(),
        organisation,
        sends_mail: row.sends_mail,
        provider: row.provider,
        waiting: row.waiting,
        given_up: row.given_up,
        demonstration: row.demonstration,
    })
    .into_response())
}

async fn edit(mut acting: Acting) -> Result<Response> {
    let mut page = OrganisationPage::of(&mut acting).await?;
    page.frame = acting.frame.clone();
    Ok(Page(page).into_response())
}

async fn update(mut acting: Acting, Form(form): Form<OrganisationForm>) -> Result<Response> {
    match form.read(&mut acting).await? {
        Ok(organisation) => organisation.store(&mut acting).await?,
        Err(problems) => {
            let mut page = OrganisationPage::of(&mut acting).await?;
            page.frame = acting.frame.clone();
            return Ok(Page(page.with(form, problems)).refused());
        }
    }
    acting
        .commit("changed the organisation", About::Oneself)
        .await?;
    Ok(done("/administration", "The organisation is changed."))
}

impl Organisation {
    pub async fn read(db: &mut PgConnection) -> sqlx::Result<Organisation> {
        sqlx::query_as!(
            Organisation,
            "select name, time_zone, mail_domains from organisation"
        )
        .fetch_one(db)
        .await
    }

    pub async fn store(&self, db: &mut PgConnection) -> sqlx::Result<()> {
        sqlx::query!(
            "update organisation set name = $1, time_zone = $2, mail_domains = $3",
            self.name,
            self.time_zone,
            &self.mail_domains,
        )
        .execute(db)
        .await?;
        Ok(())
    }

    /// " at Quillmoor", where a letter says who wrote it.
    pub fn at(&self) -> String {
        match self.name.as_str() {
            "" => String::new(),
            name => format!(" at {name}"),
        }
    }

    /// Whether this is an address at one of the organisation's own domains.
    pub fn owns(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map(|(_, domain)| domain);
        domain.is_some_and(|domain| self.mail_domains.iter().any(|own| own == domain))
    }
}

impl OrganisationPage {
    /// The page as the organisation is kept.
    pub async fn of(db: &mut PgConnection) -> sqlx::Result<OrganisationPage> {
        let organisation = Organisation::read(db).await?;
        Ok(OrganisationPage {
            frame: Frame::default(),
            time_zones: time_zones::offered(db, &organisation.time_zone).await?,
            form: OrganisationForm {
                name: organisation.name,
                time_zone: organisation.time_zone,
                mail_domains: organisation.mail_domains.join("\n"),
            },
            problems: Problems::default(),
            path: PATH.into(),
            back: ("/administration".into(), "Administration"),
        })
    }

    pub fn with(mut self, form: OrganisationForm, problems: Problems) -> OrganisationPage {
        self.form = form;
        self.problems = problems;
        self
    }
}

impl OrganisationForm {
    pub async fn read(
        &self,
        db: &mut PgConnection,
    ) -> sqlx::Result<Result<Organisation, Problems>> {
        let mut problems = Problems::default();
        let name = form::line(&self.name, 100, "Enter the organisation's name");
        let name = problems.keep("name", name);
        if !time_zones::known(db).await?.contains(&self.time_zone) {
            problems.add("time_zone", "Choose a time zone from the list");
        }
        let mail_domains = problems.keep("mail_domains", read_domains(&self.mail_domains));
        Ok(match (name, mail_domains) {
            (Some(name), Some(mail_domains)) if problems.is_empty() => Ok(Organisation {
                name,
                time_zone: self.time_zone.clone(),
                mail_domains,
            }),
            _ => Err(problems),
        })
    }
}

fn read_domains(text: &str) -> Result<Vec<String>, form::Problem> {
    let mut domains: Vec<String> = text
        .split([',', ';', ' ', '\n', '\r', '\t'])
        .map(|domain| domain.trim().trim_start_matches('@').to_lowercase())
        .filter(|domain| !domain.is_empty())
        .collect();
    domains.sort();
    domains.dedup();
    let fine = |domain: &String| {
        let known = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
        domain.len() <= 253
            && domain.contains('.')
            && domain.chars().all(known)
            && domain.split('.').all(|part| !part.is_empty())
    };
    match domains.iter().find(|domain| !fine(domain)) {
        Some(wrong) => {
            let wrong: String = wrong.chars().take(60).collect();
            Err(format!("Enter domains such as example.org: {wrong} is none").into())
        }
        None if domains.len() > 50 => Err("Enter at most 50 domains".into()),
        None => Ok(domains),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_read_however_they_are_parted() {
        let read = read_domains("Example.org, @mail.example.org\r\nexample.org;b.example");
        assert_eq!(
            read.unwrap(),
            ["b.example", "example.org", "mail.example.org"]
        );
        for wrong in [
            "example",
            "exa mple.org@x",
            "a..b",
            "<script>.org",
            &"a.".repeat(200),
        ] {
            assert!(read_domains(wrong).is_err(), "{wrong}");
        }
        assert_eq!(read_domains(" \n ").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn only_whole_domains_are_owned() {
        let organisation = Organisation {
            name: "Quillmoor".into(),
            time_zone: "UTC".into(),
            mail_domains: vec!["example.org".into()],
        };
        for (email, owned) in [
            ("a@example.org", true),
            ("a@evil-example.org", false),
            ("a@mail.example.org", false),
            ("a@example.org.evil", false),
            ("example.org", false),
        ] {
            assert_eq!(organisation.owns(email), owned, "{email}");
        }
    }
}

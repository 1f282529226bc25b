//! The list of tasks: what there is to do, what has been done, and what has to wait.

use super::demonstration;
use super::link::SetUp;
use crate::error::Result;
use crate::people::Acting;
use crate::web::page::{Frame, Page};
use askama::Template;
use axum::response::{IntoResponse, Response};
use sqlx::PgConnection;

#[derive(Template)]
#[template(path = "setting_up/tasks.html")]
struct TasksPage {
    frame: Frame,
    tasks: Vec<Task>,
}

struct Task {
    title: &'static str,
    about: String,
    state: State,
}

enum State {
    /// Done; may be looked at again where a path is given.
    Done(Option<String>),
    ToDo(String),
    /// May be left for later.
    Later(String),
    Waits,
}

struct Known {
    organisation: String,
    sends_mail: bool,
    /// Made-up ones count where there are no others to be.
    programmes: i64,
    demonstration: bool,
}

pub async fn for_a_stranger(mut set_up: SetUp) -> Result<Response> {
    let known = Known::of(&mut set_up.db).await?;
    let administrator = Task {
        title: "First administrator",
        about: "You, most likely. You are signed in at once, and this link ends.".into(),
        state: State::ToDo(set_up.at("/administrator")),
    };
    let tasks = vec![
        known.organisation(set_up.at("/organisation")),
        known.mail(set_up.at("/mail")),
        administrator,
        Task {
            title: "First programme",
            about: "As soon as there is an administrator.".into(),
            state: State::Waits,
        },
        Task {
            title: "Demonstration",
            about: "The same, if you would like to look around among made-up people first.".into(),
            state: State::Waits,
        },
    ];
    Ok(Page(TasksPage {
        frame: Frame::default(),
        tasks,
    })
    .into_response())
}

pub async fn for_administrators(mut acting: Acting) -> Result<Response> {
    let known = Known::of(&mut acting).await?;
    let tasks = vec![
        known.organisation("/administration/organisation".into()),
        known.mail("/administration/mail".into()),
        Task {
            title: "First administrator",
            about: "That is done.".into(),
            state: State::Done(None),
        },
        Task {
            title: "First programme",
            about: "Whom it is for, when, and who coordinates it.".into(),
            state: match known.programmes {
                0 => State::ToDo("/programmes/new".into()),
                _ => State::Done(Some("/programmes".into())),
            },
        },
        known.demonstration(),
    ];
    Ok(Page(TasksPage {
        frame: acting.frame.clone(),
        tasks,
    })
    .into_response())
}

impl Known {
    async fn of(db: &mut PgConnection) -> sqlx::Result<Known> {
        sqlx::query_as!(
            Known,
            r#"select
                name as organisation,
                exists (select from mail_settings) as "sends_mail!",
                (
                    select count(*) from programmes
                    where exists (select from demo_introductions)
                        or id not in (select programme_id from made_up_programmes)
                ) as "programmes!",
                exists (select from demonstration) as "demonstration!"
               from organisation"#
        )
        .fetch_one(db)
        .await
    }

    fn organisation(&self, path: String) -> Task {
        Task {
            title: "Organisation",
            about: if self.organisation.is_empty() {
                "Its name, and where people are.".into()
            } else {
                self.organisation.clone()
            },
            state: match self.organisation.is_empty() {
                true => State::ToDo(path),
                false => State::Done(Some(path)),
            },
        }
    }

    fn demonstration(&self) -> Task {
        let path = demonstration::PATH.into();
        Task {
            title: "Demonstration",
            about: match self.demonstration {
                true => "Made-up people in made-up programmes are here.".into(),
                false => "Made-up people, to look around among. You can remove them again.".into(),
            },
            state: match self.demonstration {
                true => State::Done(Some(path)),
                false => State::Later(path),
            },
        }
    }

    fn mail(&self, path: String) -> Task {
        Task {
            title: "Sending mail",
            about: "So that invitations and letters reach people. You can leave it for later."
                .into(),
            state: match self.sends_mail {
                true => State::Done(Some(path)),
                false => State::Later(path),
            },
        }
    }
}

impl TasksPage {
    fn done(&self) -> usize {
        let done = |task: &&Task| matches!(task.state, State::Done(_));
        self.tasks.iter().filter(done).count()
    }

    fn finished(&self) -> bool {
        let open = |task: &Task| matches!(task.state, State::ToDo(_) | State::Waits);
        !self.tasks.iter().any(open)
    }
}

impl Task {
    fn path(&self) -> Option<&str> {
        match &self.state {
            State::Done(path) => path.as_deref(),
            State::ToDo(path) | State::Later(path) => Some(path),
            State::Waits => None,
        }
    }
}

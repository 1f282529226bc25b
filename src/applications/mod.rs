//! Somebody asks for a part in a programme, and its coordinators answer.

mod access;
mod decide;
mod form;
pub mod letters;
mod list;
mod open;
mod openness;
mod own;
pub mod queries;
mod show;
pub mod stage;
mod write;

pub use open::{Mine, Open, all as open_to, place_to_apply};

use crate::pairings::stage::Side;
use crate::people::PersonId;
use crate::programmes::ProgrammeId;
use crate::programmes::part;
use crate::web::routes::Routes;
use stage::Stage;
use time::Date;

/// Of what becomes a person's place in the programme.
pub const EVERYBODY: &str = "You and the coordinators read this, and so does everybody in the programme once you take part.";

/// What somebody has written so far, and where it stands.
#[derive(Clone, Debug)]
pub struct Application {
    pub id: i64,
    pub programme: ProgrammeId,
    pub person: PersonId,
    pub side: Side,
    pub about: String,
    /// A mentor's, once they have said it.
    pub capacity: Option<i16>,
    /// When a mentor takes nobody on: the first and the last day.
    pub away: Option<(Date, Date)>,
    /// What the coordinators said last.
    pub words: String,
    pub stage: Stage,
}

impl Application {
    /// What the box is called that everybody in the programme reads.
    pub fn about_label(&self) -> &'static str {
        about(self.side)
    }
}

pub fn routes(routes: Routes) -> Routes {
    let routes = own::routes(write::routes(routes));
    let routes = decide::routes(show::routes(list::routes(routes)));
    openness::routes(routes)
}

/// Where somebody applies for a part.
pub fn path(programme: ProgrammeId, side: Side) -> String {
    format!("/programmes/{programme}/application/{}", part(side))
}

fn about(side: Side) -> &'static str {
    match side {
        Side::Mentor => "What I can offer",
        Side::Mentee => "What I want to gain",
    }
}

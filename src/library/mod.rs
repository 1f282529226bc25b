//! The library: short texts on mentoring to read before, between and after sessions. Waymark brings its
//! own; coordinators make them theirs, and add to them, for the programme that they run.

mod access;
mod arrange;
mod edit;
pub mod languages;
mod list;
pub mod modules;
pub mod queries;
mod removal;
mod show;
pub mod text;

use crate::web::routes::Routes;
use languages::{ENGLISH, Language};
use modules::Own;
use text::Text;

/// The most that a library holds.
pub const MOST_MODULES: usize = 100;

/// Whom a module is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Audience {
    Everybody,
    Mentors,
    Mentees,
    Coordinators,
}

/// When it helps.
#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Stage {
    Before,
    InitialMeeting,
    Sessions,
    MovingOn,
}

/// Under which heading it stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Group {
    At(Stage),
    /// For coordinators, whenever it is.
    Running,
}

/// Which module it is: one of Waymark's own, or one that coordinators added.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    Own(&'static Own),
    Added(i64),
}

/// A module as one library has it.
#[derive(Clone, Debug)]
pub struct Module {
    pub which: Which,
    /// Its key, where a programme's coordinators have touched the library.
    pub id: Option<i64>,
    pub audience: Audience,
    pub stage: Stage,
    pub hidden: bool,
    /// What coordinators wrote, at most once in each language.
    pub written: Vec<(Language, Text)>,
}

pub fn routes(routes: Routes) -> Routes {
    let routes = show::routes(list::routes(routes));
    removal::routes(edit::routes(arrange::routes(routes)))
}

impl Audience {
    pub const ALL: [Audience; 4] = [
        Audience::Everybody,
        Audience::Mentors,
        Audience::Mentees,
        Audience::Coordinators,
    ];

    /// As it is stored, as a form sends it and as a file holds it.
    pub fn slug(self) -> &'static str {
        match self {
            Audience::Everybody => "everybody",
            Audience::Mentors => "mentors",
            Audience::Mentees => "mentees",
            Audience::Coordinators => "coordinators",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Audience::Everybody => "For everybody",
            Audience::Mentors => "For mentors",
            Audience::Mentees => "For mentees",
            Audience::Coordinators => "For coordinators",
        }
    }

    pub fn read(slug: &str) -> Option<Audience> {
        Self::ALL.into_iter().find(|one| one.slug() == slug)
    }

    /// Whether what is for this audience is also for those.
    pub fn includes(self, those: Audience) -> bool {
        self == Audience::Everybody || self == those
    }
}

impl Stage {
    pub const ALL: [Stage; 4] = [
        Stage::Before,
        Stage::InitialMeeting,
        Stage::Sessions,
        Stage::MovingOn,
    ];

    pub fn slug(self) -> &'static str {
        match self {
            Stage::Before => "before",
            Stage::InitialMeeting => "initial_meeting",
            Stage::Sessions => "sessions",
            Stage::MovingOn => "moving_on",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Stage::Before => "Before you begin",
            Stage::InitialMeeting => "The initial meeting",
            Stage::Sessions => "Sessions",
            Stage::MovingOn => "Moving on",
        }
    }

    pub fn read(slug: &str) -> Option<Stage> {
        Self::ALL.into_iter().find(|one| one.slug() == slug)
    }
}

impl Group {
    pub const ALL: [Group; 5] = [
        Group::At(Stage::Before),
        Group::At(Stage::InitialMeeting),
        Group::At(Stage::Sessions),
        Group::At(Stage::MovingOn),
        Group::Running,
    ];

    pub fn words(self) -> &'static str {
        match self {
            Group::At(stage) => stage.words(),
            Group::Running => "Running a programme",
        }
    }

    /// The modules of each heading that has any.
    pub fn parted(modules: &[Module]) -> Vec<(Group, Vec<&Module>)> {
        let of = |group: Group| -> Vec<&Module> {
            let modules = modules.iter();
            modules.filter(|one| one.group() == group).collect()
        };
        let groups = Group::ALL.into_iter().map(|group| (group, of(group)));
        groups.filter(|(_, modules)| !modules.is_empty()).collect()
    }
}

impl Which {
    pub fn own(self) -> Option<&'static Own> {
        match self {
            Which::Own(own) => Some(own),
            Which::Added(_) => None,
        }
    }

    /// As it stands in an address.
    pub fn key(self) -> String {
        match self {
            Which::Own(own) => own.slug.to_owned(),
            Which::Added(id) => id.to_string(),
        }
    }

    /// As an address names it.
    pub fn named(key: &str) -> Option<Which> {
        let added = || key.parse().ok().map(Which::Added);
        Own::named(key).map(Which::Own).or_else(added)
    }
}

impl PartialEq for Which {
    fn eq(&self, other: &Which) -> bool {
        match (self, other) {
            (Which::Own(one), Which::Own(other)) => one.slug == other.slug,
            (Which::Added(one), Which::Added(other)) => one == other,
            _ => false,
        }
    }
}

impl Module {
    /// As Waymark brings it along.
    pub fn untouched(own: &'static Own) -> Module {
        Module {
            which: Which::Own(own),
            id: None,
            audience: own.audience,
            stage: own.stage,
            hidden: false,
            written: Vec::new(),
        }
    }

    pub fn group(&self) -> Group {
        match self.audience {
            Audience::Coordinators => Group::Running,
            Audience::Everybody | Audience::Mentors | Audience::Mentees => Group::At(self.stage),
        }
    }

    /// As it reads in this language, if it does.
    pub fn text_in(&self, language: Language) -> Option<Text> {
        let mut written = self.written.iter();
        let written = written.find(|(one, _)| *one == language);
        match (written, self.which) {
            (Some((_, text)), _) => Some(text.clone()),
            (None, Which::Own(own)) if language == ENGLISH => Some(Text::of(own)),
            (None, _) => None,
        }
    }

    /// The languages it can be read in, English first.
    pub fn languages(&self) -> Vec<Language> {
        let all = languages::ALL.into_iter();
        all.filter(|one| self.written_in(*one) || (*one == ENGLISH && self.which.own().is_some()))
            .collect()
    }

    pub fn written_in(&self, language: Language) -> bool {
        self.written.iter().any(|(one, _)| *one == language)
    }

    /// As somebody reads it who said these of themselves, unless they ask for another language.
    pub fn best_for(&self, spoken: &[String], asked: Option<Language>) -> (Language, Text) {
        let all = self.languages();
        let has = |language: &Language| all.contains(language);
        let preferred = spoken
            .iter()
            .find_map(|name| all.iter().copied().find(|one| one.is_called(name)));
        let language = asked
            .filter(has)
            .or(preferred)
            .or(Some(ENGLISH).filter(has))
            .or(all.first().copied())
            .unwrap_or(ENGLISH);
        (language, self.text_in(language).unwrap_or_default())
    }

    /// Whether coordinators put it in other words than Waymark's.
    pub fn reworded(&self) -> bool {
        self.which.own().is_some() && self.written_in(ENGLISH)
    }
}

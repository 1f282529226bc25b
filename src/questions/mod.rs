//! What a programme's coordinators ask of whoever applies, and the skills that answers name.

pub mod answer;
mod edit;
pub mod form;
mod list;
pub mod skills;

use crate::pairings::stage::Side;
use crate::programmes::ProgrammeId;
use crate::web::routes::Routes;
use sqlx::PgConnection;

#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Kind {
    /// A line of text.
    Line,
    /// A text of several paragraphs.
    Prose,
    One,
    Many,
    Scale,
    /// The first few of the choices, in order.
    Ranked,
    /// Of the vocabulary that everybody shares.
    Skills,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Audience {
    Mentors,
    Mentees,
    Both,
}

/// Who reads the answers beside the applicant. Each reads what the one before reads, and more.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Readers {
    Coordinators,
    Partner,
    Programme,
}

#[derive(Clone, Debug)]
pub struct Question {
    pub id: i64,
    pub kind: Kind,
    pub wording: String,
    pub hint: String,
    pub asked_of: Audience,
    pub required: bool,
    pub for_matching: bool,
    pub readers: Readers,
    /// Of a scale, which goes from 1 to this, and what its ends mean.
    pub points: Option<i16>,
    pub least: String,
    pub most: String,
    /// Of a ranked list: how many are ranked.
    pub ranks: Option<i16>,
    pub choices: Vec<Choice>,
    pub archived: bool,
    /// Drafts included.
    pub answered: bool,
}

#[derive(Clone, Debug)]
pub struct Choice {
    pub id: i64,
    pub wording: String,
}

pub fn routes(routes: Routes) -> Routes {
    skills::routes(edit::routes(list::routes(routes)))
}

impl Kind {
    pub const ALL: [Kind; 7] = [
        Kind::Line,
        Kind::Prose,
        Kind::One,
        Kind::Many,
        Kind::Scale,
        Kind::Ranked,
        Kind::Skills,
    ];

    pub fn words(self) -> &'static str {
        match self {
            Kind::Line => "Short text",
            Kind::Prose => "Long text",
            Kind::One => "One choice",
            Kind::Many => "Several choices",
            Kind::Scale => "Scale",
            Kind::Ranked => "Ranked list",
            Kind::Skills => "Skills",
        }
    }

    fn explanation(self) -> &'static str {
        match self {
            Kind::Line => "A line, such as a name or a place.",
            Kind::Prose => "A few sentences.",
            Kind::One => "Exactly one of your choices.",
            Kind::Many => "As many of your choices as apply.",
            Kind::Scale => "From 1 to a number of yours.",
            Kind::Ranked => "The first few of your choices, in order.",
            Kind::Skills => "From the vocabulary that all programmes here share.",
        }
    }

    /// As it is stored, and as a form sends it.
    pub fn slug(self) -> &'static str {
        match self {
            Kind::Line => "line",
            Kind::Prose => "prose",
            Kind::One => "one",
            Kind::Many => "many",
            Kind::Scale => "scale",
            Kind::Ranked => "ranked",
            Kind::Skills => "skills",
        }
    }

    /// Why answers of those who are asked cannot be compared, if they cannot. Skills are compared with
    /// all that the other has named, whichever question asked for them.
    pub fn not_for_matching(self, asked_of: Audience) -> Option<&'static str> {
        match self {
            Kind::Skills => None,
            Kind::Line | Kind::Prose => Some(
                "Free text cannot be compared: choose another kind, or do not use it for matching",
            ),
            Kind::One | Kind::Many | Kind::Scale | Kind::Ranked => (asked_of != Audience::Both)
                .then_some(
                    "Only what both are asked can be compared: ask mentors and mentees, or do not \
                     use it for matching",
                ),
        }
    }

    /// Whether it is answered by the coordinators' own choices.
    pub fn has_choices(self) -> bool {
        matches!(self, Kind::One | Kind::Many | Kind::Ranked)
    }
}

impl Audience {
    pub const ALL: [Audience; 3] = [Audience::Both, Audience::Mentors, Audience::Mentees];

    fn words(self) -> &'static str {
        match self {
            Audience::Mentors => "Mentors",
            Audience::Mentees => "Mentees",
            Audience::Both => "Mentors and mentees",
        }
    }

    pub fn slug(self) -> &'static str {
        match self {
            Audience::Mentors => "mentors",
            Audience::Mentees => "mentees",
            Audience::Both => "both",
        }
    }

    fn includes(self, side: Side) -> bool {
        match self {
            Audience::Mentors => side == Side::Mentor,
            Audience::Mentees => side == Side::Mentee,
            Audience::Both => true,
        }
    }
}

impl Readers {
    pub const ALL: [Readers; 3] = [Readers::Coordinators, Readers::Partner, Readers::Programme];

    /// Beside the question, for whoever answers it.
    pub fn words(self) -> &'static str {
        match self {
            Readers::Coordinators => "You and the coordinators read this.",
            Readers::Partner => {
                "You and the coordinators read this, and so does your partner once you are paired."
            }
            Readers::Programme => {
                "You and the coordinators read this, and so does everybody in the programme once \
                 you take part."
            }
        }
    }

    fn label(self) -> &'static str {
        match self {
            Readers::Coordinators => "The coordinators only",
            Readers::Partner => "Also the partner, once paired",
            Readers::Programme => "Everybody in the programme",
        }
    }

    pub fn slug(self) -> &'static str {
        match self {
            Readers::Coordinators => "coordinators",
            Readers::Partner => "partner",
            Readers::Programme => "programme",
        }
    }
}

impl Question {
    /// The name of its field in a form.
    pub fn field(&self) -> String {
        format!("q{}", self.id)
    }

    /// "Long text, of mentees, required"
    fn summary(&self) -> String {
        let mut parts = vec![
            self.kind.words().to_owned(),
            self.asked_of.words().to_lowercase(),
        ];
        if !self.required {
            parts.push("optional".into());
        }
        if self.for_matching {
            parts.push("used for matching".into());
        }
        parts.join(", ")
    }
}

/// Every question of a programme in its order, those archived last.
pub async fn of_programme(
    db: &mut PgConnection,
    programme: ProgrammeId,
) -> sqlx::Result<Vec<Question>> {
    let rows = sqlx::query!(
        r#"
        select
            id, kind as "kind: Kind", wording, hint, asked_of as "asked_of: Audience", required,
            for_matching, readers as "readers: Readers", points, least, most, ranks,
            archived_at is not null as "archived!", is_answered(id) as "answered!",
            array(
                select id from question_choices
                where question_id = questions.id order by position, id
            ) as "choices!",
            array(
                select wording from question_choices
                where question_id = questions.id order by position, id
            ) as "wordings!"
        from questions
        where programme_id = $1
        order by archived_at is not null, position, id
        "#,
        programme.0,
    )
    .fetch_all(db)
    .await?;
    let questions = rows.into_iter().map(|row| Question {
        id: row.id,
        kind: row.kind,
        wording: row.wording,
        hint: row.hint,
        asked_of: row.asked_of,
        required: row.required,
        for_matching: row.for_matching,
        readers: row.readers,
        points: row.points,
        least: row.least,
        most: row.most,
        ranks: row.ranks,
        choices: std::iter::zip(row.choices, row.wordings)
            .map(|(id, wording)| Choice { id, wording })
            .collect(),
        archived: row.archived,
        answered: row.answered,
    });
    Ok(questions.collect())
}

/// What is asked of a mentor or a mentee now.
pub async fn asked_of(
    db: &mut PgConnection,
    programme: ProgrammeId,
    side: Side,
) -> sqlx::Result<Vec<Question>> {
    let mut questions = of_programme(db, programme).await?;
    questions.retain(|question| !question.archived && question.asked_of.includes(side));
    Ok(questions)
}

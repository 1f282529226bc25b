//! What is read of a pairing's end by more than one page.

use crate::pairings::access::{Action, May};
use crate::people::PersonId;
use time::Date;

/// What the mentee goes on with: what, by when, with whom.
pub struct FurtherStep {
    pub id: i64,
    pub what: String,
    pub due_on: Date,
    pub with_whom: String,
}

/// One person's answers.
pub struct Review {
    pub results: String,
    pub learned: String,
    pub gained: String,
    pub differently: String,
    pub effectiveness: i16,
    /// To the other one.
    pub thanks: String,
    /// Of the mentee, if they say: whether they would mentor others.
    pub would_mentor: Option<String>,
}

/// The answers that the viewer may read: their own, and both once both have answered.
#[derive(Default)]
pub struct Reviews {
    pub mentor: Option<Review>,
    pub mentee: Option<Review>,
    /// What the viewer wrote to the coordinators with theirs.
    pub remark: Option<String>,
}

/// What the two say together.
pub struct JointReview {
    pub together: String,
    pub afterwards: String,
    pub written_by: PersonId,
}

/// What they wrote at an end that was not the last.
pub struct Earlier {
    id: i64,
    pub closed_on: Date,
    pub reviews: Reviews,
    pub joint: Option<JointReview>,
}

/// One person's part of it, with what the two wrote together.
struct EarlierAnswer {
    ending_id: i64,
    closed_on: Date,
    person_id: PersonId,
    results: String,
    learned: String,
    gained: String,
    differently: String,
    effectiveness: i16,
    thanks: String,
    would_mentor: Option<String>,
    /// The viewer's.
    remark: Option<String>,
    together: Option<String>,
    afterwards: Option<String>,
    written_by: Option<PersonId>,
}

pub async fn further_steps<A: Action>(may: &mut May<A>) -> sqlx::Result<Vec<FurtherStep>> {
    let pairing = may.pairing().id;
    sqlx::query_as!(
        FurtherStep,
        "select id, what, due_on, with_whom from further_steps
         where pairing_id = $1
         order by due_on, id",
        pairing.0,
    )
    .fetch_all(may.db())
    .await
}

pub async fn reviews<A: Action>(may: &mut May<A>) -> sqlx::Result<Reviews> {
    let (pairing, viewer, mentor) = (may.pairing().id, may.viewer().id, may.pairing().mentor.id);
    let both = may.pairing().dates.mentor_reviewed_on.is_some()
        && may.pairing().dates.mentee_reviewed_on.is_some();
    let rows = sqlx::query!(
        r#"
        select reviews.person_id as "person_id: PersonId", results, learned, gained, differently,
            effectiveness, thanks, would_mentor, body as "remark?"
        from reviews
        left join remarks on remarks.pairing_id = reviews.pairing_id
            and remarks.person_id = reviews.person_id and remarks.person_id = $2
            and remarks.earlier_ending_id is null
        where reviews.pairing_id = $1 and reviews.earlier_ending_id is null
            and (reviews.person_id = $2 or $3)
        "#,
        pairing.0,
        viewer.0,
        both,
    )
    .fetch_all(may.db())
    .await?;
    let mut reviews = Reviews::default();
    for row in rows {
        reviews.remark = reviews.remark.or(row.remark);
        *reviews.place_of(row.person_id == mentor) = Some(Review {
            results: row.results,
            learned: row.learned,
            gained: row.gained,
            differently: row.differently,
            effectiveness: row.effectiveness,
            thanks: row.thanks,
            would_mentor: row.would_mentor,
        });
    }
    Ok(reviews)
}

pub async fn joint_review<A: Action>(may: &mut May<A>) -> sqlx::Result<Option<JointReview>> {
    let pairing = may.pairing().id;
    sqlx::query_as!(
        JointReview,
        r#"
        select together, afterwards, written_by as "written_by: PersonId"
        from joint_reviews
        where pairing_id = $1 and earlier_ending_id is null
        "#,
        pairing.0,
    )
    .fetch_optional(may.db())
    .await
}

/// What the viewer may read of the ends before, the latest first.
pub async fn earlier<A: Action>(may: &mut May<A>) -> sqlx::Result<Vec<Earlier>> {
    let mentor = may.pairing().mentor.id;
    let mut endings: Vec<Earlier> = Vec::new();
    for answer in earlier_answers(may).await? {
        let mut ending = match endings.pop_if(|last| last.id == answer.ending_id) {
            Some(ending) => ending,
            None => Earlier {
                id: answer.ending_id,
                closed_on: answer.closed_on,
                reviews: Reviews::default(),
                joint: answer.joint(),
            },
        };
        ending.reviews.remark.clone_from(&answer.remark);
        let by_mentor = answer.person_id == mentor;
        *ending.reviews.place_of(by_mentor) = Some(answer.review());
        endings.push(ending);
    }
    Ok(endings)
}

async fn earlier_answers<A: Action>(may: &mut May<A>) -> sqlx::Result<Vec<EarlierAnswer>> {
    let (pairing, viewer) = (may.pairing().id, may.viewer().id);
    sqlx::query_as!(
        EarlierAnswer,
        r#"
        select earlier_endings.id as ending_id, closed_on, reviews.person_id as "person_id: PersonId",
            results, learned, gained, differently, effectiveness, thanks, would_mentor, body as "remark?",
            together as "together?", afterwards as "afterwards?", written_by as "written_by?: PersonId"
        from earlier_endings
        join reviews on reviews.earlier_ending_id = earlier_endings.id
            and (
                reviews.person_id = $2
                or num_nulls(mentor_reviewed_on, mentee_reviewed_on) = 0
            )
        left join remarks on remarks.earlier_ending_id = earlier_endings.id
            and remarks.person_id = $2
        left join joint_reviews on joint_reviews.earlier_ending_id = earlier_endings.id
        where earlier_endings.pairing_id = $1
        order by earlier_endings.id desc
        "#,
        pairing.0,
        viewer.0,
    )
    .fetch_all(may.db())
    .await
}

impl EarlierAnswer {
    fn joint(&self) -> Option<JointReview> {
        Some(JointReview {
            together: self.together.clone()?,
            afterwards: self.afterwards.clone()?,
            written_by: self.written_by?,
        })
    }

    fn review(self) -> Review {
        Review {
            results: self.results,
            learned: self.learned,
            gained: self.gained,
            differently: self.differently,
            effectiveness: self.effectiveness,
            thanks: self.thanks,
            would_mentor: self.would_mentor,
        }
    }
}

impl Reviews {
    fn place_of(&mut self, by_mentor: bool) -> &mut Option<Review> {
        if by_mentor {
            &mut self.mentor
        } else {
            &mut self.mentee
        }
    }
}

/// How well the pairing worked, from 1 to 5, in words.
pub const EFFECTIVENESS: [&str; 5] = ["Not at all", "A little", "Fairly well", "Well", "Very well"];

/// What a mentee may answer to whether they would mentor others.
pub const WOULD_MENTOR: [(&str, &str); 3] = [
    ("yes", "Yes, gladly"),
    ("perhaps", "Perhaps, later on"),
    ("no", "No, that is not for me"),
];

impl Review {
    pub fn effectiveness_in_words(&self) -> &'static str {
        usize::try_from(self.effectiveness - 1)
            .ok()
            .and_then(|place| EFFECTIVENESS.get(place))
            .copied()
            .unwrap_or_default()
    }

    fn would_mentor_in_words(&self) -> Option<&'static str> {
        let said = self.would_mentor.as_deref()?;
        let mut answers = WOULD_MENTOR.into_iter();
        answers
            .find(|(value, _)| *value == said)
            .map(|(_, words)| words)
    }

    /// Each answer under its question. What somebody was not asked is not there.
    pub fn answers(&self) -> Vec<(&'static str, &str)> {
        let mut answers = vec![
            ("How well it worked", self.effectiveness_in_words()),
            ("Results against the objectives", &self.results),
            ("Learned beyond them", &self.learned),
            ("Gained", &self.gained),
            ("To do differently", &self.differently),
        ];
        if !self.thanks.is_empty() {
            answers.push(("Thanks", &self.thanks));
        }
        answers.extend(
            self.would_mentor_in_words()
                .map(|words| ("Would mentor others", words)),
        );
        answers
    }
}

//! What a programme's coordinators decided about matching, as it is kept.

use super::criteria::{Criteria, Of, Rules};
use super::method::Method;
use crate::programmes::ProgrammeId;
use crate::questions::Question;
use crate::web::form;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

/// What counts for a pair, and what makes the whole good.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Own {
    #[serde(flatten)]
    pub criteria: Criteria,
    /// Runs of before it could be decided do not say it.
    #[serde(default)]
    pub method: Method,
}

impl Own {
    /// Tells it from whatever else is decided.
    pub fn version(&self) -> String {
        let mut fields = self.criteria.fields();
        fields.push(("method".into(), self.method.slug().into()));
        form::version(&format!("{fields:?}"))
    }

    /// What Waymark suggests stands wherever nothing was decided.
    pub async fn of(
        db: &mut PgConnection,
        programme: ProgrammeId,
        questions: &[Question],
    ) -> sqlx::Result<Self> {
        let mut criteria = Criteria::suggested(questions);
        let rows = sqlx::query!(
            "select criterion, question_id, weight, must, wanted from matching_criteria
             where programme_id = $1",
            programme.0,
        )
        .fetch_all(&mut *db)
        .await?;
        for row in rows {
            if let Some(one) = criteria.kept_as(row.criterion, row.question_id) {
                one.decide(row.weight, &row.wanted);
                one.must = row.must;
            }
        }
        let rules = sqlx::query!(
            "select grades_least, grades_most, half_hours_wanted, half_hours_least, score_least, again,
                method
             from matching_rules where programme_id = $1",
            programme.0,
        )
        .fetch_optional(db)
        .await?;
        let mut method = Method::default();
        if let Some(row) = rules {
            method = Method::read(&row.method).unwrap_or_default();
            criteria.rules = Rules {
                grades_least: row.grades_least,
                grades_most: row.grades_most,
                half_hours_wanted: row.half_hours_wanted.unsigned_abs(),
                half_hours_least: row.half_hours_least.unsigned_abs(),
                score_least: row.score_least.unsigned_abs(),
                again: row.again,
            };
        }
        Ok(Self { criteria, method })
    }

    /// None where coordinators have left it to Waymark.
    pub async fn kept(
        db: &mut PgConnection,
        programme: ProgrammeId,
        questions: &[Question],
    ) -> sqlx::Result<Option<Self>> {
        let kept = sqlx::query_scalar!(
            r#"select exists (select from matching_rules where programme_id = $1) as "kept!""#,
            programme.0,
        )
        .fetch_one(&mut *db)
        .await?;
        match kept {
            true => Self::of(db, programme, questions).await.map(Some),
            false => Ok(None),
        }
    }

    /// In the place of what was decided before. Whoever keeps it has locked the programme, or made it.
    pub async fn keep(&self, db: &mut PgConnection, programme: ProgrammeId) -> sqlx::Result<()> {
        sqlx::query!(
            "delete from matching_criteria where programme_id = $1",
            programme.0
        )
        .execute(&mut *db)
        .await?;
        for one in &self.criteria.criteria {
            let (built_in, question) = match one.of {
                Of::BuiltIn(built_in) => (Some(built_in.slug()), None),
                Of::Question(id) => (None, Some(id)),
            };
            sqlx::query!(
                "insert into matching_criteria (programme_id, criterion, question_id, weight, must, wanted)
                 values ($1, $2, $3, $4, $5, $6)",
                programme.0,
                built_in,
                question,
                one.weight.cast_signed(),
                one.must,
                one.wanted.slug(),
            )
            .execute(&mut *db)
            .await?;
        }
        self.keep_rules(db, programme).await
    }

    async fn keep_rules(&self, db: &mut PgConnection, programme: ProgrammeId) -> sqlx::Result<()> {
        let rules = self.criteria.rules;
        sqlx::query!(
            "insert into matching_rules (programme_id, grades_least, grades_most, half_hours_wanted,
                half_hours_least, score_least, again, method)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (programme_id) do update set
                grades_least = excluded.grades_least, grades_most = excluded.grades_most,
                half_hours_wanted = excluded.half_hours_wanted,
                half_hours_least = excluded.half_hours_least,
                score_least = excluded.score_least, again = excluded.again,
                method = excluded.method",
            programme.0,
            rules.grades_least,
            rules.grades_most,
            rules.half_hours_wanted.cast_signed(),
            rules.half_hours_least.cast_signed(),
            rules.score_least.cast_signed(),
            rules.again,
            self.method.slug(),
        )
        .execute(db)
        .await?;
        Ok(())
    }
}

//! What the coordinators of the company have made of their library, and who has read what in it.

use super::Known;
use crate::library::languages::ENGLISH;
use crate::library::text::Text;
use crate::library::{Audience, Module, Stage, Which, queries};
use crate::programmes::ProgrammeId;
use sqlx::PgConnection;
use time::macros::time;
use time::{Duration, OffsetDateTime};

const TITLE: &str = "Mentoring at Quillmoor";
const SUMMARY: &str = "Rooms with a door, working time, and whom to ask.";
const BODY: &str = "\
Mentoring is working time here. Put it into your diary as “Mentoring” and no more; your manager knows \
that it is an hour every few weeks, and does not ask what it is about.

## Where to meet

- **Bristol:** Rooms Juniper and Larch have a door and no glass. Ask at reception.
- **Elsewhere:** any small meeting room, or a call with headphones on.
- **Outside:** the river path takes fifty minutes. Many of our best sessions were held there.

## What we pay for

Coffee, and a train between two of our sites twice a year. Send the receipts to People and write \
“mentoring”. Nobody looks up who went to see whom.

## If you are stuck

Write to the coordinators. They see whether you have met and nothing of what you wrote, so say in a line \
what you need:

> We cannot find an hour before the audit. Can we pause without losing our place?

The answer is yes.
";

const READ: [(&str, &[&str]); 4] = [
    (
        "Hannah Osei",
        &["being-a-mentee", "confidentiality", "the-initial-meeting"],
    ),
    ("Ruth Adeyemi", &["being-a-mentor"]),
    (
        "Sofia Marques",
        &[
            "being-a-mentor",
            "confidentiality",
            "listening-and-questions",
            "feedback",
        ],
    ),
    ("Callum Reid", &["being-a-mentee", "ending-well"]),
];

/// In this programme, some time ago.
pub async fn keep(
    db: &mut PgConnection,
    programme: i64,
    known: &Known,
    now: OffsetDateTime,
) -> sqlx::Result<()> {
    let programme = ProgrammeId(programme);
    let then = (now - Duration::days(60)).replace_time(time!(9:00));
    queries::lay_out(db, programme).await?;
    let module = Module {
        which: Which::Added(0),
        id: None,
        audience: Audience::Everybody,
        stage: Stage::Before,
        hidden: false,
        written: Vec::new(),
    };
    let text = Text {
        title: TITLE.into(),
        summary: SUMMARY.into(),
        body: BODY.into(),
    };
    let added = queries::add(db, programme, &module).await?;
    queries::write(db, added, (ENGLISH, &text), then).await?;
    for (name, slugs) in READ {
        let slugs: Vec<String> = slugs.iter().map(|slug| (*slug).to_owned()).collect();
        sqlx::query!(
            "insert into library_reads (person_id, slug, read_at)
             select $1, slug, $3 from unnest($2::text[]) slug
             on conflict do nothing",
            known[name].id,
            &slugs,
            then,
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

//! How mentors of the company rate themselves, then and now, and what they have learned.

use super::Known;
use crate::becoming_a_mentor::qualities::TEN;
use sqlx::PgConnection;
use time::macros::{date, time};
use time::{Date, Duration, OffsetDateTime};

/// A look at oneself so many days ago: as many of the ten as somebody has come to.
struct Look {
    name: &'static str,
    ago: i64,
    said: &'static [(i16, &'static str)],
}

struct Learned {
    name: &'static str,
    what: &'static str,
    body: &'static str,
    level: &'static str,
    on: Date,
    file: &'static str,
}

const LOOKS: [Look; 6] = [
    Look {
        name: "Sofia Marques",
        ago: 163,
        said: &[
            (
                3,
                "I heard from my deputy that I go quiet when I am cross, and everybody waits.",
            ),
            (
                5,
                "When purchasing was stuck I knew that the man to ring sat in Porto.",
            ),
            (
                4,
                "The plant took my figures into its budget without a second audit.",
            ),
            (
                2,
                "My door is open and my diary is not: two people gave up last spring.",
            ),
            (
                3,
                "The board followed the slide, and asked for the same page a month later.",
            ),
            (
                2,
                "I rewrote a report at midnight that its author could have mended.",
            ),
            (3, "I gave a junior the closing meeting one year too late."),
            (
                4,
                "Nobody could read the old ledger, so I found its programmer in retirement.",
            ),
            (
                3,
                "A site manager shouted at me, and I only saw afterwards how tired he was.",
            ),
            (
                3,
                "I was against remote audits until I had sat through a good one.",
            ),
        ],
    },
    Look {
        name: "Sofia Marques",
        ago: 9,
        said: &[
            (
                4,
                "I now say aloud that I am cross, and with what; it takes the weather out of the room.",
            ),
            (
                5,
                "Three people this quarter met their right opposite number within a week of asking me.",
            ),
            (
                4,
                "A mentee told her own director something because I had said it would be heard.",
            ),
            (
                4,
                "Tuesdays from three are for whoever comes, and somebody comes nearly every week.",
            ),
            (
                4,
                "I draw one box in place of five, and the questions are better ones.",
            ),
            (
                4,
                "She presented the findings herself while I sat at the back and said nothing.",
            ),
            (
                4,
                "I asked what he would try first, and it was the thing I had meant to teach him.",
            ),
            (
                4,
                "I did not know the new rules on leases, and said so, and we read them together.",
            ),
            (
                4,
                "I could tell that the anger was about his brother, and we moved the meeting.",
            ),
            (
                3,
                "I changed the order of the audit because a trainee had the better one.",
            ),
        ],
    },
    Look {
        name: "Ruth Adeyemi",
        ago: 158,
        said: &[
            (
                4,
                "I know that I interrupt; I keep a pencil in my hand to remind me.",
            ),
            (
                4,
                "I could name whoever signs above fifty thousand on every site.",
            ),
            (
                5,
                "A supplier came back to the table because it was I who rang.",
            ),
            (
                3,
                "People come, but they apologise first, which tells me something.",
            ),
            (
                4,
                "After my talk on tenders nobody rang purchasing about form seven again.",
            ),
            (
                3,
                "I let Devon open a negotiation, then took over at the first silence.",
            ),
            (
                2,
                "I still think that everybody learns as I did, by being thrown in.",
            ),
            (
                5,
                "Two lorries were lost in Calais and I had both by the evening.",
            ),
            (
                3,
                "I understood the other side’s deadline and used it; that is not quite empathy.",
            ),
            (2, "I have bought the same way since before the euro."),
        ],
    },
    Look {
        name: "Ruth Adeyemi",
        ago: 21,
        said: &[
            (
                4,
                "I counted my interruptions in one session, and told my mentee the number.",
            ),
            (
                5,
                "I drew a map of who decides what, and it hangs in the corridor now.",
            ),
            (5, "Finance signed on the strength of a paragraph of mine."),
            (
                4,
                "Somebody sat down on my windowsill with no appointment and stayed an hour.",
            ),
            (
                4,
                "I ask people to tell me back what they heard; twice it was not what I had said.",
            ),
            (
                4,
                "I stayed silent for a whole negotiation, and it went better than mine do.",
            ),
            (
                3,
                "I saw that she had to write it first and speak afterwards, unlike me.",
            ),
            (
                5,
                "I learned the new tendering platform from an apprentice in one lunch.",
            ),
            (
                4,
                "I let a supplier keep his pride in a bad week, and did not mention it.",
            ),
            (
                3,
                "The apprentice was right about the platform, and I said it to his manager.",
            ),
        ],
    },
    Look {
        name: "Kenji Watanabe",
        ago: 35,
        said: &[
            (4, "I know that I answer a feeling with a diagram."),
            (
                3,
                "I find the right laboratory quickly and the right committee slowly.",
            ),
            (
                5,
                "My tolerance tables are used in two factories I have never seen.",
            ),
            (
                3,
                "I wear headphones, and somebody has drawn a bell beside them.",
            ),
            (
                3,
                "I explained fatigue with a paper clip, and the buyer ordered the better steel.",
            ),
            (
                4,
                "The patent has her name first, because the idea was hers.",
            ),
            (4, "I hold back the drawing until they have made their own."),
            (
                5,
                "There was no test bench, so we built one out of a sewing machine.",
            ),
            (2, "I noticed only at the farewell how unhappy he had been."),
            (
                4,
                "I argued against the polymer for a year, and then I measured it.",
            ),
        ],
    },
    Look {
        name: "Matilda Harrow",
        ago: 4,
        said: &[
            (3, "Alone in an office one hears oneself very well."),
            (
                2,
                "I know everybody in Melbourne and eleven people elsewhere.",
            ),
            (4, "The first customer signed before there was a brochure."),
            (
                5,
                "My team rings at any hour, and I have learned to ask whether it can wait.",
            ),
        ],
    },
];

const LEARNED: [Learned; 5] = [
    Learned {
        name: "Sofia Marques",
        what: "Certificate in Coaching and Mentoring",
        body: "Westbridge Institute of Management",
        level: "Level 3",
        on: date!(2023 - 06 - 16),
        file: "Coaching and mentoring.pdf",
    },
    Learned {
        name: "Sofia Marques",
        what: "Facilitating difficult conversations",
        body: "Academy of Internal Audit",
        level: "",
        on: date!(2025 - 03 - 07),
        file: "Difficult conversations.pdf",
    },
    Learned {
        name: "Ruth Adeyemi",
        what: "Award in Workplace Mentoring",
        body: "Westbridge Institute of Management",
        level: "Level 2",
        on: date!(2024 - 11 - 29),
        file: "Workplace mentoring.pdf",
    },
    Learned {
        name: "Amelia Brandt",
        what: "Training of trainers",
        body: "Chamber of Commerce",
        level: "Level 4",
        on: date!(2019 - 09 - 20),
        file: "Training of trainers.pdf",
    },
    Learned {
        name: "Matilda Harrow",
        what: "Certificate in Coaching Practice",
        body: "Southern College of Coaching",
        level: "Level 3",
        on: date!(2024 - 02 - 23),
        file: "Coaching practice.pdf",
    },
];

const READ_BY_WHO_APPLIES: (&str, [&str; 3]) = (
    "Matilda Harrow",
    [
        "being-a-mentor",
        "becoming-a-mentor",
        "listening-and-questions",
    ],
);

pub async fn keep(db: &mut PgConnection, known: &Known, now: OffsetDateTime) -> sqlx::Result<()> {
    let at = |ago| (now - Duration::days(ago)).replace_time(time!(16:00));
    for look in &LOOKS {
        rate(db, known[look.name].id, at(look.ago), look.said).await?;
    }
    for (place, learned) in LEARNED.iter().enumerate() {
        let place = i16::try_from(place).unwrap_or(0) + 1;
        record(db, known[learned.name].id, (place, learned), at(150)).await?;
    }
    let (name, read) = READ_BY_WHO_APPLIES;
    sqlx::query!(
        "insert into library_reads (person_id, slug, read_at)
         select $1, slug, $3 from unnest($2::text[]) slug
         on conflict do nothing",
        known[name].id,
        &read.map(str::to_owned),
        at(6),
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn rate(
    db: &mut PgConnection,
    person: i64,
    at: OffsetDateTime,
    said: &[(i16, &str)],
) -> sqlx::Result<()> {
    let finished = (said.len() == TEN.len()).then_some(at);
    let keys: Vec<String> = TEN.iter().map(|one| one.key.to_owned()).collect();
    let (ratings, examples): (Vec<i16>, Vec<String>) = said
        .iter()
        .map(|(rating, example)| (*rating, (*example).to_owned()))
        .unzip();
    sqlx::query!(
        "with assessment as (
            insert into self_assessments (person_id, saves, begun_at, finished_at)
            values ($1, 1, $2, $3) returning id
         )
         insert into self_ratings (assessment_id, quality, rating, example)
         select id, quality, rating, example
         from assessment, unnest($4::text[], $5::smallint[], $6::text[]) said (quality, rating, example)",
        person,
        at,
        finished,
        &keys[..said.len()],
        &ratings,
        &examples,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn record(
    db: &mut PgConnection,
    person: i64,
    (place, learned): (i16, &Learned),
    at: OffsetDateTime,
) -> sqlx::Result<()> {
    let content = certificate(learned);
    sqlx::query!(
        "with qualification as (
            insert into qualifications (person_id, place, name, body, level, awarded_on, added_at)
            values ($1, $2, $3, $4, $5, $6, $7) returning id
         )
         insert into qualification_files (qualification_id, name, kind, content)
         select id, $8, 'application/pdf', $9 from qualification",
        person,
        place,
        learned.what,
        learned.body,
        learned.level,
        learned.on,
        at,
        learned.file,
        content.as_bytes(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// One page, as every reader of PDF shows it. All of its words are in ASCII, and none has a bracket.
fn certificate(learned: &Learned) -> String {
    let Learned {
        name,
        what,
        body,
        level,
        on,
        ..
    } = learned;
    let lines = [
        (26, 640, what.to_string()),
        (16, 600, level.to_string()),
        (16, 540, format!("awarded to {name}")),
        (12, 500, format!("{body}, {on}")),
        (10, 80, "Made up for a demonstration of Waymark.".to_owned()),
    ];
    let text: Vec<String> = lines
        .iter()
        .map(|(size, height, words)| format!("BT /F1 {size} Tf 72 {height} Td ({words}) Tj ET"))
        .collect();
    let text = text.join("\n");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut places = String::new();
    for (number, object) in (1..).zip(&objects) {
        places += &format!("{:010} 00000 n \n", file.len());
        file += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let start = file.len();
    let count = objects.len() + 1;
    file += &format!(
        "xref\n0 {count}\n0000000000 65535 f \n{places}trailer\n<< /Size {count} /Root 1 0 R >>\n\
         startxref\n{start}\n%%EOF\n"
    );
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn nobody_says_what_another_says() {
        let said = LOOKS.iter().flat_map(|look| look.said);
        let said: Vec<&str> = said.map(|(_, example)| *example).collect();
        let different: BTreeSet<&str> = said.iter().copied().collect();
        assert_eq!(said.len(), different.len());
        for look in &LOOKS {
            assert!(look.said.len() <= TEN.len(), "{}", look.name);
        }
    }

    #[test]
    fn a_certificate_says_where_its_parts_stand() {
        for learned in &LEARNED {
            let file = certificate(learned);
            assert!(file.is_ascii());
            let (_, table) = file.split_once("xref\n0 6\n").unwrap();
            for (number, line) in table.lines().take(6).enumerate().skip(1) {
                let place: usize = line[..10].parse().unwrap();
                assert!(file[place..].starts_with(&format!("{number} 0 obj\n")));
            }
            let start = file.split("startxref\n").nth(1).unwrap();
            let start: usize = start.lines().next().unwrap().parse().unwrap();
            assert!(file[start..].starts_with("xref\n"));
        }
    }
}

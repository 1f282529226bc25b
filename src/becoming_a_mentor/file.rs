//! The certificate of a qualification: taken for what its first bytes say it is, and given back as a
//! file to save, never as a page.

use super::qualifications::Named;
use crate::error::{Error, Result};
use crate::people::acting::About;
use crate::people::{Acting, PersonId};
use crate::programmes::access::{self, Runs};
use crate::web::form::{self, Problem};
use crate::web::routes::{Entry, Routes};
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use sqlx::PgConnection;

/// In bytes.
pub const LONGEST: usize = 5 * 1024 * 1024;

/// What it may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    Pdf,
    Png,
    Jpeg,
}

/// A file that is fit to be kept.
#[derive(Debug, PartialEq)]
pub struct Attached {
    /// As it is shown, with the ending that belongs to what it is.
    pub name: String,
    pub kind: Kind,
}

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(
            "/becoming-a-mentor/qualifications/{qualification}/file",
            Entry::SignedIn,
            own,
        )
        .get(
            "/programmes/{programme}/mentors/{person}/qualifications/{qualification}",
            Entry::SignedIn,
            of_a_mentor,
        )
}

async fn own(mut acting: Acting, Named(id): Named) -> Result<Response> {
    let viewer = acting.viewer.id;
    give(&mut acting, viewer, id).await
}

/// For the coordinators of a programme in which whoever recorded it mentors, or has asked to.
async fn of_a_mentor(
    mut runs: Runs,
    access::Named(person): access::Named,
    Named(id): Named,
) -> Result<Response> {
    let here = sqlx::query_scalar!(
        r#"
        select exists (
            select from enrolments
            where programme_id = $1 and person_id = $2 and part = 'mentor' and left_at is null
            union all
            select from applications
            where programme_id = $1 and person_id = $2 and part = 'mentor' and sent_at is not null
                and num_nonnulls(declined_at, withdrawn_at) = 0
        ) as "here!"
        "#,
        runs.programme.id.0,
        person.0,
    )
    .fetch_one(&mut *runs.acting)
    .await?;
    if !here {
        return Err(Error::NotFound);
    }
    let file = give(&mut runs.acting, person, id).await?;
    let about = [About::PersonIn(person, runs.programme.id)];
    runs.acting
        .record_reading("opened the file of a qualification", about)
        .await?;
    Ok(file)
}

async fn give(db: &mut PgConnection, person: PersonId, id: i64) -> Result<Response> {
    let file = sqlx::query!(
        "select qualification_files.name, kind, content
         from qualification_files join qualifications on qualifications.id = qualification_id
         where qualification_id = $1 and person_id = $2",
        id,
        person.0,
    )
    .fetch_one(db)
    .await?;
    let kind = Kind::of(&file.content).ok_or(Error::NotFound)?;
    let headers = [
        (CONTENT_TYPE, kind.media_type().to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", plain(&file.name, kind)),
        ),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (CONTENT_SECURITY_POLICY, "sandbox".to_owned()),
    ];
    Ok((headers, file.content).into_response())
}

impl Kind {
    /// By its first bytes alone.
    pub fn of(bytes: &[u8]) -> Option<Kind> {
        [
            (Kind::Pdf, &b"%PDF-"[..]),
            (Kind::Png, b"\x89PNG\r\n\x1a\n"),
            (Kind::Jpeg, b"\xff\xd8\xff"),
        ]
        .into_iter()
        .find_map(|(kind, start)| bytes.starts_with(start).then_some(kind))
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Kind::Pdf => "application/pdf",
            Kind::Png => "image/png",
            Kind::Jpeg => "image/jpeg",
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Kind::Pdf => ".pdf",
            Kind::Png => ".png",
            Kind::Jpeg => ".jpg",
        }
    }
}

impl Attached {
    pub fn read(name: &str, bytes: &[u8]) -> Result<Attached, Problem> {
        if bytes.is_empty() {
            return Err("Choose a file. If you have chosen one, it is empty".into());
        }
        if bytes.len() > LONGEST {
            return Err("Choose a file of up to 5 MB: this one is longer".into());
        }
        let kind = Kind::of(bytes).ok_or(
            "Choose a PDF, a PNG or a JPEG. What this file holds is none of them, whatever it is \
             called",
        )?;
        Ok(Attached {
            name: shown(name, kind),
            kind,
        })
    }
}

/// The name without the folders it lay in, and with the right ending.
fn shown(name: &str, kind: Kind) -> String {
    let name = form::optional_line(name, usize::MAX).unwrap_or_default();
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let stem: String = stem.chars().take(80).collect();
    let stem = stem.trim().trim_matches('.');
    let stem = if stem.is_empty() { "certificate" } else { stem };
    format!("{stem}{}", kind.ending())
}

/// In letters that no header, system or shell takes for anything else.
fn plain(name: &str, kind: Kind) -> String {
    let stem = name.strip_suffix(kind.ending()).unwrap_or(name);
    let stem: String = stem
        .chars()
        .map(|letter| match letter {
            letter if letter.is_ascii_alphanumeric() => letter,
            _ => '-',
        })
        .collect();
    let parts: Vec<&str> = stem.split('-').filter(|part| !part.is_empty()).collect();
    let stem = match parts.join("-") {
        stem if stem.is_empty() => "certificate".to_owned(),
        stem => stem,
    };
    format!("{stem}{}", kind.ending())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        for (bytes, kind) in [
            (&b"%PDF-1.7\n"[..], Some(Kind::Pdf)),
            (b"\x89PNG\r\n\x1a\n", Some(Kind::Png)),
            (b"\xff\xd8\xff\xe0", Some(Kind::Jpeg)),
            (b"<html>%PDF-", None),
            (b"\x89PNG", None),
            (b"GIF89a", None),
            (b"", None),
        ] {
            assert_eq!(Kind::of(bytes), kind);
        }
    }

    #[test]
    fn names_lose_folders_and_endings_that_lie() {
        for (name, as_shown, as_saved) in [
            ("Level 3.pdf", "Level 3.pdf", "Level-3.pdf"),
            ("C:\\Users\\me\\scan.exe", "scan.pdf", "scan.pdf"),
            ("../../etc/passwd", "passwd.pdf", "passwd.pdf"),
            ("a\"; x=\"\r\nb.html", "a\"; x=\" b.pdf", "a-x-b.pdf"),
            (
                "Zertifikat für Zoë.pdf",
                "Zertifikat für Zoë.pdf",
                "Zertifikat-f-r-Zo.pdf",
            ),
            ("שלום.png", "שלום.pdf", "certificate.pdf"),
            (".pdf", "certificate.pdf", "certificate.pdf"),
            ("", "certificate.pdf", "certificate.pdf"),
        ] {
            let name = shown(name, Kind::Pdf);
            assert_eq!(name, as_shown);
            assert_eq!(plain(&name, Kind::Pdf), as_saved);
        }
    }
}

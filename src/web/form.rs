//! Forms arrive as text. Each feature reads its own into values that cannot be wrong.

use crate::error::Error;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Query, Request};
use axum::http::Method;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::convert::Infallible;
use time::macros::format_description;
use time::{Date, Time};

/// A submitted form. What cannot be read at all gets our own error page, not axum's.
/// Fields of the same name are collected into a `Vec`.
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Error;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Error> {
        // Whoever asks for the head alone is answered as for the page.
        if request.method() == Method::HEAD {
            *request.method_mut() = Method::GET;
        }
        match axum_extra::extract::Form::from_request(request, state).await {
            Ok(axum_extra::extract::Form(form)) => Ok(Form(form)),
            Err(_) => Err(Error::Unreadable),
        }
    }
}

/// A submitted form that brings a file along, and what was typed beside it.
#[derive(Default)]
pub struct File {
    pub name: String,
    pub bytes: Bytes,
    pub typed: Typed,
}

impl<S: Send + Sync> FromRequest<S> for File {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let form = Multipart::from_request(request, state).await;
        let mut form = form.map_err(|_| Error::Unreadable)?;
        let mut file = File::default();
        while let Some(field) = form.next_field().await.map_err(|_| Error::Unreadable)? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "file" {
                file.name = field.file_name().unwrap_or_default().to_owned();
                file.bytes = field.bytes().await.map_err(|_| Error::Unreadable)?;
            } else {
                let text = field.text().await.map_err(|_| Error::Unreadable)?;
                file.typed.0.push((name, text));
            }
        }
        Ok(file)
    }
}

/// What an address asks for after its question mark. What cannot be read is not asked for.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let asked = Query::try_from_uri(&parts.uri);
        Ok(Asked(asked.map(|Query(asked)| asked).unwrap_or_default()))
    }
}

/// A form whose fields are known only to the questions behind it, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct Typed(Vec<(String, String)>);

impl Typed {
    /// The first of this name, or nothing.
    pub fn one(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let of_it = self.0.iter().filter(move |(field, _)| field == name);
        of_it.map(|(_, value)| value.as_str())
    }
}

impl From<Vec<(String, String)>> for Typed {
    fn from(fields: Vec<(String, String)>) -> Self {
        Typed(fields)
    }
}

/// Tells what a form was typed over from what it has become meanwhile.
pub fn version(of: &str) -> String {
    let digest = Sha256::digest(of);
    let first = digest.iter().take(8);
    first.map(|byte| format!("{byte:02x}")).collect()
}

/// What to say to the person filling a field in.
pub type Problem = Cow<'static, str>;

/// What is wrong with a form, field by field, in the order of the form.
#[derive(Debug, Default, PartialEq)]
pub struct Problems(Vec<(Cow<'static, str>, Problem)>);

impl Problems {
    pub fn one(field: &'static str, message: impl Into<Problem>) -> Self {
        Problems(vec![(field.into(), message.into())])
    }

    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, message: impl Into<Problem>) {
        self.0.push((field.into(), message.into()));
    }

    /// The message to show beside a field.
    pub fn on(&self, field: &str) -> Option<&str> {
        self.all()
            .find(|(f, _)| *f == field)
            .map(|(_, message)| message)
    }

    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, message)| (&**field, &**message))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps the value, or notes the problem and goes on to the next field.
    pub fn keep<T, P: Into<Problem>>(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        read: Result<T, P>,
    ) -> Option<T> {
        read.map_err(|message| self.add(field, message)).ok()
    }
}

/// One line of text: white space folded, nothing that Postgres or a reader could not take.
pub fn line(text: &str, longest: usize, when_empty: &'static str) -> Result<String, Problem> {
    match optional_line(text, longest)? {
        line if line.is_empty() => Err(when_empty.into()),
        line => Ok(line),
    }
}

pub fn optional_line(text: &str, longest: usize) -> Result<String, Problem> {
    let visible: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let folded: Vec<&str> = visible.split_whitespace().collect();
    not_longer(folded.join(" "), longest)
}

/// Text of several lines, its line ends kept as `\n`.
pub fn prose(text: &str, longest: usize, when_empty: &'static str) -> Result<String, Problem> {
    match optional_prose(text, longest)? {
        prose if prose.is_empty() => Err(when_empty.into()),
        prose => Ok(prose),
    }
}

pub fn optional_prose(text: &str, longest: usize) -> Result<String, Problem> {
    let plain: String = text
        .replace("\r\n", "\n")
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    not_longer(plain.trim().to_owned(), longest)
}

fn not_longer(text: String, longest: usize) -> Result<String, Problem> {
    match text.chars().count() {
        count if count > longest => {
            Err(format!("Shorten this to {longest} characters: it has {count}").into())
        }
        _ => Ok(text),
    }
}

/// A date as browsers send it. Only years a programme could be in, so that sums stay in range.
pub fn date(text: &str, when_wrong: &'static str) -> Result<Date, Problem> {
    Date::parse(text.trim(), format_description!("[year]-[month]-[day]"))
        .ok()
        .filter(|date| (1900..=2200).contains(&date.year()))
        .ok_or(when_wrong.into())
}

pub fn optional_date(text: &str, when_wrong: &'static str) -> Result<Option<Date>, Problem> {
    match text.trim() {
        "" => Ok(None),
        text => date(text, when_wrong).map(Some),
    }
}

/// A time of day as people write it: `9am`, `9:00`, `9.30pm`, `17:30`.
pub fn time_of_day(text: &str, when_wrong: &'static str) -> Result<Time, Problem> {
    let text = text
        .trim()
        .to_lowercase()
        .replace('.', ":")
        .replace(' ', "");
    let (digits, afternoon) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(digits), _) => (digits, Some(false)),
        (_, Some(digits)) => (digits, Some(true)),
        (None, None) => (text.as_str(), None),
    };
    let (hour, minute) = digits.split_once(':').unwrap_or((digits, "0"));
    // Browsers may add seconds.
    let minute = minute.split(':').next().unwrap_or(minute);
    let read = |text: &str| text.parse::<u8>().ok();
    let hour = match (read(hour), afternoon) {
        (Some(12), Some(false)) => Some(0),
        (Some(hour @ 1..=11), Some(true)) => Some(hour + 12),
        (Some(hour @ 1..=12), Some(_)) => Some(hour),
        (hour, None) => hour,
        _ => None,
    };
    hour.zip(read(minute))
        .and_then(|(hour, minute)| Time::from_hms(hour, minute, 0).ok())
        .ok_or(when_wrong.into())
}

/// A whole number within bounds.
pub fn number(
    text: &str,
    within: std::ops::RangeInclusive<i16>,
    when_wrong: &'static str,
) -> Result<i16, Problem> {
    text.trim()
        .parse()
        .ok()
        .filter(|number| within.contains(number))
        .ok_or(when_wrong.into())
}

/// A token for a form that must act once however often it is sent.
pub fn once() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    format!("{:032x}", u128::from_be_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::time;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, expected) in [
            ("9am", Some(time!(9:00))),
            ("9:00", Some(time!(9:00))),
            ("09.30", Some(time!(9:30))),
            ("9.30 PM", Some(time!(21:30))),
            ("12am", Some(time!(0:00))),
            ("12pm", Some(time!(12:00))),
            ("17:30", Some(time!(17:30))),
            ("17:30:00", Some(time!(17:30))),
            ("17", Some(time!(17:00))),
            ("13pm", None),
            ("0am", None),
            ("24:00", None),
            ("9:60", None),
            ("-9", None),
            ("noon", None),
            ("", None),
        ] {
            assert_eq!(time_of_day(text, "wrong").ok(), expected, "{text}");
        }
    }

    #[test]
    fn text_loses_what_cannot_be_kept_and_nothing_else() {
        for (typed, kept) in [
            (" Maya  Okafor ", "Maya Okafor"),
            ("a\0b\u{7}", "a b"),
            ("שלום 👋", "שלום 👋"),
        ] {
            assert_eq!(line(typed, 20, "empty").as_deref(), Ok(kept), "{typed:?}");
        }
        assert_eq!(prose("a\r\n\r\nb\0\n", 9, "empty").as_deref(), Ok("a\n\nb"));
        assert_eq!(line("\0 \n", 9, "empty"), Err("empty".into()));
        assert!(line("ééééé", 5, "empty").is_ok());
        assert!(line("éééééé", 5, "empty").is_err());
    }

    #[test]
    fn dates_and_numbers_stay_within_bounds() {
        for (text, fine) in [
            ("2026-11-24", true),
            ("2026-02-30", false),
            ("0026-11-24", false),
            ("9999-11-24", false),
            ("24/11/2026", false),
            ("", false),
        ] {
            assert_eq!(date(text, "wrong").is_ok(), fine, "{text}");
        }
        for (text, expected) in [
            ("3", Some(3)),
            ("0", None),
            ("99999999999", None),
            ("3.5", None),
        ] {
            assert_eq!(number(text, 1..=9, "wrong").ok(), expected, "{text}");
        }
    }
}

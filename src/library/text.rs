//! A module in one language: as it is written, typed and read.

use super::modules::Own;
use super::{Audience, Stage};
use crate::people::acting::hash;
use crate::web::form::{self, Problems};
use crate::web::markdown::{self, Html};
use serde::{Deserialize, Serialize};

/// How many words somebody reads in a minute, without haste.
const WORDS_A_MINUTE: usize = 200;

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Text {
    pub title: String,
    /// May be empty.
    pub summary: String,
    /// Markdown.
    pub body: String,
}

/// What was typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct TextForm {
    pub title: String,
    pub summary: String,
    pub body: String,
    /// Of an added module.
    pub audience: String,
    pub stage: String,
    pub language: String,
    /// Of the text that it was typed over.
    pub version: String,
    pub once: String,
    /// "preview", or nothing to save.
    pub then: String,
}

impl Text {
    pub fn of(own: &Own) -> Text {
        Text {
            title: own.title.into(),
            summary: own.summary.into(),
            body: own.body.into(),
        }
    }

    pub fn minutes(&self) -> usize {
        markdown::words(&self.body).div_ceil(WORDS_A_MINUTE).max(1)
    }

    /// `base` is the library that it stands in.
    pub fn html(&self, base: &str) -> Html {
        markdown::html(&self.body, base)
    }

    /// The same for the same words, and for no others.
    pub fn version(&self) -> String {
        let all = [self.title.as_str(), &self.summary, &self.body].join("\0");
        let hashed = hash(&all);
        hashed.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub fn read(title: &str, summary: &str, body: &str, problems: &mut Problems) -> Option<Text> {
        let title = form::line(title, 100, "Enter a title");
        let title = problems.keep("title", title);
        let summary = problems.keep("summary", form::optional_line(summary, 200));
        let body = form::prose(body, 20_000, "Write the text");
        let body = problems.keep("body", body);
        Some(Text {
            title: title?,
            summary: summary?,
            body: body?,
        })
    }
}

impl TextForm {
    pub fn of(text: &Text) -> TextForm {
        TextForm {
            title: text.title.clone(),
            summary: text.summary.clone(),
            body: text.body.clone(),
            ..TextForm::default()
        }
    }

    pub fn read(&self, problems: &mut Problems) -> Option<Text> {
        Text::read(&self.title, &self.summary, &self.body, problems)
    }

    /// Whom an added module is for, and when.
    pub fn read_place(&self, problems: &mut Problems) -> Option<(Audience, Stage)> {
        let audience = Audience::read(&self.audience).ok_or("Choose whom it is for");
        let audience = problems.keep("audience", audience);
        let stage = Stage::read(&self.stage).ok_or("Choose when it helps");
        let stage = problems.keep("stage", stage);
        audience.zip(stage)
    }
}

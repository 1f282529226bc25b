//! The letter round what somebody is reminded of: one thing, or several that came together.

use super::item::Item;
use super::kind::Kind;
use super::wishes::{self, Rhythm};
use crate::App;

/// A letter of reminders.
pub struct ReminderLetter<'a> {
    pub items: &'a [Item],
    /// That it is written in; what does not wait for its turn comes at once.
    pub rhythm: Rhythm,
    /// " at Quillmoor"
    pub at: &'a str,
    /// Where each is done.
    pub links: &'a [String],
}

impl ReminderLetter<'_> {
    pub fn subject(&self) -> String {
        let Some(first) = self.items.first() else {
            return String::new();
        };
        let subject = match self.items.len() - 1 {
            0 => first.subject.clone(),
            more => format!("{}, and {more} more", first.subject),
        };
        subject.chars().take(250).collect()
    }

    pub fn body(&self, app: &App) -> String {
        let links = self.links.iter().map(|link| app.base_url.join(link));
        let each = self.items.iter().zip(links);
        let said: String = match self.items {
            [_] => each
                .map(|(one, link)| format!("{}\n\n{}\n\n{link}", one.fact, one.act))
                .collect(),
            several => {
                let lines: String = each
                    .map(|(one, link)| format!("\n\n{}:\n\n{link}", one.subject))
                    .collect();
                format!(
                    "There are {} things in your mentoring now.{lines}",
                    several.len()
                )
            }
        };
        format!(
            "{said}\n\nWaymark{} wrote this, because {}.\n\nChange how often you get such \
             letters:\n\n{}\n",
            self.at,
            self.why(),
            app.base_url.join(wishes::PATH)
        )
    }

    fn why(&self) -> String {
        match (self.rhythm, self.kind()) {
            (Rhythm::Daily, _) => "you asked for one letter a day".into(),
            (Rhythm::Weekly, _) => "you asked for one letter a week".into(),
            (Rhythm::AtOnce | Rhythm::None, Some(kind)) => kind.why().into(),
            (Rhythm::AtOnce | Rhythm::None, None) => "pairings of yours wait for something".into(),
        }
    }

    /// What all of it is of; none where it is of several kinds.
    pub fn kind(&self) -> Option<Kind> {
        let first = self.items.first()?.kind;
        self.items
            .iter()
            .all(|item| item.kind == first)
            .then_some(first)
    }
}

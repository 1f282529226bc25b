//! The page that asks once more before an account is changed for good.

use crate::people::PersonId;
use crate::web::page::Frame;
use askama::Template;

#[derive(Template)]
#[template(path = "people/administration/confirm.html")]
pub struct ConfirmPage {
    pub frame: Frame,
    pub person: PersonId,
    pub name: String,
    pub title: String,
    pub advice: &'static str,
    /// Where the button posts to, below the person.
    pub act: &'static str,
    pub button: &'static str,
}

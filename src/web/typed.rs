//! What a person typed into a form, for when the form itself cannot be taken.

/// Fields that hold a choice or a token, and those whose words are for nobody's eyes.
const NEVER_SHOWN: [&str; 9] = [
    "once",
    "version",
    "over",
    "at",
    "next",
    "time_zone",
    "password",
    "old",
    "new",
];

/// A line of so many characters is as quickly typed again.
const SHORT: usize = 20;

/// The text of one field.
pub struct Typed {
    name: String,
    pub text: String,
}

/// Whatever is long enough to be missed, in the order of the form.
pub fn of(form: &[u8]) -> Vec<Typed> {
    form_urlencoded::parse(form)
        .filter(|(name, text)| !NEVER_SHOWN.contains(&&**name) && is_long(text.trim()))
        .map(|(name, text)| Typed {
            name: name.into_owned(),
            text: text.into_owned(),
        })
        .collect()
}

fn is_long(text: &str) -> bool {
    text.contains('\n') || text.chars().count() > SHORT
}

impl Typed {
    /// "Talked about" of `talked_about`
    pub fn label(&self) -> String {
        let words = self.name.replace('_', " ");
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(letters).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_long_and_may_be_seen_is_kept() {
        for (form, kept) in [
            ("body=Twenty+characters%21%21", None),
            ("body=Twenty-one+characters", Some("Twenty-one characters")),
            ("body=a%0D%0Ab", Some("a\r\nb")),
            ("body=%0D%0A+%0D%0A", None),
            ("body=ééééééééééééééééééééé", Some("ééééééééééééééééééééé")),
            ("password=correct+horse+battery+staple", None),
            ("old=correct+horse+battery+staple", None),
            ("new=correct+horse+battery+staple", None),
            ("once=0123456789abcdef0123456789abcdef", None),
            ("version=0123456789abcdef0123456789abcdef", None),
            ("", None),
        ] {
            let typed = of(form.as_bytes());
            let typed: Vec<&str> = typed.iter().map(|one| one.text.as_str()).collect();
            assert_eq!(typed, Vec::from_iter(kept), "{form}");
        }
        let labelled = of(b"mentor_commits=To+listen+before+advising");
        assert_eq!(labelled[0].label(), "Mentor commits");
    }
}

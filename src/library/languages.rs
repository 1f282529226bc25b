//! The languages that a module can be read in.

/// Waymark's own modules are in it.
pub const ENGLISH: Language = Language {
    tag: "en-GB",
    own: "English",
    english: "English",
};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Language {
    /// As in BCP 47, for `lang`.
    pub tag: &'static str,
    /// As those call it who speak it.
    pub own: &'static str,
    english: &'static str,
}

impl Language {
    pub fn tagged(tag: &str) -> Option<Language> {
        ALL.into_iter().find(|one| one.tag == tag)
    }

    /// As people write it of themselves: by tag or by name.
    pub fn is_called(self, name: &str) -> bool {
        let name = name.trim().to_lowercase();
        let primary = self.tag.split('-').next().unwrap_or(self.tag);
        [self.tag, primary, self.own, self.english]
            .iter()
            .any(|one| one.to_lowercase() == name)
    }

    /// "Deutsch (German)"
    pub fn label(self) -> String {
        match self.own == self.english {
            true => self.own.to_owned(),
            false => format!("{} ({})", self.own, self.english),
        }
    }

    /// Whether it is written from right to left.
    pub fn direction(self) -> &'static str {
        match self.tag {
            "ar" | "he" | "fa" | "ur" => "rtl",
            _ => "ltr",
        }
    }
}

const fn language(tag: &'static str, own: &'static str, english: &'static str) -> Language {
    Language { tag, own, english }
}

pub const ALL: [Language; 34] = [
    ENGLISH,
    language("ar", "العربية", "Arabic"),
    language("bg", "Български", "Bulgarian"),
    language("cs", "Čeština", "Czech"),
    language("cy", "Cymraeg", "Welsh"),
    language("da", "Dansk", "Danish"),
    language("de", "Deutsch", "German"),
    language("el", "Ελληνικά", "Greek"),
    language("es", "Español", "Spanish"),
    language("et", "Eesti", "Estonian"),
    language("fa", "فارسی", "Persian"),
    language("fi", "Suomi", "Finnish"),
    language("fr", "Français", "French"),
    language("ga", "Gaeilge", "Irish"),
    language("he", "עברית", "Hebrew"),
    language("hi", "हिन्दी", "Hindi"),
    language("hr", "Hrvatski", "Croatian"),
    language("hu", "Magyar", "Hungarian"),
    language("it", "Italiano", "Italian"),
    language("ja", "日本語", "Japanese"),
    language("ko", "한국어", "Korean"),
    language("lt", "Lietuvių", "Lithuanian"),
    language("lv", "Latviešu", "Latvian"),
    language("nb", "Norsk bokmål", "Norwegian"),
    language("nl", "Nederlands", "Dutch"),
    language("pl", "Polski", "Polish"),
    language("pt", "Português", "Portuguese"),
    language("ro", "Română", "Romanian"),
    language("sk", "Slovenčina", "Slovak"),
    language("sv", "Svenska", "Swedish"),
    language("tr", "Türkçe", "Turkish"),
    language("uk", "Українська", "Ukrainian"),
    language("ur", "اردو", "Urdu"),
    language("zh", "中文", "Chinese"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_what_people_call_it() {
        let german = Language::tagged("de").unwrap();
        for (name, known) in [
            ("German", true),
            (" deutsch ", true),
            ("DE", true),
            ("Dutch", false),
            ("", false),
        ] {
            assert_eq!(german.is_called(name), known, "{name}");
        }
        assert!(ENGLISH.is_called("en"));
        assert_eq!(german.label(), "Deutsch (German)");
        assert_eq!(ENGLISH.label(), "English");
        assert_eq!(Language::tagged("tlh"), None);
    }
}

//! Dates and times in words, the same on every page.

use time::{Date, OffsetDateTime, PrimitiveDateTime, Time};

/// "Tuesday 1 December 2026"
pub fn day(date: &Date) -> String {
    format!("{} {}", date.weekday(), short_day(date))
}

/// "1 December 2026"
pub fn short_day(date: &Date) -> String {
    format!("{} {} {}", date.day(), date.month(), date.year())
}

/// "9:00am"
pub fn hour(time: &Time) -> String {
    let (hour, half) = match time.hour() {
        0 => (12, "am"),
        hour @ 1..=11 => (hour, "am"),
        12 => (12, "pm"),
        hour => (hour - 12, "pm"),
    };
    format!("{hour}:{:02}{half}", time.minute())
}

/// "Tuesday 1 December 2026, 9:00am"
pub fn moment(local: &PrimitiveDateTime) -> String {
    format!("{}, {}", day(&local.date()), hour(&local.time()))
}

/// For the `datetime` of a `<time>`: "2026-12-01T09:00:00Z"
pub fn machine(at: &OffsetDateTime) -> String {
    at.format(&time::format_description::well_known::Rfc3339)
        .unwrap_or_default()
}

/// "today", "tomorrow", "in 9 days", "in 5 weeks", "yesterday", "3 days ago"
pub fn when(date: &Date, today: &Date) -> String {
    match (*date - *today).whole_days() {
        0 => "today".into(),
        1 => "tomorrow".into(),
        -1 => "yesterday".into(),
        days @ 2..=20 => format!("in {days} days"),
        days if days > 20 => format!("in {} weeks", days / 7),
        days @ -20..=-2 => format!("{} days ago", -days),
        days => format!("{} weeks ago", -days / 7),
    }
}

/// "due in 9 days", "due today", "overdue: was due 3 days ago"
pub fn due(date: &Date, today: &Date) -> String {
    if date < today {
        format!("overdue: was due {}", when(date, today))
    } else {
        format!("due {}", when(date, today))
    }
}

/// "1st", "2nd", "11th"
pub fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// "London" of "Europe/London"; "UTC" as it is.
pub fn place(time_zone: &str) -> String {
    time_zone
        .rsplit('/')
        .next()
        .unwrap_or(time_zone)
        .replace('_', " ")
}

/// "1 session", "3 sessions"
pub fn count(number: &i64, one: &str, many: &str) -> String {
    format!("{number} {}", if *number == 1 { one } else { many })
}

/// What was said of them, with commas: "Buyer, Purchasing, Leeds".
pub fn listed(parts: &[&String]) -> String {
    let said = parts.iter().map(|part| part.as_str());
    let said: Vec<&str> = said.filter(|part| !part.is_empty()).collect();
    said.join(", ")
}

/// "Maya", "Maya and Max", "Maya, Max and Mia"
pub fn named(names: &[impl AsRef<str>]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// The letters in a person's circle: "MO" of "Maya Okafor".
pub fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().next());
    let first = words.next();
    first
        .into_iter()
        .chain(words.next_back())
        .flat_map(char::to_uppercase)
        .collect()
}

/// Paragraphs of what somebody wrote, split at empty lines.
pub fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n")
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    #[test]
    fn numbers_in_a_row_end_as_they_are_said() {
        assert_eq!(
            [1, 2, 3, 4, 11, 12, 13, 21, 112].map(ordinal),
            [
                "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"
            ]
        );
    }

    #[test]
    fn days_are_counted_in_words() {
        let today = date!(2026 - 11 - 24);
        for (date, words) in [
            (today, "due today"),
            (date!(2026 - 11 - 25), "due tomorrow"),
            (date!(2026 - 12 - 03), "due in 9 days"),
            (date!(2027 - 01 - 26), "due in 9 weeks"),
            (date!(2026 - 11 - 23), "overdue: was due yesterday"),
            (date!(2026 - 11 - 21), "overdue: was due 3 days ago"),
            (date!(2026 - 08 - 24), "overdue: was due 13 weeks ago"),
        ] {
            assert_eq!(due(&date, &today), words);
        }
    }

    #[test]
    fn hours_names_and_moments_read_naturally() {
        assert_eq!(
            moment(&datetime!(2026-12-01 00:05)),
            "Tuesday 1 December 2026, 12:05am"
        );
        assert_eq!(
            moment(&datetime!(2026-12-01 12:00)),
            "Tuesday 1 December 2026, 12:00pm"
        );
        for (name, letters) in [
            ("Maya Okafor", "MO"),
            ("Zoë", "Z"),
            ("Ana de la Cruz", "AC"),
            ("", ""),
        ] {
            assert_eq!(initials(name), letters);
        }
        assert_eq!(place("America/New_York"), "New York");
        for (names, words) in [
            (&[][..], ""),
            (&["Maya"], "Maya"),
            (&["Maya", "Max"], "Maya and Max"),
            (&["Maya", "Max", "Mia"], "Maya, Max and Mia"),
        ] {
            assert_eq!(named(names), words);
        }
    }
}

//! A list of people as somebody pastes it: one to a line, a name and an address in either order.

use crate::people::sign_in::read_email;
use crate::web::form;
use std::collections::HashSet;

/// The longest list that is read.
pub const MOST: usize = 500;

#[derive(Clone, Debug, PartialEq)]
pub struct Addressee {
    /// In lower case.
    pub email: String,
    /// May be empty.
    pub name: String,
    /// Of the list, counted from 1.
    pub line: usize,
}

/// Whoever can be written to, and what is wrong with the other lines, in words.
pub fn read(list: &str) -> (Vec<Addressee>, Vec<String>) {
    let mut addressees = Vec::new();
    let mut problems = Vec::new();
    let mut seen = HashSet::new();
    let lines = list.lines().enumerate();
    for (at, text) in lines.filter(|(_, text)| !text.trim().is_empty()) {
        let line = at + 1;
        match addressee(text, line) {
            Some(one) if !seen.insert(one.email.clone()) => {
                problems.push(format!("Line {line}: {} stands there twice", one.email));
            }
            Some(one) => addressees.push(one),
            None => problems.push(format!(
                "Line {line}: write an email address, such as name@example.org, in place of “{}”",
                shortened(text)
            )),
        }
    }
    if addressees.len() > MOST {
        problems.push(format!(
            "Invite at most {MOST} people at a time: these are {}",
            addressees.len()
        ));
    }
    (addressees, problems)
}

/// "Asha Patel <asha@example.org>", "asha@example.org, Asha Patel", or the address alone.
fn addressee(text: &str, line: usize) -> Option<Addressee> {
    let parted = |c: char| matches!(c, '<' | '>' | ',' | ';' | '\t');
    let mut parts = text.split(parted).map(str::trim);
    let (addresses, words): (Vec<&str>, Vec<&str>) = parts
        .by_ref()
        .filter(|part| !part.is_empty())
        .partition(|part| part.contains('@'));
    let [address] = addresses.as_slice() else {
        return None;
    };
    let name = words.join(" ");
    let name = name.trim_matches(['"', '\'', ' ']);
    Some(Addressee {
        email: read_email(address).ok()?,
        name: form::optional_line(name, 100).ok()?,
        line,
    })
}

fn shortened(text: &str) -> String {
    let text = form::optional_line(text, usize::MAX).unwrap_or_default();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_an_address_are_told_apart_in_any_order() {
        for (text, email, name) in [
            ("asha@example.org", "asha@example.org", ""),
            (
                "Asha Patel <Asha@Example.org>",
                "asha@example.org",
                "Asha Patel",
            ),
            (
                "asha@example.org, Asha Patel",
                "asha@example.org",
                "Asha Patel",
            ),
            (
                "Asha Patel;asha@example.org;",
                "asha@example.org",
                "Asha Patel",
            ),
            (
                "asha@example.org\tAsha Patel",
                "asha@example.org",
                "Asha Patel",
            ),
            (
                "\"Patel, Asha\" <asha@example.org>,",
                "asha@example.org",
                "Patel Asha",
            ),
            ("<asha@example.org>", "asha@example.org", ""),
            ("  Zoë 👋 <zoe@example.org>  ", "zoe@example.org", "Zoë 👋"),
        ] {
            let (read, problems) = read(text);
            assert_eq!(problems, Vec::<String>::new(), "{text}");
            assert_eq!(read.len(), 1, "{text}");
            assert_eq!((&*read[0].email, &*read[0].name), (email, name), "{text}");
        }
    }

    #[test]
    fn each_line_that_cannot_be_read_is_named_and_the_others_are_kept() {
        let list =
            "asha@example.org\n\nTom\nbea@example.org\nASHA@example.org\na@x.org b@x.org\nx@y";
        let (read, problems) = read(list);
        let kept: Vec<(&str, usize)> = read.iter().map(|one| (&*one.email, one.line)).collect();
        assert_eq!(kept, [("asha@example.org", 1), ("bea@example.org", 4)]);
        let lines: Vec<&str> = problems
            .iter()
            .filter_map(|words| words.split(':').next())
            .collect();
        assert_eq!(lines, ["Line 3", "Line 5", "Line 6", "Line 7"]);
        assert!(problems[0].contains("“Tom”"), "{problems:?}");
        assert!(problems[1].contains("twice"), "{problems:?}");
    }

    #[test]
    fn whatever_is_pasted_is_survived() {
        let long = "é".repeat(5000);
        let many = "x@example.org\n".repeat(3);
        for list in ["", " \n\t\n", "\0@\0.\0", "<<<>>>", "@", &long, &many] {
            read(list);
        }
        let many: Vec<String> = (0..501).map(|at| format!("p{at}@example.org")).collect();
        let (_, problems) = read(&many.join("\n"));
        assert_eq!(problems.len(), 1, "{problems:?}");
    }
}

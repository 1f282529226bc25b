//! A letter in HTML: the same words as in plain text, without a picture and without a way to know
//! that it was read.

use crate::web::words;
use askama::Template;

/// The longest words that become a link. Longer ones stay what they are, and the address is shown.
const LONGEST_LINK: usize = 120;

#[derive(Template)]
#[template(path = "mail/as_html.html")]
struct HtmlLetter<'a> {
    subject: &'a str,
    parts: Vec<Part<'a>>,
    /// Where who wrote it and why begins.
    foot: usize,
}

#[derive(Debug, PartialEq)]
enum Part<'a> {
    Words(&'a str),
    Link { href: &'a str, words: &'a str },
}

pub fn as_html(subject: &str, body: &str) -> askama::Result<String> {
    let parts = parts(body);
    let foot = parts
        .iter()
        .rposition(|part| matches!(part, Part::Words(_)));
    HtmlLetter {
        subject,
        foot: foot.unwrap_or(parts.len()),
        parts,
    }
    .render()
}

/// A link stands in a paragraph of its own; what it leads to is said in the one before, which ends
/// with a colon.
fn parts(body: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    for paragraph in words::paragraphs(body) {
        if !is_link(paragraph) {
            parts.push(Part::Words(paragraph));
            continue;
        }
        let before = match parts.last() {
            Some(Part::Words(before)) => before.strip_suffix(':'),
            Some(Part::Link { .. }) | None => None,
        };
        let words = before.filter(|before| before.len() <= LONGEST_LINK);
        if words.is_some() {
            parts.pop();
        }
        parts.push(Part::Link {
            href: paragraph,
            words: words.unwrap_or(paragraph),
        });
    }
    parts
}

fn is_link(paragraph: &str) -> bool {
    let web = paragraph.starts_with("https://") || paragraph.starts_with("http://");
    web && !paragraph.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_a_link_is_its_words() {
        let link = |words, href| Part::Link { href, words };
        let long = format!("{}:", "word ".repeat(30));
        let body = format!("{long}\n\nhttps://c.example\n\nWaymark wrote this.");
        for (body, expected) in [
            (
                "It is over.\n\nWrite it up:\n\nhttps://a.example/1\n\nWaymark wrote this.\n",
                vec![
                    Part::Words("It is over."),
                    link("Write it up", "https://a.example/1"),
                    Part::Words("Waymark wrote this."),
                ],
            ),
            (
                "No colon\n\nhttps://a.example\n\nhttp://b.example",
                vec![
                    Part::Words("No colon"),
                    link("https://a.example", "https://a.example"),
                    link("http://b.example", "http://b.example"),
                ],
            ),
            (
                "https://a.example is no link\non its own",
                vec![Part::Words("https://a.example is no link\non its own")],
            ),
            (
                &body,
                vec![
                    Part::Words(&long),
                    link("https://c.example", "https://c.example"),
                    Part::Words("Waymark wrote this."),
                ],
            ),
        ] {
            assert_eq!(parts(body), expected);
        }
    }

    #[test]
    fn what_people_are_called_is_not_taken_for_markup() {
        let html = as_html("A & B", "<b>Tom</b>\n\nSee:\n\nhttps://a.example/?a=\"b\"").unwrap();
        assert!(html.contains("<title>A &#38; B</title>"), "{html}");
        assert!(
            !html.contains("<b>Tom") && !html.contains("=\"b\""),
            "{html}"
        );
    }
}

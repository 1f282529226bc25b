//! Markdown that people write becomes HTML that can do no harm: nothing of what is written reaches a page
//! but as text, and links lead only where links may.

use askama::filters::HtmlSafe;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::fmt::{self, Display, Formatter, Write};

/// Made here and nowhere else, out of tags of our own and escaped text. That is why a template may print
/// it as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Html(String);

impl Display for Html {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

/// A name alone as a link, such as `feedback`, leads to a place below `base`.
pub fn html(markdown: &str, base: &str) -> Html {
    let events = || Parser::new_ext(markdown, Options::empty());
    let mut writer = Writer {
        out: String::with_capacity(markdown.len() * 5 / 4),
        base,
        top: top_level(events()),
        last: 1,
        images: 0,
        links: Vec::new(),
    };
    for event in events() {
        writer.event(event);
    }
    Html(writer.out)
}

/// How many words somebody reads.
pub fn words(markdown: &str) -> usize {
    let parser = Parser::new_ext(markdown, Options::empty());
    let texts = parser.filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text),
        _ => None,
    });
    texts.map(|text| text.split_whitespace().count()).sum()
}

struct Writer<'a> {
    out: String,
    base: &'a str,
    /// The heading level that becomes the second, since the page has the first.
    top: usize,
    /// The level of the last heading, of which none is skipped.
    last: usize,
    /// How deep in images, of which only the words are shown.
    images: usize,
    /// Whether each open link is one.
    links: Vec<bool>,
}

impl Writer<'_> {
    fn event(&mut self, event: Event) {
        if self.images > 0 && self.in_image(&event) {
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.text(&text),
            Event::Code(text) => {
                self.out.push_str("<code>");
                self.text(&text);
                self.out.push_str("</code>");
            }
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str("<br>\n"),
            Event::Rule => self.out.push_str("<hr>\n"),
            Event::TaskListMarker(_) => {}
        }
    }

    /// Of an image only the words are said; true of everything else in it.
    fn in_image(&mut self, event: &Event) -> bool {
        match event {
            Event::Start(Tag::Image { .. }) => self.images += 1,
            Event::End(TagEnd::Image) => self.images -= 1,
            Event::Start(_) | Event::End(_) => {}
            Event::SoftBreak | Event::HardBreak => self.out.push(' '),
            _ => return false,
        }
        true
    }

    fn start(&mut self, tag: Tag) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.out.push_str("<p>"),
            Tag::Heading { level, .. } => {
                let wanted = (number(level) + 2).saturating_sub(self.top);
                self.last = wanted.clamp(2, 4).min(self.last + 1);
                let _ = write!(self.out, "<h{}>", self.last);
            }
            Tag::BlockQuote(_) => self.out.push_str("<blockquote>\n"),
            Tag::CodeBlock(CodeBlockKind::Indented | CodeBlockKind::Fenced(_)) => {
                self.out.push_str("<pre><code>");
            }
            Tag::List(None) => self.out.push_str("<ul>\n"),
            Tag::List(Some(1)) => self.out.push_str("<ol>\n"),
            Tag::List(Some(first)) => {
                let _ = writeln!(self.out, "<ol start=\"{first}\">");
            }
            Tag::Item => self.out.push_str("<li>"),
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Link { dest_url, .. } => self.link(&dest_url),
            Tag::Image { .. } => self.images += 1,
            // Of kinds that are not read here: their text alone.
            _ => {}
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.out.push_str("</p>\n"),
            TagEnd::Heading(_) => {
                let _ = writeln!(self.out, "</h{}>", self.last);
            }
            TagEnd::BlockQuote(_) => self.out.push_str("</blockquote>\n"),
            TagEnd::CodeBlock => self.out.push_str("</code></pre>\n"),
            TagEnd::List(false) => self.out.push_str("</ul>\n"),
            TagEnd::List(true) => self.out.push_str("</ol>\n"),
            TagEnd::Item => self.out.push_str("</li>\n"),
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Link => {
                let is_one = self.links.pop() == Some(true);
                self.out.push_str(if is_one { "</a>" } else { "" });
            }
            _ => {}
        }
    }

    /// One that leads nowhere a link may is its words alone.
    fn link(&mut self, to: &str) {
        let href = href(to, self.base);
        self.links.push(href.is_some());
        if let Some(href) = href {
            self.out.push_str("<a href=\"");
            self.text(&href);
            self.out.push_str("\" rel=\"noopener noreferrer\">");
        }
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '&' => self.out.push_str("&amp;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                c => self.out.push(c),
            }
        }
    }
}

fn number(level: HeadingLevel) -> usize {
    level as usize
}

fn top_level<'a>(events: impl Iterator<Item = Event<'a>>) -> usize {
    let levels = events.filter_map(|event| match event {
        Event::Start(Tag::Heading { level, .. }) => Some(number(level)),
        _ => None,
    });
    levels.min().unwrap_or(1)
}

/// Only to pages of the web, to a mailbox, or to a place here; anything else is no link.
fn href(to: &str, base: &str) -> Option<String> {
    let unclear = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
    if to.is_empty() || to.contains(unclear) || to.starts_with("//") {
        return None;
    }
    let lower = to.to_ascii_lowercase();
    let outward = ["https://", "http://", "mailto:"];
    if outward.iter().any(|scheme| lower.starts_with(scheme)) {
        return Some(to.to_owned());
    }
    if to.contains(':') {
        return None;
    }
    if to.starts_with(['/', '#', '?']) {
        return Some(to.to_owned());
    }
    match to.contains('@') {
        true => Some(format!("mailto:{to}")),
        false => Some(format!("{base}/{to}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(markdown: &str) -> String {
        html(markdown, "/library").to_string()
    }

    #[test]
    fn what_people_write_is_set() {
        for (markdown, expected) in [
            (
                "Plain *and* **bold**.",
                "<p>Plain <em>and</em> <strong>bold</strong>.</p>\n",
            ),
            ("a\nb  \nc\\\nd", "<p>a\nb<br>\nc<br>\nd</p>\n"),
            ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
            ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"),
            ("7. a", "<ol start=\"7\">\n<li>a</li>\n</ol>\n"),
            ("> said", "<blockquote>\n<p>said</p>\n</blockquote>\n"),
            ("`a<b`", "<p><code>a&lt;b</code></p>\n"),
            (
                "```rust\" onclick=x\n<b>\n```",
                "<pre><code>&lt;b&gt;\n</code></pre>\n",
            ),
            ("---", "<hr>\n"),
            (
                "R&D, \"5 < 6\" & it's",
                "<p>R&amp;D, &quot;5 &lt; 6&quot; &amp; it&#39;s</p>\n",
            ),
            ("&copy; &lt;b&gt;", "<p>©\u{20}&lt;b&gt;</p>\n"),
            ("", ""),
        ] {
            assert_eq!(made(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn headings_begin_below_that_of_the_page_and_skip_none() {
        for (markdown, levels) in [
            ("# A\n## B\n### C\n#### D\n##### E", "23444"),
            ("## A\n### B\n## C", "232"),
            ("### A\n# B", "22"),
            ("# A\n#### B\n# C", "232"),
            ("###### A", "2"),
            ("A\n===\nB\n---", "23"),
        ] {
            let made = made(markdown);
            let opened = made.split("<h").skip(1);
            let got: String = opened.filter_map(|one| one.chars().next()).collect();
            assert_eq!(got, levels, "{markdown}");
            assert_eq!(made.matches("<h").count(), made.matches("</h").count());
            assert!(!made.contains("<h1"), "{markdown}");
        }
    }

    #[test]
    fn links_lead_only_where_links_may() {
        for (to, href) in [
            (
                "https://example.org/a?b=1&c=2",
                Some("https://example.org/a?b=1&amp;c=2"),
            ),
            ("HTTP://example.org", Some("HTTP://example.org")),
            ("mailto:ada@example.org", Some("mailto:ada@example.org")),
            ("/privacy", Some("/privacy")),
            ("#top", Some("#top")),
            ("feedback", Some("/library/feedback")),
            ("ada@example.org", Some("mailto:ada@example.org")),
            (
                "https://e.org/\"onmouseover=alert(1)",
                Some("https://e.org/&quot;onmouseover=alert(1)"),
            ),
            ("javascript:alert(1)", None),
            ("JaVaScRiPt:alert(1)", None),
            ("&#106;avascript:alert(1)", None),
            ("javascript&colon;alert(1)", None),
            ("java&#10;script:alert(1)", None),
            ("<java\tscript:alert(1)>", None),
            ("\u{1}javascript:alert(1)", None),
            ("&#x1;javascript:alert(1)", None),
            ("data:text/html;base64,PHN2Zz4=", None),
            ("vbscript:msgbox(1)", None),
            ("file:///etc/passwd", None),
            ("blob:https://e.org/1", None),
            ("//evil.example", None),
            ("/\\\\evil.example", None),
            ("\\\\\\\\evil.example", None),
            ("", None),
        ] {
            let made = made(&format!("[words]({to})"));
            let got = made.split_once("<a href=\"").map(|(_, rest)| {
                let (href, rest) = rest.split_once('"').unwrap();
                assert!(
                    rest.starts_with(" rel=\"noopener noreferrer\">words</a>"),
                    "{made}"
                );
                href
            });
            assert_eq!(got, href, "{to} became {made}");
            assert!(made.contains("words"), "{to}");
        }
    }

    #[test]
    fn nothing_that_is_written_is_a_tag() {
        for markdown in [
            "<script>alert(1)</script>",
            "a <script>alert(1)</script> b",
            "<img src=x onerror=alert(1)>",
            "<IMG SRC=\"javascript:alert(1)\">",
            "<svg/onload=alert(1)>",
            "<div>\n\n**in**\n\n</div>",
            "<a href='javascript:alert(1)'>x</a>",
            "<!-- <script>alert(1)</script> -->",
            "<?php echo 1 ?>",
            "<![CDATA[<script>alert(1)</script>]]>",
            "<style>body{display:none}</style>",
            "<javascript:alert(1)>",
            "<data:text/html,x>",
            "[a](<javascript:alert(1)>)",
            "[a][b]\n\n[b]: javascript:alert(1)",
            "[![a](javascript:alert(1))](javascript:alert(2))",
            "![<script>alert(1)</script>](https://e.org/x.png \"onload=alert(1)\")",
            "![a](data:image/svg+xml;base64,PHN2Zz4=)",
            "**<b onclick=alert(1)>x**</b>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "&#60;script&#62;alert(1)&#60;/script&#62;",
            "`<script>`",
            "    <script>alert(1)</script>",
            "# <script>alert(1)</script>",
            "> <iframe src=//e.org>",
            "| <b> |\n|---|\n| <i> |",
            "[x](https://e.org 'a\" onclick=\"alert(1)')",
            "\u{0}<script>",
        ] {
            let made = made(markdown);
            let tags = [
                "p",
                "h2",
                "ul",
                "li",
                "ol",
                "em",
                "strong",
                "code",
                "pre",
                "blockquote",
                "hr",
                "br",
            ];
            for tag in made.split('<').skip(1) {
                let tag = tag.split_once('>').unwrap().0.trim_start_matches('/');
                let link =
                    ["a", "a href=\"https://e.org\" rel=\"noopener noreferrer\""].contains(&tag);
                assert!(
                    link || tags.contains(&tag),
                    "{tag:?} of {markdown:?} in {made:?}"
                );
            }
        }
    }

    #[test]
    fn of_an_image_only_its_words_are_shown() {
        assert_eq!(
            made("See ![two *people* [talking](https://e.org)](https://e.org/x.png)!"),
            "<p>See two people talking!</p>\n"
        );
    }

    #[test]
    fn whatever_is_nested_is_closed_again() {
        for markdown in [
            "> ".repeat(500) + "deep",
            "- ".repeat(300) + "deep",
            "[".repeat(2000) + &"](/a)".repeat(2000),
            "*".repeat(3000) + "a" + &"*".repeat(3000),
            "`".repeat(5000),
        ] {
            let made = made(&markdown);
            for tag in ["p", "blockquote", "ul", "li", "a", "em", "strong"] {
                let opened = made.matches(&format!("<{tag}>")).count()
                    + made.matches(&format!("<{tag} ")).count();
                assert_eq!(opened, made.matches(&format!("</{tag}>")).count(), "{tag}");
            }
        }
    }

    #[test]
    fn words_are_those_that_are_read() {
        assert_eq!(
            words("## Two words\n\n*And* [three more](/a) `x`.\n\n> - seven"),
            8
        );
    }
}

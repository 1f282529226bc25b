//! What has changed between two texts, word by word.

/// A piece of the two texts laid over each other.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Piece {
    Kept(String),
    Gone(String),
    Added(String),
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Kept,
    Gone,
    Added,
}

/// The pieces in order: the kept and gone ones are the old text, the kept and added ones the new.
pub fn between(old: &str, new: &str) -> Vec<Piece> {
    let (old, new) = (words(old), words(new));
    let same = old.iter().zip(&new).take_while(|(one, other)| one == other);
    let before = same.count();
    let (old_rest, new_rest) = (&old[before..], &new[before..]);
    let same = old_rest.iter().rev().zip(new_rest.iter().rev());
    let after = same.take_while(|(one, other)| one == other).count();
    let mut marked: Vec<(Mark, &str)> = Vec::new();
    marked.extend(old[..before].iter().map(|word| (Mark::Kept, *word)));
    marked.extend(longest_in_common(
        &old_rest[..old_rest.len() - after],
        &new_rest[..new_rest.len() - after],
    ));
    let rest = &old_rest[old_rest.len() - after..];
    marked.extend(rest.iter().map(|word| (Mark::Kept, *word)));
    joined(&marked)
}

/// Words, the gaps between them, and every other sign by itself.
fn words(text: &str) -> Vec<&str> {
    let kind = |letter: char| match letter {
        letter if letter.is_alphanumeric() => 0,
        letter if letter.is_whitespace() => 1,
        _ => 2,
    };
    let mut words = Vec::new();
    let mut begins = 0;
    let mut last = None;
    for (place, letter) in text.char_indices() {
        let kind = kind(letter);
        if last.is_some_and(|last| last != kind || kind == 2) {
            words.push(&text[begins..place]);
            begins = place;
        }
        last = Some(kind);
    }
    if begins < text.len() {
        words.push(&text[begins..]);
    }
    words
}

/// Keeps as many words as can be kept in their order.
fn longest_in_common<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(Mark, &'a str)> {
    let width = new.len() + 1;
    // How many can be kept from each place of the two on.
    let mut kept = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            kept[i * width + j] = if old[i] == new[j] {
                kept[(i + 1) * width + j + 1] + 1
            } else {
                kept[(i + 1) * width + j].max(kept[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut marked = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            marked.push((Mark::Kept, old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len()
            || (i < old.len() && kept[(i + 1) * width + j] >= kept[i * width + j + 1])
        {
            marked.push((Mark::Gone, old[i]));
            i += 1;
        } else {
            marked.push((Mark::Added, new[j]));
            j += 1;
        }
    }
    marked
}

/// Whole phrases instead of many single words: what changes together is shown together, across
/// the gaps between.
fn joined(marked: &[(Mark, &str)]) -> Vec<Piece> {
    let changed = |place: usize| {
        marked
            .get(place)
            .is_some_and(|(mark, _)| *mark != Mark::Kept)
    };
    let mut pieces = Vec::new();
    let (mut kept, mut gone, mut added) = (String::new(), String::new(), String::new());
    for (place, (mark, word)) in marked.iter().enumerate() {
        let gap = word.trim().is_empty() && place > 0 && changed(place - 1) && changed(place + 1);
        match mark {
            Mark::Kept if gap => {
                gone.push_str(word);
                added.push_str(word);
            }
            Mark::Kept => {
                change(&mut pieces, &mut gone, &mut added);
                kept.push_str(word);
            }
            Mark::Gone | Mark::Added => {
                if !kept.is_empty() {
                    pieces.push(Piece::Kept(std::mem::take(&mut kept)));
                }
                match mark {
                    Mark::Gone => gone.push_str(word),
                    _ => added.push_str(word),
                }
            }
        }
    }
    change(&mut pieces, &mut gone, &mut added);
    if !kept.is_empty() {
        pieces.push(Piece::Kept(kept));
    }
    pieces
}

fn change(pieces: &mut Vec<Piece>, gone: &mut String, added: &mut String) {
    if !gone.is_empty() {
        pieces.push(Piece::Gone(std::mem::take(gone)));
    }
    if !added.is_empty() {
        pieces.push(Piece::Added(std::mem::take(added)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[-gone-]` and `{+added+}`, as some tools print it.
    fn printed(old: &str, new: &str) -> String {
        between(old, new)
            .into_iter()
            .map(|piece| match piece {
                Piece::Kept(words) => words,
                Piece::Gone(words) => format!("[-{words}-]"),
                Piece::Added(words) => format!("{{+{words}+}}"),
            })
            .collect()
    }

    #[test]
    fn changes_are_shown_word_by_word() {
        for (old, new, expected) in [
            ("", "", ""),
            ("We meet.", "We meet.", "We meet."),
            ("", "We meet.", "{+We meet.+}"),
            ("We meet.", "", "[-We meet.-]"),
            (
                "We meet every four weeks.",
                "We meet every three weeks.",
                "We meet every [-four-]{+three+} weeks.",
            ),
            (
                "We meet in the small room by the lift.",
                "We meet outside by the lift.",
                "We meet [-in the small room-]{+outside+} by the lift.",
            ),
            (
                "One day, or two.",
                "One day or two.",
                "One day[-,-] or two.",
            ),
            (
                "To listen.",
                "To listen.\n\nTo ask.",
                "To listen.{+\n\nTo ask.+}",
            ),
            ("not", "note", "[-not-]{+note+}"),
            ("שלום לך 👋", "שלום לכם 👋", "שלום [-לך-]{+לכם+} 👋"),
            ("<b>a</b>", "<b>c</b>", "<b>[-a-]{+c+}</b>"),
        ] {
            assert_eq!(printed(old, new), expected);
        }
    }

    /// Whatever the two texts are, nothing of either is lost in what is shown.
    #[test]
    fn both_texts_can_be_read_from_the_pieces() {
        let texts = [
            "",
            " ",
            "a",
            "a b c d e f",
            "f e d c b a",
            "a  b\n\nc, d; e -- f",
            "the cat and the dog and the cat",
            "the dog and the cat and the dog",
            "é ü ß שלום 👋🏽 a\tb",
        ];
        for old in texts {
            for new in texts {
                let (mut from, mut to) = (String::new(), String::new());
                for piece in between(old, new) {
                    match piece {
                        Piece::Kept(words) => {
                            from += &words;
                            to += &words;
                        }
                        Piece::Gone(words) => from += &words,
                        Piece::Added(words) => to += &words,
                    }
                }
                assert_eq!((from.as_str(), to.as_str()), (old, new));
            }
        }
    }
}

//! The words that people are searched by.

/// Patterns for `found_by`, one for each word: who holds all of them is found.
pub fn patterns(typed: &str) -> Vec<String> {
    typed
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .take(10)
        .map(|word| {
            let plain: String = word.chars().take(100).flat_map(literally).collect();
            format!("%{plain}%")
        })
        .collect()
}

fn literally(c: char) -> impl Iterator<Item = char> {
    let escape = matches!(c, '%' | '_' | '\\').then_some('\\');
    escape.into_iter().chain([c])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_looked_for_as_it_stands() {
        assert_eq!(
            patterns(" asha\0 100%  a_b\\ "),
            ["%asha%", "%100\\%%", "%a\\_b\\\\%"]
        );
        assert!(patterns(" \t\0").is_empty());
    }
}

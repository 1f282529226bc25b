//! Long lists are read a page at a time; the first page is 1.

/// How many pages there are of so many: one at least.
pub fn how_many(all: usize, a_page: usize) -> usize {
    all.div_ceil(a_page).max(1)
}

/// Which of so many pages an address asks for: the first where it asks for none, and the last where it
/// asks for more than there are.
pub fn asked(text: &str, pages: usize) -> usize {
    text.parse().unwrap_or(1).clamp(1, pages)
}

/// What stands on a page of a list.
pub fn part<T>(all: &[T], page: usize, a_page: usize) -> &[T] {
    let from = all.len().min((page - 1) * a_page);
    &all[from..all.len().min(from + a_page)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_stands_on_one_page() {
        for all in [0, 1, 19, 20, 21, 40, 41] {
            let list: Vec<usize> = (0..all).collect();
            let pages = how_many(all, 20);
            let read: Vec<usize> = (1..=pages)
                .flat_map(|page| part(&list, page, 20).to_vec())
                .collect();
            assert_eq!(read, list);
        }
        assert_eq!([0, 20, 21].map(|all| how_many(all, 20)), [1, 1, 2]);
        let given = ["", "x", "-1", "0", "2", "3", "99"];
        assert_eq!(given.map(|text| asked(text, 3)), [1, 1, 1, 1, 2, 3, 3]);
        assert!(part(&[1, 2], 9, 20).is_empty());
    }
}

//! What the shop sells, read from `catalogue.txt`.

use super::random::Random;

const TEXT: &str = include_str!("catalogue.txt");

/// An article in one of its sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Article {
    /// Two letters with which the section's codes begin.
    pub prefix: &'static str,
    pub section: &'static str,
    pub name: &'static str,
    pub size: &'static str,
    pub description: &'static str,
}

/// Every article in every size, shuffled, always in the same order: however few products a shop has, they come from all
/// sections.
///
/// # Panics
///
/// When the file does not follow its own format.
pub fn articles() -> Vec<Article> {
    let (mut prefix, mut section) = ("", "");
    let mut articles = Vec::new();
    let lines = TEXT.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in lines {
        if let Some((code, title)) = line.strip_prefix('[').and_then(|line| line.split_once("] ")) {
            (prefix, section) = (code, title);
            continue;
        }
        let parts: Vec<&str> = line.split(" | ").collect();
        let &[name, sizes, description] = parts.as_slice() else { panic!("catalogue.txt: {line}") };
        let sized = |size| Article { prefix, section, name, size, description };
        articles.extend(sizes.split("; ").map(sized));
    }
    Random::of(0).shuffle(&mut articles);
    articles
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_shop_has_twelve_sections_and_about_a_thousand_different_articles() {
        let articles = articles();
        let sections: HashSet<_> = articles.iter().map(|article| article.section).collect();
        let different: HashSet<_> = articles.iter().map(|article| (article.name, article.size)).collect();
        assert_eq!(sections.len(), 12);
        assert_eq!(different.len(), articles.len());
        assert!((900..=1000).contains(&articles.len()), "{}", articles.len());
    }
}

//! Ids made of texts, as GitHub makes those of headings, each of them once.

use finl_unicode::categories::CharacterCategories as _;

use crate::base::quick::QuickMap;

/// Makes the ids of one page.
#[derive(Debug, Default)]
pub(super) struct Anchorizer {
    /// The ids that are taken, each with the number that the next one of its text is to have.
    taken: QuickMap<String, usize>,
}

impl Anchorizer {
    /// Takes the id of a text: in lower case, without punctuation, with hyphens for spaces, and with a number behind it where it is
    /// taken.
    pub(super) fn anchorize(&mut self, text: &str) -> String {
        let id = slug(text);
        let Some(next) = self.taken.get(&id) else {
            self.taken.insert(id.clone(), 1);
            return id;
        };
        let mut numbered = (*next..).map(|number| (format!("{id}-{number}"), number));
        let Some((free, number)) = numbered.find(|(id, _)| !self.taken.contains_key(id)) else { return id };
        self.taken.insert(id, number + 1);
        self.taken.insert(free.clone(), 1);
        free
    }
}

fn slug(text: &str) -> String {
    let mut id = text.to_lowercase();
    id.retain(is_kept);
    id.replace(' ', "-")
}

fn is_kept(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_');
    }
    c.is_letter() || c.is_mark() || c.is_number() || c.is_punctuation_connector()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ids that links on GitHub have, by the Markdown library.
    #[test]
    fn ids_are_those_of_the_library() {
        let texts = [
            "When to call",
            "When to call",
            "When to call-1",
            "when to call",
            "When to call-1",
            "",
            "",
            "-1",
            "A_b - c!",
            "Größe Ⓐ ß",
            "ΟΔΟΣ",
            "e\u{301}\u{200d}",
            "a\u{203f}b\t½ ²",
            "日本語 テスト",
            "…",
            "İ",
        ];
        let (mut ours, mut theirs) = (Anchorizer::default(), comrak::Anchorizer::new());
        for text in texts {
            assert_eq!(ours.anchorize(text), theirs.anchorize(text), "{text:?}");
        }
    }
}

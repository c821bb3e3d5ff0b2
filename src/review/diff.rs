//! What changed between two texts, word by word, as a value that a terminal and a page can both show.
//!
//! The texts are taken apart into blocks, one for each element that is not among words; blocks are paired, and the words of a
//! pair compared. No difference is lost: texts that are not equal have a diff that is not empty, because the blocks, each with
//! the elements around it, make up the whole text again.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::review::text::{Content, Element, Kind, Line, ReviewedText, SHA256, Style, Word};

/// A text as it is shown, and as it is compared: two targets that lead to one place are shown as written and compared as one.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// What is shown.
    pub shown: &'a ReviewedText,
    /// What is compared; it has the same lines, with other targets at most.
    pub compared: &'a ReviewedText,
}

impl<'a> Side<'a> {
    /// A text that is compared as it is shown.
    pub fn plain(text: &'a ReviewedText) -> Self {
        Self { shown: text, compared: text }
    }
}

/// What changed, in the order of the newer text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// The blocks, those that did not change among them.
    pub blocks: Vec<Block>,
}

impl Diff {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.blocks.iter().all(|block| block.change == BlockChange::Kept)
    }
}

/// A block of one text or of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is, in words: `heading 2`, `list item`, `caption of figure`.
    pub label: String,
    /// What it was, where that was something else.
    pub was: Option<String>,
    /// What became of it.
    pub change: BlockChange,
    /// Its text: the runs' texts, one behind the other.
    pub runs: Vec<Run>,
}

/// What became of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockChange {
    /// It is as it was.
    Kept,
    /// Some of its words are others, or it is a block of another kind.
    Changed,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
}

/// A run of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// What became of them.
    pub change: Change,
    /// The words, with the white space before each where there is any. Emphasis, links and images are marked as in Markdown.
    pub text: String,
}

/// What became of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// They are as they were.
    Kept,
    /// They are new.
    Added,
    /// They are gone.
    Removed,
}

/// Compares two texts.
pub fn diff(before: Side<'_>, after: Side<'_>) -> Diff {
    let (old, new) = (units(before), units(after));
    let (old_keys, new_keys): (Vec<_>, Vec<_>) =
        (old.iter().map(Unit::key).collect(), new.iter().map(Unit::key).collect());
    let mut blocks = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, &old_keys, &new_keys) {
        match op {
            DiffOp::Equal { new_index, len, .. } => {
                blocks.extend(
                    new[new_index..new_index + len].iter().map(|unit| unit.whole(BlockChange::Kept, Change::Kept)),
                );
            }
            other => pair(&old[other.old_range()], &new[other.new_range()], &mut blocks),
        }
    }
    Diff { blocks }
}

/// How many old blocks are looked at for the one that a new block was.
const WINDOW: usize = 8;
/// How much of two blocks must be the same words for one to have become the other.
const SIMILAR: f64 = 0.4;

/// Pairs blocks that were rewritten, in order.
fn pair(old: &[Unit], new: &[Unit], blocks: &mut Vec<Block>) {
    let mut rest = old;
    for unit in new {
        let candidates = rest.iter().take(WINDOW);
        let found = candidates.enumerate().find(|(_, before)| before.likeness(unit) >= SIMILAR);
        let Some((at, before)) = found else {
            blocks.push(unit.whole(BlockChange::Added, Change::Added));
            continue;
        };
        blocks.extend(rest[..at].iter().map(|gone| gone.whole(BlockChange::Removed, Change::Removed)));
        blocks.push(changed(before, unit));
        rest = &rest[at + 1..];
    }
    blocks.extend(rest.iter().map(|gone| gone.whole(BlockChange::Removed, Change::Removed)));
}

fn changed(before: &Unit, after: &Unit) -> Block {
    let keys = |unit: &Unit| unit.tokens.iter().map(|token| token.key.clone()).collect::<Vec<_>>();
    let mut runs = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &keys(before), &keys(after)) {
        let (gone, come) = (&before.tokens[op.old_range()], &after.tokens[op.new_range()]);
        if matches!(op, DiffOp::Equal { .. }) {
            push_run(&mut runs, Change::Kept, come);
        } else {
            push_run(&mut runs, Change::Removed, gone);
            push_run(&mut runs, Change::Added, come);
        }
    }
    let was = (before.path != after.path).then(|| before.label.clone());
    Block { label: after.label.clone(), was, change: BlockChange::Changed, runs }
}

fn push_run(runs: &mut Vec<Run>, change: Change, tokens: &[Token]) {
    if !tokens.is_empty() {
        runs.push(Run { change, text: tokens.iter().map(|token| token.text.as_str()).collect() });
    }
}

/// A block on its way into a diff.
struct Unit {
    /// The elements around its words, as the canonical text has them.
    path: String,
    label: String,
    tokens: Vec<Token>,
}

struct Token {
    /// What is compared.
    key: String,
    /// What is shown, white space before it and all.
    text: String,
}

impl Unit {
    fn key(&self) -> (&str, Vec<&str>) {
        (&self.path, self.tokens.iter().map(|token| token.key.as_str()).collect())
    }

    fn whole(&self, change: BlockChange, words: Change) -> Block {
        let mut runs = Vec::new();
        push_run(&mut runs, words, &self.tokens);
        Block { label: self.label.clone(), was: None, change, runs }
    }

    /// The part of both blocks' words that is in both: 0 to 1. Blocks without words are alike if they are of one kind.
    fn likeness(&self, other: &Self) -> f64 {
        let sorted = |unit: &Self| {
            let mut keys: Vec<String> = unit.tokens.iter().map(|token| token.key.clone()).collect();
            keys.sort_unstable();
            keys
        };
        let (a, b) = (sorted(self), sorted(other));
        if a.is_empty() && b.is_empty() {
            return if self.label == other.label { 1.0 } else { 0.0 };
        }
        let (mut at, mut common) = (0, 0_u32);
        for key in &a {
            while b.get(at).is_some_and(|other| other < key) {
                at += 1;
            }
            if b.get(at) == Some(key) {
                at += 1;
                common += 1;
            }
        }
        let count = |keys: &[String]| u32::try_from(keys.len()).map_or(f64::MAX, f64::from);
        2.0 * f64::from(common) / (count(&a) + count(&b))
    }
}

fn units(side: Side<'_>) -> Vec<Unit> {
    let mut splitter = Splitter::default();
    for (shown, compared) in side.shown.words.iter().zip(&side.compared.words) {
        splitter.line(shown, compared);
    }
    for include in &side.compared.includes {
        if let Content::Text(text) = &include.content {
            let element = Element { kind: Kind::Include, value: format!("{} {}", include.kind.name(), include.name) };
            splitter.open(&element);
            text.split_whitespace().for_each(|word| splitter.push(word, word, " "));
            splitter.stack.pop();
        }
    }
    splitter.units
}

/// Takes a text apart. The keys of tokens start with a control character for what is no word, so that no text is taken for a
/// mark.
#[derive(Default)]
struct Splitter {
    units: Vec<Unit>,
    /// The open elements, those among words too, each with the value that is compared.
    stack: Vec<Element>,
    targets: Vec<String>,
    /// The marks of links and images that have begun and have no word yet: as they are compared, and as they are shown.
    begun: (String, String),
}

impl Splitter {
    fn line(&mut self, shown: &Line, compared: &Line) {
        match (shown, compared) {
            (Line::Open(shown), Line::Open(compared)) if self.is_among_words(shown.kind) => {
                self.begun.0.push('\u{1}');
                self.begun.0.push_str(shown.kind.name());
                self.begun.1.push_str(match shown.kind {
                    Kind::Image => "![",
                    Kind::Note => "[^",
                    Kind::Title => "(",
                    _ => "[",
                });
                self.stack.push(shown.clone());
                self.targets.push(compared.value.clone());
            }
            (Line::Open(shown), _) => self.open(shown),
            (Line::Close, _) => self.close(),
            (Line::Word(shown), Line::Word(compared)) => self.word(shown, compared),
            (Line::Word(shown), _) => self.word(shown, shown),
            (Line::Verbatim(line), _) => self.push(&format!("\u{2}{line}"), line, "\n"),
        }
    }

    /// Whether an element of this kind stands among words here. A title does in a link, and not in an alert.
    fn is_among_words(&self, kind: Kind) -> bool {
        let in_link = || self.stack.last().is_some_and(|around| around.kind.is_inline());
        kind.is_inline() || (kind == Kind::Title && in_link())
    }

    fn open(&mut self, element: &Element) {
        self.stack.push(element.clone());
        self.units.push(Unit { path: self.path(), label: label(&self.stack), tokens: Vec::new() });
    }

    fn close(&mut self) {
        let Some(Element { kind, value }) = self.stack.last().cloned() else { return };
        if kind.is_inline() || self.stack.len() > 1 && self.stack[self.stack.len() - 2].kind.is_inline() {
            let target = self.targets.pop().unwrap_or_default();
            let text = match kind {
                Kind::Note => format!("{value}]"),
                Kind::Undefined => "]".to_owned(),
                Kind::Title => ")".to_owned(),
                _ => format!("](→ {})", display(&value, &target)),
            };
            self.push(&format!("\u{3}{target}"), &text, "");
        }
        self.stack.pop();
    }

    fn word(&mut self, shown: &Word, compared: &Word) {
        let lead = if shown.joined { "" } else { " " };
        let Style { emphasized, struck, code } = shown.style;
        let mark = |set: bool, mark: &'static str| if set { mark } else { "" };
        let marks = [mark(emphasized, "*"), mark(struck, "~"), mark(code, "`")].concat();
        let back: String = marks.chars().rev().collect();
        let key = format!("{lead}{marks}\u{4}{}", compared.text);
        self.push(&key, &format!("{marks}{}{back}", shown.text), lead);
    }

    /// Adds a token to the block that is open; `lead` is the white space before it.
    fn push(&mut self, key: &str, text: &str, lead: &str) {
        let path = self.path();
        if self.units.last().is_none_or(|unit| unit.path != path) {
            // Words behind a block inside the same element.
            let label = label(&self.stack);
            self.units.push(Unit { path, label, tokens: Vec::new() });
        }
        let Some(unit) = self.units.last_mut() else { return };
        let lead = if unit.tokens.is_empty() { "" } else { lead };
        let begun = std::mem::take(&mut self.begun);
        unit.tokens.push(Token { key: format!("{}{key}", begun.0), text: format!("{lead}{}{text}", begun.1) });
    }

    /// The blocks that are open.
    fn path(&self) -> String {
        let blocks = self.stack.iter().take_while(|element| !element.kind.is_inline());
        blocks.fold(String::new(), |path, element| format!("{path}{} {}\n", element.kind.name(), element.value))
    }
}

/// A target as it is shown. A file is compared by its bytes, so that two of one name can differ.
fn display(value: &str, target: &str) -> String {
    match target.strip_prefix(SHA256) {
        Some(hex) => format!("{value}, SHA-256 {}…", hex.get(..12).unwrap_or(hex)),
        None => value.to_owned(),
    }
}

/// What a block is called: the innermost element that says more than that it is a paragraph.
fn label(stack: &[Element]) -> String {
    let blocks: Vec<&Element> = stack.iter().take_while(|element| !element.kind.is_inline()).collect();
    let outside = |at: usize| at.checked_sub(1).and_then(|at| blocks.get(at));
    for (at, Element { kind, value }) in blocks.iter().enumerate().rev() {
        return match kind {
            Kind::Paragraph if at > 0 => continue,
            Kind::Key | Kind::Directive | Kind::Include => value.clone(),
            Kind::Item | Kind::Entry => {
                let key = blocks.iter().find(|element| element.kind == Kind::Key);
                let key = key.map_or("", |element| element.value.as_str());
                if value.is_empty() { format!("item of {key}") } else { format!("{value} of {key}") }
            }
            Kind::Point if outside(at).is_some_and(|list| list.kind == Kind::Ordered) => "numbered item".to_owned(),
            Kind::Point => "list item".to_owned(),
            Kind::Task => format!("task, {value}"),
            Kind::Ordered => format!("list from {value}"),
            Kind::Cell => "table cell".to_owned(),
            Kind::Header => "table header".to_owned(),
            Kind::Row => "table row".to_owned(),
            Kind::Attribute => match outside(at) {
                Some(directive) => format!("{value} of {}", directive.value),
                None => value.clone(),
            },
            kind if value.is_empty() => kind.name().to_owned(),
            kind => format!("{} {value}", kind.name()),
        };
    }
    String::new()
}

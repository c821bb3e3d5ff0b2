//! Made-up pages, and the ways in which one page can be written: other white space, wrapping, markers.

use proptest::prelude::*;

/// A part of a page.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    Paragraph(Vec<Inline>),
    Heading(usize, Vec<String>),
    List(bool, Vec<Vec<Inline>>),
    Table(Vec<[String; 2]>),
    Quote(Vec<Inline>),
    Directive(String, Vec<Inline>),
}

/// A part of a line.
#[derive(Clone, Debug)]
pub(crate) enum Inline {
    Word(String),
    Emphasized(Vec<String>),
    Struck(String),
    Quoted(String),
    Link(Vec<String>, String),
    Image(Vec<String>, String),
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-z]{1,7}", 1 => "[1-9][0-9]{0,2}", 1 => "[a-z]{2,7}[,.]"]
}

fn words() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(word(), 1..5)
}

fn target() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,6}\\.md", "\\.\\./[a-z]{1,6}\\.md#[a-z]{1,4}", "https://[a-z]{2,8}\\.org/"]
}

fn inline() -> impl Strategy<Value = Inline> {
    prop_oneof![
        6 => word().prop_map(Inline::Word),
        1 => words().prop_map(Inline::Emphasized),
        1 => word().prop_map(Inline::Struck),
        1 => "[a-z]{1,7}".prop_map(Inline::Quoted),
        1 => (words(), target()).prop_map(|(words, target)| Inline::Link(words, target)),
        1 => (words(), "[a-z]{1,6}\\.png").prop_map(|(alt, source)| Inline::Image(alt, source)),
    ]
}

fn inlines() -> impl Strategy<Value = Vec<Inline>> {
    // A line does not start with what could be read as a marker.
    ("[a-z]{2,7}", prop::collection::vec(inline(), 0..12)).prop_map(|(first, mut rest)| {
        rest.insert(0, Inline::Word(first));
        rest
    })
}

fn block() -> impl Strategy<Value = Block> {
    prop_oneof![
        4 => inlines().prop_map(Block::Paragraph),
        1 => (2_usize..5, words()).prop_map(|(level, words)| Block::Heading(level, words)),
        1 => (any::<bool>(), prop::collection::vec(inlines(), 1..4)).prop_map(|(ordered, items)| Block::List(ordered, items)),
        1 => prop::collection::vec(("[a-z]{1,6}", "[0-9]{1,3}").prop_map(|(a, b)| [a, b]), 1..4).prop_map(Block::Table),
        1 => inlines().prop_map(Block::Quote),
        1 => ("[a-z]{1,6} [a-z]{1,6}", inlines()).prop_map(|(title, body)| Block::Directive(title, body)),
    ]
}

/// A page. Two lists never follow each other: their markers would tell whether they are one.
pub(crate) fn page() -> impl Strategy<Value = Vec<Block>> {
    let is_list = |block: &Block| matches!(block, Block::List(..));
    prop::collection::vec(block(), 1..7).prop_map(move |mut page| {
        page.dedup_by(|a, b| is_list(a) && is_list(b));
        page
    })
}

/// How a page is written: a stream of choices, each a number, that starts anew when it ends.
#[derive(Clone, Debug)]
pub(crate) struct Hand {
    choices: Vec<u8>,
    at: usize,
}

/// A way of writing.
pub(crate) fn hand() -> impl Strategy<Value = Hand> {
    prop::collection::vec(any::<u8>(), 1..80).prop_map(|choices| Hand { choices, at: 0 })
}

impl Hand {
    fn choose<'a>(&mut self, among: &[&'a str]) -> &'a str {
        let choice = self.choices[self.at % self.choices.len()];
        self.at += 1;
        among[usize::from(choice) % among.len()]
    }

    /// White space between two words; `indent` is what a new line starts with.
    fn space(&mut self, indent: &str) -> String {
        let newline = format!("\n{indent}");
        let broken = format!("\\\n{indent}");
        let spaced = format!("  \n{indent}");
        self.choose(&[" ", " ", " ", "  ", "\t", "&nbsp;", &newline, &newline, &broken, &spaced]).to_owned()
    }

    fn words(&mut self, words: &[String], indent: &str) -> String {
        let mut out = words[0].clone();
        for word in &words[1..] {
            out.push_str(&self.space(indent));
            out.push_str(word);
        }
        out
    }

    fn inline(&mut self, inline: &Inline, indent: &str) -> String {
        match inline {
            Inline::Word(word) => word.clone(),
            Inline::Emphasized(words) => {
                let mark = self.choose(&["*", "_", "**", "__", "***", "___"]);
                format!("{mark}{}{mark}", self.words(words, indent))
            }
            Inline::Struck(word) => {
                let mark = self.choose(&["~", "~~"]);
                format!("{mark}{word}{mark}")
            }
            Inline::Quoted(word) => match self.choose(&["straight", "curly"]) {
                "straight" => format!("\"{word}'s\""),
                _ => format!("“{word}’s”"),
            },
            Inline::Link(words, target) => {
                let target = self.choose(&[target, &format!("<{target}>")]).to_owned();
                format!("[{}]({target})", self.words(words, indent))
            }
            Inline::Image(alt, source) => format!("![{}]({source})", self.words(alt, indent)),
        }
    }

    fn inlines(&mut self, inlines: &[Inline], indent: &str) -> String {
        let mut out = String::new();
        for (at, inline) in inlines.iter().enumerate() {
            if at > 0 {
                out.push_str(&self.space(indent));
            }
            out.push_str(&self.inline(inline, indent));
        }
        out
    }

    fn block(&mut self, block: &Block) -> String {
        match block {
            Block::Paragraph(inlines) => {
                let indent = self.choose(&["", " ", "  ", "   "]);
                self.inlines(inlines, indent)
            }
            Block::Heading(2, words) if self.choose(&["atx", "setext"]) == "setext" => {
                format!("{}\n{}", words.join(" "), self.choose(&["---", "-----------"]))
            }
            Block::Heading(level, words) => {
                let close = self.choose(&["", " ##", " {#an-id}"]);
                format!("{} {}{close}", "#".repeat(*level), words.join(self.choose(&[" ", "   "])))
            }
            Block::List(ordered, items) => {
                let marker = if *ordered { self.choose(&["1. ", "1) "]) } else { self.choose(&["- ", "* ", "+ "]) };
                let indent = " ".repeat(marker.len());
                let between = self.choose(&["\n", "\n\n"]);
                let items: Vec<String> =
                    items.iter().map(|item| format!("{marker}{}", self.inlines(item, &indent))).collect();
                items.join(between)
            }
            Block::Table(rows) => {
                let head = self.choose(&["| a | b |\n| - | - |", "a|b\n:--|--:", "|  a|b  |\n|:-:|---|"]).to_owned();
                let pad = self.choose(&["", " ", "   "]);
                rows.iter().fold(head, |table, [a, b]| format!("{table}\n|{pad}{a}{pad}| {b} |"))
            }
            Block::Quote(inlines) => {
                let indent = self.choose(&["> ", ">", ">  "]);
                format!("> {}", self.inlines(inlines, indent))
            }
            Block::Directive(title, body) => {
                let fence = self.choose(&[":::", "::::", ":::::"]);
                let title = title.replace(' ', self.choose(&[" ", "  "]));
                format!("{fence}note{{title=\"{title}\"}}\n{}\n{fence}", self.inlines(body, ""))
            }
        }
    }

    /// The page in this hand.
    pub(crate) fn write(mut self, page: &[Block]) -> String {
        let mut out = String::from("---\ntitle: A page\n---\n");
        for block in page {
            out.push_str(&self.block(block));
            out.push_str(self.choose(&["\n\n", "\n\n\n", "\n \n\n"]));
        }
        if self.choose(&["lf", "lf", "crlf"]) == "crlf" { out.replace('\n', "\r\n") } else { out }
    }
}

/// The same page with one visible thing changed: the `at`th word, number, target or alternative text.
pub(crate) fn change(page: &mut [Block], at: usize) {
    let mut things: Vec<&mut String> = Vec::new();
    for block in page {
        let inlines = match block {
            Block::Paragraph(inlines) | Block::Quote(inlines) => inlines.iter_mut().collect(),
            Block::List(_, items) => items.iter_mut().flatten().collect(),
            Block::Directive(title, inlines) => {
                things.push(title);
                inlines.iter_mut().collect()
            }
            Block::Heading(_, words) => {
                things.extend(words);
                Vec::new()
            }
            Block::Table(rows) => {
                things.extend(rows.iter_mut().flatten());
                Vec::new()
            }
        };
        for inline in inlines {
            take(inline, &mut things);
        }
    }
    let at = at % things.len();
    let thing = things.swap_remove(at);
    // A letter or a digit more, where it keeps its form.
    let first = thing.find(|c: char| c.is_ascii_alphanumeric()).unwrap_or(0);
    let more = if thing[first..].starts_with(|c: char| c.is_ascii_digit()) { "7" } else { "x" };
    let first = if thing.starts_with("https://") { "https://".len() } else { first };
    thing.insert_str(first, more);
}

fn take<'a>(inline: &'a mut Inline, things: &mut Vec<&'a mut String>) {
    match inline {
        Inline::Word(word) | Inline::Struck(word) | Inline::Quoted(word) => things.push(word),
        Inline::Emphasized(words) => things.extend(words),
        Inline::Link(words, target) | Inline::Image(words, target) => {
            things.extend(words);
            things.push(target);
        }
    }
}

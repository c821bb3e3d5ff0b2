//! Reviews in a random site: policies, records, and what happens to them.

use iort_site::base::path::SourcePath;
use iort_site::page::words;
use iort_site::review::record::{Filed, Outcome, Record, Scope, folder, free_name};
use iort_site::review::text::ReviewedText;
use iort_site::source::record::read_record;

use crate::site::{Random, Said, Site};

const POLICIES: [&str; 5] = [
    "",
    "require = \"record\"\nstates = { never = \"warn\", changed = \"warn\", objected = \"banner\" }\n",
    "require = \"record\"\nstates = { never = \"hold\", changed = \"hold\", objected = \"hold\", overdue = \"banner\" }\n",
    "require = \"record\"\nstates = { never = \"allow\", changed = \"hold\", objected = \"hold\", due = \"banner\" }\n",
    "require = \"record\"\nstates = { never = \"allow\", changed = \"error\", objected = \"error\" }\n",
];

impl Site {
    /// A change of reviews, in place.
    pub(crate) fn change_of_reviews(&mut self, page: &str, random: &mut Random) -> Said {
        let records: Vec<String> = self.files.keys().filter(|path| path.starts_with("reviews/")).cloned().collect();
        match random.below(8) {
            0 => {
                let policy = random.pick(&POLICIES);
                let toml = self.files["site.toml"].clone();
                let (head, _) = toml.split_once("[review]").unwrap_or((&toml, ""));
                let review = format!("[review]\ninterval = \"1 year\"\nnotice = \"30 days\"\n{policy}");
                self.files.insert("site.toml".to_owned(), format!("{head}{review}"));
                format!("policy {policy}")
            }
            1 if !records.is_empty() => {
                let record = random.pick(&records);
                self.files.remove(&record);
                format!("delete {record}")
            }
            2 if !records.is_empty() => {
                let record = random.pick(&records);
                let text = self.files[&record].replace("Text of", "Other text of");
                self.files.insert(record.clone(), text);
                format!("tamper with {record}")
            }
            3 => {
                self.options.preview = !self.options.preview;
                format!("preview {}", self.options.preview)
            }
            4 => {
                // Everything that is there is passed at once: only then can a site that asks for records be whole.
                for page in self.files.keys().filter(|path| path.starts_with("content/")).cloned().collect::<Vec<_>>() {
                    self.review(&page, Outcome::Pass, random);
                }
                "pass every page".to_owned()
            }
            5 => {
                self.review(page, Outcome::ChangesRequested, random);
                format!("object to {page}")
            }
            _ => {
                self.review(page, Outcome::Pass, random);
                format!("pass {page}")
            }
        }
    }

    fn review(&mut self, page: &str, outcome: Outcome, random: &mut Random) {
        let path = SourcePath::new(page);
        let body = self.files[page].clone();
        let folder = folder(&path);
        let filed: Vec<Filed> = self
            .files
            .iter()
            .filter(|(record, _)| SourcePath::new(record.as_str()).parent() == folder)
            .filter_map(|(record, text)| read_record(&SourcePath::new(record.as_str()), text).0)
            .collect();
        let is_last = |one: &&Filed| filed.iter().all(|other| other.record.predecessor != Some(one.sha256));
        let reviewer = random.pick(&["ann", "bob"]);
        let record = Record {
            reviewer: reviewer.to_owned(),
            date: self.options.today,
            outcome,
            scope: Scope::Full,
            note: (random.below(2) == 0).then(|| "Noted".to_owned()),
            evidence_searched_to: None,
            filed: None,
            includes: Vec::new(),
            text: ReviewedText { words: words::read(&path, &body), includes: Vec::new() }.digest(),
            predecessor: filed.iter().find(is_last).map(|filed| filed.sha256),
            page: path,
            body,
        };
        let is_taken = |name: &str| self.files.contains_key(&format!("{folder}/{name}"));
        let name = free_name(self.options.today, reviewer, is_taken);
        self.files.insert(format!("{folder}/{name}"), record.write());
    }
}

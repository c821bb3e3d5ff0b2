//! Random sites and random changes, from a seed.

use std::collections::BTreeMap;

use iort_site::base::date::Date;
use iort_site::source::snapshot::Options;

/// A site's files with what the command line says.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub files: BTreeMap<String, String>,
    pub options: Options,
}

/// A change, in words.
pub(crate) type Said = String;

/// Random numbers (the generator of Numerical Recipes, 7.1.4), for choices and no more.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        random.below(2);
        random
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit.max(1)
    }

    pub(crate) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}

const FOLDERS: [&str; 4] = ["", "a/", "b/", "a/c/"];
const NAMES: [&str; 6] = ["one", "two", "three", "four", "five", "index"];
const TITLES: [&str; 8] = ["Dose", "Side effects", "Surgery", "Who & why", "After", "Before", "Call us", "Zebra"];
const HEADINGS: [&str; 4] = ["Pain", "Sleep", "Food", "Work"];
const DAYS: [&str; 6] = ["2026-01-10", "2026-03-01", "2026-05-20", "2026-06-30", "2026-12-31", "2029-02-01"];

const SITE_TOML: &str = "title = \"Guide\"\nbase_url = \"https://example.org\"\ntheme = \"t\"\n\n[review]\n\
                         interval = \"1 year\"\nnotice = \"30 days\"\n";
const REVIEWERS: &str = "[[reviewer]]\nid = \"ann\"\nname = \"Ann\"\ncredentials = \"MD\"\nrole = \"Doctor\"\n\n\
                         [[reviewer]]\nid = \"bob\"\nname = \"Bob\"\ncredentials = \"RN\"\nrole = \"Nurse\"\n";
const LETTERS: [&str; 8] = ["ap", "be", "b", "pa", "sle", "wo", "mo", "c"];
const WORDS: [&str; 14] = [
    "table",
    "alert_note",
    "alert_tip",
    "alert_important",
    "alert_warning",
    "alert_caution",
    "footnote",
    "footnotes",
    "footnote_back",
    "heading_link",
    "task_done",
    "task_open",
    "not_found_title",
    "search_title",
];
const BASE: &str = "<!doctype html>\n<html lang=\"{{ lang }}\"><head><meta charset=\"utf-8\"><title>{{ page.title }}</title>\
                    <link rel=\"stylesheet\" href=\"{{ asset(path=\"site.css\") }}\"></head>\n<body>\n\
                    {{ navigation }}\n<h1>{{ page.title }}</h1>{% block main %}{{ page.content }}{% endblock main %}\n\
                    {% if page.next %}<a href=\"{{ root }}{{ page.next.path }}\">{{ page.next.title }}</a>{% endif %}\n\
                    <p>{{ page.review.state }} {{ page.review.banner or \"\" }}{% for change in page.review.changes %} {{ change.note }}{% endfor %}</p>{% if passed is defined and passed %}{{ passed }}{% endif %}</body></html>\n";

const NAVIGATION: &str = "{% for item in nav %}<a href=\"{{ root }}{{ item.path }}\"{{ current(path=item.path) }}>{{ item.title }}</a>\
                    {% for inner in item.children %}<a href=\"{{ root }}{{ inner.path }}\"{{ current(path=inner.path) }}>{{ inner.title }}</a>{% endfor %}\
                    {% endfor %}";

impl Site {
    /// A site that builds without an error.
    pub(crate) fn new(random: &mut Random) -> Self {
        let mut files = BTreeMap::new();
        let mut write = |path: &str, text: String| _ = files.insert(path.to_owned(), text);
        let words: String = WORDS.iter().map(|word| format!("{word} = \"{word}\"\n")).collect();
        let months: Vec<String> = (1..=12).map(|month| format!("\"M{month}\"")).collect();
        write("site.toml", SITE_TOML.to_owned());
        write("data/reviewers.toml", REVIEWERS.to_owned());
        write("data/facts.toml", "phone = \"1\"\n".to_owned());
        write("themes/t/theme.toml", "name = \"t\"\nversion = \"1\"\n[view]\nmin = 1\nmax = 1\n".to_owned());
        write(
            "themes/t/i18n/en.toml",
            format!(
                "dir = \"ltr\"\n[date]\nform = \"{{day}} {{month}} {{year}}\"\nmonths = [{}]\n[strings]\n{words}",
                months.join(", ")
            ),
        );
        write("themes/t/static/site.css", "p { color: red }\n".to_owned());
        write("themes/t/templates/base.html", BASE.to_owned());
        write("themes/t/templates/navigation.html", NAVIGATION.to_owned());
        let child = "{% extends \"base.html\" %}";
        for name in ["page", "home", "404"] {
            write(&format!("themes/t/templates/{name}.html"), child.to_owned());
        }
        write(
            "themes/t/templates/section.html",
            format!(
                "{child}{{% block main %}}{{{{ page.content }}}}{{{{ data.facts.phone }}}}\
                 {{% for child in page.children %}}<a href=\"{{{{ root }}}}{{{{ child.path }}}}\">{{{{ child.title }}}}</a>\
                 {{% endfor %}}{{% endblock main %}}"
            ),
        );
        write(
            "themes/t/templates/redirect.html",
            "<!doctype html><html lang=\"{{ lang }}\"><a href=\"{{ target }}\">{{ title }}</a></html>".to_owned(),
        );
        write(
            "themes/t/templates/components/note.html",
            "{% component note(title: string = \"\") -%}\n<div class=\"note\">{{ title }}{{ body }}</div>\n\
             {%- endcomponent note %}"
                .to_owned(),
        );
        write("content/index.md", page("Home", 0, ""));
        // Beside the other choices, which the seeds that are kept stand for.
        let mut aside = random.clone();
        if aside.one_in(2) {
            write("themes/t/templates/search.html", child.to_owned());
            if aside.one_in(2) {
                // More words than an index in one file has room for.
                let words: Vec<String> = (0..3000).map(|word| format!("{}{word}", LETTERS[word % 8])).collect();
                write("content/words.md", format!("{}\n{}\n", page("Words", 2, ""), words.join(" ")));
            }
        }
        let today = Date::new(2026, 6, 1).unwrap();
        let options = Options { today, base_url: None, drafts: false, preview: false, offline: false };
        let mut site = Self { files, options };
        for folder in ["a/", "b/"] {
            site.files.insert(format!("content/{folder}index.md"), page(random.pick(&TITLES), 1, ""));
        }
        for _ in 0..2 + random.below(4) {
            site.add(random);
        }
        site
    }

    fn pages(&self) -> Vec<String> {
        self.files.keys().filter(|path| path.starts_with("content/")).cloned().collect()
    }

    fn add(&mut self, random: &mut Random) -> Said {
        let path = format!("content/{}{}.md", random.pick(&FOLDERS), random.pick(&NAMES));
        let text = self.text(&path, random);
        self.files.insert(path.clone(), text);
        format!("write {path}")
    }

    /// A page's text, with links to pages that are there.
    fn text(&self, path: &str, random: &mut Random) -> String {
        let mut front = String::new();
        if random.one_in(3) {
            front += &format!("last_reviewed: {}\nreviewed_by: ann\n", random.pick(&DAYS[..3]));
        }
        if random.one_in(6) {
            front += &format!("aliases: [/old-{}/]\n", random.below(3));
        }
        if random.one_in(8) {
            front += "draft: true\n";
        }
        let mut text = page(random.pick(&TITLES), random.below(4), &front);
        for _ in 0..random.below(3) {
            let heading = random.pick(&HEADINGS);
            if !text.contains(heading) {
                text += &format!("\n## {heading}\n\nWords {}.\n", random.below(100));
            }
        }
        if random.one_in(3) {
            text += &format!("\n:::note{{title=\"{}\"}}\nMind this.\n:::\n", random.pick(&TITLES));
        }
        for _ in 0..random.below(3) {
            let pages = self.pages();
            if pages.is_empty() {
                break;
            }
            let to = random.pick(&pages);
            let anchor =
                if random.one_in(6) { format!("#{}", random.pick(&HEADINGS).to_lowercase()) } else { String::new() };
            let to = to.strip_prefix("content").unwrap_or(&to);
            // From the root now and then, relative at other times.
            let up = "../".repeat(path.matches('/').count() - 1);
            let link = if random.one_in(2) { to.to_owned() } else { format!("{up}{}", to.trim_start_matches('/')) };
            text += &format!("\nSee [that]({link}{anchor}).\n");
        }
        text
    }

    /// One change, in place.
    pub(crate) fn change(&mut self, random: &mut Random) -> Said {
        let pages = self.pages();
        if pages.is_empty() {
            return self.add(random);
        }
        let page = random.pick(&pages);
        match random.below(34) {
            0..=3 => self.edit(&page, "body", |text, random| format!("{text}\nMore {}.\n", random.below(1000)), random),
            4 | 5 => self.line(&page, "title:", |random| random.pick(&TITLES).to_owned(), random),
            6 => self.line(&page, "weight:", |random| random.below(4).to_string(), random),
            7 => self.line(&page, "last_reviewed:", |random| random.pick(&DAYS[..4]).to_owned(), random),
            8 | 9 => self.add(random),
            10 | 11 => self.rename(&page, random),
            12 => {
                self.files.remove(&page);
                format!("delete {page}")
            }
            13 => {
                let other = random.pick(&pages);
                let (one, two) = (self.files[&page].clone(), self.files[&other].clone());
                self.files.insert(page.clone(), two);
                self.files.insert(other.clone(), one);
                format!("swap {page} and {other}")
            }
            14 => self.edit(
                random.pick(&["themes/t/templates/base.html", "themes/t/templates/navigation.html"]),
                "template",
                |text, random| format!("{text}<i class=\"c{}\"></i>", random.below(9)),
                random,
            ),
            15 => self.edit(
                "themes/t/templates/components/note.html",
                "component",
                |text, random| text.replace("</div>", &format!("<!-- {} --></div>", random.below(9))),
                random,
            ),
            16 => self.edit(
                "themes/t/static/site.css",
                "style",
                |text, random| format!("{text}p {{ margin: {}px }}\n", random.below(9)),
                random,
            ),
            17 => {
                self.edit("data/facts.toml", "data", |_, random| format!("phone = \"{}\"\n", random.below(9)), random)
            }
            18 => self.line("site.toml", "title =", |random| format!("\"{}\"", random.pick(&TITLES)), random),
            19 => self.edit(
                "data/reviewers.toml",
                "reviewer",
                |text, random| text.replacen("name = \"A", &format!("name = \"A{}", random.below(9)), 1),
                random,
            ),
            20 => {
                let day = random.pick(&DAYS);
                self.options.today = Date::parse(day).unwrap();
                format!("today {day}")
            }
            21 => self.edit(&page, "break", |text, _| format!("{text}\n<b>raw</b>\n"), random),
            22 => self.edit(&page, "mend", |text, _| text.replace("<b>raw</b>", ""), random),
            23 => {
                self.options.drafts = !self.options.drafts;
                format!("drafts {}", self.options.drafts)
            }
            24 => self.edit(
                "themes/t/templates/page.html",
                "break or mend a template",
                |text, _| {
                    if text.contains("nope") { text.replace("{{ nope }}", "") } else { format!("{text}{{{{ nope }}}}") }
                },
                random,
            ),
            25..=32 => self.change_of_reviews(&page, random),
            _ => "nothing".to_owned(),
        }
    }

    fn edit(&mut self, path: &str, what: &str, how: impl Fn(&str, &mut Random) -> String, random: &mut Random) -> Said {
        if let Some(text) = self.files.get_mut(path) {
            *text = how(text, random);
        }
        format!("{what} in {path}")
    }

    /// Gives a line that starts with a key another value, where there is one.
    fn line(&mut self, path: &str, key: &str, value: impl Fn(&mut Random) -> String, random: &mut Random) -> Said {
        let value = value(random);
        let said = format!("{key} {value} in {path}");
        self.edit(
            path,
            "",
            |text, _| {
                let lines = text
                    .lines()
                    .map(|line| if line.starts_with(key) { format!("{key} {value}\n") } else { format!("{line}\n") });
                lines.collect()
            },
            random,
        );
        said
    }

    fn rename(&mut self, page: &str, random: &mut Random) -> Said {
        let to = format!("content/{}{}.md", random.pick(&FOLDERS), random.pick(&NAMES));
        if let Some(text) = self.files.remove(page) {
            self.files.insert(to.clone(), text);
        }
        format!("rename {page} to {to}")
    }
}

fn page(title: &str, weight: usize, front: &str) -> String {
    format!("---\ntitle: {title}\nweight: {weight}\n{front}---\n\nText of {title}.\n")
}

//! `i18n/<lang>.toml`: all words of a theme in one language, and the form of its dates.

use std::collections::BTreeMap;

use crate::base::code::Code;
use crate::base::date::Date;
use crate::base::diagnostic::{Diagnostic, Place, Spot};
use crate::base::path::SourcePath;
use crate::source::faults::Faults;
use crate::source::form;
use crate::source::reader::{self, Table};
use crate::source::toml;

/// The words of one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strings {
    /// The language (BCP 47), from the file's name.
    pub lang: String,
    /// `dir`: `ltr` or `rtl`.
    pub dir: String,
    /// `[date] form`: with `{day}`, `{month}` (its name) and `{year}`.
    pub date_form: String,
    /// `[date] months`: twelve names.
    pub months: Vec<String>,
    /// `[strings]`: everything else, by name.
    pub words: BTreeMap<String, String>,
}

impl Strings {
    /// A date in the form of the language: `January 22, 2024`, `22 de enero de 2024`.
    pub fn date(&self, date: Date) -> String {
        let month =
            usize::try_from(date.month() - 1).ok().and_then(|at| self.months.get(at)).map_or("", String::as_str);
        let mut text = String::with_capacity(self.date_form.len() + month.len());
        let mut rest = self.date_form.as_str();
        while let Some(at) = rest.find('{') {
            text.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some(behind) = rest.strip_prefix("{day}") {
                text.push_str(&date.day().to_string());
                rest = behind;
            } else if let Some(behind) = rest.strip_prefix("{month}") {
                text.push_str(month);
                rest = behind;
            } else if let Some(behind) = rest.strip_prefix("{year}") {
                text.push_str(&date.year().to_string());
                rest = behind;
            } else {
                text.push('{');
                rest = &rest[1..];
            }
        }
        text.push_str(rest);
        text
    }
}

impl Strings {
    /// Reads the text of a language's file; `None` where something required cannot be had.
    pub fn read(path: &SourcePath, lang: &str, text: &str) -> (Option<Self>, Vec<Diagnostic>) {
        let mut faults = Faults::new(path, text);
        let root = toml::read(&mut faults);
        let strings = reader::read(&root, &Spot::File, &mut faults, |file| {
            let dir = file.at("dir").one_of(&[("ltr", "ltr"), ("rtl", "rtl")]).unwrap_or("ltr");
            let date = file.at("date").required("[date]").table(|date| {
                let form = date
                    .at("form")
                    .required("form = \"{month} {day}, {year}\"")
                    .parsed(date_form, "such as `{day} {month} {year}`");
                (form, months(date))
            });
            let words = file.at("strings").required("[strings]").string_map();
            let (date_form, months) = date?;
            Some(Self {
                lang: lang.to_owned(),
                dir: dir.to_owned(),
                date_form: date_form?,
                months: months?,
                words: words?,
            })
        });
        if form::language(lang).is_err() {
            let message = format!("`{lang}` is not a language tag, and a language's file is named by one");
            let fault = Diagnostic::new(Code::InvalidValue, Place::file(path), message);
            faults.push(fault.help("name it by a tag of BCP 47, such as `en.toml` or `pt-BR.toml`"));
        }
        (strings, faults.into_vec())
    }
}

fn date_form(text: &str) -> Result<String, &'static str> {
    match ["{day}", "{month}", "{year}"].map(|part| text.contains(part)) {
        [false, _, _] => Err("it has no `{day}`"),
        [_, false, _] => Err("it has no `{month}`"),
        [_, _, false] => Err("it has no `{year}`"),
        _ => Ok(text.to_owned()),
    }
}

fn months(date: &mut Table<'_, '_>) -> Option<Vec<String>> {
    let field = date.at("months").required("months = [\"January\", …]");
    let (span, count) = (field.span(), field.count());
    let months = field.strings();
    if let (Some(span), Some(count)) = (span, count.filter(|count| *count != 12)) {
        let message = format!("`date.months` is not valid: it has {count} names");
        date.faults().report(Code::InvalidValue, span, message, "give the twelve names, from January on");
    }
    months
}

/// Reports each word that one language has and another lacks, at the file that lacks it.
pub fn check_alike(all: &[(SourcePath, Strings)]) -> Vec<Diagnostic> {
    let mut known: BTreeMap<&str, &SourcePath> = BTreeMap::new();
    for (path, strings) in all {
        for word in strings.words.keys() {
            known.entry(word).or_insert(path);
        }
    }
    let lacks = |(path, strings): &(SourcePath, Strings)| {
        let missing = known.iter().filter(|(word, _)| !strings.words.contains_key(**word));
        missing
            .map(|(word, has)| {
                let message = format!("`strings.{word}` is missing, and `{has}` has it");
                let help = format!("add `{word} = \"…\"` to `[strings]`");
                Diagnostic::new(Code::StringMissing, Place::file(path), message).help(help)
            })
            .collect::<Vec<_>>()
    };
    all.iter().flat_map(lacks).collect()
}

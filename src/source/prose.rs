//! What a site and its pages say of plain language: `[prose]` in `site.toml`, `prose_waivers` in the front matter.

use crate::base::code::Code;
use crate::base::suggest;
use crate::prose::budget::Budget;
use crate::prose::judge::Waiver;
use crate::prose::rules::RULES;
use crate::source::field::{Field, listed};
use crate::source::reader::Table;
use crate::source::tree::Kind;

/// Reads `[prose]`.
pub(super) fn budget(table: &mut Table<'_, '_>) -> Budget {
    let default = Budget::default();
    Budget {
        grade: positive(table.at("grade")).unwrap_or(default.grade),
        smog: positive(table.at("smog")),
        sentence_words: positive(table.at("sentence_words")).unwrap_or(default.sentence_words),
        paragraph_sentences: positive(table.at("paragraph_sentences")).unwrap_or(default.paragraph_sentences),
        claims: table.at("claims").strings().unwrap_or(default.claims),
        words: words(table.at("words")),
    }
}

fn positive(mut field: Field<'_, '_>) -> Option<u64> {
    if field.kind() == Some(&Kind::Integer(0)) {
        let message = format!("{} is not valid: no text keeps a limit of 0", field.name);
        field.report(Code::InvalidValue, message, "write 1 or more");
        return None;
    }
    field.natural()
}

fn words(field: Field<'_, '_>) -> Vec<(String, String)> {
    let blank = |text: &str| !text.chars().any(char::is_alphanumeric);
    if let Some(Kind::Table(entries)) = field.kind() {
        for entry in entries {
            let is_blank = |text: &Kind<'_>| matches!(text, Kind::Text(text) if blank(text));
            if blank(&entry.key) || is_blank(&entry.value.kind) {
                let message = format!("`{}` has nothing to be replaced, or nothing to replace it", entry.key);
                let help = "write a word and the plainer one, such as `physician = \"doctor\"`";
                field.faults.report(Code::InvalidValue, entry.key_span, message, help);
            }
        }
    }
    let words: Vec<(String, String)> = field.string_map().unwrap_or_default();
    words.into_iter().filter(|(word, plainer)| !blank(word) && !blank(plainer)).collect()
}

/// Reads `prose_waivers`: a list of tables, each with `rule` and `reason`.
pub(super) fn waivers(field: Field<'_, '_>) -> Vec<Waiver> {
    field.list(waiver).unwrap_or_default()
}

fn waiver(item: Field<'_, '_>) -> Option<Waiver> {
    let span = item.span()?;
    item.table(|waiver| {
        let rule = rule(waiver.at("rule").required("rule: long-sentence"));
        let reason = waiver.at("reason").required("reason: The guideline is quoted word for word.").filled();
        Some(Waiver { rule: rule?, reason: reason?, span })
    })?
}

fn rule(mut field: Field<'_, '_>) -> Option<Code> {
    let Some(Kind::Text(text)) = field.kind() else { return field.string().and(None) };
    let names = || RULES.iter().map(|rule| rule.name());
    let rule = RULES.iter().copied().find(|rule| rule.name() == text);
    if rule.is_none() {
        let help = match suggest::nearest(text, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("allowed are {}", listed(names())),
        };
        field.report(Code::InvalidValue, format!("{} cannot be `{text}`", field.name), &help);
    }
    rule
}

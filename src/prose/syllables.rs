//! How many syllables an English word has: the CMU Pronouncing Dictionary's count for each word that it holds, a rule's for
//! any other.
//!
//! The dictionary is 3.6 MB, and a rule of a few lines is right for most of its words. So only the words for which the rule
//! is wrong are kept (`syllables.txt`, sorted, read in place by bisection): the answers are those of the whole dictionary
//! at a thirtieth of its size, with nothing to load. `tests/rooms/plain_language.rs` holds every word of the dictionary to that,
//! and writes the file.

/// The words for which the rule is wrong, each with its count, in order; comments before them.
const EXCEPTIONS: &str = include_str!("syllables.txt");

/// The syllables of one word: letters, with apostrophes and hyphens inside. At least one.
///
/// A compound has the syllables of its parts, a possessive those of its noun. An abbreviation in capitals that is no word is
/// said letter by letter. A number is one: digits are the plain way to write it.
pub fn count(word: &str) -> usize {
    let word = word.replace('’', "'");
    word.split('-').filter(|part| !part.is_empty()).map(part).sum::<usize>().max(1)
}

fn part(word: &str) -> usize {
    let lower = word.to_lowercase();
    if let Some(known) = exception(&lower) {
        return known;
    }
    let noun = lower.strip_suffix("'s").or_else(|| lower.strip_suffix('\'')).unwrap_or(&lower);
    if noun.len() < lower.len()
        && let Some(known) = exception(noun)
    {
        // "Nurse's" is a syllable longer than "nurse", "doctor's" is not.
        return known + usize::from(lower.ends_with("'s") && hisses(noun));
    }
    if is_spelled_out(word) { spelled(word) } else { by_rule(&lower) }
}

/// An abbreviation that is said letter by letter: two to six capitals, with an `s` behind them for more than one, that do
/// not read as a word.
fn is_spelled_out(word: &str) -> bool {
    let capitals = word.strip_suffix('s').unwrap_or(word);
    (2..=6).contains(&capitals.len())
        && capitals.bytes().all(|byte| byte.is_ascii_uppercase())
        && !reads_as_a_word(capitals.as_bytes())
}

/// Whether an abbreviation reads as a word, as `NICE` and `COVID` do: four letters or more, a vowel among them, and neither a
/// start nor an end that no English word has (`IORT`, `EBRT`).
fn reads_as_a_word(capitals: &[u8]) -> bool {
    let vowel = |byte: &u8| b"AEIOU".contains(byte);
    let odd_start = matches!(capitals, [b'I' | b'U', second, ..] if vowel(second));
    let odd_end = capitals.iter().rev().take(3).all(|byte| !vowel(byte));
    capitals.len() >= 4 && capitals.iter().any(vowel) && !odd_start && !odd_end
}

fn spelled(word: &str) -> usize {
    word.bytes().filter(u8::is_ascii_uppercase).map(|byte| if byte == b'W' { 3 } else { 1 }).sum()
}

fn hisses(noun: &str) -> bool {
    ["s", "z", "x", "ch", "sh", "ce", "ge", "se", "ze"].iter().any(|end| noun.ends_with(end))
}

/// What `syllables.txt` says of a word in lower case.
fn exception(word: &str) -> Option<usize> {
    let bytes = EXCEPTIONS.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let start = bytes[low..middle].iter().rposition(|byte| *byte == b'\n').map_or(low, |at| low + at + 1);
        let end = bytes[middle..high].iter().position(|byte| *byte == b'\n').map_or(high, |at| middle + at);
        let line = EXCEPTIONS.get(start..end)?;
        let (known, number) = line.split_once(' ').unwrap_or((line, ""));
        match word.as_bytes().cmp(known.as_bytes()) {
            std::cmp::Ordering::Equal => return number.parse().ok(),
            std::cmp::Ordering::Less => high = start,
            std::cmp::Ordering::Greater => low = end + 1,
        }
    }
    None
}

/// The rule: a syllable for each run of vowels, less the silent ones, more for vowels that are said apart. For a word in
/// lower case; at least one.
pub fn by_rule(word: &str) -> usize {
    let letters: Vec<u8> = word.bytes().filter(u8::is_ascii_lowercase).collect();
    let vowel = |at: usize| letters.get(at).is_some_and(|letter| b"aeiouy".contains(letter));
    let mut count = 0_isize;
    for at in 0..letters.len() {
        let starts = vowel(at) && (at == 0 || !vowel(at - 1));
        count += isize::from(starts);
    }
    count += said_apart(&letters) - silent(&letters);
    usize::try_from(count.max(1)).unwrap_or(1)
}

/// Vowels that stand together and are two syllables: "medi-um", "qui-et", "fly-ing".
fn said_apart(letters: &[u8]) -> isize {
    let mut count = 0;
    for at in 0..letters.len() {
        let rest = &letters[at..];
        let before = at.checked_sub(1).map(|at| letters[at]);
        let apart = match rest {
            // "Special", "patient", "region", "religious" melt; "dial", "client", "lion" do not.
            [b'i', b'a' | b'o' | b'u', ..] => !matches!(before, Some(b't' | b's' | b'c' | b'g' | b'x')),
            [b'i', b'e', b't' | b'n' | b'r', ..] => matches!(before, Some(b'l' | b'd' | b'u' | b'p' | b'r')) && at > 0,
            [b'y' | b'e' | b'o' | b'u', b'i', b'n', b'g', ..] => before != Some(b'q'),
            [b'e', b'o' | b'u', b'm' | b's', ..] => !matches!(before, Some(b'g' | b'c')),
            [b'u', b'a' | b'o', ..] => !matches!(before, Some(b'q' | b'g' | b's')),
            // "Create", "poet", "chaos"; and, without a vowel, "sarcasm" and "rhythm".
            [b'a', b'o', ..]
            | [b'e', b'a', b't', b'e' | b'i', ..]
            | [b'o', b'e', b'l' | b't' | b'n', ..]
            | [b's' | b'h', b'm'] => true,
            _ => false,
        };
        count += isize::from(apart);
    }
    count
}

/// Vowels that are written and not said: the last in "dose", "doses" and "treated" tell which endings are.
fn silent(letters: &[u8]) -> isize {
    let vowel = |letter: &u8| b"aeiouy".contains(letter);
    let consonant = |letter: Option<&u8>| letter.is_some_and(|letter| !vowel(letter));
    let ends = |end: &[u8]| letters.ends_with(end);
    let before = |back: usize| letters.len().checked_sub(back).and_then(|at| letters.get(at));
    let final_e = ends(b"e") && consonant(before(2)) && !(ends(b"le") && consonant(before(3)));
    let es = ends(b"es")
        && consonant(before(3))
        && !matches!(before(3), Some(b's' | b'z' | b'x' | b'c' | b'g'))
        && !(matches!(before(3), Some(b'h')) && matches!(before(4), Some(b'c' | b's')))
        && !(ends(b"les") && consonant(before(4)));
    let ed = ends(b"ed")
        && consonant(before(3))
        && !matches!(before(3), Some(b't' | b'd'))
        && !(ends(b"led") && consonant(before(4)) && before(4) != Some(&b'l'));
    let inner = inner_e(letters);
    isize::from(final_e || es || ed) + inner
}

/// An "e" that a suffix leaves silent inside: "care-ful", "move-ment", "safe-ly".
fn inner_e(letters: &[u8]) -> isize {
    const SUFFIXES: [&[u8]; 9] = [b"ful", b"fully", b"less", b"lessly", b"lessness", b"ment", b"ments", b"ly", b"ness"];
    let silent = |suffix: &&[u8]| {
        let stem = &letters[..letters.len() - suffix.len()];
        let (last, before) = (stem.last(), stem.len().checked_sub(2).and_then(|at| stem.get(at)));
        letters.ends_with(suffix)
            && last == Some(&b'e')
            && before.is_some_and(|letter| !b"aeiouy".contains(letter))
            && stem[..stem.len() - 1].iter().any(|letter| b"aeiouy".contains(letter))
    };
    let fits = |suffix: &&&[u8]| letters.len() > suffix.len() && silent(suffix);
    isize::from(SUFFIXES.iter().any(|suffix| fits(&suffix)))
}

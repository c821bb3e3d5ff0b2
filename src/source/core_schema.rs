//! What a plain scalar of YAML is, by the core schema of YAML 1.2.2 (10.3.2).
//!
//! Nothing of YAML 1.1 is kept: `yes`, `no`, `on`, `off`, dates and numbers to the base 60 are texts.

use std::borrow::Cow;

use crate::source::tree::Kind;

/// What a plain scalar is; the text again where it is a whole number beyond 64 bits.
pub fn resolve(text: Cow<'_, str>) -> Result<Kind<'_>, Cow<'_, str>> {
    // Most scalars are words: their first letter tells.
    match text.as_bytes().first() {
        None => return Ok(Kind::Null),
        Some(b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'-' | b'+' | b'.' | b'0'..=b'9') => {}
        Some(_) => return Ok(Kind::Text(text)),
    }
    match text.as_ref() {
        "~" | "null" | "Null" | "NULL" => return Ok(Kind::Null),
        "true" | "True" | "TRUE" => return Ok(Kind::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Kind::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => return Ok(Kind::Float(f64::NAN)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Ok(Kind::Float(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => return Ok(Kind::Float(f64::NEG_INFINITY)),
        _ => {}
    }
    if let Some((digits, radix)) = whole_number(&text) {
        return i64::from_str_radix(digits, radix).map(Kind::Integer).map_err(|_| text);
    }
    let is_decimal = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    Ok(match text.parse() {
        Ok(number) if is_decimal => Kind::Float(number),
        _ => Kind::Text(text),
    })
}

/// The digits, with their sign, and the base of a text that has the form of a whole number.
fn whole_number(text: &str) -> Option<(&str, u32)> {
    let is_number = |digits: &str, radix| !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    if let Some(digits) = text.strip_prefix("0x") {
        return Some((digits, 16)).filter(|_| is_number(digits, 16));
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return Some((digits, 8)).filter(|_| is_number(digits, 8));
    }
    Some((text, 10)).filter(|_| is_number(text.strip_prefix(['-', '+']).unwrap_or(text), 10))
}

//! JSON (RFC 8259) to a value, in which no key stands twice.
//!
//! JSON is only read as data, so no tree of places is needed: places matter for syntax errors, which the parser knows,
//! and for repeated keys, which it would pass over in silence. Keys are therefore taken as they are written, borrowed from
//! the text, so that their address tells their place.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::base::code::Code;
use crate::base::span::{LineStarts, Span};
use crate::source::faults::Faults;

/// Reads the file.
pub fn read(faults: &mut Faults<'_>) -> Option<Value> {
    let text = faults.text;
    let mut parser = serde_json::Deserializer::from_str(text);
    let read = Reading { faults }.deserialize(&mut parser).and_then(|value| parser.end().map(|()| value));
    match read {
        Ok(value) => Some(value),
        Err(error) => {
            let at = LineStarts::new(text).offset(error.line(), error.column());
            let message = error.to_string();
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what);
            let fault = faults.at(Code::Syntax, Span::new(at, at), format!("JSON: {message}"));
            faults.push(fault);
            None
        }
    }
}

/// One value to be read.
struct Reading<'f, 's> {
    faults: &'f mut Faults<'s>,
}

impl<'de> DeserializeSeed<'de> for Reading<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reading<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Reading { faults: &mut *self.faults })? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        let mut places: BTreeMap<String, Span> = BTreeMap::new();
        while let Some(raw) = entries.next_key::<&RawValue>()? {
            let key: String = serde_json::from_str(raw.get()).map_err(serde::de::Error::custom)?;
            let start = raw.get().as_ptr().addr() - self.faults.text.as_ptr().addr();
            let span = Span::new(start, start + raw.get().len());
            let value = entries.next_value_seed(Reading { faults: &mut *self.faults })?;
            if let Some(first) = places.get(&key) {
                self.faults.push_duplicate(&key, span, Some(*first));
            } else {
                places.insert(key.clone(), span);
                map.insert(key, value);
            }
        }
        Ok(Value::Object(map))
    }
}

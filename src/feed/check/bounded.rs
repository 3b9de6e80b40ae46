//! JSON objects of a bounded number of values. A value takes many times the memory of its shortest text.

use std::cell::Cell;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The most values that are kept of an object, nested ones included. Later ones are left out.
const MOST: usize = 100_000;

/// An object whose members keep their order, repeated ones included.
pub struct Object(pub Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object, A::Error> {
                let mut members = Vec::new();
                each_member(map, &Cell::new(MOST), |key, value| members.push((key, value)))?;
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// Reads a member of a document of which `kept` values are kept already; `None` if it is no JSON.
pub fn member(text: &[u8], kept: &mut usize) -> Option<Value> {
    let left = Cell::new(MOST.saturating_sub(*kept));
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Bounded(&left).deserialize(&mut reader).ok().filter(|_| reader.end().is_ok());
    *kept = MOST - left.get();
    value
}

/// Reads a value; the number is that of values that may still be kept.
struct Bounded<'a>(&'a Cell<usize>);

/// Takes one of the values that may still be kept; returns whether there was one.
fn take(left: &Cell<usize>) -> bool {
    let rest = left.get().checked_sub(1);
    left.set(rest.unwrap_or(0));
    rest.is_some()
}

fn each_member<'de, A: MapAccess<'de>>(
    mut map: A,
    left: &Cell<usize>,
    mut member: impl FnMut(String, Value),
) -> Result<(), A::Error> {
    while take(left) {
        let Some(key) = map.next_key()? else { return Ok(()) };
        member(key, map.next_value_seed(Bounded(left))?);
    }
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut kept = Vec::new();
        while take(self.0) {
            let Some(value) = list.next_element_seed(Bounded(self.0))? else { return Ok(kept.into()) };
            kept.push(value);
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(kept.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        each_member(map, self.0, |key, value| drop(members.insert(key, value)))?;
        Ok(members.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_object_is_read_like_any_value() {
        let text = r#"{"a":[1,-2,0.5,"x\n",null,true,{"b":[],"c":{}}],"a":"again"}"#;
        let Object(members) = serde_json::from_str(text).expect("an object");
        let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a", "a"]);
        let expected: Value = serde_json::from_str(text).expect("a value");
        assert_eq!((&members[1].1, members[0].1.as_array().map(Vec::len)), (&expected["a"], Some(7)));
        assert_eq!(members[0].1[6], serde_json::json!({"b": [], "c": {}}));
        assert!(serde_json::from_str::<Object>("[1]").is_err() && serde_json::from_str::<Object>(r#"{"a":"#).is_err());
    }

    #[test]
    fn the_members_of_a_document_share_the_bound() {
        let list = format!("[{}{{}}]", "{},".repeat(MOST / 2));
        let mut kept = 0;
        let lengths: Vec<usize> = (0..4)
            .map(|_| member(list.as_bytes(), &mut kept).as_ref().and_then(Value::as_array).map_or(0, Vec::len))
            .collect();
        assert!(lengths[0] > 0 && lengths[3] == 0 && lengths.iter().sum::<usize>() <= MOST, "{lengths:?}");
        assert_eq!(member(b"\"1.1\"", &mut kept), Some("1.1".into()));
        assert_eq!((member(b"1 2", &mut kept), member(b"[", &mut kept)), (None, None));
    }

    #[test]
    fn of_many_values_the_first_are_kept_and_the_rest_must_be_valid_too() {
        for part in ["{}", "[]", "1", "\"\"", "[[[]]]", "{\"a\":{\"b\":1}}"] {
            let text =
                format!("{{\"id\":\"7\",\"x\":[{}{part}],\"title\":\"left out\"}}", format!("{part},").repeat(MOST));
            let Object(members) = serde_json::from_str(&text).expect("an object");
            assert_eq!(members[0], ("id".to_owned(), "7".into()), "{part}");
            let kept = members[1].1.as_array().expect("a list").len();
            assert!(kept > 0 && kept < MOST && members.len() == 2, "{part}: {kept}");
            assert!(serde_json::from_str::<Object>(&text.replace("left out\"", "left out")).is_err(), "{part}");
        }
    }
}

//! Parses a JSON object with one long list, item by item, so that only one raw item is in memory.

use std::fmt;
use std::io::Read;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The members of an answer beside the list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Envelope {
    /// The number of all items.
    pub total: Option<u64>,
    /// Where the next page begins.
    pub continuation: Option<String>,
}

/// Parses a complete document and passes each item of the list under `key` to `each`.
pub(super) fn read<T: DeserializeOwned>(
    input: impl Read,
    key: &'static str,
    each: &mut dyn FnMut(T),
) -> Result<Envelope, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_reader(std::io::BufReader::with_capacity(1 << 16, input));
    let envelope = Document { key, each, kind: PhantomData }.deserialize(&mut json)?;
    json.end()?;
    Ok(envelope)
}

struct Document<'a, T> {
    key: &'static str,
    each: &'a mut dyn FnMut(T),
    kind: PhantomData<T>,
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Document<'_, T> {
    type Value = Envelope;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Envelope, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Document<'_, T> {
    type Value = Envelope;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with {}", self.key)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope, A::Error> {
        let (mut envelope, mut has_list) = (Envelope::default(), false);
        while let Some(key) = map.next_key::<String>()? {
            if key == self.key {
                map.next_value_seed(Items { each: &mut *self.each, kind: PhantomData::<T> })?;
                has_list = true;
            } else if key == "total" {
                envelope.total = Some(map.next_value()?);
            } else if key == "continuation" {
                envelope.continuation = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if has_list { Ok(envelope) } else { Err(A::Error::missing_field(self.key)) }
    }
}

struct Items<'a, T> {
    each: &'a mut dyn FnMut(T),
    kind: PhantomData<T>,
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Items<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Items<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element()? {
            (self.each)(item);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(json: &str) -> Result<(Vec<u64>, Option<u64>), String> {
        let mut found = Vec::new();
        let Envelope { total, .. } =
            read(json.as_bytes(), "ids", &mut |id| found.push(id)).map_err(|error| error.to_string())?;
        Ok((found, total))
    }

    #[test]
    fn a_list_is_read_to_the_end_of_the_document_or_not_at_all() {
        assert_eq!(all("{\"total\":3,\"x\":{\"ids\":[9]},\"ids\":[1,2]}"), Ok((vec![1, 2], Some(3))));
        assert_eq!(all(" {\"ids\":[]} "), Ok((vec![], None)));
        for cut in
            ["", "{", "{\"ids\":[1,2", "{\"ids\":[1,2]", "{\"ids\":[1]}x", "{\"total\":1}", "[]", "{\"ids\":null}"]
        {
            assert!(all(cut).is_err(), "{cut}");
        }
    }
}

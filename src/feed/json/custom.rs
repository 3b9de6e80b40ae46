//! The visitors that read values of custom fields.
//!
//! Strings, numbers and booleans are values, and so are those in a list, and the names of objects. Whatever else JSON can
//! express is skipped. A value that serde cannot represent makes the whole item fail; the caller then reads it again
//! without its custom fields.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::value::{Key, name_of};
use crate::feed::fields::{CustomKey, Fields};

/// A value on its way into a custom field.
pub(super) struct CustomValue<'a> {
    fields: &'a mut Fields,
    key: CustomKey,
    /// Whether a list has values, and an object a name that is one.
    takes_list: bool,
    takes_object: bool,
}

impl<'a> CustomValue<'a> {
    /// Makes a reader of the value of an item's member.
    pub fn new(fields: &'a mut Fields, key: CustomKey) -> Self {
        Self { fields, key, takes_list: true, takes_object: true }
    }
}

impl<'de> DeserializeSeed<'de> for CustomValue<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for CustomValue<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.fields.custom(self.key, text);
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.fields.custom_number(self.key, number);
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        if let Ok(number) = i64::try_from(number) {
            self.fields.custom_number(self.key, number);
        }
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.fields.custom(self.key, &number.to_string());
        Ok(())
    }

    fn visit_bool<E>(self, is_so: bool) -> Result<(), E> {
        self.fields.custom(self.key, if is_so { "true" } else { "false" });
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { fields, key, takes_list, takes_object } = self;
        while takes_list && fields.takes_custom() {
            if list.next_element_seed(CustomValue { fields, key, takes_list: false, takes_object })?.is_none() {
                return Ok(());
            }
        }
        skip_list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { fields, key, takes_object, .. } = self;
        if !takes_object {
            return skip_object(map);
        }
        let mut name = std::mem::take(&mut fields.name);
        if name_of(&mut map, &mut name)? {
            fields.custom(key, &name);
        }
        fields.name = name;
        Ok(())
    }
}

/// An object whose members are custom fields; `key_of` returns what a key names.
pub(super) struct CustomObject<'a, F> {
    pub fields: &'a mut Fields,
    pub key_of: F,
}

impl<'de, F: FnMut(&str) -> Option<CustomKey>> DeserializeSeed<'de> for CustomObject<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de, F: FnMut(&str) -> Option<CustomKey>> Visitor<'de> for CustomObject<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { fields, mut key_of } = self;
        while fields.takes_custom() {
            match map.next_key_seed(Key(&mut key_of))? {
                None => return Ok(()),
                Some(None) => drop(map.next_value::<IgnoredAny>()?),
                Some(Some(key)) => {
                    map.next_value_seed(CustomValue { fields, key, takes_list: true, takes_object: false })?;
                }
            }
        }
        skip_object(map)
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        skip_list(list)
    }
}

fn skip_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

fn skip_object<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

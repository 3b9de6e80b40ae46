//! The visitors that read an item's members into [`Fields`].
//!
//! One [`Value`] serves every field and every JSON type. A value that a field cannot use becomes a note, never an
//! error, so that only invalid JSON stops an item.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::alias::{
    Aliases, EXTENSION, EnclosurePart, ExtensionPart, LinkPart, enclosure, extension, is_plain_by_specification,
    link_part, name_rank,
};
use super::custom::{CustomObject, CustomValue};
use crate::feed::fields::{Alias, Attachment, CustomKey, Field, Fields, Meaning};
use crate::feed::link::page_quality;
use crate::release::LinkKind;

/// The members of an item.
pub(super) struct Members<'a> {
    pub aliases: &'a mut Aliases,
    pub fields: &'a mut Fields,
}

impl<'de> DeserializeSeed<'de> for Members<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { aliases, fields } = self;
        let mut place = 0;
        while let Some(meaning) = map.next_key_seed(Key(|key: &str| aliases.meaning(place, key)))? {
            place += 1;
            match fields.wanted(meaning) {
                Meaning::Known(alias) => {
                    fields.start_value();
                    map.next_value_seed(Value { aliases, fields, alias, listed: false })?;
                }
                Meaning::Custom(key) => map.next_value_seed(CustomValue::new(fields, key))?,
                Meaning::CustomObject => {
                    map.next_value_seed(CustomObject { fields, key_of: |key: &str| aliases.custom(key) })?;
                }
                Meaning::Nothing => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// The keys of an object, whatever its values.
pub(super) struct Keys<F>(pub F);

impl<'de, F: FnMut(&str)> DeserializeSeed<'de> for Keys<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de, F: FnMut(&str)> Visitor<'de> for Keys<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while map.next_key_seed(Key(&mut self.0))?.is_some() {
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

/// A key, looked up in place instead of copied.
pub(super) struct Key<F>(pub F);

impl<'de, T, F: FnOnce(&str) -> T> DeserializeSeed<'de> for Key<F> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<T, D::Error> {
        json.deserialize_str(self)
    }
}

impl<T, F: FnOnce(&str) -> T> Visitor<'_> for Key<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<T, E> {
        Ok((self.0)(key))
    }
}

/// A value of any type, on its way into a field.
pub(super) struct Value<'a> {
    pub aliases: &'a mut Aliases,
    pub fields: &'a mut Fields,
    pub alias: Alias,
    /// Whether the value is an element of the field's list.
    pub listed: bool,
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        if self.fields.is_json_feed && is_plain_by_specification(self.alias) {
            self.fields.plain(self.alias, text);
        } else {
            self.fields.text(self.alias, text);
        }
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.fields.number(self.alias, number);
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        match i64::try_from(number) {
            Ok(number) => self.fields.number(self.alias, number),
            Err(_) => self.fields.text(self.alias, &number.to_string()),
        }
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        if self.alias.0 == Field::Date {
            self.fields.number(self.alias, number as i64);
        } else {
            self.fields.text(self.alias, &number.to_string());
        }
        Ok(())
    }

    fn visit_bool<E>(self, is_so: bool) -> Result<(), E> {
        if self.alias.0 == Field::Plain {
            self.fields.is_plain = is_so;
        // Many services write `"published": true` beside the date.
        } else if self.alias.0 != Field::Date {
            self.fields.note_type(self.alias.0, "a boolean");
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        if self.alias.1 == EXTENSION {
            self.fields.none(self.alias);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { aliases, fields, alias, listed } = self;
        if listed || matches!(alias.0, Field::Id | Field::Title | Field::Date | Field::Extension | Field::Wrapper) {
            fields.note_type(alias.0, "a list");
            while list.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        while list.next_element_seed(Value { aliases, fields, alias, listed: true })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { aliases, fields, alias, listed: _ } = self;
        match alias.0 {
            Field::Wrapper => return Members { aliases, fields }.visit_map(map),
            Field::Attachments => return attachment(fields, map),
            Field::Url => return link(fields, alias, map),
            Field::Extension => {
                while let Some(part) = map.next_key_seed(Key(extension))? {
                    match part {
                        Some(ExtensionPart::Field(alias)) => {
                            fields.start_value();
                            map.next_value_seed(Value { aliases, fields, alias, listed: false })?;
                        }
                        Some(ExtensionPart::CustomFields) => {
                            map.next_value_seed(CustomObject { fields, key_of: CustomKey::exported })?;
                        }
                        None => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                return Ok(());
            }
            _ => {}
        }
        let mut name = std::mem::take(&mut fields.name);
        if name_of(&mut map, &mut name)? {
            fields.text(alias, &name);
        } else if alias.0 != Field::Author {
            // In JSON Feed, an author may have only an address.
            fields.note_type(alias.0, "an object without a name");
        }
        fields.name = name;
        Ok(())
    }
}

/// Reads the text that represents an object. Returns whether it has one.
pub(super) fn name_of<'de, A: MapAccess<'de>>(map: &mut A, name: &mut String) -> Result<bool, A::Error> {
    name.clear();
    let mut best = usize::MAX;
    while let Some(rank) = map.next_key_seed(Key(name_rank))? {
        match rank {
            Some(rank) if rank < best => {
                if map.next_value_seed(Name(name))? {
                    best = rank;
                }
            }
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
    }
    Ok(best < usize::MAX)
}

/// Reads a link to the release. Of several, a page wins; a link to something else is better than none.
fn link<'de, A: MapAccess<'de>>(fields: &mut Fields, alias: Alias, mut map: A) -> Result<(), A::Error> {
    /// A quality worse than that of every link to the release itself.
    const ELSEWHERE: u8 = 8;
    let (mut address, mut relation, mut media) = (String::new(), String::new(), String::new());
    while let Some(part) = map.next_key_seed(Key(link_part))? {
        let text = match part {
            Some(LinkPart::Address) => &mut address,
            Some(LinkPart::Relation) => &mut relation,
            Some(LinkPart::Media) => &mut media,
            None => {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
        };
        map.next_value_seed(Name(text))?;
    }
    if address.is_empty() {
        fields.note_type(alias.0, "an object without an address");
    }
    let is_own = matches!(relation.trim().to_ascii_lowercase().as_str(), "" | "alternate" | "canonical");
    fields.link(alias, &address, page_quality(&media) + if is_own { 0 } else { ELSEWHERE });
    Ok(())
}

/// Reads an enclosure. Properties of the wrong type are ignored.
fn attachment<'de, A: MapAccess<'de>>(fields: &mut Fields, mut map: A) -> Result<(), A::Error> {
    let (mut address, mut other, mut kind, mut media) = (String::new(), String::new(), String::new(), String::new());
    let (mut label, mut description, mut size) = (String::new(), String::new(), String::new());
    while let Some(part) = map.next_key_seed(Key(enclosure))? {
        let text = match part {
            Some(EnclosurePart::Address) => &mut address,
            Some(EnclosurePart::OtherAddress) => &mut other,
            Some(EnclosurePart::Media) => {
                let mut found = String::new();
                map.next_value_seed(Name(&mut found))?;
                // Some write both, and the kind in place of the media type.
                if found.contains('/') {
                    media = found;
                } else {
                    kind = found;
                }
                continue;
            }
            Some(EnclosurePart::Label) => &mut label,
            Some(EnclosurePart::Description) => &mut description,
            Some(EnclosurePart::Size) => &mut size,
            None => {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
        };
        map.next_value_seed(Name(text))?;
    }
    let address = if address.is_empty() { other } else { address };
    let details = Attachment { label: &label, media: &media, bytes: size.trim().parse().ok() };
    fields.attach(LinkKind::Enclosure, &address, details);
    let kind = if media.is_empty() { kind } else { media };
    fields.describe(medium(&kind.to_ascii_lowercase()).unwrap_or("media"), &address, &description, false);
    Ok(())
}

/// Returns the kind of media for a media type or the name of a kind.
fn medium(kind: &str) -> Option<&'static str> {
    // A silent video that repeats.
    let kind = if kind == "gifv" { "video" } else { kind };
    ["image", "video", "audio"].into_iter().find(|known| kind.starts_with(known))
}

/// Reads the text of an object's name. Returns `false`, and changes nothing, if it is not a text.
struct Name<'a>(&'a mut String);

impl Name<'_> {
    fn set(self, text: &str) -> bool {
        if !text.trim().is_empty() {
            text.clone_into(self.0);
        }
        !text.trim().is_empty()
    }
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<bool, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Name<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, text: &str) -> Result<bool, E> {
        Ok(self.set(text))
    }

    fn visit_i64<E>(self, number: i64) -> Result<bool, E> {
        Ok(self.set(&number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<bool, E> {
        Ok(self.set(&number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<bool, E> {
        Ok(self.set(&number.to_string()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<bool, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(false)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(false)
    }
}

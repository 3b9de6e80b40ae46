//! The feed reader through its public interface: the fields of every format, declared types, damaged documents, and the
//! published feeds of the corpus.

#[path = "../support/corpus.rs"]
#[allow(dead_code)]
mod corpus;
#[path = "../support/kept.rs"]
mod kept;
#[path = "../support/skip.rs"]
mod skip;

mod addresses;
mod declared;
mod feed_rs;
mod json;
mod json_damage;
mod older;
mod published;
mod reads;
mod xml;
mod xml_damage;

//! Lists and their items, each with its marker or number.

use dom_query::NodeRef;

use super::Renderer;
use crate::feed::html::tree::{attribute, children_named, name_of, number};
use crate::feed::html::writer::{PendingSpace, State, Whitespace};
use crate::release::Style;

/// List markers by depth.
const MARKS: [&str; 3] = ["• ", "◦ ", "‣ "];

/// The numbering style of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counting {
    Decimal,
    Letters,
    Roman,
}

/// The number of an item, and its numbering style.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number {
    value: i64,
    step: i64,
    counting: Counting,
    is_upper: bool,
}

impl Number {
    /// Returns the number of a list's first item.
    fn first(list: &NodeRef<'_>) -> Self {
        let is_reversed = attribute(list, "reversed").is_some();
        let kind = attribute(list, "type").unwrap_or_default();
        let counting = match kind.trim() {
            "a" | "A" => Counting::Letters,
            "i" | "I" => Counting::Roman,
            _ => Counting::Decimal,
        };
        let start = number(list, "start");
        let count = || i64::try_from(children_named(list, "li").count()).unwrap_or(i64::MAX);
        let value = start.unwrap_or_else(|| if is_reversed { count() } else { 1 });
        let step = if is_reversed { -1 } else { 1 };
        Self { value, step, counting, is_upper: matches!(kind.trim(), "A" | "I") }
    }

    fn next(self) -> Self {
        Self { value: self.value.saturating_add(self.step), ..self }
    }

    fn written(self) -> String {
        let written = match self.counting {
            Counting::Letters if self.value > 0 => letters(self.value),
            Counting::Roman if (1..4000).contains(&self.value) => roman(self.value),
            _ => self.value.to_string(),
        };
        if self.is_upper { written.to_ascii_uppercase() } else { written }
    }
}

/// 1 is a, 26 is z, 27 is aa.
fn letters(mut value: i64) -> String {
    let mut letters: Vec<char> = Vec::new();
    while value > 0 {
        letters.extend(('a'..='z').nth(usize::try_from((value - 1) % 26).unwrap_or(0)));
        value = (value - 1) / 26;
    }
    letters.iter().rev().collect()
}

fn roman(mut value: i64) -> String {
    const SIGNS: [(i64, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut written = String::new();
    for (worth, sign) in SIGNS {
        while value >= worth {
            written.push_str(sign);
            value -= worth;
        }
    }
    written
}

/// An item whose content is being rendered.
pub(super) struct OpenItem {
    /// The state of the text before it.
    before: State,
    /// Its span.
    place: usize,
    /// The end of its marker.
    marked: usize,
}

impl Renderer {
    pub(super) fn list(&mut self, node: &NodeRef<'_>, name: &str, level: usize) {
        let mut number = (name == "ol").then(|| Number::first(node));
        let is_nesting = name != "dl";
        let gap = self.begin_list(is_nesting);
        for child in node.children_it(false) {
            if name_of(&child).is_some_and(|name| &*name == "li") && attribute(&child, "hidden").is_none() {
                if let (Some(number), Some(value)) = (&mut number, super::super::tree::number(&child, "value")) {
                    number.value = value;
                }
                self.item(&child, number, level + 1);
                number = number.map(Number::next);
            } else {
                self.node(&child, level + 1);
            }
        }
        self.end_list(is_nesting, gap);
    }

    /// Begins a list and returns the gap around it. The items of a nesting list are deeper than those around it.
    pub(super) fn begin_list(&mut self, is_nesting: bool) -> PendingSpace {
        let gap = if self.depth == 0 { PendingSpace::Paragraph } else { PendingSpace::Line };
        self.depth += usize::from(is_nesting);
        self.out.part(gap);
        gap
    }

    pub(super) fn end_list(&mut self, is_nesting: bool, gap: PendingSpace) {
        self.depth -= usize::from(is_nesting);
        self.out.part(gap);
    }

    /// Renders an item with its marker, unless it is empty.
    pub(super) fn item(&mut self, node: &NodeRef<'_>, number: Option<Number>, level: usize) {
        if self.out.white == Whitespace::Cell {
            self.out.part(PendingSpace::Line);
            return self.children(node, level);
        }
        let item = self.begin_item(number.map(Number::written).as_deref());
        self.children(node, level);
        self.end_item(item);
    }

    /// Begins an item with its number or the marker of its depth.
    pub(super) fn begin_item(&mut self, number: Option<&str>) -> OpenItem {
        self.out.part(PendingSpace::Line);
        let before = self.out.state();
        self.out.flush();
        let place = self.out.begin(Style::Item);
        let marked = match number {
            Some(number) => self.out.mark(&format!("{number}. ")),
            None => self.out.mark(MARKS[self.depth.saturating_sub(1) % MARKS.len()]),
        };
        OpenItem { before, place, marked }
    }

    /// Ends an item. An empty one is dropped.
    pub(super) fn end_item(&mut self, OpenItem { before, place, marked }: OpenItem) {
        let is_written = self.out.rich.text.len() > marked;
        self.out.end(place);
        if is_written {
            // Items follow each other closely, whatever they contain.
            self.out.gap = PendingSpace::Line;
        } else {
            self.out.restore(before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_letters_and_roman_numerals() {
        assert_eq!([1, 26, 27, 703].map(letters), ["a", "z", "aa", "aaa"]);
        assert_eq!([4, 9, 1994, 3999].map(roman), ["iv", "ix", "mcmxciv", "mmmcmxcix"]);
    }
}

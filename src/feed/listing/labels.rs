//! Words that say what stands beside or below them: heads of columns, and labels before topics.

use super::page::Page;
use super::rows::Row;

/// Words for topics, in the head of a column or before a colon.
const TOPICS: [&str; 60] = [
    "category",
    "categories",
    "topic",
    "topics",
    "tags",
    "tag",
    "tagged",
    "filed under",
    "posted in",
    "section",
    "issues",
    "issue",
    "subject",
    "subjects",
    "type",
    "department",
    "office",
    "kategorie",
    "kategorien",
    "rubrik",
    "ressort",
    "thema",
    "themen",
    "catégorie",
    "catégories",
    "rubrique",
    "thème",
    "thèmes",
    "thématique",
    "categoría",
    "categorías",
    "tema",
    "temas",
    "sección",
    "categoria",
    "categorias",
    "secção",
    "categorie",
    "categoriën",
    "kategoria",
    "kategori",
    "рубрика",
    "рубрики",
    "категория",
    "категории",
    "темы",
    "тема",
    "分类",
    "分類",
    "类别",
    "栏目",
    "部门",
    "カテゴリ",
    "カテゴリー",
    "카테고리",
    "분류",
    "구분",
    "담당부서",
    "부서",
    "หมวดหมู่",
];
/// Words for places, in the head of a column.
const PLACES: [&str; 14] = [
    "place",
    "location",
    "city",
    "venue",
    "ort",
    "lieu",
    "lugar",
    "luogo",
    "local",
    "место",
    "地点",
    "場所",
    "장소",
    "สถานที่",
];

/// The columns of a table that have topics and places, by number from 0.
#[derive(Debug, Default, Clone, Copy)]
pub struct Columns {
    pub topic: Option<usize>,
    pub place: Option<usize>,
}

impl Columns {
    /// Reads the heads of the table that contains the rows.
    pub fn of(page: &Page, rows: &[Row]) -> Self {
        let Some(first) = rows.first().map(|row| row.unit.start).filter(|at| page.node(*at).is("tr")) else {
            return Self::default();
        };
        let tree = &page.tree;
        let Some(table) = tree.ancestors(first).find(|at| page.node(*at).is("table")) else { return Self::default() };
        let Some(head) = (table..first).find(|at| page.node(*at).is("th")).map(|at| page.node(at).parent) else {
            return Self::default();
        };
        let heads: Vec<String> = tree.children(head).map(|at| plain(&tree.text(at, page.node(at).end))).collect();
        let column = |words: &[&str]| heads.iter().position(|head| words.contains(&head.as_str()));
        Self { topic: column(&TOPICS), place: column(&PLACES) }
    }

    /// Returns the text of a cell of a row.
    pub fn cell(page: &Page, row: &Row, column: Option<usize>) -> Option<String> {
        let at = page.tree.children(row.unit.start).nth(column?)?;
        let text = page.tree.text(at, page.node(at).end);
        (!text.is_empty() && page.dates_in(at, page.node(at).end).is_empty()).then_some(text)
    }
}

fn plain(text: &str) -> String {
    text.trim_matches(|c: char| !c.is_alphanumeric() && !c.is_ascii_punctuation())
        .trim_end_matches([':', '*'])
        .to_lowercase()
}

/// Returns what follows a label for topics: `Category: Education`.
pub fn after_label(text: &str) -> Option<&str> {
    let (label, rest) = text.split_once([':', '：'])?;
    (label.len() < 40 && TOPICS.contains(&plain(label).as_str())).then(|| rest.trim()).filter(|rest| !rest.is_empty())
}

/// Returns the place in a line of parts, one of which is a date: `Valencia, Spain | Sep 30, 2024`. It must look like a
/// town with its country or region, because any other part could be a topic.
pub fn place_beside(line: &str, date: (usize, usize)) -> Option<String> {
    let chars: Vec<char> = line.chars().collect();
    let mut start = 0;
    let mut found = None;
    for end in 0..=chars.len() {
        let is_mark = |at: usize| {
            let is_dash = matches!(chars[at], '-' | '–' | '—' | '/') && at > 0 && chars[at - 1] == ' ';
            matches!(chars[at], '|' | '·' | '•') || is_dash && chars.get(at + 1) == Some(&' ')
        };
        if end < chars.len() && !is_mark(end) {
            continue;
        }
        let part: String = chars[start..end].iter().collect();
        let is_date = date.0 < end && date.1 > start;
        if !is_date && is_town(part.trim()) {
            found.get_or_insert_with(|| part.trim().to_owned());
        }
        start = end + 1;
    }
    found
}

fn is_town(text: &str) -> bool {
    let Some((town, country)) = text.split_once(", ") else { return false };
    let is_name = |text: &str| {
        let is_upper = text.chars().next().is_some_and(char::is_uppercase);
        let is_letter = |c: char| c.is_alphabetic() || " .'’-".contains(c);
        is_upper && text.split(' ').count() <= 3 && text.chars().count() <= 30 && text.chars().all(is_letter)
    };
    is_name(town) && is_name(country)
}

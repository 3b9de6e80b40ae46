//! Typesets releases as lines of a given width, for the detail pane and for text output.
//!
//! `page` typesets a whole release, `unwrap` joins the lines of hard-wrapped texts, `blocks` breaks texts into lines, `style_runs` holds inline styles, `facts`
//! describes a release in words, and `target` lists what a release links to.

mod blocks;
mod facts;
mod line;
mod page;
mod style_runs;
mod target;
mod unwrap;

pub use blocks::set;
pub use facts::{custom_facts, month_name, size};
pub use line::{Kind, Line};
pub use page::{PageShape, PicturePlace, Section, TOPIC_PARTS, TypesetPage};
pub use style_runs::StyleRuns;
pub use target::Target;
pub use unwrap::unwrapped;

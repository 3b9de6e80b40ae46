//! Sets releases as lines of text for a given width, for the reader's detail pane and for output as text.
//!
//! `page` sets a whole release, `blocks` breaks its texts into lines, `style_runs` says how parts of a line look, `facts`
//! describes a release in words, `target` names what a reader can open from it.

mod blocks;
mod facts;
mod line;
mod page;
mod style_runs;
mod target;

pub use blocks::set;
pub use facts::month_name;
pub use line::{Kind, Line};
pub use page::{Section, TOPIC_PARTS, TypesetPage};
pub use style_runs::StyleRuns;
pub use target::Target;

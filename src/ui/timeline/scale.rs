//! The scale of the bars: linear, from 0, the same for all bars but one that is far higher than the others.

/// A bar that is more than this many times as high as the next one is cut.
const CUT: u64 = 5;
/// The levels of a cell.
const LEVELS: u16 = 8;
/// A cell by its level. Level 0 is above the bar.
const CELLS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// The top cell of a cut bar.
const BROKEN: &str = "▀";

/// A linear scale from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// The number of releases of a bar as high as the timeline.
    pub top: u32,
    /// The position of the one bar that exceeds the scale.
    pub cut: Option<usize>,
    /// The rows of the bars.
    rows: u16,
}

impl Scale {
    /// Returns the scale of bars that have `rows` rows.
    pub fn new(bars: &[u32], rows: u16) -> Self {
        let (mut most, mut at, mut next) = (0, 0, 0);
        for (n, &count) in bars.iter().enumerate() {
            if count > most {
                (most, at, next) = (count, n, most);
            } else {
                next = next.max(count);
            }
        }
        let is_cut = next > 0 && u64::from(most) > CUT * u64::from(next);
        let (top, cut) = if is_cut { (next, Some(at)) } else { (most, None) };
        Self { top, cut, rows }
    }

    /// Returns the scale of bars of which none exceeds it.
    pub fn uncut(bars: &[u32], rows: u16) -> Self {
        Self { top: bars.iter().copied().max().unwrap_or(0), cut: None, rows }
    }

    /// Returns the height of a bar, in levels. The lowest level is the base line, so that a bar with a release is always
    /// higher than one without.
    fn height(self, count: u32) -> u16 {
        let steps = u64::from(self.rows * LEVELS).saturating_sub(1);
        let above = (u64::from(count.min(self.top)) * steps).div_ceil(u64::from(self.top.max(1)));
        1 + above as u16
    }

    /// Returns what a bar shows in a row, counted from the top.
    pub fn cell(self, at: usize, count: u32, row: u16) -> &'static str {
        if self.cut == Some(at) && row == 0 {
            return BROKEN;
        }
        let below = self.rows.saturating_sub(row + 1) * LEVELS;
        let level = self.height(count).saturating_sub(below).min(LEVELS);
        CELLS[usize::from(level)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cells of a timeline, row by row.
    fn drawn(bars: &[u32], rows: u16) -> Vec<String> {
        let scale = Scale::new(bars, rows);
        let row = |row| bars.iter().enumerate().map(|(at, &count)| scale.cell(at, count, row)).collect();
        (0..rows).map(row).collect()
    }

    #[test]
    fn bars_are_linear_from_the_base_line() {
        assert_eq!(drawn(&[0, 1, 2, 3, 4, 5, 6, 7], 1), ["▁▂▃▄▅▆▇█"]);
        assert_eq!(drawn(&[0, 5, 10, 15], 2), ["  ▃█", "▁▆██"]);
        let tall: Vec<u32> = (0..=23).collect();
        let scale = Scale::new(&tall, 3);
        assert_eq!(tall.iter().map(|&count| scale.height(count)).collect::<Vec<_>>(), (1..=24).collect::<Vec<_>>());
        assert_eq!(drawn(&[0, 23, 12], 3), [" █ ", " █▅", "▁██"]);
    }

    #[test]
    fn a_bar_is_higher_than_the_base_line_only_with_releases() {
        for rows in 1..4 {
            let scale = Scale::new(&[1_000_000, 900_000], rows);
            let heights = [0, 1, 500, 1_000_000].map(|count| scale.height(count));
            assert_eq!((heights[0], heights[1], heights[3]), (1, 2, rows * LEVELS), "{rows} rows");
        }
        assert_eq!(drawn(&[], 2), ["", ""]);
        assert_eq!(drawn(&[0, 0], 1), ["▁▁"]);
        assert_eq!(drawn(&[1], 2), ["█", "█"]);
        assert_eq!(Scale::new(&[u32::MAX, u32::MAX], 3).height(u32::MAX), 24);
    }

    #[test]
    fn the_scale_ends_at_the_second_bar_if_the_first_is_more_than_five_times_as_high() {
        let scale = |bars: &[u32]| {
            let scale = Scale::new(bars, 2);
            (scale.top, scale.cut)
        };
        assert_eq!(scale(&[3, 16, 1]), (3, Some(1)));
        assert_eq!(scale(&[3, 15, 1]), (15, None));
        assert_eq!(scale(&[16, 16, 3]), (16, None), "two bars are as high");
        assert_eq!(scale(&[0, 900, 0]), (900, None), "there is no other bar");
        assert_eq!(scale(&[u32::MAX, u32::MAX / 6]), (u32::MAX / 6, Some(0)));
        assert_eq!((scale(&[]), scale(&[0])), ((0, None), (0, None)));
        assert_eq!(drawn(&[3, 16, 1], 2), ["█▀ ", "██▆"]);
        assert_eq!(drawn(&[3, 16, 1], 1), ["█▀▄"]);
        assert_eq!(Scale::uncut(&[3, 16, 1], 1), Scale { top: 16, cut: None, rows: 1 });
    }
}

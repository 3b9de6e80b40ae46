//! The reader in tmux, which has its own rules for character widths: the dividers stay in place whatever a title
//! contains.

use std::path::Path;
use std::process::Command;

use tidings::text::width;

use crate::corpus;
use crate::process::poll_ok;
use crate::skip::skip;

/// Titles whose width differs between terminals.
const TITLES: [&str; 11] = [
    "A plain title",
    "보도자료 국내 종자산업 성장세 지속",
    "中国经济 日本語 ｶﾞ",
    "خبرگزاری فارس: مدیرکل حفاظت محیط زیست",
    "سامانه ICT 4.0 در ۱۶۰ شهر (نسخه beta) راه‌اندازی شد و گزارش annual report آن منتشر می‌شود",
    "Zu\u{308}rich e\u{301}\u{301}\u{301}tude soft\u{AD}hyphen",
    "👩\u{200D}👧\u{200D}👦 family, 🇨🇭 flag, 1\u{FE0F}\u{20E3} key",
    "\u{202E}turned around\u{202C} and \u{2066}isolated\u{2069}",
    "क्षत्रिय ภาษาไทย မြန်မာ",
    "zero\u{200B}width\u{FEFF} and \u{1B}[31mred\u{1B}[0m",
    "ﷺ ﷽ wide in one cell",
];

/// A tmux server, which ends when dropped.
struct Tmux {
    socket: tempfile::TempDir,
}

impl Tmux {
    fn command(&self, arguments: &[&str]) -> Option<String> {
        let output = Command::new("tmux")
            .arg("-S")
            .arg(self.socket.path().join("socket"))
            .args(["-f", "/dev/null"])
            .args(arguments)
            .env("LC_ALL", "C.UTF-8")
            .env_remove("TMUX")
            .output()
            .ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Waits for a frame that contains a text and has straight dividers. tmux shows half a frame for a moment, so a
    /// frame is wrong only if it stays wrong.
    fn assert_straight(&self, text: &str) {
        poll_ok(text, || {
            let screen = self.command(&["capture-pane", "-p"]).ok_or("tmux gives no screen")?;
            let is_seen = screen.contains(text).then_some(()).ok_or_else(|| "the text is missing".to_owned());
            is_seen.and_then(|()| check_rules(&screen)).map_err(|error| format!("{error}\n{screen}"))
        });
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        self.command(&["kill-server"]);
    }
}

/// The columns of a text in tmux. Some versions give a keycap one column, which leaves a second blank behind it.
fn columns(text: &str) -> usize {
    width(text) - text.matches("\u{20e3}  ").count()
}

/// Checks that the dividers of the three panes stand in the same columns in each row.
fn check_rules(screen: &str) -> Result<(), String> {
    let rows: Vec<&str> = screen.lines().skip(3).take(36).collect();
    if rows.len() != 36 {
        return Err(format!("{} rows", rows.len()));
    }
    let rules = |row: &str| -> Vec<usize> {
        row.match_indices('│').map(|(at, _)| columns(row.get(..at).unwrap_or_default())).collect()
    };
    // The row of the headings. The filter pane has the width that its names need, within bounds.
    let [filter @ 24..=50, detail @ 90..=110] = rules(rows[0])[..] else {
        return Err(format!("dividers at {:?} in {:?}", rules(rows[0]), rows[0]));
    };
    for row in rows {
        let rules = rules(row);
        if !(rules.starts_with(&[filter]) && rules.contains(&detail)) {
            return Err(format!("rules at {rules:?} in {row:?}"));
        }
    }
    Ok(())
}

fn look(feed: &Path, count: usize) {
    let tmux = Tmux { socket: tempfile::tempdir().expect("a folder") };
    let home = tempfile::tempdir().expect("a home");
    let program = format!(
        "env -i HOME={0} LANG=C.UTF-8 TERM=tmux-256color PATH=/usr/bin {1} {2}",
        home.path().display(),
        env!("CARGO_BIN_EXE_tidings"),
        feed.display()
    );
    let arguments = ["new-session", "-d", "-x", "150", "-y", "40", &program];
    if tmux.command(&arguments).is_none() {
        skip("tmux is not installed");
        return;
    }
    tmux.assert_straight(&format!("RELEASES  {count}"));
    for at in 2..=count {
        tmux.command(&["send-keys", "j"]);
        tmux.assert_straight(&format!("READING  {at}"));
    }
}

#[test]
fn dividers_are_straight_beside_titles_of_disputed_width() {
    let items: Vec<serde_json::Value> = TITLES
        .iter()
        .enumerate()
        .map(|(n, title)| {
            let date = format!("2018-11-{:02}T00:00:00Z", 20 - n);
            serde_json::json!({"id": n.to_string(), "title": title, "content_text": title, "tags": [title], "date_published": date})
        })
        .collect();
    let feed = corpus::file(serde_json::json!({"title": "Odd", "items": items}).to_string());
    look(feed.path(), TITLES.len());
}

#[test]
fn dividers_are_straight_beside_titles_with_control_sequences() {
    let Some(bytes) = corpus::document("adversarial/as-feed/terminal-escapes-as-feed.json") else { return };
    let feed: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    let count = feed["items"].as_array().map_or(0, Vec::len);
    look(corpus::file(&bytes).path(), count);
}

use super::*;

/// Reads a few bytes at a time.
struct Slow<'b>(&'b [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.1.min(out.len()).min(self.0.len());
        let (now, later) = self.0.split_at(n);
        out[..n].copy_from_slice(now);
        self.0 = later;
        Ok(n)
    }
}

fn read(bytes: &[u8], step: usize) -> (String, Option<(&'static str, bool)>) {
    read_with(bytes, step, Hints::default())
}

fn read_with(bytes: &[u8], step: usize, hints: Hints<'_>) -> (String, Option<(&'static str, bool)>) {
    let mut charset = Charset::new(Slow(bytes, step), hints);
    let used = charset.used();
    let mut all = Vec::new();
    charset.read_to_end(&mut all).expect("memory");
    (String::from_utf8_lossy(&all).into_owned(), used.get())
}

const TEXTS: [(&str, &str); 10] = [
    ("windows-1252", "Genève – l’été à Zürich, où l’on parle français"),
    ("iso-8859-2", "Příliš žluťoučký kůň úpěl ďábelské ódy"),
    ("windows-1251", "Новости и пресс-релизы международной организации"),
    ("koi8-r", "Новости и пресс-релизы международной организации"),
    ("gbk", "国际劳工组织新闻稿与新闻发布会的最新消息"),
    ("gb2312", "国际劳工组织新闻稿与新闻发布会的最新消息"),
    ("shift_jis", "国際機関のニュースとプレスリリースの一覧です"),
    ("euc-kr", "국제기구의 보도자료와 새로운 소식을 알려 드립니다"),
    ("big5", "國際組織的新聞稿與最新消息"),
    ("windows-1256", "أخبار وبيانات صحفية من المنظمة الدولية"),
];

#[test]
fn declared_character_sets_are_read() {
    for (label, text) in TEXTS {
        let xml = format!("<?xml version=\"1.0\" encoding='{label}'?><rss>{text}</rss>");
        let encoding = Encoding::for_label(label.as_bytes()).expect("a label");
        let (bytes, _, is_lossy) = encoding.encode(&xml);
        assert!(!is_lossy, "{label}");
        for step in [1000, 3000] {
            assert_eq!(read(&bytes, step), (xml.clone(), Some((encoding.name(), false))), "{label}");
        }
    }
}

#[test]
fn windows_encodings_are_read_where_iso_8859_is_declared() {
    for (declared, written, text) in [
        ("iso-8859-2", "windows-1250", "Późne świadczenia: „źródła”, później"),
        ("iso-8859-5", "windows-1251", "Џорџ — «новости» и “слова”"),
        ("iso-8859-7", "windows-1253", "Ανακοίνωση – “νέα” του οργανισμού"),
        ("iso-8859-13", "windows-1257", "„Žinios“ – pranešimai spaudai"),
        ("iso-8859-15", "windows-1252", "“Žižek” – œuvre"),
    ] {
        let xml = format!("<?xml version=\"1.0\" encoding='{declared}'?><rss>{text}</rss>");
        let encoding = Encoding::for_label(written.as_bytes()).expect("a label");
        let (bytes, _, is_lossy) = encoding.encode(&xml);
        assert!(!is_lossy, "{written}");
        assert_eq!(read(&bytes, 1000), (xml.clone(), Some((encoding.name(), false))), "{declared}");
    }
}

#[test]
fn the_transports_charset_takes_precedence_over_the_declaration() {
    for (label, text) in TEXTS.iter().chain(&[("iso-2022-jp", TEXTS[6].1)]) {
        let encoding = Encoding::for_label(label.as_bytes()).expect("a label");
        let word: String = text.chars().take(4).collect();
        for form in [format!("<rss>{text}</rss>"), format!("[\"{text}\"]"), format!("[\"\", \"{word}\"]")] {
            for step in [5, 1000] {
                let hints = Hints { label: Some(label), ..Hints::default() };
                let bytes = encoding.encode(&form).0;
                assert_eq!(read_with(&bytes, step, hints).0, form, "{label}");
            }
        }
    }
    let russian = TEXTS[2].1;
    let xml = |label: &str| format!("<?xml version='1.0' encoding='{label}'?><rss>{russian}</rss>");
    let encoded =
        |label: &str, text: &str| Encoding::for_label(label.as_bytes()).expect("a label").encode(text).0.into_owned();
    for (label, declared, written) in [
        // The transport is right and the declaration wrong; and the reverse, where that can be detected.
        ("windows-1251", "iso-8859-1", "windows-1251"),
        ("utf-8", "windows-1251", "windows-1251"),
        ("utf-16", "koi8-r", "koi8-r"),
        ("shift_jis", "windows-1251", "windows-1251"),
        ("iso-8859-1", "windows-1251", "utf-8"),
        ("no such", "koi8-r", "koi8-r"),
        ("iso-2022-cn", "koi8-r", "koi8-r"),
        ("iso-2022-jp", "koi8-r", "koi8-r"),
    ] {
        let hints = Hints { label: Some(label), ..Hints::default() };
        let text = xml(declared);
        assert_eq!(read_with(&encoded(written, &text), 1000, hints).0, text, "{label} {declared} {written}");
    }
}

#[test]
fn the_hosts_country_influences_the_guess() {
    let text = "<rss>Ново</rss>";
    let bytes = Encoding::for_label(b"windows-1251").expect("a label").encode(text).0;
    for (host, expected) in [(Some("news.example.ru"), Some(("windows-1251", true))), (Some("127.0.0.1"), None)] {
        let found = read_with(&bytes, 1000, Hints { host, ..Hints::default() });
        assert!(expected.is_none_or(|expected| found == (text.to_owned(), Some(expected))), "{found:?}");
    }
}

#[test]
fn invisible_text_before_the_document_does_not_hide_the_declaration() {
    let mark = "\u{feff}";
    for (before, encoding) in [("\n", "windows-1251"), ("\n\n\u{200b}", "koi8-r"), (mark, "windows-1251")] {
        let text = format!("<?xml version='1.0' encoding='{encoding}'?><rss>{}</rss>", TEXTS[2].1);
        let written = Encoding::for_label(encoding.as_bytes()).expect("a label").encode(&text).0;
        for step in [3, 1000] {
            let bytes = [before.as_bytes(), &written].concat();
            assert_eq!(read(&bytes, step).0, format!("{before}{text}"), "{before:?}");
        }
    }
    for step in [3, 1000] {
        let text = format!("\n{mark}{mark}<rss>Genève</rss>");
        assert_eq!(read(text.as_bytes(), step), (text, None));
    }
}

#[test]
fn undeclared_character_sets_are_guessed() {
    for (label, text) in TEXTS.iter().filter(|(label, _)| !label.starts_with("iso")) {
        let json = format!("[{{\"title\":\"{text}\"}}]");
        let encoding = Encoding::for_label(label.as_bytes()).expect("a label");
        let (found, used) = read(&encoding.encode(&json).0, 10_000);
        assert_eq!(found, json, "{label} was taken for {used:?}");
        assert!(used.is_some_and(|(_, is_guess)| is_guess));
    }
}

#[test]
fn utf_16_is_read_with_and_without_a_byte_order_mark() {
    let text = "<rss>Genève 국제 𝄞</rss>";
    for is_big in [false, true] {
        let units = text.encode_utf16().flat_map(|unit| if is_big { unit.to_be_bytes() } else { unit.to_le_bytes() });
        let bytes: Vec<u8> = units.collect();
        let mark: &[u8] = if is_big { b"\xfe\xff" } else { b"\xff\xfe" };
        for bytes in [bytes.clone(), [mark, &bytes].concat()] {
            for step in [5, 1000] {
                assert_eq!(read(&bytes, step).0, text);
            }
        }
        let odd = if is_big { *b"\x20\x0b" } else { *b"\x0b\x20" };
        for before in [vec![odd], vec![if is_big { *b"\0\n" } else { *b"\n\0" }, odd]] {
            assert!(read(&[before.concat(), bytes.clone()].concat(), 1000).0.ends_with(text));
        }
    }
}

#[test]
fn utf_8_stays_utf_8_whatever_it_declares() {
    for declared in ["", "<?xml version='1.0' encoding='iso-8859-1'?>", "<?xml version='1.0' encoding='utf-16'?>"] {
        let text = format!("{declared}<rss>Genève 국제</rss>");
        assert_eq!(read(text.as_bytes(), 4000), (text.clone(), None));
    }
    let (found, used) = read("<a>국제기구 \u{e9}".as_bytes().split_last().expect("bytes").1, 100);
    assert!(found.starts_with("<a>국제기구") && used.is_none());
}

#[test]
fn damage_is_not_taken_for_another_character_set() {
    let bytes = [&b"[{\"title\":\"a\xffb\xfe\"}]"[..], "[\"Genève, Zürich\", \"\u{fffd}".as_bytes(), b"\xff\"]"];
    for bytes in bytes {
        let mut charset = Charset::new(bytes, Hints::default());
        let mut all = Vec::new();
        charset.read_to_end(&mut all).expect("memory");
        assert_eq!(all, bytes);
    }
    assert_eq!(read(b"", 1).0, "");
    let latin = b"<?xml version='1.0' encoding='utf-8'?><rss>Gen\xe8ve</rss>";
    assert_eq!(read(latin, 9000).0, "<?xml version='1.0' encoding='utf-8'?><rss>Gen\u{e8}ve</rss>");
}

use super::*;

fn printed(text: &str) -> String {
    parse(text).map_or_else(|e| format!("{:?} {}", e.span, e.message), |query| query.to_string())
}

#[test]
fn words_phrases_and_negations_are_parsed() {
    assert_eq!(printed("  asean   migration "), "asean migration");
    assert_eq!(printed(r#""decent work" -tea"#), r#""decent work" -tea"#);
    assert_eq!(printed("--tea"), "tea");
    assert_eq!(printed("http://x.org a:b 1+6 a/b"), "http://x.org a:b 1+6 a/b");
    assert_eq!(printed(""), "");
}

#[test]
fn alternatives_and_groups_are_parsed() {
    assert_eq!(printed("a b OR c"), "((a b) OR c)");
    assert_eq!(printed("a (b OR -c)"), "a (b OR -c)");
    assert_eq!(printed("(a b) c"), "a b c");
    assert_eq!(printed("ORANGE FOR"), "ORANGE FOR");
}

#[test]
fn fields_and_values_are_parsed() {
    assert_eq!(printed(r#"TOPIC:a,"b c",a"#), r#"topic:a,"b c""#);
    assert_eq!(printed(r#"place:"""#), r#"place:"""#);
    assert_eq!(printed(r#"topic:"say \"hi\" \\""#), r#"topic:"say \"hi\" \\""#);
    assert_eq!(printed("topic:11th"), "topic:11th");
    assert_eq!(
        printed("FOLDER:Europe/Courts account:\"my server\" label:a,b"),
        "folder:Europe/Courts account:\"my server\" label:a,b"
    );
}

#[test]
fn fields_of_feeds_are_parsed_whether_a_feed_has_them_or_not() {
    for text in [
        "agency:epa",
        "-document-type:notice,\"Final rule\"",
        "(language:fr OR 부서:법무)",
        "x-author:\"Ann Lee\"",
        "covid:19",
        "data2:x",
        "x-data:y",
        "agency:\"\"",
        "agency:\"/a\",\":b\"",
        "x-no:12",
    ] {
        let query = parse(text).expect(text);
        assert_eq!((query.to_string().as_str(), !query.custom_fields().is_empty()), (text, true));
    }
    assert!(printed("agency:epa,").starts_with("0..11 expected a value"));
}

#[test]
fn stories_are_parsed() {
    for text in ["story:x-1", "-story:x-1,y", "tea story:\"https://example.org/a b\" is:unread"] {
        let query = parse(text).expect(text);
        assert_eq!((query.to_string().as_str(), query.stories().is_empty()), (text, false));
    }
    let query = parse("story:a (tea OR -story:b,a)").expect("a query");
    assert_eq!(query.stories(), ["a", "b"]);
    assert_eq!(query.chips().count(), 1);
    assert!(printed("story:").starts_with("0..6 expected a value"));
}

#[test]
fn dates_statuses_texts_and_regular_expressions_are_parsed() {
    for text in [
        "date:2018-10,7d",
        "after:2018-10 before:2018-11-01",
        "is:unread -is:starred",
        "is:changed",
        "title:tea,té author:ann",
        "word:\"internal revenue service\",sars -word:flu",
        r"/fair.*migra|a\/b\\/",
    ] {
        assert_eq!(printed(text), text);
    }
    assert_eq!(printed("IS:Unread Date:TODAY"), "is:unread date:today");
}

#[test]
fn impossible_dates_are_errors() {
    assert!(printed("tea date:2018-02-30").starts_with("9..19 expected a date such as"));
    assert!(printed("after:7d").starts_with("6..8 expected a day"));
    assert!(printed("is:new").starts_with("3..6 expected is:unread"));
    assert!(printed("date:2019..2018").starts_with("5..15 expected a date"));
    assert!(printed("/(/").starts_with("0..3 "));
    assert!(
        printed("/((a{999}){999}){999}/").starts_with("0..22 expected a simpler"),
        "{}",
        printed("/((a{999}){999}){999}/")
    );
}

#[test]
fn errors_give_their_span() {
    assert_eq!(printed(r#"tea "open"#), "4..9 expected a closing \"");
    assert_eq!(printed("a -"), "2..3 expected a word after -");
    assert_eq!(printed("(a"), "0..2 expected a closing )");
    assert_eq!(printed("a )"), "2..3 expected an opening ( before this )");
    assert_eq!(printed("a OR"), "4..4 expected a word on each side of OR");
    assert_eq!(printed("()"), "0..1 expected a word inside the parentheses");
    assert!(printed("topic:").starts_with("0..6 expected a value"));
    assert!(printed(&"(".repeat(100_000)).ends_with("nested parentheses"));
    assert!(printed(&"-".repeat(100_000)).ends_with("nested parentheses"));
}

#[test]
fn a_misspelt_field_is_an_error_and_other_words_with_a_colon_are_words() {
    let table = [
        ("topc:news", 0..5, "topic"),
        ("tea -Topics:\"a b\"", 5..12, "topic"),
        ("(TPOIC:x)", 1..7, "topic"),
        ("plac:x", 0..5, "place"),
        ("foldr:x", 0..6, "folder"),
        ("acount:x", 0..7, "account"),
        ("lable:x", 0..6, "label"),
        ("sourcr:x", 0..7, "source"),
        ("titel:x", 0..6, "title"),
        ("autor:x", 0..6, "author"),
        ("words:x", 0..6, "word"),
        ("wor:x", 0..4, "word"),
        ("dates:2018", 0..6, "date"),
        ("afer:2018", 0..5, "after"),
        ("befor:2018", 0..6, "before"),
        ("tea topc:", 4..9, "topic"),
        ("topi:", 0..5, "topic"),
        ("top:news", 0..4, "topic"),
        ("sour:x", 0..5, "source"),
        ("Auth:x", 0..5, "author"),
        ("dat:2018", 0..4, "date"),
    ];
    for (text, span, field) in table {
        let error = parse(text).expect_err(text);
        assert_eq!((error.span, error.message), (span, format!("unknown field; did you mean {field}:?")), "{text}");
    }
    for text in [
        "12:30",
        "https://example.org/data:x",
        "Re:",
        "Re: tea",
        "COVID: cases",
        "a:b",
        "si:x",
        "to:x",
        "Top: ten",
        "data: tea",
        "data: ",
        "tea -data: ",
        "(tea OR data: )",
        "(data: OR (tea data: ))",
        "document-type: notice",
        "agency:",
        "Agency:epa",
        "COVID:19",
        "std::fs",
        "10:30-11:30",
        "to:x",
        "no:12",
        ":news",
        "C:\\data",
        "\"topc:news\"",
    ] {
        assert_eq!(parse(text).map(|query| query.to_string()).as_deref(), Ok(text), "{text}");
    }
}

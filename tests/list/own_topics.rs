//! Topics that the user defines in the configuration.

use super::{FEED, Run, corpus, program};

/// Runs with a configuration on the feed of the other tests.
fn run(config: &str, args: &[&str]) -> Run {
    let (config, feed) = (corpus::file(config), corpus::file(FEED));
    let path = |file: &tempfile::NamedTempFile| file.path().to_str().expect("a path").to_owned();
    let mut command = program(args);
    if args[0] != "config" {
        command.arg(path(&feed));
    }
    let run = Run::of(command.arg("--config").arg(path(&config)).output().expect("the program runs"));
    Run { err: run.err.replace(&path(&config), "config.toml"), ..run }
}

const TOPICS: &str = "[topics]\ndrinks = 'tea'\nnews = 'topic:drinks OR author:ann'\n";

#[test]
fn a_topic_of_the_configuration_is_found_and_said_to_be_the_users() {
    let titles = |query: &str| {
        let run = run(TOPICS, &["list", "-q", query, "--format", "tsv", "--columns", "id", "--sort", "oldest"]);
        (run.code, run.out.lines().skip(1).map(str::to_owned).collect::<Vec<_>>().len())
    };
    assert_eq!(titles("topic:drinks"), (Some(0), 1));
    assert_eq!(titles("topic:news"), (Some(0), 3), "the publisher's and the user's");
    assert_eq!(titles("-topic:drinks"), (Some(0), 2));
    let json = run(TOPICS, &["list", "-q", "topic:drinks", "--format", "json"]).out;
    assert!(json.contains(r#""own_topics":["drinks","news"]"#) && json.contains(r#""tags":["News"]"#), "{json}");
    let plain = run("", &["list", "--format", "json"]).out;
    assert!(!plain.contains("own_topics"), "{plain}");
    let shown = run(TOPICS, &["show", "a"]).out;
    assert!(shown.contains("your topics drinks, news"), "{shown}");
    let markdown = run(TOPICS, &["show", "a", "--format", "markdown"]).out;
    assert!(markdown.contains("Your topics") && markdown.contains("drinks; news"), "{markdown}");
    let digest = run(TOPICS, &["digest", "-q", "topic:drinks", "--since", "all", "--format", "markdown"]).out;
    assert!(digest.contains("fair"), "{digest}");
}

#[test]
fn an_invalid_topic_stops_every_command_with_file_line_and_reason() {
    let error = |config: &str| {
        let run = run(config, &["list"]);
        assert_eq!(run.code, Some(2), "{}", run.out);
        run.err
    };
    let chain = error("[topics]\nhousing = 'topic:rent'\nrent = 'topic:housing flat'\n");
    assert_eq!(
        chain,
        "tidings: config.toml:2:11: the topic `housing` leads back to itself: housing -> rent -> housing\n"
    );
    let wrong = error("\n[topics]\nhousing = 'rent OR'\n");
    assert!(wrong.starts_with("tidings: config.toml:3:11: invalid query for the topic `housing`"), "{wrong}");
    let shown = run(TOPICS, &["config", "show", "--format", "json"]).out;
    assert!(shown.contains(r#""name":"topics.\"drinks\"","value":"tea","from":"file""#), "{shown}");
}

#[test]
fn topics_of_ones_own_are_counted_first_and_marked() {
    let counted = |config: &str, format: &str, query: &str| {
        run(config, &["list", "--facet", "topic", "--format", format, "-q", query]).out
    };
    let rows = "news,2,true\ndrinks,1,true\nNews,2,\n노동,1,\n,1,\n";
    assert_eq!(counted(TOPICS, "csv", ""), format!("topic,count,own\n{rows}"));
    assert_eq!(
        counted(TOPICS, "csv", "topic:drinks"),
        counted(TOPICS, "csv", ""),
        "the choice of topics does not count"
    );
    let json = counted(TOPICS, "jsonl", "");
    assert!(json.starts_with("{\"value\":\"news\",\"count\":2,\"own\":true}\n"), "{json}");
    assert!(json.contains("\n{\"value\":\"News\",\"count\":2}\n"), "{json}");
    let table = counted(TOPICS, "markdown", "");
    assert!(table.contains("news (yours)") && table.contains("| News "), "{table}");
    assert_eq!(counted("", "csv", ""), "topic,count\nNews,2\n노동,1\n,1\n");
}

//! Topics that are derived from addresses and titles of a subscription's releases.

use std::ops::ControlFlow;

use tidings::feed::Rules;
use tidings::sync::{SubscribeOutcome, ToSubscribe, subscribe_typed};
use tidings::text::CleanBuf;

use crate::server::Reply;
use crate::test_library::TestLibrary;
use crate::walk::walk;

fn list(paths: &[&str]) -> Reply {
    let item = |path: &&str| format!(r#"{{"id":"{path}","headline":"T","url":"https://a.example/{path}"}}"#);
    Reply::ok(format!("[{}]", paths.iter().map(item).collect::<Vec<_>>().join(",")))
}

fn add(fixture: &TestLibrary, options: &str) -> SubscribeOutcome {
    let rules = Rules::of_options(options).expect("options");
    let feed = ToSubscribe { rules: Some(&rules), ..ToSubscribe::default() };
    subscribe_typed(&fixture.engine(), &fixture.server.address("/list"), &feed).expect("an outcome")
}

/// The stored releases with their topics.
fn topics(fixture: &TestLibrary) -> Vec<String> {
    let mut all = Vec::new();
    let read = fixture.library().stream(&mut |stored| {
        let topics: Vec<&str> = stored.release.topics.iter().map(CleanBuf::as_str).collect();
        all.push(format!("{} {}", stored.release.id, topics.join("+")));
        ControlFlow::Continue(())
    });
    read.expect("read");
    all.sort();
    all
}

#[test]
fn topics_from_addresses_are_switched_on_and_off_and_hold_for_later_syncs() {
    let fixture = TestLibrary::new();
    fixture.server.set("/list", list(&["water/1", "water/2", "roads/3", "roads/4", "roads/5"]));
    let SubscribeOutcome::Added(_, 5, None) = add(&fixture, "--map title=headline") else { panic!("not added") };
    let SubscribeOutcome::Added(_, 5, Some(found)) = add(&fixture, "--topics-from address") else {
        panic!("no topics")
    };
    assert_eq!(found.to_string(), "Roads (3), Water (2) in 5 of 5 releases");
    let id = fixture.library().sources().expect("read")[0].id;
    assert_eq!(fixture.source(id).rules.to_string(), "--map title=headline --topics-from address");
    fixture.server.set("/list", list(&["bridges/6"]));
    assert_eq!(fixture.sync().fresh, 1);
    let expected =
        ["bridges/6 Bridges", "roads/3 Roads", "roads/4 Roads", "roads/5 Roads", "water/1 Water", "water/2 Water"];
    assert_eq!(topics(&fixture), expected);
    let SubscribeOutcome::Added(_, 1, None) = add(&fixture, "--topics-from none") else { panic!("not changed") };
    assert_eq!(fixture.source(id).rules.to_string(), "--map title=headline");
    assert_eq!(topics(&fixture)[..2], ["bridges/6 ", "roads/3 "]);
    let SubscribeOutcome::Known(_) = add(&fixture, "--topics-from none") else { panic!("changed again") };
    let SubscribeOutcome::Known(_) = add(&fixture, "") else { panic!("changed by nothing") };
}

/// A page of a JSON Feed whose items have these paths.
fn page(paths: &[&str], older: &str) -> Reply {
    let item = |path: &&str| format!(r#"{{"id":"{path}","title":"T","url":"https://a.example/{path}"}}"#);
    let items = paths.iter().map(item).collect::<Vec<_>>().join(",");
    let head = r#"{"version":"https://jsonfeed.org/version/1.1","title":"News""#;
    Reply::ok(format!(r#"{head},"next_url":"{older}","items":[{items}]}}"#))
}

#[test]
fn past_pages_show_sections_too() {
    let fixture = TestLibrary::new();
    let older = fixture.server.address("/older");
    fixture.server.set("/list", page(&["water/1", "roads/2"], &older));
    fixture.server.set("/older", page(&["water/3", "roads/4", "roads/5"], ""));
    let SubscribeOutcome::Added(_, 2, None) = add(&fixture, "--topics-from address") else { panic!("not added") };
    walk(&fixture, 9);
    assert_eq!(topics(&fixture)[..2], ["roads/2 Roads", "roads/4 Roads"]);
}

#[test]
fn a_sync_finds_sections_that_were_too_few_before_and_commands_say_so() {
    let fixture = TestLibrary::new();
    fixture.server.set("/list", list(&["water/1", "roads/2"]));
    let address = fixture.server.address("/list");
    let arguments = ["add", &address, "--map", "title=headline", "--topics-from", "address"];
    let (out, errors, code) = fixture.run(&arguments);
    assert!(out.ends_with("(2 releases); no topics from the address yet: each sync looks for some\n"), "{out}{errors}");
    assert_eq!(code, Some(0));
    fixture.server.set("/list", list(&["water/3", "water/4", "roads/5", "roads/6"]));
    fixture.sync();
    assert_eq!(topics(&fixture)[..2], ["roads/2 Roads", "roads/5 Roads"]);
    let (out, _, _) = fixture.run(&["list", "-q", "topic:water", "--format", "jsonl"]);
    assert_eq!(out.matches(r#""topics_from":"address""#).count(), 3, "{out}");
    let (out, _, _) = fixture.run(&["show", "water/1"]);
    assert!(out.contains("topic from the address") && out.contains("Water"), "{out}");
    let (out, _, _) = fixture.run(&["add", &address, "--topics-from", "address"]);
    assert!(out.ends_with("; topics from the address: Roads (3), Water (3) in 6 of 6 releases\n"), "{out}");
    let (_, errors, code) = fixture.run(&["add", &address, "--topics-from", "date"]);
    assert!(errors.contains("expected address, title or none") && code == Some(2), "{errors}");
}

//! Frames that are printed without a dialog, because a policy says so.

use std::fs;
use std::path::Path;

use insula_e2e::{World, app_with_frames, load};
use insula_testkit::{Reply, Session, Site};
use serde_json::{Value, json};

/// A page of so many sheets.
fn site() -> Site {
    Site::start(|request| {
        let sheets: usize = request.path().trim_start_matches('/').parse().unwrap_or(0);
        let sheets: String = (0..sheets)
            .map(|sheet| {
                let before = if sheet == 0 { "auto" } else { "page" };
                format!("<p style='break-before: {before}'>Sheet {sheet}")
            })
            .collect();
        Reply::html(format!("<!doctype html><title>../Receipt</title><body>{sheets}"))
    })
}

/// The error of the call, or null.
fn print(session: &Session<'_>) -> Value {
    session.eval(
        "return document.querySelector('controlledframe').print().then(() => null, ({ name, message }) => `${name}: ${message}`)",
    )
}

fn silently(more: Value) -> Value {
    let mut policy = json!({ "SilentPrintingEnabled": true });
    if let (Some(policy), Some(more)) = (policy.as_object_mut(), more.as_object()) {
        policy.extend(more.clone());
    }
    policy
}

/// How many sheets a PDF file has.
fn sheets(file: &Path) -> usize {
    let content = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert!(content.starts_with(b"%PDF-"), "{}", String::from_utf8_lossy(&content));
    let text = String::from_utf8_lossy(&content).into_owned();
    assert!(text.trim_end().ends_with("%%EOF"));
    text.matches("/Type /Page\n").count() + text.matches("/Type /Page ").count()
}

fn doctor(world: &World) -> (String, String) {
    let checks = world.home.run(&["doctor", "--json"]).json();
    let checks = checks.as_array().expect("checks");
    let printing = checks
        .iter()
        .find(|check| check["name"] == "Printing")
        .expect("one about printing");
    let text = |member: &str| printing[member].as_str().unwrap_or_default().to_owned();
    (text("finding"), text("detail"))
}

/// Conforms: print()
#[test]
fn a_page_becomes_a_file_where_policy_says_so_and_nobody_is_asked() {
    let world = World::new();
    let (site, folder) = (site(), world.home.path("prints"));
    assert_eq!(doctor(&world), ("good".to_owned(), "by the system's dialog".to_owned()));
    world
        .home
        .write_policy("managed", &silently(json!({ "SilentPrintingFolder": folder })));
    assert_eq!(doctor(&world).0, "good");
    assert!(
        doctor(&world)
            .1
            .contains(&format!("as PDF files in `{}`", folder.display()))
    );
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    for (number, expected) in [(1, "Receipt.pdf"), (3, "Receipt (2).pdf")] {
        load(&session, &site.url(&format!("/{number}")));
        assert_eq!(print(&session), Value::Null);
        assert_eq!(sheets(&folder.join(expected)), number);
    }
    assert!(world.display.dialog().is_none());

    // One after the other.
    let names = session.eval(
        "const frame = document.querySelector('controlledframe');
         const calls = Array.from({ length: 40 }, () => frame.print().then(() => 'done', ({ name }) => name));
         return [...new Set(await Promise.all(calls))].sort()",
    );
    assert_eq!(names, json!(["InvalidStateError", "done"]));
    assert_eq!(print(&session), Value::Null);

    // What cannot be written is told of, and leaves nothing behind.
    fs::remove_dir_all(&folder).expect("the folder goes");
    let error = print(&session);
    let error = error.as_str().unwrap_or_default();
    assert!(
        error.starts_with("OperationError: No file can be made in the folder of the policy"),
        "{error}"
    );
    assert_eq!(doctor(&world).0, "bad");
}

#[test]
fn a_printer_that_is_not_there_and_a_policy_against_printing_are_told_of() {
    let world = World::new();
    let site = site();
    let missing = silently(json!({ "DefaultPrinterSelection": { "kind": "local", "namePattern": "Nowhere" } }));
    for (policy, expected, finding, detail) in [
        (missing, "OperationError: ", "good", "by the printer “Nowhere”"),
        (
            json!({ "PrintingEnabled": false }),
            "NotAllowedError: ",
            "note",
            "policy forbids it",
        ),
    ] {
        world.home.write_policy("managed", &policy);
        let (found, said) = doctor(&world);
        assert!(found == finding && said.contains(detail), "{found}: {said}");
        let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
        load(&session, &site.url("/1"));
        let error = print(&session);
        assert!(
            error.as_str().is_some_and(|error| error.starts_with(expected)),
            "{policy}: {error}"
        );
        assert!(world.display.dialog().is_none());
    }
}

//! How frames are printed, as policies say it.

use std::fs;

use insula_permissions::{PolicySet, PrintDestination, Printing};
use serde_json::{Value, json};

/// The policies of these files, each in a folder of a level.
fn load(files: &[(&str, &str)]) -> PolicySet {
    let folder = tempfile::tempdir().expect("a folder");
    for (level, content) in files {
        let level = folder.path().join(level);
        fs::create_dir_all(&level).expect("a folder of the level");
        fs::write(level.join("a.json"), content).expect("a policy file");
    }
    PolicySet::load(folder.path())
}

fn managed(policy: Value) -> PolicySet {
    load(&[("managed", &policy.to_string())])
}

#[test]
fn pages_are_printed_as_policy_says() {
    let silent = |more: Value| {
        let mut json = json!({ "SilentPrintingEnabled": true });
        json.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json
    };
    let printer = |name: &str| Printing::Silent(PrintDestination::Printer(name.to_owned()));
    let by_default = Printing::Silent(PrintDestination::DefaultPrinter);
    for (json, expected, problems) in [
        (json!({}), Printing::Dialog, 0),
        (json!({ "PrintingEnabled": true }), Printing::Dialog, 0),
        (json!({ "PrintingEnabled": false }), Printing::Forbidden, 0),
        (json!({ "PrintingEnabled": "no" }), Printing::Forbidden, 1),
        (json!({ "SilentPrintingFolder": "/srv/prints" }), Printing::Dialog, 0),
        (silent(json!({})), by_default.clone(), 0),
        (silent(json!({ "PrintingEnabled": false })), Printing::Forbidden, 0),
        (
            silent(json!({ "SilentPrintingFolder": "/srv/prints", "DefaultPrinterSelection": { "namePattern": "A" } })),
            Printing::Silent(PrintDestination::Folder("/srv/prints".into())),
            0,
        ),
        (
            silent(json!({ "SilentPrintingFolder": "prints" })),
            by_default.clone(),
            1,
        ),
        (
            silent(json!({ "DefaultPrinterSelection": { "namePattern": "Office 1" } })),
            printer("Office 1"),
            0,
        ),
        (
            silent(json!({ "DefaultPrinterSelection": r#"{ "kind": "local", "idPattern": "^hp\\.1$" }"# })),
            printer("hp.1"),
            0,
        ),
        (
            silent(json!({ "DefaultPrinterSelection": { "namePattern": ".*Office" } })),
            by_default.clone(),
            1,
        ),
        (silent(json!({ "DefaultPrinterSelection": {} })), by_default.clone(), 1),
        (
            silent(json!({ "DefaultPrinterSelection": "Office" })),
            by_default.clone(),
            1,
        ),
        (json!({ "SilentPrintingEnabled": 2 }), Printing::Dialog, 1),
        (json!({ "SilentPrintingEnabled": 1 }), by_default, 1),
    ] {
        let policy = managed(json.clone());
        assert_eq!(
            (policy.printing(), policy.problems().len()),
            (expected, problems),
            "{json}"
        );
    }
    assert_eq!(load(&[("managed", "{")]).printing(), Printing::Forbidden);
    let both = load(&[
        ("managed", r#"{ "SilentPrintingEnabled": false }"#),
        (
            "recommended",
            r#"{ "SilentPrintingEnabled": true, "PrintingEnabled": false }"#,
        ),
    ]);
    assert_eq!(both.printing(), Printing::Forbidden);
}

//! `catalog`.

use crate::machine::{MANIFEST, Machine};

/// Conforms: FRP-24
#[test]
fn what_an_app_asks_for_is_told_in_words_before_it_is_installed() {
    let machine = Machine::new();
    let requested =
        r#""permissions": ["camera", "push", "unrestricted-network", "geolocation", "telepathy", "c\u0430mera"]"#;
    let manifest = MANIFEST.replace(r#""permissions": ["camera", "unrestricted-network"]"#, requested);
    machine.write("app/.well-known/manifest.webmanifest", &manifest);
    machine.run(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/mail.swbn"]);
    let expected = "\
camera                Use your camera                                              asked for at the first run
push                  Receive push messages                                        not available on this device
unrestricted-network  Connect to any server or device, see your network addresses  asked for at the first run
geolocation           Know your location                                           the app cannot use it: its manifest does not \
                    list `geolocation` in `permissions_policy`
telepathy             unknown: telepathy
c\u{430}mera                unknown: c\u{430}mera                                              it has a character (U+0430) that no \
                    permission's name has
";
    for target in ["DIR/mail.swbn", "DIR/app"] {
        assert_eq!(machine.run(&["catalog", target]).output, expected, "{target}");
    }
    assert!(!machine.path("data/apps").join("x").exists());
    let report = machine.json(&["catalog", "--json", "DIR/mail.swbn"]);
    assert_eq!(report["name"], "Mail");
    let entries = report["permissions"].as_array().unwrap();
    let statuses: Vec<_> = entries.iter().map(|entry| entry["status"].as_str().unwrap()).collect();
    assert_eq!(
        statuses,
        [
            "asked",
            "not-available",
            "asked",
            "feature-missing",
            "unknown",
            "unknown"
        ]
    );
    assert_eq!(
        (&entries[4]["name"], &entries[4]["title"]),
        (&serde_json::Value::Null, &"unknown: telepathy".into())
    );
    assert_eq!(entries[3]["missing_feature"], "geolocation");
    machine.run(&["install", "DIR/mail.swbn"]);
    assert_eq!(machine.run(&["catalog", "Mail"]).output, expected);
}

#[test]
fn a_bundle_that_is_not_valid_has_no_catalog() {
    let machine = Machine::new();
    machine.write("bad.swbn", "no bundle");
    let run = machine.run(&["catalog", "DIR/bad.swbn"]);
    assert_eq!((run.code, run.output.as_str()), (Some(2), ""));
    assert!(!machine.path("data").exists(), "nothing was made for it");
}

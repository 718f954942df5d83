//! Making apps: `keygen`, `pack`, `sign`, and judging them: `inspect`, `verify`.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use insula_bundle::{BundleBuilder, HeaderMap};

use crate::machine::{MANIFEST, Machine, ended};

#[test]
fn a_key_is_made_once_and_for_its_owner_only() {
    let machine = Machine::new();
    let arguments = ["keygen", "--ecdsa", "--output", "DIR/other.pem"];
    assert_eq!(
        machine.run(&arguments),
        ended(
            0,
            "ECDSA P-256 key: DIR/other.pem\nApp id:  ID\n\n\
             Keep the key secret, and keep a copy: updates of the app need it.\n",
            ""
        )
    );
    let mode = fs::metadata(machine.path("other.pem")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let error = "error: `DIR/other.pem` exists already; a key is never overwritten\n";
    assert_eq!(machine.run(&arguments), ended(2, "", error));
}

#[test]
fn inspecting_shows_what_is_in_a_bundle() {
    let machine = Machine::with_bundle();
    assert_eq!(
        machine.ok(&["inspect", "DIR/mail.swbn"]),
        "App id:     ID\n\
         Verified:   yes\n\
         Signed by:  Ed25519 ID\n\
         Name:       Mail\n\
         Version:    1.2\n\
         Size:       860 B\n\
         \n\
         200  15 B   text/html; charset=utf-8   /\n\
         200  260 B  application/manifest+json  /.well-known/manifest.webmanifest\n\
         200  6 B    image/svg+xml              /icon.svg\n\
         200  15 B   text/html; charset=utf-8   /index.html\n"
    );
    let contents = machine.json(&["inspect", "--json", "DIR/mail.swbn"]);
    assert_eq!(contents["verified"], true);
    assert_eq!(contents["signatures"][0]["key_type"], "Ed25519");
    assert_eq!(contents["manifest"]["name"], "Mail");
    assert_eq!(contents["responses"].as_array().unwrap().len(), 4);
}

#[test]
fn a_manifest_is_shown_as_it_is_read() {
    let machine = Machine::new();
    let path = machine.path("app/.well-known/manifest.webmanifest");
    // With a byte order mark, and with bytes that are no text.
    let (before, after) = MANIFEST.split_once("Mail").unwrap();
    let invalid = [before.as_bytes(), b"M\xffl", after.as_bytes()].concat();
    for (content, name) in [
        (["\u{feff}", MANIFEST].concat().into_bytes(), "Mail"),
        (invalid, "M\u{fffd}l"),
    ] {
        fs::write(&path, content).unwrap();
        machine.ok(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/mail.swbn"]);
        let shown = machine.ok(&["inspect", "DIR/mail.swbn"]);
        assert!(
            shown.contains(&format!("\nName:       {name}\nVersion:    1.2\n")),
            "{shown}"
        );
        assert_eq!(
            machine.json(&["inspect", "--json", "DIR/mail.swbn"])["manifest"]["name"],
            name
        );
        fs::remove_file(machine.path("mail.swbn")).unwrap();
    }
}

#[test]
fn a_changed_bundle_is_inspected_judged_and_not_installed() {
    let machine = Machine::with_bundle();
    let mut bytes = fs::read(machine.path("mail.swbn")).unwrap();
    let position = bytes.windows(6).position(|window| window == b"<svg/>").unwrap();
    bytes[position + 1] = b'S';
    fs::write(machine.path("mail.swbn"), bytes).unwrap();
    let reason =
        "signature 1 (Ed25519) does not match the contents: the file was damaged or changed after it was signed";

    let verdict = machine.run(&["verify", "DIR/mail.swbn"]);
    assert_eq!(
        verdict,
        ended(
            1,
            &format!("`DIR/mail.swbn` is not valid: {reason}\n"),
            "hint: get the file again from where it came from\n"
        )
    );
    let verdict = machine.run(&["verify", "--json", "DIR/mail.swbn"]);
    assert_eq!(verdict.code, Some(1));
    let verdict: serde_json::Value = serde_json::from_str(&verdict.output).unwrap();
    assert_eq!(
        (&verdict["valid"], verdict["reason"].as_str()),
        (&false.into(), Some(reason))
    );
    assert!(
        machine
            .ok(&["inspect", "DIR/mail.swbn"])
            .contains(&format!("Verified:   no: {reason}\n"))
    );
    assert_eq!(
        machine.run(&["install", "DIR/mail.swbn"]),
        ended(
            2,
            "",
            &format!(
                "error: `DIR/mail.swbn` cannot be installed: {reason}\n\
                 hint: get the file again from where it came from\n"
            )
        )
    );
}

#[test]
fn a_signed_app_that_cannot_be_installed_is_not_valid() {
    let machine = Machine::with_bundle();
    assert_eq!(
        machine.run(&["verify", "DIR/absent.swbn"]).code,
        Some(2),
        "nothing is known about it"
    );
    fs::write(machine.path("text.swbn"), "text").unwrap();
    assert_eq!(
        machine.run(&["verify", "DIR/text.swbn"]),
        ended(
            1,
            "`DIR/text.swbn` is not valid: the file is not a signed web bundle\n",
            ""
        )
    );
}

#[test]
fn a_verdict_says_whose_fault_it_is_and_what_to_do() {
    let machine = Machine::with_bundle();
    let bytes = fs::read(machine.path("mail.swbn")).unwrap();
    let cases: [(&[u8], &str, &str, &str); 3] = [
        (
            b"",
            "the file is empty",
            "delivery",
            "get the file again from where it came from",
        ),
        (
            &bytes[..bytes.len() - 9],
            "is truncated or has been added to",
            "delivery",
            "get the file again from where it came from",
        ),
        (
            unsigned(&bytes),
            "the web bundle is not signed",
            "unsupported",
            "sign it: `insula sign FILE --key KEY -o SIGNED.swbn`",
        ),
    ];
    for (content, reason, fault, hint) in cases {
        fs::write(machine.path("bad.swbn"), content).unwrap();
        let run = machine.run(&["verify", "DIR/bad.swbn"]);
        assert_eq!((run.code, run.errors), (Some(1), format!("hint: {hint}\n")));
        assert!(run.output.contains(reason), "{}", run.output);
        let verdict: serde_json::Value =
            serde_json::from_str(&machine.run(&["verify", "--json", "DIR/bad.swbn"]).output).unwrap();
        assert_eq!((&verdict["fault"], &verdict["hints"][0]), (&fault.into(), &hint.into()));
    }
}

#[test]
fn why_a_manifest_lacks_something_is_told() {
    let machine = Machine::new();
    let number = MANIFEST.replace("\"1.2\"", "1");
    machine.write("app/.well-known/manifest.webmanifest", &number);
    assert_eq!(
        machine.run(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/mail.swbn"]),
        ended(
            2,
            "",
            "warning: manifest: $.version: must be a string, not a number; ignored\n\
             error: the app's manifest cannot be used: the manifest has no “version”, which an Isolated Web App needs\n"
        )
    );
}

#[test]
fn what_frames_show_is_told_with_the_bundle_and_what_is_wrong_with_it() {
    let machine = Machine::new();
    let path = machine.path("app/.well-known/manifest.webmanifest");
    for (rules, shown, warning) in [
        (r#"{}"#, None, None),
        (r#"{ "origins": [] }"#, Some("nothing"), None),
        (r#"{ "allow_http": true }"#, Some("http as well as https"), None),
        (
            r#"{ "origins": ["https://a.example", "b.example"], "allow_http": true }"#,
            Some("only https://a.example, b.example; http as well"),
            Some("$.controlled_frame.origins[1]: “b.example” is no origin: "),
        ),
    ] {
        let manifest = MANIFEST.trim_end().strip_suffix('}').unwrap().to_owned();
        fs::write(&path, format!(r#"{manifest}, "controlled_frame": {rules} }}"#)).unwrap();
        let packed = machine.run(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/mail.swbn"]);
        assert_eq!(
            packed.errors.lines().count(),
            usize::from(warning.is_some()),
            "{packed:?}"
        );
        let said = machine.ok(&["inspect", "DIR/mail.swbn"]);
        let line = said
            .lines()
            .find_map(|line| line.strip_prefix("Frames:"))
            .map(str::trim);
        assert_eq!(line, shown, "{rules}");
        let warnings = machine.json(&["verify", "--json", "DIR/mail.swbn"])["warnings"].clone();
        let warnings = warnings.as_array().unwrap();
        assert_eq!(warnings.len(), usize::from(warning.is_some()), "{warnings:?}");
        for (said, expected) in warnings.iter().zip(warning) {
            assert!(said.as_str().unwrap().starts_with(expected), "{said}");
        }
        fs::remove_file(machine.path("mail.swbn")).unwrap();
    }
}

#[test]
fn permissions_that_cannot_work_are_told_to_whoever_packs_verifies_and_installs() {
    let machine = Machine::new();
    let manifest = MANIFEST.replace(
        "\"camera\", \"unrestricted",
        "\"geolocation\", \"nope\", \"unrestricted",
    );
    machine.write("app/.well-known/manifest.webmanifest", &manifest);
    let told = [
        "warning: manifest: $.permissions: “geolocation” is never asked for: “permissions_policy” does not list “geolocation”\n",
        "warning: manifest: $.permissions: “nope” is not a permission that is known here; ignored\n",
    ];
    let packed = machine.run(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/mail.swbn"]);
    let verified = machine.run(&["verify", "DIR/mail.swbn"]);
    let installed = machine.run(&["install", "DIR/mail.swbn"]);
    for (code, text) in [
        (packed.code, packed.errors),
        (verified.code, verified.errors),
        (installed.code, installed.errors),
    ] {
        assert_eq!(code, Some(0));
        assert!(told.iter().all(|line| text.contains(line)), "{text}");
    }
}

#[test]
fn a_redirect_is_shown_with_where_it_leads_and_a_body_with_its_coding() {
    let machine = Machine::new();
    let redirect = HeaderMap::new(301).and_then(|headers| headers.with("location", "/new.html"));
    let script = HeaderMap::new(200).and_then(|headers| {
        let headers = headers.with("content-type", "text/javascript")?;
        headers.with("content-encoding", "gzip")
    });
    let mut builder = BundleBuilder::new();
    for (path, headers) in [("old.html", redirect), ("app.js", script)] {
        let url = format!("https://example.com/{path}");
        builder.add(&url, headers.unwrap(), Vec::new().into()).unwrap();
    }
    fs::write(machine.path("site.wbn"), builder.build().unwrap()).unwrap();
    let shown = machine.ok(&["inspect", "DIR/site.wbn"]);
    for row in [
        "200  0 B  text/javascript (gzip)  https://example.com/app.js\n",
        "301  0 B  → /new.html             https://example.com/old.html\n",
    ] {
        assert!(shown.contains(row), "{row}{shown}");
    }
    let contents = machine.json(&["inspect", "--json", "DIR/site.wbn"]);
    let responses = contents["responses"].as_array().unwrap();
    let location = |path: &str| {
        responses
            .iter()
            .find(|one| one["url"].as_str().unwrap().ends_with(path))
            .unwrap()["location"]
            .clone()
    };
    assert_eq!(
        (location("old.html"), location("app.js")),
        ("/new.html".into(), serde_json::Value::Null)
    );
}

#[test]
fn members_of_the_manifest_that_do_nothing_here_are_named() {
    let machine = Machine::new();
    let manifest = MANIFEST.replacen(
        '{',
        r#"{ "theme_color": "red", "shortcuts": [], "share_target": {}, "naem": "Mail","#,
        1,
    );
    machine.write("app/.well-known/manifest.webmanifest", &manifest);
    machine.ok(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/mail.swbn"]);
    assert_eq!(
        machine.ok(&["verify", "DIR/mail.swbn"]),
        "`DIR/mail.swbn` is valid: Mail 1.2\nApp id: ID\nNot acted on, of its manifest: naem, share_target\n"
    );
    let verdict = machine.json(&["verify", "--json", "DIR/mail.swbn"]);
    assert_eq!(verdict["not_acted_on"], serde_json::json!(["naem", "share_target"]));
}

#[test]
fn what_is_refused_is_inspected_all_the_same() {
    let machine = Machine::with_bundle();
    let mut bytes = fs::read(machine.path("mail.swbn")).unwrap();
    // The version of the integrity block, `2b`.
    let version = bytes.windows(4).position(|window| window == b"2b\0\0").unwrap();
    bytes[version] = b'1';
    fs::write(machine.path("old.swbn"), &bytes).unwrap();
    let shown = machine.ok(&["inspect", "DIR/old.swbn"]);
    for line in [
        "App id:     none\n",
        "Verified:   no: the integrity block has the deprecated version 1; only version 2 is supported\n",
        "Name:       Mail\n",
        "/icon.svg\n",
    ] {
        assert!(shown.contains(line), "{line}{shown}");
    }
    // And it can be signed again, as the hint says.
    let refused = machine.run(&["verify", "DIR/old.swbn"]);
    assert!(
        refused.errors.starts_with("hint: sign it again: `insula sign "),
        "{}",
        refused.errors
    );
    machine.ok(&["sign", "DIR/old.swbn", "--key", "DIR/key.pem", "-o", "DIR/new.swbn"]);
    machine.ok(&["verify", "DIR/new.swbn"]);

    // Cut off, not even that is left.
    fs::write(machine.path("cut.swbn"), &bytes[..200]).unwrap();
    let shown = machine.ok(&["inspect", "DIR/cut.swbn"]);
    assert!(shown.contains("Size:       200 B\n"), "{shown}");
}

#[test]
fn nothing_but_an_older_bundle_is_overwritten() {
    let machine = Machine::with_bundle();
    let bundle = fs::read(machine.path("mail.swbn")).unwrap();
    fs::write(machine.path("mail.wbn"), unsigned(&bundle)).unwrap();
    machine.ok(&["keygen", "-o", "DIR/other.pem"]);
    machine.write("notes.txt", "do not lose me");
    fs::hard_link(machine.path("key.pem"), machine.path("same.key")).unwrap();
    std::os::unix::fs::symlink("nowhere", machine.path("dangling")).unwrap();
    let pipe = machine.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());

    let before: Vec<_> = ["key.pem", "other.pem", "notes.txt"]
        .map(|name| fs::read(machine.path(name)).unwrap())
        .into();
    for (output, reason) in [
        (
            "DIR/key.pem",
            "`DIR/key.pem` is the key `DIR/key.pem`, which would be overwritten",
        ),
        (
            "DIR/same.key",
            "`DIR/same.key` is the key `DIR/key.pem`, which would be overwritten",
        ),
        (
            "DIR/other.pem",
            "`DIR/other.pem` exists and is not a bundle: it is not overwritten",
        ),
        (
            "DIR/notes.txt",
            "`DIR/notes.txt` exists and is not a bundle: it is not overwritten",
        ),
        (
            "DIR/pipe",
            "`DIR/pipe` is not a regular file, and would be replaced by one",
        ),
        ("DIR/app", "`DIR/app` is a folder: name a file in it"),
        (
            "-",
            "a bundle is written to a file, not to standard output; `./-` is a file of that name",
        ),
    ] {
        let error = ended(2, "", &format!("error: {reason}\n"));
        assert_eq!(
            machine.run(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", output]),
            error
        );
        assert_eq!(
            machine.run(&["sign", "DIR/mail.wbn", "--key", "DIR/key.pem", "-o", output]),
            error
        );
    }
    let dangling = machine.run(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/dangling"]);
    assert_eq!(dangling.code, Some(2));
    let after: Vec<_> = ["key.pem", "other.pem", "notes.txt"]
        .map(|name| fs::read(machine.path(name)).unwrap())
        .into();
    assert_eq!(before, after);

    // A link stays one, and leads to the new bundle; an empty file is nothing to lose.
    std::os::unix::fs::symlink("mail.swbn", machine.path("latest.swbn")).unwrap();
    machine.write("app/more.txt", "more");
    machine.ok(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/latest.swbn"]);
    assert!(machine.path("latest.swbn").is_symlink());
    assert_ne!(fs::read(machine.path("mail.swbn")).unwrap(), bundle);
    machine.write("empty", "");
    machine.ok(&["sign", "DIR/mail.wbn", "--key", "DIR/key.pem", "-o", "DIR/empty"]);
}

#[test]
fn a_key_in_der_form_signs_and_is_not_published() {
    let machine = Machine::with_bundle();
    let pem = fs::read_to_string(machine.path("key.pem")).unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let mut child = Command::new("base64")
        .arg("-d")
        .stdin(Stdio::piped())
        .stdout(fs::File::create(machine.path("key.der")).unwrap())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(body.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    machine.ok(&["pack", "DIR/app", "--key", "DIR/key.der", "-o", "DIR/same.swbn"]);
    assert_eq!(
        fs::read(machine.path("same.swbn")).unwrap(),
        fs::read(machine.path("mail.swbn")).unwrap()
    );
    fs::copy(machine.path("key.der"), machine.path("app/key.der")).unwrap();
    let refused = machine.run(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/same.swbn"]);
    assert!(
        refused.errors.contains("`DIR/app/key.der` contains a private key"),
        "{}",
        refused.errors
    );
}

/// The web bundle in a signed one, as another tool would have made it.
pub(crate) fn unsigned(signed: &[u8]) -> &[u8] {
    let length: [u8; 8] = signed[signed.len() - 8..].try_into().unwrap();
    &signed[signed.len() - usize::try_from(u64::from_be_bytes(length)).unwrap()..]
}

#[test]
fn what_cannot_be_installed_is_not_packed() {
    let machine = Machine::new();
    let pack = ["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/mail.swbn"];
    fs::remove_file(machine.path("app/icon.svg")).unwrap();
    let error = "error: the manifest's `icons` names `/icon.svg`, which is not in the app\n";
    assert_eq!(machine.run(&pack), ended(2, "", error));
    fs::remove_file(machine.path("app/.well-known/manifest.webmanifest")).unwrap();
    assert_eq!(
        machine.run(&pack),
        ended(
            2,
            "",
            "error: the app has no manifest at `/.well-known/manifest.webmanifest`\n\
             hint: an app needs a manifest in `.well-known/manifest.webmanifest` with a name, a version and an icon\n"
        )
    );
    assert!(!machine.path("mail.swbn").exists());
}

#[test]
fn mistakes_in_packing_are_noticed() {
    let machine = Machine::new();
    let inside = ["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/app/mail.swbn"];
    let error = "error: `DIR/app/mail.swbn` would become a part of the app the next time\n";
    assert_eq!(machine.run(&inside), ended(2, "", error));

    fs::copy(machine.path("key.pem"), machine.path("app/key.pem")).unwrap();
    let pack = ["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/mail.swbn"];
    assert_eq!(
        machine.run(&pack),
        ended(
            2,
            "",
            "error: `DIR/app/key.pem` contains a private key, which must not be published\n\
             hint: move the key out of the app's folder\n"
        )
    );
    assert_eq!(
        machine.run(&["pack", "DIR/app", "--key", "DIR/app/index.html", "-o", "DIR/mail.swbn"]),
        ended(
            2,
            "",
            "error: `DIR/app/index.html` is not a key to sign with: there is no private key in PEM form \
             (`-----BEGIN PRIVATE KEY-----`)\nhint: make a key: `insula keygen -o key.pem`\n"
        )
    );
}

#[test]
fn packing_lists_what_it_left_out_and_warns_of_what_is_ignored() {
    let machine = Machine::new();
    machine.write("app/.git/config", "");
    machine.write(
        "app/.well-known/manifest.webmanifest",
        &MANIFEST.replace("\"sizes\": \"any\"", "\"sizes\": \"large\""),
    );
    let run = machine.run(&["pack", "DIR/app", "--key", "DIR/key.pem", "-o", "DIR/mail.swbn"]);
    assert_eq!(run.output, "Mail 1.2: 3 files, 1.1 kB\nApp id: ID\nLeft out: .git\n");
    assert!(
        run.errors.starts_with("warning: manifest: $.icons[0].sizes: "),
        "{}",
        run.errors
    );
}

#[test]
fn signing_takes_an_unsigned_bundle_and_several_keys() {
    let machine = Machine::with_bundle();
    machine.ok(&["keygen", "--ecdsa", "-o", "DIR/other.pem"]);
    let signed = fs::read(machine.path("mail.swbn")).unwrap();
    fs::write(machine.path("mail.wbn"), unsigned(&signed)).unwrap();

    let sign = [
        "sign",
        "DIR/mail.wbn",
        "--key",
        "DIR/key.pem",
        "--key",
        "DIR/other.pem",
        "-o",
        "DIR/two.swbn",
    ];
    assert_eq!(machine.ok(&sign), "App id: ID\n");
    let contents = machine.json(&["inspect", "--json", "DIR/two.swbn"]);
    assert_eq!(
        (&contents["verified"], contents["signatures"].as_array().unwrap().len()),
        (&true.into(), 2)
    );
    // With one key, signing is what packing does.
    machine.ok(&["sign", "DIR/mail.wbn", "--key", "DIR/key.pem", "-o", "DIR/one.swbn"]);
    assert_eq!(fs::read(machine.path("one.swbn")).unwrap(), signed);

    let error = "error: `DIR/mail.swbn` is signed already\n";
    assert_eq!(
        machine.run(&["sign", "DIR/mail.swbn", "--key", "DIR/key.pem", "-o", "DIR/x"]),
        ended(2, "", error)
    );
    let stranger = machine.run(&["sign", "DIR/mail.wbn", "--key", "DIR/other.pem", "-o", "DIR/x"]);
    assert_eq!(stranger.code, Some(2));
    assert!(
        stranger
            .errors
            .contains("belongs to another app\nhint: the bundle was made for another app")
    );
    assert!(
        machine
            .ok(&["inspect", "DIR/mail.wbn"])
            .contains("Verified:   no: the web bundle is not signed\n")
    );
    assert!(!machine.path("x").exists());
}

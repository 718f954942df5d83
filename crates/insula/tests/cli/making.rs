//! Making apps: `keygen`, `pack`, `sign`, and judging them: `inspect`, `verify`.

use std::fs;
use std::os::unix::fs::PermissionsExt;

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
         Size:       825 B\n\
         \n\
         200  15 B   text/html; charset=utf-8   /\n\
         200  226 B  application/manifest+json  /.well-known/manifest.webmanifest\n\
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
        ended(1, &format!("`DIR/mail.swbn` is not valid: {reason}\n"), "")
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
    assert_eq!(run.output, "Mail 1.2: 3 files, 1.0 kB\nApp id: ID\nLeft out: .git\n");
    assert!(
        run.errors
            .starts_with("warning: .well-known/manifest.webmanifest: $.icons[0].sizes: "),
        "{}",
        run.errors
    );
}

#[test]
fn signing_takes_an_unsigned_bundle_and_several_keys() {
    let machine = Machine::with_bundle();
    machine.ok(&["keygen", "--ecdsa", "-o", "DIR/other.pem"]);
    // The unsigned part of the packed app, as another tool would have made it.
    let signed = fs::read(machine.path("mail.swbn")).unwrap();
    let length: [u8; 8] = signed[signed.len() - 8..].try_into().unwrap();
    let start = signed.len() - usize::try_from(u64::from_be_bytes(length)).unwrap();
    fs::write(machine.path("mail.wbn"), &signed[start..]).unwrap();

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

//! Both ways with the npm packages `wbn` and `wbn-sign`, whose part is played by `tests/interop/*.mjs`.

use std::path::{Path, PathBuf};
use std::process::Command;

use insula_bundle::{Folder, IntegrityBlock, KeyRotations, KeyType, SignedWebBundle, SigningKey, WebBundle};
use tempfile::TempDir;

/// Runs a script with Node.js and returns what it prints, which is JSON.
fn node(script: &str, arguments: &[&Path]) -> serde_json::Value {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop");
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../js/node_modules");
    for package in ["wbn", "wbn-sign"] {
        let path = modules.join(package);
        assert!(
            path.is_dir(),
            "the npm package `{package}` is not in {}: run `./x setup`",
            modules.display()
        );
    }
    let output = Command::new("node")
        .arg(scripts.join(script))
        .args(arguments)
        .env("INSULA_NODE_MODULES", &modules)
        .output()
        .expect("Node.js runs: install it with `./x setup`");
    assert!(
        output.status.success(),
        "{script}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A folder with a key of each kind in `<index>.pem`.
fn with_keys() -> (TempDir, [SigningKey; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let keys = KeyType::ALL.map(|key_type| SigningKey::generate(key_type).unwrap());
    for (index, key) in keys.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{index}.pem")), &*key.to_pem().unwrap()).unwrap();
    }
    (folder, keys)
}

fn pem_paths(folder: &TempDir) -> [PathBuf; 2] {
    [0, 1].map(|index| folder.path().join(format!("{index}.pem")))
}

#[test]
fn bundles_made_with_wbn_and_wbn_sign_are_verified_here() {
    let (folder, keys) = with_keys();
    let pems = pem_paths(&folder);
    for order in [vec![0], vec![1], vec![0, 1], vec![1, 0]] {
        let output = folder.path().join("theirs.swbn");
        let mut arguments = vec![output.as_path()];
        arguments.extend(order.iter().map(|&index| pems[index].as_path()));
        let reported = node("make.mjs", &arguments);

        let id = keys[order[0]].id();
        assert_eq!(reported["id"], id.as_str(), "both derive one id from a key");
        let bundle = SignedWebBundle::open(&output)
            .unwrap()
            .verify_as(&id, &KeyRotations::default())
            .unwrap();
        assert_eq!(bundle.integrity_block().signatures().len(), order.len());
        assert_eq!(
            &**bundle.response("/").unwrap().body(),
            "<!doctype html><title>Grüße</title>".as_bytes()
        );
        let large = bundle.response("/large.bin").unwrap();
        assert_eq!(large.header("content-type"), Some("application/octet-stream"));
        assert!(large.body().len() == 100_000 && large.body().iter().all(|&byte| byte == 7));
        assert_eq!(bundle.response("/index.html").unwrap().status(), 301);
    }
}

#[test]
fn bundles_made_here_are_read_by_wbn_and_have_the_signature_of_wbn_sign() {
    let (folder, keys) = with_keys();
    let pems = pem_paths(&folder);
    let app = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("index.html", "<title>é</title>"),
        ("script.js", "1"),
        ("empty.css", ""),
    ] {
        std::fs::write(app.path().join(name), content).unwrap();
    }
    for (key, pem) in keys.iter().zip(&pems) {
        let packed = Folder::open(app.path()).unwrap().pack(&key.id()).unwrap();
        let bundle = WebBundle::from_bytes(packed.bytes).unwrap();
        let block = IntegrityBlock::sign(&bundle, &key.id(), std::slice::from_ref(key)).unwrap();
        let unsigned = folder.path().join("ours.wbn");
        let signed = folder.path().join("ours.swbn");
        std::fs::write(&unsigned, bundle.as_bytes()).unwrap();
        std::fs::write(&signed, [block.as_slice(), bundle.as_bytes()].concat()).unwrap();

        let read = node("read.mjs", &[&unsigned, &signed, pem]);
        assert_eq!(read["id"], key.id().as_str());
        assert_eq!(read["signatureIsValid"], true);
        let origin = key.id().origin_url();
        let response = |path: &str| &read["responses"][format!("{origin}{path}")];
        assert_eq!(response("")["body"], "<title>é</title>");
        assert_eq!(response("index.html")["body"], "<title>é</title>");
        assert_eq!(
            response("script.js")["headers"]["content-type"],
            "text/javascript; charset=utf-8"
        );
        assert_eq!(response("empty.css")["status"], 200);
        if key.public_key().key_type() == KeyType::Ed25519 {
            // Deterministic, and so the same to the last byte.
            assert_eq!(read["sameBytesAsSignedByThem"], true);
        }
    }
}

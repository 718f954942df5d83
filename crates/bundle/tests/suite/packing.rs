//! Folders become bundles.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use insula_bundle::{BundleBuilder, Content, Folder, HeaderMap, IntegrityBlock, PackError, SignedWebBundle, WebBundle};
use tempfile::TempDir;

use crate::craft;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn pack(folder: &Path) -> Result<WebBundle, PackError> {
    let packed = Folder::open(folder)?.pack(&craft::id())?;
    Ok(WebBundle::from_bytes(packed.bytes).unwrap())
}

fn problem(folder: &TempDir) -> PackError {
    pack(folder.path()).unwrap_err()
}

fn check_type(bundle: &WebBundle, path: &str, expected: &str) {
    let response = bundle
        .response(&format!("isolated-app://{}{path}", craft::id()))
        .unwrap()
        .unwrap();
    assert_eq!(response.header("content-type"), Some(expected), "{path}");
}

#[test]
fn a_packed_folder_is_an_app_with_the_types_of_its_files() {
    let folder = folder(&[
        ("index.html", "<!doctype html>"),
        (".well-known/manifest.webmanifest", "{}"),
        ("app.js", "export {}"),
        ("data.bin", "\u{0}"),
    ]);
    fs::write(folder.path().join("latin.txt"), b"caf\xe9").unwrap();
    let bundle = pack(folder.path()).unwrap();
    bundle.check_app(&craft::id()).unwrap();
    check_type(&bundle, "/index.html", "text/html; charset=utf-8");
    check_type(
        &bundle,
        "/.well-known/manifest.webmanifest",
        "application/manifest+json",
    );
    check_type(&bundle, "/app.js", "text/javascript; charset=utf-8");
    check_type(&bundle, "/data.bin", "application/octet-stream");
    // Not UTF-8, so it is left to say itself what it is.
    check_type(&bundle, "/latin.txt", "text/plain");
}

#[test]
fn an_index_file_is_its_folder_as_well_and_stored_once() {
    let body = "<!doctype html>".repeat(100);
    let folder = folder(&[
        ("index.html", &body),
        ("sub/index.html", "sub"),
        ("other-index.html", "other"),
    ]);
    let bundle = pack(folder.path()).unwrap();
    let origin = craft::id().origin_url();
    let mut urls: Vec<_> = bundle
        .urls()
        .map(|url| url.strip_prefix(origin.as_str()).unwrap())
        .collect();
    urls.sort();
    assert_eq!(urls, ["", "index.html", "other-index.html", "sub/", "sub/index.html"]);
    let [root, index] = ["", "index.html"].map(|path| bundle.response(&format!("{origin}{path}")).unwrap().unwrap());
    assert_eq!(root.body().as_ptr(), index.body().as_ptr());
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let names = ["b.js", "a.js", "sub/c.js", "index.html"];
    let files: Vec<_> = names.iter().map(|name| (*name, *name)).collect();
    let reversed: Vec<_> = files.iter().rev().copied().collect();
    let [first, second] = [folder(&files), folder(&reversed)].map(|folder| pack(folder.path()).unwrap());
    assert_eq!(**first.as_bytes(), **second.as_bytes());
}

#[test]
fn names_are_percent_encoded_as_the_page_will_ask_for_them() {
    let folder = folder(&[("a b#c?d%20e/ü.txt", "x")]);
    let bundle = pack(folder.path()).unwrap();
    bundle.check_app(&craft::id()).unwrap();
    let url = bundle.urls().next().unwrap().to_owned();
    assert!(url.ends_with("/a%20b%23c%3Fd%2520e/%C3%BC.txt"), "{url}");
    let path = url.strip_prefix(craft::id().origin_url().as_str()).unwrap();
    let served = Folder::open(folder.path())
        .unwrap()
        .response(&format!("/{path}?query"))
        .unwrap();
    assert_eq!(&**served.unwrap().body(), b"x");
}

#[test]
fn every_name_is_served_under_one_url_packed_or_not() {
    // Every character that a file's name can have on Linux, one name each; those with letters around them, so that
    // none of them is hidden.
    let names: Vec<String> = (1..=0x7f_u8)
        .map(char::from)
        .filter(|character| *character != '/')
        .map(|character| format!("a{character}b.txt"))
        .collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), name.as_str())).collect();
    let app = folder(&files);
    let served = Folder::open(app.path()).unwrap();
    let packed = served.pack(&craft::id()).unwrap();
    let bundle = WebBundle::from_bytes(packed.bytes).unwrap();
    let mut signed = IntegrityBlock::sign(&bundle, &craft::id(), &[craft::key()]).unwrap();
    signed.extend_from_slice(bundle.as_bytes());
    let verified = SignedWebBundle::from_bytes(signed).unwrap().verify().unwrap();
    assert_eq!(verified.paths().len(), names.len());
    for entry in &packed.entries {
        let name = entry.file().file_name().unwrap().as_encoded_bytes();
        assert_eq!(&**verified.response(entry.path()).unwrap().body(), name);
        assert_eq!(&**served.response(entry.path()).unwrap().unwrap().body(), name);
    }
    // As WebKit asks for it, and as the `url` crate writes it.
    for path in ["/a%5Eb.txt", "/a^b.txt", "/a%0Ab.txt", "/a%5Cb.txt"] {
        assert!(verified.response(path).is_some(), "{path}");
        assert!(served.response(path).unwrap().is_some(), "{path}");
    }
    // Other spellings are other URLs: a folder is no more forgiving than the bundle that will be made of it.
    for path in ["/a\\b.txt", "/%61%5Eb.txt", "/a%5eb.txt"] {
        assert!(verified.response(path).is_none(), "{path}");
        assert!(served.response(path).unwrap().is_none(), "{path}");
    }
}

#[test]
fn hidden_files_are_left_out_and_listed() {
    let folder = folder(&[
        ("index.html", ""),
        (".git/config", ""),
        ("sub/.DS_Store", ""),
        ("sub/a.txt", ""),
    ]);
    let packed = Folder::open(folder.path()).unwrap().pack(&craft::id()).unwrap();
    let root = folder.path().canonicalize().unwrap();
    assert_eq!(packed.hidden, [root.join(".git"), root.join("sub/.DS_Store")]);
    let paths: Vec<_> = packed.entries.iter().map(|entry| entry.path()).collect();
    assert_eq!(paths, ["/index.html", "/sub/a.txt"]);
}

#[test]
fn links_are_followed_within_the_folder_only() {
    let outside = folder(&[("secret", "x")]);
    let app = folder(&[("a.txt", "a"), ("sub/b.txt", "b")]);
    symlink("a.txt", app.path().join("link.txt")).unwrap();
    symlink("sub", app.path().join("linked")).unwrap();
    let bundle = pack(app.path()).unwrap();
    assert_eq!(bundle.urls().len(), 4);

    let link = app.path().join("out");
    for target in [outside.path().join("secret"), outside.path().to_owned()] {
        symlink(target, &link).unwrap();
        assert!(matches!(problem(&app), PackError::LinkOutside { .. }));
        let served = Folder::open(app.path()).unwrap().response("/out");
        assert!(!matches!(served, Ok(Some(_))), "{served:?}");
        fs::remove_file(&link).unwrap();
    }
    symlink("..", app.path().join("sub/up")).unwrap();
    assert!(matches!(problem(&app), PackError::LinkLoop { .. }));
}

#[test]
fn what_cannot_be_packed_says_why() {
    assert!(matches!(problem(&folder(&[])), PackError::Empty { .. }));
    assert!(matches!(
        pack(Path::new("/does/not/exist")).unwrap_err(),
        PackError::Io { .. }
    ));
    let file = folder(&[("a", "")]);
    assert!(matches!(
        pack(&file.path().join("a")).unwrap_err(),
        PackError::Io { .. }
    ));

    let dangling = folder(&[]);
    symlink("nowhere", dangling.path().join("link")).unwrap();
    assert!(matches!(problem(&dangling), PackError::Io { path, .. } if path.ends_with("link")));

    let socket = folder(&[]);
    let _listener = std::os::unix::net::UnixListener::bind(socket.path().join("socket")).unwrap();
    assert!(matches!(problem(&socket), PackError::NotAFile { .. }));

    let odd = folder(&[]);
    let name = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"caf\xe9");
    fs::write(odd.path().join(name), "").unwrap();
    assert!(matches!(problem(&odd), PackError::UnusableName { .. }));
}

#[test]
fn a_private_key_in_the_folder_is_not_published() {
    for label in [
        "PRIVATE KEY",
        "EC PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
    ] {
        let app = folder(&[
            ("index.html", ""),
            ("renamed.txt", &format!("-----BEGIN {label}-----\nAAAA\n")),
        ]);
        let error = problem(&app);
        assert!(
            matches!(&error, PackError::PrivateKey { path } if path.ends_with("renamed.txt")),
            "{error}"
        );
    }
    let certificate = folder(&[("ca.pem", "-----BEGIN CERTIFICATE-----\nPRIVATE KEY\n")]);
    pack(certificate.path()).unwrap();
}

#[test]
fn a_folder_serves_what_is_in_it_now() {
    let app = folder(&[("index.html", "one"), ("sub/index.html", "sub"), (".env", "secret")]);
    let served = Folder::open(app.path()).unwrap();
    let body = |path: &str| served.response(path).unwrap().map(|response| response.body().to_vec());
    assert_eq!(body("/"), Some(b"one".to_vec()));
    fs::write(app.path().join("index.html"), "two").unwrap();
    assert_eq!(body("/index.html#top"), Some(b"two".to_vec()));
    assert_eq!(body("/sub/"), Some(b"sub".to_vec()));
    let absent = [
        "",
        "index.html",
        "/sub",
        "/absent",
        "/.env",
        "/%2eenv",
        "/..",
        "/../x",
        "/%2e%2e/x",
        "//",
        "/a%00b",
    ];
    for path in absent
        .into_iter()
        .chain(["/sub%2findex.html", "/sub//index.html", "/%", "/%+1", "/%ff"])
    {
        assert_eq!(body(path), None, "{path}");
    }
}

#[test]
fn a_builder_refuses_what_a_reader_would_refuse() {
    let typed = || HeaderMap::new(200).unwrap().with("content-type", "text/plain").unwrap();
    let mut builder = BundleBuilder::new();
    let empty = || Content::Bytes(Vec::new());
    builder.add("/a", typed(), Content::Bytes(b"a".to_vec())).unwrap();
    builder
        .add(
            "/moved",
            HeaderMap::new(301).unwrap().with("location", "/a").unwrap(),
            empty(),
        )
        .unwrap();
    builder.alias("/b", "/a").unwrap();
    assert!(matches!(
        builder.add("/b", typed(), empty()),
        Err(PackError::DuplicateUrl { .. })
    ));
    assert!(matches!(builder.alias("/c", "/d"), Err(PackError::NoSuchUrl { .. })));
    let untyped = builder.add("/e", HeaderMap::new(200).unwrap(), Content::Bytes(vec![1]));
    assert!(matches!(untyped, Err(PackError::MissingContentType { .. })));
}

#[test]
fn a_file_that_changes_while_it_is_packed_is_noticed() {
    let folder = folder(&[("a.bin", "12345")]);
    let path = folder.path().join("a.bin");
    for length in [4, 6] {
        let mut builder = BundleBuilder::new();
        let headers = HeaderMap::new(200).unwrap().with("content-type", "x/y").unwrap();
        builder
            .add(
                "/a",
                headers,
                Content::File {
                    path: path.clone(),
                    length,
                },
            )
            .unwrap();
        assert!(matches!(builder.build(), Err(PackError::Changed { .. })));
    }
}

//! Web app manifests through the public interface.

#![expect(clippy::unwrap_used, reason = "a test's helper may fail like the test")]

use insula_manifest::{
    AppIdentity, AppKind, ClientMode, Color, Compatibility, DisplayMode, FrameRules, IconPurpose, IconSize, Manifest,
    ManifestError, ShareMethod, TextDirection, Warning,
};
use serde_json::{Value, json};
use url::Url;

const ORIGIN: &str = "isolated-app://aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic/";

fn parse_at(url: &str, json: &Value) -> (Manifest, Vec<Warning>) {
    Manifest::parse(json.to_string().as_bytes(), &Url::parse(url).unwrap()).unwrap()
}

fn parse(json: &Value) -> (Manifest, Vec<Warning>) {
    parse_at(ORIGIN, json)
}

/// A complete manifest of an Isolated Web App, with some members replaced; null takes one away.
fn isolated(changes: Value) -> Manifest {
    let mut json = json!({
        "name": "Example", "version": "1.0.0", "id": "/", "start_url": "/", "scope": "/",
        "icons": [{ "src": "/icon.png", "sizes": "512x512" }],
    });
    for (member, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => _ = json.as_object_mut().unwrap().remove(member),
            _ => json[member] = value.clone(),
        }
    }
    parse(&json).0
}

/// The path of the only warning, which must say something.
#[track_caller]
fn only_warning(json: Value) -> String {
    let (_, warnings) = parse(&json);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(!warnings[0].message.is_empty());
    warnings[0].path.clone()
}

#[test]
fn a_full_manifest_is_read_without_warnings() {
    let (manifest, warnings) = parse(&json!({
        "id": "/", "name": " Example ", "short_name": "Ex", "description": "An example.",
        "version": "1.2.3", "start_url": "/?from=desktop", "scope": "/",
        "icons": [
            { "src": "/icon.png", "sizes": "48x48 96x96", "type": "image/png" },
            { "src": "mask.svg", "sizes": "any", "purpose": "maskable any" },
            { "src": "data:image/png;base64,AAAA", "purpose": "monochrome" },
        ],
        "display": "standalone", "display_override": ["window-controls-overlay", "minimal-ui"],
        "theme_color": "#123456", "background_color": "white", "lang": "en-GB", "dir": "ltr",
        "permissions": ["camera", { "name": "push", "userVisibleOnly": true }],
        "permissions_policy": {
            "controlledframe": ["self"], "camera": ["self", "https://*.example.com"],
            "local-network-access": ["self"],
        },
        "update_manifest_url": "https://example.com/updates.json",
        "shortcuts": [{ "name": "New", "url": "/new" }], "unknown": 1,
    }));
    assert_eq!(warnings, []);
    assert_eq!(manifest.name.as_deref(), Some("Example"));
    assert_eq!(manifest.display_name(), Some("Example"));
    assert_eq!(manifest.version.unwrap().to_string(), "1.2.3");
    assert_eq!(manifest.start_url.as_str(), format!("{ORIGIN}?from=desktop"));
    assert_eq!(manifest.icons[0].sizes[1], IconSize::Pixels { width: 96, height: 96 });
    assert_eq!(manifest.icons[0].largest_side(), Some(96));
    assert_eq!(manifest.icons[1].src.as_str(), format!("{ORIGIN}.well-known/mask.svg"));
    assert_eq!(manifest.icons[1].purposes, [IconPurpose::Maskable, IconPurpose::Any]);
    assert_eq!(manifest.icons[2].src.scheme(), "data");
    assert_eq!(manifest.display, DisplayMode::Standalone);
    assert_eq!(
        manifest.display_override,
        [DisplayMode::WindowControlsOverlay, DisplayMode::MinimalUi]
    );
    assert!(
        ["shortcuts", "theme_color", "unknown"]
            .iter()
            .all(|member| manifest.members.iter().any(|one| one == member))
    );
    assert_eq!(manifest.dir, TextDirection::LeftToRight);
    let names: Vec<_> = manifest.permissions.iter().map(|name| name.as_str()).collect();
    assert_eq!(names, ["camera", "push"]);
    assert!(manifest.permissions_policy.allows_self("controlled-frame"));
    assert!(manifest.permissions_policy.allows_self("loopback-network"));
    assert!(!manifest.permissions_policy.allows_self("microphone"));
    manifest.check_isolated().unwrap();
}

#[test]
fn an_empty_object_is_a_manifest_with_defaults() {
    let (manifest, warnings) = parse_at("https://example.com/app/manifest.json", &json!({}));
    assert_eq!(warnings, []);
    assert_eq!(manifest.start_url.as_str(), "https://example.com/");
    assert_eq!(manifest.scope.as_str(), "https://example.com/");
    assert_eq!(manifest.display, DisplayMode::Browser);
    assert_eq!(manifest.dir, TextDirection::Auto);
}

#[test]
fn each_bad_member_is_one_warning_with_its_path_and_nothing_more() {
    for (json, path) in [
        (json!({ "name": 3 }), "$.name"),
        (json!({ "name": "" }), "$.name"),
        (json!({ "name": "\u{200b}\u{2060}\u{2800}\u{e0041} \u{ad}" }), "$.name"),
        (json!({ "name": "Pay\u{202e}yaP" }), "$.name"),
        (json!({ "name": "n".repeat(101) }), "$.name"),
        (json!({ "version": "1.0-beta" }), "$.version"),
        (json!({ "start_url": "https://elsewhere.example/" }), "$.start_url"),
        (json!({ "start_url": [] }), "$.start_url"),
        (json!({ "id": "https://elsewhere.example/" }), "$.id"),
        (json!({ "scope": "/elsewhere/" }), "$.scope"),
        (json!({ "icons": {} }), "$.icons"),
        (json!({ "icons": ["icon.png"] }), "$.icons[0]"),
        (json!({ "icons": [{}] }), "$.icons[0].src"),
        (json!({ "icons": [{ "src": 1 }] }), "$.icons[0].src"),
        (
            json!({ "icons": [{ "src": "http://far.example/i.png" }] }),
            "$.icons[0].src",
        ),
        (
            json!({ "icons": [{ "src": "https://far.example/i.png" }] }),
            "$.icons[0].src",
        ),
        (json!({ "icons": [{ "src": "javascript:alert(1)" }] }), "$.icons[0].src"),
        (json!({ "icons": [{ "src": "i", "sizes": "48" }] }), "$.icons[0].sizes"),
        (
            json!({ "icons": [{ "src": "i", "sizes": "048x48" }] }),
            "$.icons[0].sizes",
        ),
        (json!({ "icons": [{ "src": "i", "type": "png" }] }), "$.icons[0].type"),
        (
            json!({ "icons": [{ "src": "i", "purpose": "any loud" }] }),
            "$.icons[0].purpose",
        ),
        (json!({ "display": "cinema" }), "$.display"),
        (json!({ "display": "tabbed" }), "$.display"),
        (json!({ "display_override": ["cinema"] }), "$.display_override[0]"),
        (json!({ "display_override": [1] }), "$.display_override[0]"),
        (json!({ "lang": "not a language" }), "$.lang"),
        (json!({ "dir": "up" }), "$.dir"),
        (json!({ "permissions": "camera" }), "$.permissions"),
        (json!({ "permissions": ["camera", 7] }), "$.permissions[1]"),
        (json!({ "permissions": ["camera", " camera"] }), "$.permissions[1]"),
        (json!({ "permissions": [""] }), "$.permissions[0]"),
        (json!({ "permissions": ["my camera"] }), "$.permissions[0]"),
        (json!({ "permissions": ["x".repeat(65)] }), "$.permissions[0]"),
        (json!({ "permissions": [{ "names": "push" }] }), "$.permissions[0]"),
        (json!({ "permissions_policy": [] }), "$.permissions_policy"),
        (
            json!({ "permissions_policy": { "x-ray": ["self"] } }),
            "$.permissions_policy[\"x-ray\"]",
        ),
        (
            json!({ "permissions_policy": { "usb": "self" } }),
            "$.permissions_policy.usb",
        ),
        (
            json!({ "permissions_policy": { "usb": [true] } }),
            "$.permissions_policy.usb[0]",
        ),
        (
            json!({ "permissions_policy": { "usb": ["example.com"] } }),
            "$.permissions_policy.usb[0]",
        ),
        (
            json!({ "permissions_policy": { "usb": ["https://a.example/x"] } }),
            "$.permissions_policy.usb[0]",
        ),
        (
            json!({ "update_manifest_url": "http://far.example/u" }),
            "$.update_manifest_url",
        ),
        (json!({ "update_manifest_url": "/u.json" }), "$.update_manifest_url"),
        (json!({ "controlled_frame": "chromium" }), "$.controlled_frame"),
        (
            json!({ "controlled_frame": { "compatibility": "webkit" } }),
            "$.controlled_frame.compatibility",
        ),
        (
            json!({ "controlled_frame": { "compatibility": true } }),
            "$.controlled_frame.compatibility",
        ),
        (
            json!({ "controlled_frame": { "allow_http": "yes" } }),
            "$.controlled_frame.allow_http",
        ),
        (
            json!({ "controlled_frame": { "origin": [] } }),
            "$.controlled_frame.origin",
        ),
        (
            json!({ "controlled_frame": { "origins": "https://a.example" } }),
            "$.controlled_frame.origins",
        ),
        (
            json!({ "controlled_frame": { "origins": ["https://a.example", "a.example"] } }),
            "$.controlled_frame.origins[1]",
        ),
        (
            json!({ "controlled_frame": { "origins": [7] } }),
            "$.controlled_frame.origins[0]",
        ),
        (
            json!({ "controlled_frame": { "origins": ["https://a.example", "http://a.example"] } }),
            "$.controlled_frame.origins[1]",
        ),
    ] {
        assert_eq!(only_warning(json.clone()), path, "{json}");
    }
}

#[test]
fn it_says_whose_answers_frames_give() {
    let of = |json: Value| parse(&json).0.compatibility;
    assert_eq!(of(json!({})), None);
    assert_eq!(of(json!({ "controlled_frame": {} })), None);
    let named = |name: &str| of(json!({ "controlled_frame": { "compatibility": name } }));
    assert_eq!(named("chromium"), Some(Compatibility::Chromium));
    assert_eq!(named("none"), Some(Compatibility::None));
    assert_eq!(named("webkit"), None);
}

#[test]
fn it_says_what_frames_show_and_what_cannot_be_read_lets_them_show_nothing_more() {
    let of = |json: Value| parse(&json!({ "controlled_frame": json })).0.frame_rules;
    assert_eq!(of(json!({})), FrameRules::default());
    assert_eq!(of(json!("https://a.example")), FrameRules::default());
    assert!(of(json!({ "allow_http": true })).allow_http);
    assert!(!of(json!({ "allow_http": 1 })).allow_http);
    for (written, read) in [
        (json!([]), vec![]),
        (json!("https://a.example"), vec![]),
        (json!({ "https://a.example": true }), vec![]),
        (json!(null), vec![]),
        (
            json!([null, "*", "https://a.example/path", ["https://a.example"]]),
            vec![],
        ),
        (json!(["https://*.a.example/*", 1]), vec!["https://*.a.example"]),
        (
            json!(vec!["https://a.example"; 1_001]),
            vec!["https://a.example"; 1_000],
        ),
    ] {
        let origins = of(json!({ "origins": written })).origins.expect("there is a list");
        let origins: Vec<String> = origins.iter().map(ToString::to_string).collect();
        assert_eq!(origins, read, "{written}");
    }
}

#[test]
fn a_name_may_have_invisible_characters_beside_others() {
    // A joiner in a Persian word, and what makes an emoji of a heart.
    for name in ["می\u{200c}خواهم", "❤\u{fe0f}"] {
        let (manifest, warnings) = parse(&json!({ "name": name }));
        assert_eq!(manifest.name.as_deref(), Some(name));
        assert_eq!(warnings, []);
    }
}

#[test]
fn a_permissions_member_that_is_null_or_empty_asks_for_nothing() {
    for value in [Value::Null, json!([])] {
        let (manifest, warnings) = parse(&json!({ "permissions": value }));
        assert!(manifest.permissions.is_empty());
        assert_eq!(warnings, []);
    }
}

#[test]
fn only_a_hundred_permissions_are_read() {
    let names: Vec<String> = (0..150).map(|n| format!("name-{n}")).collect();
    let (manifest, warnings) = parse(&json!({ "permissions": names }));
    assert_eq!(manifest.permissions.len(), 100);
    assert_eq!(warnings[0].path, "$.permissions");
}

#[test]
fn an_icon_with_only_unknown_purposes_is_not_used() {
    let (manifest, _) = parse(&json!({ "icons": [{ "src": "i", "purpose": "badge" }] }));
    assert!(manifest.icons.is_empty());
}

#[test]
fn a_start_url_outside_the_origin_is_replaced_for_the_web_and_fatal_for_a_bundle() {
    let manifest = isolated(json!({ "start_url": "https://elsewhere.example/" }));
    assert_eq!(manifest.start_url.as_str(), ORIGIN);
    assert!(matches!(
        manifest.check_isolated(),
        Err(ManifestError::StartUrlOutside { .. })
    ));
}

#[test]
fn what_an_isolated_app_must_have_is_checked() {
    isolated(json!({})).check_isolated().unwrap();
    isolated(json!({ "id": null, "scope": null })).check_isolated().unwrap();
    isolated(json!({ "name": null, "short_name": "E" }))
        .check_isolated()
        .unwrap();
    let fails = |changes: Value| isolated(changes).check_isolated().unwrap_err();
    assert_eq!(fails(json!({ "name": null })), ManifestError::MissingName);
    assert_eq!(fails(json!({ "version": null })), ManifestError::MissingVersion);
    assert!(matches!(
        fails(json!({ "version": "01" })),
        ManifestError::InvalidVersion { version, .. } if version == "01"
    ));
    assert_eq!(fails(json!({ "icons": [] })), ManifestError::MissingIcon);
    assert!(matches!(fails(json!({ "id": "/app" })), ManifestError::WrongId { .. }));
    assert!(matches!(
        fails(json!({ "id": null, "start_url": "/index.html" })),
        ManifestError::WrongId { .. }
    ));
    assert!(matches!(
        fails(json!({ "start_url": "/app/", "scope": "/app/" })),
        ManifestError::WrongScope { .. }
    ));
    assert!(matches!(
        fails(json!({ "scope": "https://elsewhere.example/" })),
        ManifestError::WrongScope { .. }
    ));
}

#[test]
fn an_https_manifest_is_never_an_isolated_app() {
    let (manifest, _) = parse_at(
        "https://example.com/m.json",
        &json!({ "name": "E", "version": "1", "icons": [{ "src": "i.png" }] }),
    );
    assert!(matches!(
        manifest.check_isolated(),
        Err(ManifestError::StartUrlOutside { .. })
    ));
}

#[test]
fn the_scope_decides_by_the_start_of_the_path() {
    let (manifest, _) = parse_at(
        "https://example.com/m.json",
        &json!({ "start_url": "/app/start.html?x#y" }),
    );
    assert_eq!(manifest.scope.as_str(), "https://example.com/app/");
    let identity = AppIdentity::new(AppKind::WebApp, &manifest);
    let inside = |url: &str| identity.contains(&Url::parse(url).unwrap());
    assert!(inside("https://example.com/app/deep/page"));
    assert!(!inside("https://example.com/other"));
    assert!(!inside("https://example.com:444/app/"));
    assert!(!inside("https://user@example.com/app/"));
}

#[test]
fn the_policy_gives_features_to_the_app_itself_where_a_list_has_it() {
    let (manifest, warnings) = parse(&json!({ "permissions_policy": {
        "camera": ["self"], "geolocation": ["*"], "microphone": [], "midi": ["none"],
        "fullscreen": ["https://*.example.com", "https://one.example:8443"],
    }}));
    assert_eq!(warnings, []);
    let own: Vec<_> = manifest.permissions_policy.own_features().collect();
    assert_eq!(own, ["camera", "geolocation"]);
}

#[test]
fn an_address_without_a_host_cannot_be_the_base() {
    for url in [
        "data:application/json,{}",
        "isolated-app:abc",
        "file:///etc/manifest.json",
    ] {
        let result = Manifest::parse(b"{}", &Url::parse(url).unwrap());
        assert!(matches!(result, Err(ManifestError::UnusableAddress { .. })), "{url}");
    }
}

#[test]
fn what_a_feature_became_is_only_told_where_it_is_not_listed() {
    let told = |features: Value| {
        let (_, warnings) = parse(&json!({ "permissions_policy": features }));
        warnings.into_iter().map(|warning| warning.message).collect::<Vec<_>>()
    };
    let own = ["self"];
    assert_eq!(
        told(json!({ "direct-sockets-private": own })),
        ["has no effect any more; list “local-network” and “loopback-network”"]
    );
    assert_eq!(
        told(json!({ "direct-sockets-private": own, "local-network": own })),
        ["has no effect any more; list “loopback-network”"]
    );
    for listed in [
        json!({ "direct-sockets-private": own, "local-network": own, "loopback-network": own }),
        json!({ "direct-sockets-private": own, "local-network-access": own }),
    ] {
        assert_eq!(told(listed), [""; 0]);
    }
}

#[test]
fn any_single_byte_may_change_without_a_crash() {
    let good = json!({
        "name": "E\u{e9}\u{1f600}", "version": "1.0", "icons": [{ "src": "/i", "sizes": "1x1" }],
        "permissions_policy": { "camera": ["self"] }, "permissions": ["camera"],
        "lang": "en", "scope": "/", "start_url": "/",
    })
    .to_string()
    .into_bytes();
    let url = Url::parse(ORIGIN).unwrap();
    for position in 0..good.len() {
        for byte in 0..=255 {
            let mut bytes = good.clone();
            bytes[position] = byte;
            if let Ok((manifest, _)) = Manifest::parse(&bytes, &url) {
                _ = manifest.check_isolated();
            }
        }
    }
}

fn web(json: &Value) -> (Manifest, Vec<Warning>) {
    let url = Url::parse("https://cdn.example/mail.webmanifest").unwrap();
    let document = Url::parse("https://mail.example/app/start?from=link#top").unwrap();
    Manifest::parse_linked(json.to_string().as_bytes(), &url, &document).unwrap()
}

#[test]
fn a_web_app_is_of_its_pages_origin_wherever_the_manifest_lies() {
    let (manifest, warnings) = web(&json!({}));
    assert!(warnings.is_empty());
    assert_eq!(manifest.start_url.as_str(), "https://mail.example/app/start?from=link");
    assert_eq!(manifest.scope.as_str(), "https://mail.example/app/");
    assert_eq!(manifest.id, manifest.start_url);
    let (manifest, warnings) =
        web(&json!({ "start_url": "https://mail.example/inbox", "scope": "https://mail.example/" }));
    assert!(warnings.is_empty(), "{warnings:?}");
    assert_eq!((manifest.start_url.path(), manifest.scope.path()), ("/inbox", "/"));
    // What is relative is relative to the manifest, and so elsewhere.
    let (manifest, warnings) = web(&json!({ "start_url": "/inbox" }));
    assert_eq!((manifest.start_url.path(), warnings.len()), ("/app/start", 1));
    assert!(manifest.check_web_app().is_ok());
}

#[test]
fn what_a_web_app_opens_lies_within_its_scope() {
    let inside = "https://mail.example/app/";
    let (manifest, warnings) = web(&json!({
        "start_url": inside, "scope": inside, "theme_color": "rebeccapurple", "background_color": "#fff",
        "shortcuts": [{ "name": "Write", "url": format!("{inside}write") }, { "name": "Out", "url": "https://bank.example/" },
                      { "url": inside }],
        "protocol_handlers": [{ "protocol": "mailto", "url": format!("{inside}write?to=%s") },
                              { "protocol": "web+mail", "url": format!("{inside}%s") },
                              { "protocol": "https", "url": format!("{inside}%s") },
                              { "protocol": "web+Mail", "url": format!("{inside}%s") },
                              { "protocol": "tel", "url": inside }],
        "file_handlers": [{ "action": format!("{inside}open"), "accept": { "text/plain": ".TXT", "message/rfc822": [".eml", "eml"] } },
                          { "action": format!("{inside}open"), "accept": {} }],
        "share_target": { "action": format!("{inside}share"), "method": "POST", "enctype": "multipart/form-data",
                          "params": { "title": "subject", "files": [{ "name": "attachment", "accept": { "image/*": [] } }] } },
        "launch_handler": { "client_mode": ["unknown", "focus-existing", "auto"] },
    }));
    assert_eq!(
        manifest.theme_color,
        Some(Color {
            red: 0x66,
            green: 0x33,
            blue: 0x99
        })
    );
    assert_eq!(
        manifest.background_color,
        Some(Color {
            red: 255,
            green: 255,
            blue: 255
        })
    );
    assert_eq!(manifest.shortcuts.len(), 1);
    assert_eq!(manifest.shortcuts[0].url.path(), "/app/write");
    let protocols: Vec<_> = manifest
        .protocol_handlers
        .iter()
        .map(|it| it.protocol.as_str())
        .collect();
    assert_eq!(protocols, ["mailto", "web+mail"]);
    let page = manifest.protocol_handlers[0]
        .page("mailto:a b@example.com?subject=x&y")
        .unwrap();
    assert_eq!(page.query(), Some("to=mailto%3Aa%20b%40example.com%3Fsubject%3Dx%26y"));
    assert_eq!(manifest.file_handlers.len(), 1);
    assert!(manifest.used_permissions().any(|name| name == "file-system-write"));
    assert_eq!(manifest.file_handlers[0].accept.len(), 2);
    assert_eq!(manifest.file_handlers[0].accept[1].media_type, "text/plain");
    assert_eq!(manifest.file_handlers[0].accept[1].endings, [".txt"]);
    let share = manifest.share_target.unwrap();
    assert_eq!(
        (share.method, share.title.as_deref()),
        (ShareMethod::PostMultipart, Some("subject"))
    );
    assert_eq!(share.files[0].name, "attachment");
    assert_eq!(manifest.client_mode, ClientMode::FocusExisting);
    let paths: Vec<_> = warnings.iter().map(|warning| warning.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "$.shortcuts[1].url",
            "$.shortcuts[2].name",
            "$.protocol_handlers[2].protocol",
            "$.protocol_handlers[3].protocol",
            "$.protocol_handlers[4].url",
            "$.file_handlers[0].accept[\"message/rfc822\"]",
            "$.file_handlers[1].accept",
        ]
    );
}

#[test]
fn a_colour_that_is_none_is_ignored() {
    for text in ["", "nothing", "#12", "rgba(0,0,0,0.5)", "url(x)", "var(--x)"] {
        assert_eq!(only_warning(json!({ "theme_color": text })), "$.theme_color", "{text}");
    }
    assert_eq!(only_warning(json!({ "background_color": 3 })), "$.background_color");
}

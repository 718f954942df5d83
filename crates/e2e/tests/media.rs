//! Media URLs: what an app's elements show and play from servers that would let no browser do it.

use insula_e2e::World;
use insula_testkit::{AppBuilder, Reply, Request, Session, Site, wait};
use serde_json::json;
use std::time::{Duration, Instant};

/// Invariant: a revocation acts within a second on everything that is open.
const REVOCATION: Duration = Duration::from_secs(1);

/// Seconds of sound: more than a player reads ahead.
const LENGTH: u32 = 900;

/// Samples a second, each a byte.
const RATE: u32 = 8000;

const PICTURE: &str =
    "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='30'><rect width='40' height='30' fill='#00f'/></svg>";

const TEXT: &str = "WEBVTT\n\n00:00.000 --> 00:10.000\nThe first island\n";

/// The head of a WAV file of so many bytes of sound.
fn wav(length: u32) -> Vec<u8> {
    let mut file = b"RIFF".to_vec();
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend([RATE.to_le_bytes(), RATE.to_le_bytes()].concat());
    file.extend(b"\x01\0\x08\0data");
    file.extend(length.to_le_bytes());
    file
}

fn sound() -> Vec<u8> {
    let mut file = wav(LENGTH * RATE);
    file.resize(file.len() + (LENGTH * RATE) as usize, 128);
    file
}

/// What a server with such a file answers, all of it or the part that is asked for.
fn part(request: &Request, media_type: &str, body: &[u8]) -> Reply {
    let first = request
        .header("range")
        .and_then(|range| range.strip_prefix("bytes=")?.split('-').next()?.parse::<usize>().ok());
    let reply = match first.and_then(|first| Some((first, body.get(first..)?))) {
        None => Reply::of(media_type, body),
        Some((first, part)) => {
            let range = format!("bytes {first}-{}/{}", body.len() - 1, body.len());
            Reply::of(media_type, part).status(206).header("Content-Range", &range)
        }
    };
    reply.header("Accept-Ranges", "bytes")
}

/// A server that lets nobody embed what it has, and gives one thing only to who has the word.
fn strict() -> Site {
    Site::start(|request| {
        let reply = match request.path() {
            "/sound.wav" => part(request, "audio/wav", &sound()),
            // Nobody says of what type it is, nor that it has no end.
            "/radio" => return Reply::Begun(wav(u32::MAX - 36), None),
            "/text.vtt" => Reply::of("text/vtt", TEXT),
            "/picture.svg" if request.header("authorization") == Some("Bearer word") => {
                Reply::of("image/svg+xml", PICTURE)
            }
            "/page" => Reply::html("<script>top.document.title = 'caught'</script>"),
            "/moved" => Reply::text("").status(302).header("Location", "/sound.wav"),
            _ => Reply::not_found(),
        };
        reply
            .header("Cross-Origin-Resource-Policy", "same-origin")
            .header("Content-Security-Policy", "default-src 'none'; sandbox")
            .header("X-Content-Type-Options", "nosniff")
    })
}

/// What a page does with elements.
const PAGE: &str = r#"
globalThis.happens = (target, ...names) => new Promise((resolve) => {
  for (const name of names) target.addEventListener(name, () => resolve(name), { once: true });
});
globalThis.media = (path, init) => navigator.unrestrictedNetwork.createMediaURL(server + path, init);
globalThis.picture = async (url, crossOrigin = null) => {
  const image = new Image();
  image.crossOrigin = crossOrigin;
  const end = happens(image, "load", "error");
  image.src = url;
  return [await end, image];
};
globalThis.pixel = (image) => {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.drawImage(image, 0, 0);
  return [...canvas.getImageData(5, 5, 1, 1).data];
};
globalThis.player = async (url) => {
  const audio = document.body.appendChild(new Audio());
  audio.muted = true;
  audio.preload = "auto";
  const end = happens(audio, "loadedmetadata", "error");
  audio.src = url;
  return [await end, audio];
};
globalThis.heard = async (url) => {
  const [end, audio] = await player(url);
  if (end === "error") return end;
  await audio.play();
  await happens(audio, "timeupdate");
  const sought = happens(audio, "seeked");
  audio.currentTime = 800;
  await sought;
  await happens(audio, "timeupdate");
  audio.pause();
  return [audio.duration, audio.currentTime >= 800];
};
globalThis.cues = async (url) => {
  const video = document.createElement("video");
  const track = video.appendChild(document.createElement("track"));
  document.body.append(video);
  const end = happens(track, "load", "error");
  track.src = url;
  track.track.mode = "showing";
  return [await end, track.track.cues?.length];
};
"#;

fn open<'a>(world: &'a World, site: &Site) -> (Session<'a>, String) {
    let app = AppBuilder::new("Player").page("<!doctype html><meta charset=utf-8><title>Player</title><body>");
    let id = world.install(&app);
    world.decide(&id, "grant", "unrestricted-network");
    world.decide(&id, "grant", "loopback-network");
    let session = Session::open(&world.home, &world.display, &id, None);
    prepare(&session, site);
    (session, id)
}

fn prepare(session: &Session<'_>, site: &Site) {
    session.eval_with(&format!("globalThis.server = args[0]; {PAGE}"), &[json!(site.url(""))]);
}

#[test]
fn an_app_shows_and_plays_what_a_strict_server_has() {
    let (world, site) = (World::new(), strict());
    let (session, _) = open(&world, &site);
    pictures_are_shown_and_read(&session);
    sounds_are_sought(&session, &site);
    assert_eq!(
        session.eval("return cues(await media('/text.vtt'))"),
        json!(["load", 1])
    );
    only_elements_get_something(&session, &site);
    a_radio_fills_no_memory(&session, &site);
    what_is_no_media_url_is_refused(&session);
    a_url_is_over_with_its_document(&session, &site);
}

fn pictures_are_shown_and_read(session: &Session<'_>) {
    let shown = session.eval(
        "const url = await media('/picture.svg', { headers: { Authorization: 'Bearer word' } });
         const [end, image] = await picture(url, 'anonymous');
         const fragment = await picture(url + '#xywh=0,0,4,4');
         const revoked = await media('/picture.svg', { headers: { Authorization: 'Bearer word' } });
         navigator.unrestrictedNetwork.revokeMediaURL(revoked);
         return [end, image.naturalWidth, pixel(image), fragment[0], (await picture(revoked))[0],
           (await picture(await media('/picture.svg')))[0]]",
    );
    assert_eq!(
        shown,
        json!(["load", 40, [0, 0, 255, 255], "load", "error", "error"]),
        "shown, read by a canvas, shown again; gone when it is revoked; not without the header"
    );
}

fn sounds_are_sought(session: &Session<'_>, site: &Site) {
    for path in ["/sound.wav", "/moved"] {
        let heard = session.eval_with("return heard(await media(args[0]))", &[json!(path)]);
        assert_eq!(heard, json!([LENGTH, true]), "{path}");
    }
    let far = |request: &Request| {
        let first = request.header("range").and_then(|range| range.strip_prefix("bytes="));
        first.is_some_and(|first| {
            first
                .trim_end_matches('-')
                .parse::<u32>()
                .is_ok_and(|it| it > 700 * RATE)
        })
    };
    assert!(
        site.requests_for("/sound.wav").iter().any(far),
        "what is between is not loaded"
    );
}

fn only_elements_get_something(session: &Session<'_>, site: &Site) {
    let asked = site.requests_for("/page").len();
    let got = session.eval(
        "const url = await media('/page');
         const failed = (promise) => promise.then(() => 'got it', (error) => error.name);
         const loads = (element, name) => {
           const end = happens(element, 'load', 'error');
           element[name] = url;
           document.body.append(element);
           return end;
         };
         return [await failed(fetch(url)), await failed(fetch(url, { mode: 'no-cors' })),
           await failed(import(url)), await loads(Object.assign(document.createElement('link'), { rel: 'stylesheet' }), 'href')]",
    );
    assert_eq!(got, json!(["TypeError", "TypeError", "TypeError", "error"]));
    assert_eq!(site.requests_for("/page").len(), asked, "nobody was asked for it");
    assert_eq!(session.eval("return document.title"), "Player");
}

fn a_radio_fills_no_memory(session: &Session<'_>, site: &Site) {
    let played = session.eval(
        "const [end, audio] = await player(await media('/radio'));
         globalThis.radio = audio;
         await audio.play();
         await happens(audio, 'timeupdate');
         return end",
    );
    assert_eq!(played, "loadedmetadata");
    assert_eq!(site.requests_for("/radio").len(), 1);
    session.eval("radio.pause(); radio.removeAttribute('src'); radio.load()");
    session.until_true("nobody listens to it", || site.answering() == 0);
}

fn what_is_no_media_url_is_refused(session: &Session<'_>) {
    for (arguments, name) in [
        ("", "TypeError"),
        ("'ftp://server/'", "TypeError"),
        ("'data:,a'", "TypeError"),
        ("'https://name:word@server/'", "TypeError"),
        ("'https://server/', { headers: { 'a b': 'c' } }", "TypeError"),
        ("'https://server/' + 'a'.repeat(70000)", "TypeError"),
    ] {
        let script = format!("return await navigator.unrestrictedNetwork.createMediaURL({arguments})");
        let thrown = session.thrown(&script, &[]);
        assert!(thrown.starts_with(name), "{arguments}: {thrown}");
    }
    let thrown = session.thrown(
        "const long = 'https://server/' + 'a'.repeat(60000);
         for (let made = 0; made < 1000; made++) await navigator.unrestrictedNetwork.createMediaURL(long)",
        &[],
    );
    assert!(thrown.starts_with("QuotaExceededError"), "{thrown}");
}

fn a_url_is_over_with_its_document(session: &Session<'_>, site: &Site) {
    let url = session.eval("return media('/sound.wav')");
    session.eval("location.reload()");
    session.wait_for("document.readyState === 'complete' && !globalThis.server");
    prepare(session, site);
    let asked = site.requests_for("/sound.wav").len();
    assert_eq!(session.eval_with("return (await player(args[0]))[0]", &[url]), "error");
    assert_eq!(site.requests_for("/sound.wav").len(), asked);
    let again = session.eval("return (await player(await media('/sound.wav')))[0]");
    assert_eq!(again, "loadedmetadata", "and its limit is free again");
}

#[test]
fn what_plays_ends_with_the_grant() {
    let (world, site) = (World::new(), strict());
    let (session, id) = open(&world, &site);
    session.eval(
        "globalThis.radio = (await player(await media('/radio')))[1];
         globalThis.kept = await media('/sound.wav');
         await radio.play();
         await happens(radio, 'timeupdate')",
    );
    assert_eq!(site.answering(), 1);
    world.decide(&id, "reset", "unrestricted-network");
    let taken = Instant::now();
    wait::until_true("nothing comes any more", || site.answering() == 0);
    assert!(taken.elapsed() < REVOCATION, "{:?}", taken.elapsed());
    session.wait_for("navigator.unrestrictedNetwork.state === 'prompt'");
    let thrown = session.thrown("return await media('/sound.wav')", &[]);
    assert!(thrown.starts_with("NotAllowedError"), "{thrown}");
    world.decide(&id, "grant", "unrestricted-network");
    session.wait_for("navigator.unrestrictedNetwork.state === 'granted'");
    let asked = site.requests_for("/sound.wav").len();
    assert_eq!(session.eval("return (await player(kept))[0]"), "error");
    assert_eq!(
        site.requests_for("/sound.wav").len(),
        asked,
        "an old URL does not come back"
    );
    assert_eq!(
        session.eval("return (await player(await media('/sound.wav')))[0]"),
        "loadedmetadata"
    );
}

#[test]
fn an_app_gives_the_grant_back_and_has_to_ask_again() {
    let (world, site) = (World::new(), strict());
    let (session, id) = open(&world, &site);
    let seen = session.eval(
        "const network = navigator.unrestrictedNetwork, changes = [];
         network.onstatechange = () => changes.push(network.state);
         const response = await network.fetch(server + '/radio');
         const read = response.text().then(() => 'read', (error) => error.name);
         const returned = await network.relinquish();
         return [returned, network.state, changes, await read]",
    );
    assert_eq!(seen, json!([null, "prompt", ["prompt"], "NotAllowedError"]));
    wait::until_true("nothing is open", || site.answering() == 0);
    assert_eq!(world.decision(&id, "unrestricted-network"), "prompt");
    // A no is not undone by the app.
    world.decide(&id, "deny", "unrestricted-network");
    session.wait_for("navigator.unrestrictedNetwork.state === 'denied'");
    session.eval("await navigator.unrestrictedNetwork.relinquish()");
    assert_eq!(session.eval("return navigator.unrestrictedNetwork.state"), "denied");
}

const MANIFEST: &str = r##"{
  "name": "Player", "id": "/", "start_url": "/", "display": "standalone", "icons": [{ "src": "/icon.svg", "sizes": "any" }]
}"##;

/// A service worker that answers whatever it is asked.
const WORKER: &str = r#"
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => event.respondWith(fetch(event.request)));
"#;

/// What the page finds.
const STORY: &str = r#"
(async () => {
  await navigator.serviceWorker.register("/worker.js");
  if (!navigator.serviceWorker.controller) await happens(navigator.serviceWorker, "controllerchange");
  const [end, image] = await picture(await media("/picture.svg", { headers: { Authorization: "Bearer word" } }));
  const found = [end, pixel(image), await cues(await media("/text.vtt")), await heard(await media("/sound.wav"))];
  document.title = "result: " + JSON.stringify(found);
})().catch((error) => document.title = "result: " + JSON.stringify(String(error)));
"#;

/// Its policy lets in what is its own, and nothing else.
#[test]
fn a_site_with_a_strict_policy_and_a_service_worker_has_them_as_well() {
    let (world, server) = (World::new(), strict());
    let origin = server.url("");
    let site = Site::start(move |request| match request.path() {
        "/" => Reply::html(
            "<!doctype html><meta charset=utf-8><title>Start</title><link rel=manifest href=/m.webmanifest>\
             <body><script src=/story.js></script>",
        )
        .header("Content-Security-Policy", "default-src 'self'"),
        "/story.js" => Reply::of(
            "text/javascript",
            format!("globalThis.server = '{origin}'; {PAGE} {STORY}"),
        ),
        "/worker.js" => Reply::of("text/javascript", WORKER),
        "/m.webmanifest" => Reply::of("application/manifest+json", MANIFEST),
        "/icon.svg" => Reply::of("image/svg+xml", PICTURE),
        _ => Reply::not_found(),
    });
    world.home.succeed(&["install", &site.url("/")]);
    world.decide("Player", "grant", "unrestricted-network");
    world.decide("Player", "grant", "loopback-network");
    let found = world.result_of("Player");
    assert_eq!(found, json!(["load", [0, 0, 255, 255], ["load", 1], [LENGTH, true]]));
    assert!(
        !site.requests().iter().any(|it| it.path().contains("insula-media")),
        "the site itself is not asked"
    );
}

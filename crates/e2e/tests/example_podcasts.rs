//! `examples/podcasts`: from the address of a feed on a strict server to what is heard, with the network and without.

use insula_e2e::World;
use insula_testkit::{Reply, Request, Session, Site, wait};
use serde_json::json;
use std::time::Duration;

/// Seconds of sound in an episode.
const LENGTH: u32 = 600;

/// Samples a second, each a byte.
const RATE: u32 = 8000;

const PICTURE: &str =
    "<svg xmlns='http://www.w3.org/2000/svg' width='96' height='96'><rect width='96' height='96' fill='#c03'/></svg>";

fn sound() -> Vec<u8> {
    let length = LENGTH * RATE;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend([RATE.to_le_bytes(), RATE.to_le_bytes()].concat());
    file.extend(b"\x01\0\x08\0data");
    file.extend(length.to_le_bytes());
    file.resize(file.len() + length as usize, 128);
    file
}

/// 120 episodes, one a minute. The last but one is on a server that hardly sends.
fn feed() -> String {
    let items: String = (1..=120)
        .map(|number| {
            let (place, minutes) = (if number == 119 { "slow" } else { "sound" }, number % 60);
            format!(
                "<item><title>Island {number}</title><description>About island {number}</description><guid>i{number}</guid>
                 <pubDate>05 Jan 2026 {:02}:{minutes:02}:00 GMT</pubDate><itunes:duration>{LENGTH}</itunes:duration>
                 <enclosure url=\"/{place}/{number}.wav\" type=\"audio/wav\" length=\"{}\"/></item>",
                number / 60,
                LENGTH * RATE + 44,
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Islands &amp; Isles</title>
         <description>An island a week</description><itunes:image href=\"/cover.svg\"/>{items}</channel></rss>"
    )
}

/// A server that lets no browser's page near what it has.
fn strict() -> Site {
    Site::start(|request| {
        let reply = match request.path() {
            "/feed.xml" => Reply::of("application/rss+xml", feed()),
            "/old.xml" => Reply::text("").status(301).header("Location", "/feed.xml"),
            "/cover.svg" => Reply::of("image/svg+xml", PICTURE),
            path if path.starts_with("/sound/") => part(request, &sound()),
            path if path.starts_with("/slow/") => {
                return Reply::Begun(sound()[..1 << 20].to_vec(), Some(Duration::from_millis(50)));
            }
            _ => Reply::not_found(),
        };
        reply
            .header("Cross-Origin-Resource-Policy", "same-origin")
            .header("Content-Security-Policy", "default-src 'none'; sandbox")
            .header("X-Content-Type-Options", "nosniff")
    })
}

/// All of it, or the part that is asked for.
fn part(request: &Request, body: &[u8]) -> Reply {
    let first = request
        .header("range")
        .and_then(|range| range.strip_prefix("bytes=")?.split('-').next()?.parse::<usize>().ok());
    let reply = match first.and_then(|first| Some((first, body.get(first..)?))) {
        None => Reply::of("audio/wav", body),
        Some((first, part)) => {
            let range = format!("bytes {first}-{}/{}", body.len() - 1, body.len());
            Reply::of("audio/wav", part).status(206).header("Content-Range", &range)
        }
    };
    reply.header("Accept-Ranges", "bytes")
}

fn wait_for_text(session: &Session<'_>, selector: &str, text: &str) {
    let found = format!("document.querySelector('{selector}')?.textContent.includes('{text}')");
    session.wait_for(&found);
}

/// Whether sound comes, from somewhere after so many seconds.
fn wait_for_sound(session: &Session<'_>, from: u32) {
    session.wait_for(&format!("!audio.paused && audio.currentTime > {from}"));
}

fn row(number: usize, what: &str) -> String {
    format!("#episodes li:nth-child({number}) {what}")
}

#[test]
fn a_podcast_is_subscribed_to_played_kept_and_heard_without_its_server() {
    let (world, site) = (World::new(), strict());
    let app = world.install_example("podcasts");
    let session = Session::open(&world.home, &world.display, &app, None);
    session.wait_for("document.body.dataset.state === 'ready'");

    // The user is asked at the first run, and allows all of it.
    world.display.wait_for_dialog();
    world.display.settled();
    world.display.key("alt+a");
    world.display.settled();
    world.display.key("alt+c");
    session.wait_for("document.querySelector('#grant').hidden");
    session.eval_with("address.value = args[0]", &[json!(site.url("/old.xml"))]);
    session.click("#subscribe");
    wait_for_text(&session, "#title", "Islands & Isles");
    wait_for_text(&session, "#state", "120 episodes");
    wait_for_text(&session, &row(1, "h3"), "Island 120");
    session.wait_for("picture.naturalWidth === 96");
    assert!(session.eval("return episodes.children.length").as_u64() < Some(120));
    session.eval("main.scrollTop = main.scrollHeight");
    session.wait_for("episodes.children.length > 51");
    session.eval("main.scrollTop = 0");
    world.display.settled();

    // It plays from where it is, and from where the user wants.
    session.click(&row(1, ".play"));
    wait_for_sound(&session, 0);
    session.eval("seek.value = 400; seek.dispatchEvent(new Event('input'))");
    wait_for_sound(&session, 400);
    session.click("#toggle");
    session.wait_for("audio.paused");

    // What hardly comes has a bar that has grown, and can be given up; what comes is kept.
    session.click(&row(2, ".keep"));
    session.wait_for("document.querySelector('#episodes progress')?.value >= 2 ** 20");
    session.click(&row(2, ".keep"));
    wait_for_text(&session, &row(2, ".keep"), "Download");
    session.click(&row(3, ".keep"));
    session.wait_for("!document.querySelector('#episodes progress')");
    assert_eq!(
        session.eval("return document.querySelector('.wrong')?.textContent ?? null"),
        json!(null)
    );
    wait_for_text(&session, &row(3, "p"), "On this device");
    session.click("#refresh");
    session.until_true("the feed is read again", || site.requests_for("/feed.xml").len() == 2);
    assert_eq!(
        site.requests_for("/old.xml").len(),
        1,
        "it knows where the feed has moved to"
    );
    wait_for_text(&session, "#state", "120 episodes");

    // Without the server there is what was kept.
    drop(site);
    session.click(&row(3, ".play"));
    wait_for_text(&session, "#playing-title", "Island 118");
    wait_for_sound(&session, 0);
    session.click(&row(4, ".play"));
    wait_for_text(&session, &row(4, ".wrong"), "cannot be played");
    session.click("#refresh");
    wait_for_text(&session, "#state", "cannot be reached");
}

/// With the keys alone, as the user starts it: WebDriver would give it storage that is gone with it.
#[test]
fn an_episode_goes_on_after_a_restart_where_it_was_left() {
    let (world, site) = (World::new(), strict());
    let app = world.install_example("podcasts");
    world.decide(&app, "grant", "unrestricted-network");
    let path = format!("/?feed={}", site.url("/feed.xml"));
    let mut running = world.home.start(&world.display, &[&app, "--", &path]);
    world.wait_for_title("Podcasts");
    world.display.wait_for_focus(&world.app_window());
    world.display.settled();
    world.display.key("Return");
    // In the list of subscriptions, and, once the episodes are there, above them.
    wait::until_true("both its pictures are loaded", || {
        site.requests_for("/cover.svg").len() == 2
    });
    world.display.settled();
    // Past "Subscribe", the subscription, "Refresh" and "Unsubscribe" to the first episode.
    for _ in 0..5 {
        world.display.key("Tab");
    }
    world.display.key("space");
    // How far it was heard is written down every few seconds, and when the window closes.
    world.wait_for_title("Island 120 0:06");
    world.close(&mut running);

    let mut running = world.home.start(&world.display, &[&app]);
    let at = world.wait_for_title("Island 120 0:0");
    assert!(at.parse::<u32>().is_ok_and(|at| at >= 5), "it begins at {at} s");
    world.close(&mut running);
}

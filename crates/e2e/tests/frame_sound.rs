//! What is heard of a frame.

use insula_e2e::{World, app_with_frames, load};
use insula_testkit::{Reply, Site};
use serde_json::json;

/// Ten seconds of a tone, as a WAV file.
fn tone() -> Vec<u8> {
    let samples: Vec<u8> = (0..80_000_u32)
        .map(|index| if index / 10 % 2 == 0 { 64 } else { 192 })
        .collect();
    let length = samples.len() as u32;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    // 8,000 samples a second, each a byte.
    file.extend([8000_u32.to_le_bytes(), 8000_u32.to_le_bytes()].concat());
    file.extend(b"\x01\0\x08\0data");
    file.extend(length.to_le_bytes());
    file.extend(samples);
    file
}

/// Conforms: getAudioState(), audiostatechanged
#[test]
fn a_frame_that_plays_a_sound_is_audible_also_muted() {
    let world = World::new();
    let site = Site::start(|request| match request.path() {
        "/tone" => Reply::of("audio/wav", tone()),
        _ => Reply::html(
            "<!doctype html><body style='margin: 0'><audio src=/tone></audio><button style='position: fixed; inset: 0; \
             width: 100%' onclick=\"const it = document.querySelector('audio'); it.paused ? it.play() : it.pause()\">",
        ),
    });
    let session = world.open(&app_with_frames("<controlledframe></controlledframe>"));
    load(&session, &site.url("/"));
    session.eval(
        "const it = document.querySelector('controlledframe');
         globalThis.told = [];
         it.onaudiostatechanged = ({ audible }) => told.push(audible);
         it.setAudioMuted(true)",
    );
    let button = session.rect("controlledframe").centre();
    world.display.click(button);
    session.until_true("the frame is audible", || session.eval("return told") == json!([true]));
    let state = "const it = document.querySelector('controlledframe'); return [await it.getAudioState(), await it.isAudioMuted()]";
    assert_eq!(session.eval(state), json!([true, true]));
    world.display.click(button);
    session.until_true("the frame is silent", || {
        session.eval("return told") == json!([true, false])
    });
    assert_eq!(session.eval(state), json!([false, true]));
}

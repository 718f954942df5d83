#![no_main]

use insula_bridge::{Call, Event};
use libfuzzer_sys::fuzz_target;

// Whatever a web process sends as method and parameters is refused or understood, and nothing else happens.
fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (method, parameters) = text.split_once(' ').unwrap_or((text, "{}"));
    if let Ok(Call::Layout(layout)) = Call::parse(method, parameters) {
        assert!(layout.frames.iter().all(|frame| frame.width.is_finite() && frame.height.is_finite()));
    }
    let _ = Event::network_state(method, parameters);
});

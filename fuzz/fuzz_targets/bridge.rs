#![no_main]

use insula_bridge::{Call, Color, Dialog, NetworkEvent, Note, StageNote, read_answer};
use libfuzzer_sys::fuzz_target;

// Whatever a web process sends as method and parameters is refused or understood, and nothing else happens.
fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (method, parameters) = text.split_once(' ').unwrap_or((text, "{}"));
    let frame = u32::from(method.starts_with("frame."));
    let _ = Call::parse(frame, method, parameters);
    let _ = read_answer::<Dialog>(parameters);
    if let Ok(Note::Stage(StageNote::Layout(layout))) = Note::parse(frame, method, parameters) {
        let is_finite = |color: Color| [color.0, color.1, color.2, color.3].iter().all(|it| it.is_finite());
        assert!(layout.canvas.is_none_or(is_finite));
        for frame in &layout.frames {
            assert!(frame.width.is_finite() && frame.height.is_finite() && is_finite(frame.backdrop));
        }
    }
    let _ = NetworkEvent::read_state(method, parameters);
});

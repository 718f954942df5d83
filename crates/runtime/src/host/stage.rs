//! What documents tell of where their frames lie, and are told of how the user sees the page around them.

use crate::documents::Documents;
use crate::stage::Stage;
use insula_bridge::{Event, FrameEvent, StageEvent, StageNote};
use std::rc::Rc;

/// Starts telling documents what their stage does.
pub(super) fn follow(stage: &Stage, documents: &Rc<Documents>) {
    let tell = {
        let documents = Rc::downgrade(documents);
        move |document, event: Event| {
            if let Some(documents) = documents.upgrade() {
                documents.emit(document, &event);
            }
        }
    };
    stage.connect_zoom({
        let tell = tell.clone();
        move |document, zoom| tell(document, Event::Stage(StageEvent::Zoom { zoom }))
    });
    stage.connect_painted({
        let tell = tell.clone();
        move |document| tell(document, Event::Stage(StageEvent::Painted))
    });
    stage.connect_applied({
        let tell = tell.clone();
        move |document, layout| tell(document, Event::Stage(StageEvent::Applied { layout }))
    });
    stage.connect_leave(move |(document, frame), direction| {
        tell(document, Event::Frame(frame, FrameEvent::Leave { direction }));
    });
}

/// Carries out what needs no answer.
pub(super) fn told(stage: &Stage, document: u64, note: StageNote) {
    match note {
        StageNote::Layout(layout) => stage.set_layout(document, layout),
        StageNote::AnimationFrame => stage.note_animation_frame(document),
    }
}

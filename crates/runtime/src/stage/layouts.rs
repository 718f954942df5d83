//! When the layouts of a document come to hold.
//!
//! A page measures before it paints, and its picture comes some time after its measures, much later when there is much to
//! paint. So a layout waits for the picture. The page's next animation frame begins before that is drawn: a picture that
//! is drawn earlier is one of scrollbars, or of animations that need no page. A page may also have nothing to paint. Its
//! animation frames tell that: the fourth one begins some time after the picture would have come.

use insula_bridge::Layout;

/// How many animation frames after a layout it is clear that there will be no picture (`TOLD_FRAMES` in
/// `js/page/compositor/compositor.js`). In the second one a picture may still be on its way.
const MOST_FRAMES: u32 = 4;

/// For how many ticks of the frame clock a page may be silent that has no animation frames. It has gone, or paints for
/// seconds.
const MOST_TICKS: u32 = 120;

/// Where the frames of a document lie, as the document has said.
#[derive(Default)]
pub(super) struct Layouts {
    /// What does not hold yet, the oldest first; the last one of each animation frame.
    waiting: Vec<Waiting>,
    /// For how many ticks something has been waiting without anything coming to hold.
    ticks: u32,
    applied: Option<Layout>,
}

struct Waiting {
    layout: Layout,
    /// How many animation frames have begun since it was told.
    frames: u32,
}

impl Layouts {
    /// The document has told a layout.
    pub(super) fn arrive(&mut self, layout: Layout) {
        if self.waiting.is_empty() {
            self.ticks = 0;
        }
        self.waiting.retain(|waiting| waiting.frames > 0);
        self.waiting.push(Waiting { layout, frames: 0 });
    }

    /// Another animation frame of the page begins.
    pub(super) fn animation_frame(&mut self) {
        for waiting in &mut self.waiting {
            waiting.frames = waiting.frames.saturating_add(1);
        }
    }

    /// Whether there is a layout that does not hold yet.
    pub(super) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// What holds from this tick of the frame clock on, if that is something new. In the tick there may be a new picture.
    pub(super) fn tick(&mut self, has_picture: bool) -> Option<Layout> {
        self.ticks += 1;
        let frames = match has_picture {
            _ if self.ticks > MOST_TICKS => 0,
            true => 1,
            false => MOST_FRAMES,
        };
        // Of several layouts for one picture the last one holds.
        let due = self.waiting.iter().rposition(|waiting| waiting.frames >= frames)?;
        self.ticks = 0;
        self.waiting.drain(..=due).next_back().map(|waiting| waiting.layout)
    }

    /// A layout holds, also for frames that are made after the page has said where they lie.
    pub(super) fn apply(&mut self, layout: Layout) {
        self.applied = Some(layout);
    }

    /// What holds.
    pub(super) fn applied(&self) -> Option<&Layout> {
        self.applied.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(number: u32) -> Layout {
        Layout {
            canvas: None,
            frames: Vec::new(),
            number: Some(number),
        }
    }

    fn tick(layouts: &mut Layouts, has_picture: bool) -> Option<u32> {
        layouts.tick(has_picture).and_then(|layout| layout.number)
    }

    #[test]
    fn a_layout_holds_with_the_picture_of_its_animation_frame() {
        let mut layouts = Layouts::default();
        layouts.arrive(layout(1));
        assert_eq!(tick(&mut layouts, true), None, "an older picture");
        layouts.animation_frame();
        layouts.arrive(layout(2));
        assert_eq!(tick(&mut layouts, false), None);
        assert_eq!(tick(&mut layouts, true), Some(1));
        assert!(layouts.is_waiting());
        layouts.animation_frame();
        layouts.arrive(layout(3));
        layouts.animation_frame();
        assert_eq!(tick(&mut layouts, true), Some(3), "it shows what both tell");
        assert!(!layouts.is_waiting());
    }

    #[test]
    fn without_a_picture_a_layout_holds_a_few_animation_frames_later() {
        let mut layouts = Layouts::default();
        layouts.arrive(layout(1));
        layouts.animation_frame();
        layouts.arrive(layout(2));
        for _ in 2..MOST_FRAMES {
            layouts.animation_frame();
            assert_eq!(tick(&mut layouts, false), None);
        }
        for number in 1..=2 {
            layouts.animation_frame();
            assert_eq!(tick(&mut layouts, false), Some(number));
        }
    }

    #[test]
    fn a_page_that_has_gone_silent_is_not_waited_for_forever() {
        let mut layouts = Layouts::default();
        layouts.arrive(layout(1));
        let ticks = (0..).find(|_| tick(&mut layouts, false) == Some(1));
        assert_eq!(ticks, Some(MOST_TICKS));
        layouts.arrive(layout(2));
        assert_eq!(tick(&mut layouts, false), None);
    }

    #[test]
    fn a_page_that_moves_all_the_time_is_not_silent() {
        let mut layouts = Layouts::default();
        layouts.arrive(layout(0));
        for number in 1..2 * MOST_TICKS {
            layouts.animation_frame();
            layouts.arrive(layout(number));
            assert_eq!(tick(&mut layouts, true), Some(number - 1));
        }
    }
}

//! Puts messages together from what processes write.
//!
//! One call of a console is one formatted print, which the C library hands over at once, or, when it is long, in pieces
//! that are all as large as its buffer but the last. So a line in the middle of a message is not taken for a message,
//! whatever a page writes in it. Only `console.trace()` prints more than once: its stack follows, a line a frame.

use super::parse::Message;
use rustix::process::Pid;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How long to wait for more of a message. A stack has no last line, and a message that ends just where a piece does looks
/// like one that goes on.
pub(super) const PATIENCE: Duration = Duration::from_millis(500);

/// How much of a message is kept, in bytes. Whoever logs more wants to know where and when rather than all of it, and all of
/// it would keep the page waiting.
const LONGEST: usize = 1 << 20;

/// What was written.
#[derive(Debug)]
pub(super) enum Output {
    /// A whole message of a console.
    Console(Message),
    /// Something else: GTK and WebKit write warnings.
    Other(Vec<u8>),
}

impl Output {
    fn of(begun: Begun) -> Self {
        let Begun { text, cut, .. } = begun;
        match Message::parse(&String::from_utf8_lossy(&text)) {
            // The end of the line is none of the message.
            Some(message) => Self::Console(message.without(cut.saturating_sub(1))),
            None => Self::Other(text),
        }
    }

    /// About how many bytes it occupies.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Console(message) => message.size(),
            Self::Other(bytes) => bytes.len(),
        }
    }
}

/// Puts messages together.
#[derive(Debug)]
pub(super) struct Assembler {
    begun: HashMap<Pid, Begun>,
    /// How large the pieces of a long message are.
    piece: usize,
}

impl Default for Assembler {
    fn default() -> Self {
        Self {
            begun: HashMap::new(),
            // The buffer of glibc up to 2.36. With another C library the first long message shows its size.
            piece: 8192,
        }
    }
}

impl Assembler {
    /// Takes what a process has written at once; answers what is complete now.
    pub(super) fn take(&mut self, process: Pid, bytes: &[u8], now: Instant) -> Vec<Output> {
        let mut complete = Vec::new();
        if self.begun.get(&process).is_some_and(|begun| !begun.goes_on_with(bytes)) {
            complete.extend(self.end(process));
        }
        let is_cut = self.is_cut(bytes);
        let begun = self.begun.entry(process).or_insert_with(|| Begun::new(now));
        begun.add(bytes, is_cut, now);
        if !begun.may_go_on() {
            complete.extend(self.end(process));
        }
        complete
    }

    /// What has waited long enough for more.
    pub(super) fn overdue(&mut self, now: Instant) -> Vec<Output> {
        let is_overdue = |begun: &Begun| now.duration_since(begun.since) >= PATIENCE;
        let overdue = self.begun.extract_if(|_, begun| is_overdue(begun));
        overdue.map(|(_, begun)| Output::of(begun)).collect()
    }

    /// What is left when nothing more can come.
    pub(super) fn rest(&mut self) -> Vec<Output> {
        self.begun.drain().map(|(_, begun)| Output::of(begun)).collect()
    }

    /// Whether something waits for more.
    pub(super) fn is_waiting(&self) -> bool {
        !self.begun.is_empty()
    }

    fn end(&mut self, process: Pid) -> Option<Output> {
        self.begun.remove(&process).map(Output::of)
    }

    /// Whether the rest of a print is still to come.
    fn is_cut(&mut self, bytes: &[u8]) -> bool {
        let ends_a_line = bytes.ends_with(b"\n");
        // Sizes of buffers are powers of two. A smaller write is a line that somebody prints in parts.
        if !ends_a_line && bytes.len() >= 128 && bytes.len().is_power_of_two() {
            self.piece = bytes.len();
        }
        !ends_a_line || bytes.len() == self.piece
    }
}

/// A message of which there may be more.
#[derive(Debug)]
struct Begun {
    text: Vec<u8>,
    /// How many bytes of it were not kept.
    cut: usize,
    /// Whether the rest of a print is still to come.
    is_cut: bool,
    /// The number of the next frame, in a message that has a stack.
    next_frame: Option<u32>,
    since: Instant,
}

impl Begun {
    fn new(since: Instant) -> Self {
        Self {
            text: Vec::new(),
            cut: 0,
            is_cut: false,
            next_frame: None,
            since,
        }
    }

    fn goes_on_with(&self, bytes: &[u8]) -> bool {
        let is_frame = |number| bytes.starts_with(format!("{number}: ").as_bytes());
        self.is_cut && !self.is_followed_by(bytes) || self.next_frame.is_some_and(is_frame)
    }

    /// Whether it has ended just where a piece does, and what comes is another message. A page that writes what looks like
    /// one gains nothing: it is only taken for one of the same origin's, which the page may write anyway.
    fn is_followed_by(&self, bytes: &[u8]) -> bool {
        let message = |text: &[u8]| Message::parse(&String::from_utf8_lossy(text));
        self.text.ends_with(b"\n")
            && message(bytes).is_some_and(|next| message(&self.text).is_some_and(|this| next.is_of_origin_of(&this)))
    }

    fn add(&mut self, bytes: &[u8], is_cut: bool, now: Instant) {
        let was_cut = std::mem::replace(&mut self.is_cut, is_cut);
        let (kept, cut) = bytes.split_at(bytes.len().min(LONGEST.saturating_sub(self.text.len())));
        self.text.extend_from_slice(kept);
        self.cut += cut.len();
        self.since = now;
        self.next_frame = match self.next_frame {
            Some(number) if !was_cut => Some(number + 1),
            None if !is_cut && self.is_trace() => Some(0),
            same => same,
        };
    }

    fn is_trace(&self) -> bool {
        Message::parse(&String::from_utf8_lossy(&self.text)).is_some_and(|message| message.is_trace())
    }

    fn may_go_on(&self) -> bool {
        self.is_cut || self.next_frame.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: i32 = 7;
    const OTHER: i32 = 8;

    fn take(assembler: &mut Assembler, process: i32, bytes: impl AsRef<[u8]>) -> Vec<String> {
        let process = Pid::from_raw(process).unwrap();
        texts(assembler.take(process, bytes.as_ref(), Instant::now()))
    }

    fn texts(outputs: Vec<Output>) -> Vec<String> {
        let text = |output| match output {
            Output::Console(message) => {
                let message: serde_json::Value = serde_json::from_str(&message.to_json()).unwrap();
                message["message"].as_str().unwrap().to_owned()
            }
            Output::Other(bytes) => format!("other: {}", String::from_utf8_lossy(&bytes)),
        };
        outputs.into_iter().map(text).collect()
    }

    #[test]
    fn a_page_cannot_begin_a_message_inside_of_one() {
        let mut assembler = Assembler::default();
        let forged = "x\nisolated-app://a/app.js:1:1: CONSOLE ERROR forged";
        let written = format!("https://b.test/:1:1: CONSOLE LOG {forged}\n");
        assert_eq!(take(&mut assembler, PAGE, &written), [forged]);
        // Nor where a piece of a long one begins.
        let start = "CONSOLE LOG ";
        let long = format!("{}\n", "x".repeat(8192 - start.len() - 1));
        assert!(take(&mut assembler, PAGE, format!("{start}{long}")).is_empty());
        let [whole] = &take(&mut assembler, PAGE, "CONSOLE ERROR forged\n")[..] else {
            panic!("one message")
        };
        assert_eq!(*whole, format!("{long}CONSOLE ERROR forged"));
    }

    #[test]
    fn a_message_as_long_as_a_piece_is_whole_when_another_of_its_origin_follows() {
        let start = "https://b.test/b.js:1:1: CONSOLE LOG ";
        let long = "x".repeat(8192 - start.len() - 1);
        let mut assembler = Assembler::default();
        assert!(take(&mut assembler, PAGE, format!("{start}{long}\n")).is_empty());
        let next = "https://b.test/c.js:2:2: CONSOLE LOG next\n";
        assert_eq!(take(&mut assembler, PAGE, next), [&long, "next"]);
        // Another origin's is only what the page has written.
        assert!(take(&mut assembler, PAGE, format!("{start}{long}\n")).is_empty());
        let forged = "isolated-app://a/app.js:1:1: CONSOLE ERROR forged";
        assert_eq!(
            take(&mut assembler, PAGE, format!("{forged}\n")),
            [format!("{long}\n{forged}")]
        );
    }

    #[test]
    fn long_messages_of_several_processes_are_not_mixed() {
        let mut assembler = Assembler::default();
        let (a, b) = ("a".repeat(8192), "b".repeat(8192));
        assert!(take(&mut assembler, PAGE, format!("CONSOLE LOG {}", &a[12..])).is_empty());
        assert!(take(&mut assembler, OTHER, format!("CONSOLE LOG {}", &b[12..])).is_empty());
        assert_eq!(take(&mut assembler, PAGE, "a\n"), [&a[11..]]);
        assert_eq!(take(&mut assembler, OTHER, "b\n"), [&b[11..]]);
    }

    #[test]
    fn of_a_very_long_message_the_beginning_is_kept_and_how_much_is_not() {
        let mut assembler = Assembler::default();
        let process = Pid::from_raw(PAGE).unwrap();
        let piece = format!("CONSOLE LOG {}", "x".repeat(8192 - 12));
        assert!(take(&mut assembler, PAGE, piece).is_empty());
        for _ in 0..200 {
            assert!(take(&mut assembler, PAGE, "x".repeat(8192)).is_empty());
        }
        let [Output::Console(message)] = &assembler.take(process, b"end\n", Instant::now())[..] else {
            panic!("one message")
        };
        let message: serde_json::Value = serde_json::from_str(&message.to_json()).unwrap();
        let (kept, cut) = (message["message"].as_str().unwrap(), message["cut"].as_u64().unwrap());
        assert_eq!(kept, "x".repeat(LONGEST - 12));
        assert_eq!(kept.len() as u64 + cut, (201 * 8192 - 12 + "end".len()) as u64);
    }

    #[test]
    fn pieces_of_another_size_are_learned_from_the_first() {
        let mut assembler = Assembler::default();
        assert!(take(&mut assembler, PAGE, format!("CONSOLE LOG {}", "x".repeat(116))).is_empty());
        let lines = format!("{}\n", "y".repeat(127));
        assert!(take(&mut assembler, PAGE, &lines).is_empty());
        assert_eq!(
            take(&mut assembler, PAGE, "z\n"),
            [format!("{}{lines}z", "x".repeat(116))]
        );
    }

    #[test]
    fn a_stack_belongs_to_its_trace_and_waits_for_no_more_than_a_moment() {
        let mut assembler = Assembler::default();
        assert!(take(&mut assembler, PAGE, "a.js:1:2: CONSOLE TRACE here\n").is_empty());
        assert!(take(&mut assembler, PAGE, "0: inner(a.js:1:2)\n").is_empty());
        assert!(take(&mut assembler, PAGE, "1: outer(a.js:2:2)\n").is_empty());
        let stack = "here\n0: inner(a.js:1:2)\n1: outer(a.js:2:2)";
        assert_eq!(take(&mut assembler, PAGE, "CONSOLE LOG next\n"), [stack, "next"]);

        assert!(take(&mut assembler, PAGE, "a.js:1:2: CONSOLE TRACE last\n").is_empty());
        assert!(assembler.overdue(Instant::now()).is_empty() && assembler.is_waiting());
        assert_eq!(texts(assembler.overdue(Instant::now() + PATIENCE)), ["last"]);
        assert!(!assembler.is_waiting());
    }

    #[test]
    fn what_no_console_wrote_stays_as_it_is() {
        let mut assembler = Assembler::default();
        let warning = "(insula:1): Gtk-WARNING **: no theme\nCONSOLE LOG of something\n";
        assert_eq!(take(&mut assembler, PAGE, warning), [format!("other: {warning}")]);
        assert!(take(&mut assembler, PAGE, "in two ").is_empty());
        assert_eq!(take(&mut assembler, PAGE, "parts\n"), ["other: in two parts\n"]);
        assert!(take(&mut assembler, PAGE, "unended").is_empty());
        assert_eq!(texts(assembler.rest()), ["other: unended"]);
    }
}

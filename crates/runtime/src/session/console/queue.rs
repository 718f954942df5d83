//! What waits to be printed: so much, and no more.

use super::assemble::Output;
use crate::terminal;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

/// How much waits at most, in bytes. What comes when that is full is dropped, and counted.
const LONGEST: usize = 16 << 20;

/// The end into which outputs go.
pub(super) struct Queue {
    sender: Sender<Entry>,
    waiting: Arc<AtomicUsize>,
    dropped: u64,
}

enum Entry {
    Output(Output),
    /// So many outputs are missing here.
    Dropped(u64),
}

/// Starts to print: consoles to one place, everything else to another. The thread ends when the queue is gone.
///
/// # Errors
/// There are no threads left.
pub(super) fn to(
    console: impl Write + Send + 'static,
    others: impl Write + Send + 'static,
) -> io::Result<(Queue, JoinHandle<()>)> {
    let (sender, receiver) = mpsc::channel();
    let waiting = Arc::new(AtomicUsize::new(0));
    let of_printer = waiting.clone();
    let printer = thread::Builder::new()
        .name("insula-printer".to_owned())
        .spawn(move || print(&receiver, &of_printer, console, others))?;
    let queue = Queue {
        sender,
        waiting,
        dropped: 0,
    };
    Ok((queue, printer))
}

impl Queue {
    /// Adds an output, or drops it if too much waits already.
    pub(super) fn push(&mut self, output: Output) {
        let size = output.size();
        if self.waiting.load(Ordering::Relaxed) + size > LONGEST {
            self.dropped += 1;
            return;
        }
        self.tell_dropped();
        self.waiting.fetch_add(size, Ordering::Relaxed);
        // The printer's thread ends after the queue: its end of the channel is open.
        let _ = self.sender.send(Entry::Output(output));
    }

    fn tell_dropped(&mut self) {
        if self.dropped > 0 {
            let _ = self.sender.send(Entry::Dropped(std::mem::take(&mut self.dropped)));
        }
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.tell_dropped();
    }
}

fn print(entries: &Receiver<Entry>, waiting: &AtomicUsize, mut console: impl Write, mut others: impl Write) {
    for entry in entries {
        // Whoever read the output may be gone. The app goes on.
        let _ = match entry {
            Entry::Output(output) => {
                let size = output.size();
                let written = match output {
                    Output::Console(message) => writeln!(console, "{}", message.to_json()),
                    Output::Other(bytes) => others.write_all(&plain(&bytes)),
                };
                waiting.fetch_sub(size, Ordering::Relaxed);
                written
            }
            Entry::Dropped(number) => writeln!(console, "{}", dropped(number)),
        };
        let _ = console.flush();
    }
}

/// A line that says how many messages are missing. No page can write it: its source is none of the engine's.
fn dropped(number: u64) -> serde_json::Value {
    serde_json::json!({
        "level": "warn",
        "type": "log",
        "source": "insula",
        "message": format!("{number} messages are missing here: they came faster than they were read"),
        "url": null,
        "line": null,
        "column": null,
    })
}

/// Warnings of GTK and WebKit may repeat what a page says.
fn plain(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    terminal::plain_lines(&text).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{SyncSender, sync_channel};

    /// Hands over what is written to it, and waits until it is taken.
    struct Slow(SyncSender<String>);

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let text = String::from_utf8_lossy(bytes).into_owned();
            self.0.send(text).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn nobody_waits_for_a_slow_reader_and_what_is_missing_is_counted() {
        let (reads, reader) = sync_channel(0);
        let (console, read) = sync_channel(100);
        let (mut queue, printer) = to(Slow(console), Slow(reads)).expect("a thread");
        let large = || Output::Other(vec![b'x'; LONGEST / 2]);
        // The printer holds the first, and nobody takes it: two fit, and two are too many.
        for _ in 0..4 {
            queue.push(large());
        }
        drop(queue);
        assert_eq!(reader.iter().map(|text| text.len()).sum::<usize>(), LONGEST);
        printer.join().expect("it ends");
        let told: String = read.iter().collect();
        assert!(told.contains("2 messages are missing here"), "{told}");
    }

    #[test]
    fn warnings_that_repeat_a_page_do_not_command_the_terminal() {
        assert_eq!(
            String::from_utf8(plain(b"Gtk-WARNING: \x1b]0;x\x07\n\tnext\n")).expect("text"),
            "Gtk-WARNING: \u{fffd}]0;x\u{fffd}\n\tnext\n"
        );
    }
}

//! `--console`: what the app and its frames log, as lines of JSON on standard output.
//!
//! WebKit's web processes write it to their standard error, which they inherit. So this process's is replaced by a
//! pipe: console messages that come out of it are written to standard output, everything else to the real one.

mod parse;

use parse::{Output, Parser};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::AsFd;
use std::thread;

/// While it lives, standard error is a pipe. What the program says afterwards is not lost in it.
pub(crate) struct Capture {
    real: File,
}

impl Drop for Capture {
    fn drop(&mut self) {
        // Nobody could be told if it failed.
        let _ = rustix::stdio::dup2_stderr(&self.real);
    }
}

/// Puts a pipe in the place of standard error. Before any web process starts.
///
/// # Errors
/// There are no descriptors or threads left.
pub(crate) fn capture() -> io::Result<Capture> {
    let real = File::from(io::stderr().as_fd().try_clone_to_owned()?);
    let others = real.try_clone()?;
    let (reader, writer) = io::pipe()?;
    thread::Builder::new()
        .name("insula-console".to_owned())
        .spawn(move || relay(reader, io::stdout(), others))?;
    rustix::stdio::dup2_stderr(&writer)?;
    Ok(Capture { real })
}

fn relay(from: impl io::Read, mut console: impl Write, mut others: impl Write) {
    let mut parser = Parser::default();
    let mut reader = BufReader::new(from);
    let mut line = Vec::new();
    while let Ok(1..) = reader.read_until(b'\n', &mut line) {
        let text = String::from_utf8_lossy(&line);
        let waiting = !reader.buffer().is_empty();
        for output in parser.line(text.trim_end_matches('\n'), waiting) {
            // Nobody may be reading any more; the app goes on.
            let _ = match output {
                Output::Console(message) => writeln!(console, "{}", message.to_json()),
                Output::Other(line) => writeln!(others, "{line}"),
            };
        }
        let _ = console.flush();
        line.clear();
    }
}

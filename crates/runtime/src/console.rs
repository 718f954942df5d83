//! `--console`: what the app and its frames log, as lines of JSON on standard output.
//!
//! WebKit's web processes write it to their standard output, which they inherit. So this process's is replaced by a
//! pipe, and what comes out of it is written to the real one, parsed.

mod parse;

use parse::Parser;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::AsFd;
use std::thread;

/// Puts a pipe in the place of standard output. Before any web process starts.
///
/// # Errors
/// There are no descriptors or threads left.
pub(crate) fn capture() -> io::Result<()> {
    let real = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let (reader, writer) = io::pipe()?;
    rustix::stdio::dup2_stdout(&writer)?;
    drop(writer);
    thread::Builder::new()
        .name("insula-console".to_owned())
        .spawn(move || relay(reader, real))?;
    Ok(())
}

fn relay(from: impl io::Read, mut to: impl Write) {
    let mut parser = Parser::default();
    let mut reader = BufReader::new(from);
    let mut line = Vec::new();
    while let Ok(1..) = reader.read_until(b'\n', &mut line) {
        let text = String::from_utf8_lossy(&line);
        let waiting = !reader.buffer().is_empty();
        for message in parser.line(text.trim_end_matches('\n'), waiting) {
            // Nobody may be reading any more; the app goes on.
            let _ = writeln!(to, "{}", message.to_json());
        }
        let _ = to.flush();
        line.clear();
    }
}

//! When a program says something, seen from outside: the same clock and the same pipe for whatever is compared.

use anyhow::{Context, Result};
use insula_testkit::process::Running;
use std::io::{self, BufRead, BufReader};
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How long one line may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a program until it has said all of this, each in a line of its own and in this order, and ends it then. Answers
/// with the milliseconds that had passed since before its start.
pub(crate) fn of<const N: usize>(mut command: Command, marks: [&str; N]) -> Result<[f64; N]> {
    let (reader, writer) = io::pipe()?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let (tell, said) = mpsc::channel();
    let start = Instant::now();
    let _program = Running::start(&mut command);
    // It holds the pipe's other end, too.
    drop(command);
    thread::spawn(move || {
        for line in BufReader::new(reader).lines().map_while(io::Result::ok) {
            // Nobody wants the rest when all has been said.
            let _ = tell.send((line, start.elapsed()));
        }
    });
    let mut moments = [0.0; N];
    for (moment, mark) in moments.iter_mut().zip(marks) {
        let mut others = Vec::new();
        *moment = loop {
            let (line, time) = said
                .recv_timeout(PATIENCE)
                .with_context(|| format!("the program did not say {mark:?}, but {others:?}"))?;
            if line.contains(mark) {
                break time.as_secs_f64() * 1e3;
            }
            others.push(line);
        };
    }
    Ok(moments)
}

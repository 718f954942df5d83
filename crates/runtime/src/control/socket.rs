//! The commands over a socket: lines of JSON, a command a line, and an answer a line to each. After the command `watch`
//! the lines are events.
//!
//! Whoever connects is the user: the folder is closed to others, and the kernel says whose process it is.

use super::{Answer, Command, Commanded, Message, Refusal};
use gtk4::gio::prelude::*;
use gtk4::{gio, glib};
use std::cell::Cell;
use std::os::unix::net::UnixListener;
use std::rc::{Rc, Weak};
use std::time::Duration;

/// The longest command, in bytes: it holds the paths of files that are opened together.
const LONGEST: usize = 256 << 10;

/// How many programs are connected at most.
const MOST: u32 = 64;

/// How long to wait when the system has no descriptor for one more.
const REST: Duration = Duration::from_secs(1);

/// Starts answering.
pub(crate) fn serve(listener: UnixListener, session: &Rc<dyn Commanded>) -> Result<(), glib::Error> {
    let listening = gio::SocketListener::new();
    listening.add_socket(&gio::Socket::from_fd(listener.into())?, None::<&glib::Object>)?;
    let session = Rc::downgrade(session);
    let connected = Rc::new(Cell::new(0));
    glib::spawn_future_local(async move {
        loop {
            let connection = match listening.accept_future().await {
                Ok((connection, _)) => connection,
                Err(error) => {
                    tracing::warn!("a program cannot connect to the app: {error}");
                    glib::timeout_future(REST).await;
                    continue;
                }
            };
            if session.strong_count() == 0 {
                break;
            }
            if !is_the_users(&connection) || connected.get() >= MOST {
                tracing::warn!("a program that may not command the app, or one too many, has connected");
                continue;
            }
            let (session, connected) = (session.clone(), connected.clone());
            connected.set(connected.get() + 1);
            glib::spawn_future_local(async move {
                // A connection that breaks is the other program's business.
                let _ = converse(&connection, &session).await;
                connected.set(connected.get() - 1);
            });
        }
    });
    Ok(())
}

fn is_the_users(connection: &gio::SocketConnection) -> bool {
    let user = connection.socket().credentials().and_then(|it| it.unix_user());
    user.is_ok_and(|user| user == rustix::process::geteuid().as_raw())
}

/// Answers one program until it hangs up.
async fn converse(connection: &gio::SocketConnection, session: &Weak<dyn Commanded>) -> Result<(), glib::Error> {
    let mut lines = Lines::new(connection.input_stream());
    loop {
        let message = match lines.next().await? {
            Line::End => return Ok(()),
            Line::TooLong => {
                let reason = format!("it is longer than {LONGEST} bytes");
                return say(connection, &Message::Error(Refusal::NotUnderstood { reason })).await;
            }
            Line::Whole(line) if serde_json::from_slice::<Watch>(&line).is_ok() => {
                return watch(connection, lines, session).await;
            }
            Line::Whole(line) => match serde_json::from_slice::<Command>(&line) {
                Ok(command) => match session.upgrade() {
                    Some(session) => session.perform(command).map_or_else(Message::Error, Message::Answer),
                    None => return Ok(()),
                },
                Err(error) => Message::Error(Refusal::NotUnderstood {
                    reason: error.to_string(),
                }),
            },
        };
        say(connection, &message).await?;
    }
}

/// The one request that is no command of the app's.
#[derive(serde::Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
enum Watch {
    Watch {},
}

/// Tells one program of everything that happens, until it hangs up or does not keep up.
async fn watch(
    connection: &gio::SocketConnection,
    mut lines: Lines,
    session: &Weak<dyn Commanded>,
) -> Result<(), glib::Error> {
    let Some(events) = session.upgrade().map(|session| session.events()) else {
        return Ok(());
    };
    say(connection, &Message::Answer(Answer::Done)).await?;
    let hung_up = glib::spawn_future_local({
        let events = events.clone();
        async move {
            // Whatever the program sends from now on is ignored.
            while matches!(lines.next().await, Ok(Line::Whole(_))) {}
            events.close();
        }
    });
    let mut told = Ok(());
    while told.is_ok()
        && let Ok(event) = events.recv().await
    {
        told = say(connection, &Message::Event(event)).await;
    }
    hung_up.abort();
    told
}

async fn say(connection: &gio::SocketConnection, message: &Message) -> Result<(), glib::Error> {
    // Plain data always serialises.
    let mut line = serde_json::to_vec(message).unwrap_or_default();
    line.push(b'\n');
    let written = connection
        .output_stream()
        .write_all_future(line, glib::Priority::DEFAULT);
    match written.await {
        Ok((_, _, None)) => Ok(()),
        Ok((_, _, Some(error))) | Err((_, error)) => Err(error),
    }
}

/// What a program says, line by line.
struct Lines {
    input: gio::InputStream,
    read: Vec<u8>,
}

#[derive(Debug, PartialEq)]
enum Line {
    Whole(Vec<u8>),
    TooLong,
    End,
}

impl Lines {
    fn new(input: gio::InputStream) -> Self {
        Self {
            input,
            read: Vec::new(),
        }
    }

    async fn next(&mut self) -> Result<Line, glib::Error> {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                let rest = self.read.split_off(end + 1);
                let mut line = std::mem::replace(&mut self.read, rest);
                line.pop();
                return Ok(Line::Whole(line));
            }
            if self.read.len() >= LONGEST {
                return Ok(Line::TooLong);
            }
            let more = LONGEST - self.read.len();
            let bytes = self.input.read_bytes_future(more, glib::Priority::DEFAULT).await?;
            if bytes.is_empty() {
                return Ok(Line::End);
            }
            self.read.extend_from_slice(&bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(said: &[u8]) -> Vec<Line> {
        let input = gio::MemoryInputStream::from_bytes(&glib::Bytes::from(said));
        let mut lines = Lines::new(input.upcast());
        let mut heard = Vec::new();
        let context = glib::MainContext::new();
        let listen = || {
            context.block_on(async {
                while !matches!(heard.last(), Some(Line::End | Line::TooLong)) {
                    heard.push(lines.next().await.unwrap());
                }
            });
        };
        context.with_thread_default(listen).unwrap();
        heard
    }

    #[test]
    fn lines_are_told_apart_and_bounded() {
        let whole = |text: &str| Line::Whole(text.as_bytes().to_vec());
        assert_eq!(lines_of(b"one\n\ntwo"), [whole("one"), whole(""), Line::End]);
        let longest = "x".repeat(LONGEST - 1);
        assert_eq!(lines_of(format!("{longest}\n").as_bytes())[0], whole(&longest));
        assert_eq!(lines_of(format!("{longest}xx\n").as_bytes()), [Line::TooLong]);
    }
}

//! The other end of the socket: how `insula` commands an app that runs.

use super::{Answer, Command, Event, Folder, Message, Refusal};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// How long an app has to answer. One that hangs does not.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// No picture of a window is larger; bytes of a line.
const LONGEST: u64 = 512 << 20;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ControlError {
    /// Nobody listens.
    #[error("the app is not running")]
    NotRunning,
    /// It ended before it answered.
    #[error("the app has just ended")]
    Ended,
    /// It hangs, or the machine is very busy.
    #[error("the app does not answer")]
    NoAnswer,
    /// It answers, and does not do it.
    #[error("the app does not do it: {0}")]
    Refused(#[from] Refusal),
    /// Another user's process listens, or another version of Insula.
    #[error("what answers is not this user's app")]
    NotTheApp,
    /// The socket cannot be used.
    #[error("the app cannot be reached: {0}")]
    Io(io::Error),
}

/// Gives a command to the app with this storage, and waits at most so long for its answer.
///
/// # Errors
/// The app does not run, does not answer, or does not do it.
pub fn command(storage: &Path, command: &Command, patience: Duration) -> Result<Answer, ControlError> {
    let mut connection = Connection::open(storage, patience)?;
    connection.send(command)?;
    match connection.receive() {
        Ok(Message::Answer(answer)) => Ok(answer),
        Ok(Message::Error(refusal)) => Err(refusal.into()),
        Ok(Message::Event(_)) => Err(ControlError::NotTheApp),
        // The app may have ended before its answer was sent.
        Err(ControlError::Ended) if matches!(command, Command::Close {}) => Ok(Answer::Done),
        Err(error) => Err(error),
    }
}

/// Calls back with everything that happens in the app with this storage, until it ends or `happened` fails.
///
/// # Errors
/// The app does not run or does not answer; or what `happened` gave.
pub fn watch<E: From<ControlError>>(storage: &Path, mut happened: impl FnMut(Event) -> Result<(), E>) -> Result<(), E> {
    let mut connection = Connection::open(storage, PATIENCE)?;
    connection.send(&serde_json::json!({ "command": "watch" }))?;
    match connection.receive()? {
        Message::Answer(Answer::Done) => {}
        _ => return Err(ControlError::NotTheApp.into()),
    }
    // Events may be hours apart.
    connection.be_patient(None)?;
    loop {
        match connection.receive() {
            Ok(Message::Event(event)) => happened(event)?,
            Ok(_) => return Err(ControlError::NotTheApp.into()),
            Err(ControlError::Ended) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

struct Connection(BufReader<UnixStream>);

impl Connection {
    fn open(storage: &Path, patience: Duration) -> Result<Self, ControlError> {
        let connected = Folder::open(storage).and_then(|folder| folder.connect());
        let stream = connected.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => ControlError::NotRunning,
            _ => ControlError::Io(error),
        })?;
        let peer = rustix::net::sockopt::socket_peercred(&stream).map_err(|error| ControlError::Io(error.into()))?;
        if peer.uid != rustix::process::geteuid() {
            return Err(ControlError::NotTheApp);
        }
        let connection = Self(BufReader::new(stream));
        connection.be_patient(Some(patience))?;
        Ok(connection)
    }

    fn be_patient(&self, patience: Option<Duration>) -> Result<(), ControlError> {
        let stream = self.0.get_ref();
        // The system takes a timeout of zero for no timeout.
        let patience = patience.map(|patience| patience.max(Duration::from_millis(1)));
        let set = stream
            .set_read_timeout(patience)
            .and_then(|()| stream.set_write_timeout(patience));
        set.map_err(ControlError::Io)
    }

    fn send(&mut self, request: &impl serde::Serialize) -> Result<(), ControlError> {
        let mut line = serde_json::to_string(request).map_err(|error| ControlError::Io(error.into()))?;
        line.push('\n');
        self.0.get_mut().write_all(line.as_bytes()).map_err(failure)
    }

    fn receive(&mut self) -> Result<Message, ControlError> {
        let mut line = Vec::new();
        let read = self.0.by_ref().take(LONGEST).read_until(b'\n', &mut line);
        read.map_err(failure)?;
        if line.last() != Some(&b'\n') {
            return Err(ControlError::Ended);
        }
        serde_json::from_slice(&line).map_err(|_| ControlError::NotTheApp)
    }
}

fn failure(error: io::Error) -> ControlError {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => ControlError::NoAnswer,
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => ControlError::Ended,
        _ => ControlError::Io(error),
    }
}

//! The thread that writes one file for a page.

use super::command::{Command, HEADER, MOST_BYTES};
use super::error::SaveError;
use super::staged::Staged;
use rustix::net::RecvFlags;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;

/// How much is taken from the page at a time, in bytes.
const CHUNK: usize = 64 * 1024;

/// How it ended. What the page waits for is answered once the file is free for others.
pub(super) enum End {
    /// The page is to be told how.
    Answered(Result<(), SaveError>),
    /// Nobody is there to be told.
    Gone,
}

/// Does what the page says, until it has closed the file, or has gone.
pub(super) fn serve(mut page: &UnixStream, staged: Staged) -> End {
    let mut header = [0; HEADER];
    let mut chunk = vec![0; CHUNK];
    loop {
        if page.read_exact(&mut header).is_err() {
            return End::Gone;
        }
        let done = match Command::parse(header) {
            Ok(Command::Write { position, length }) => match write(page, &staged, position, length, &mut chunk) {
                Ok(done) => done,
                Err(_) => return End::Gone,
            },
            Ok(Command::Truncate { size }) => staged.truncate(size),
            Ok(Command::Close) => return End::Answered(staged.commit()),
            Ok(Command::Abort) => {
                drop(staged);
                return End::Answered(Ok(()));
            }
            Err(error) => {
                tracing::warn!("{error}");
                return End::Gone;
            }
        };
        if done.is_err() {
            drop(staged);
            return End::Answered(done);
        }
        if answer(page, done).is_err() {
            return End::Gone;
        }
    }
}

/// Writes the bytes that follow. All of them are taken, also once one could not be written: then the page reads the answer.
fn write(
    mut page: &UnixStream,
    staged: &Staged,
    position: u64,
    length: u32,
    chunk: &mut [u8],
) -> io::Result<Result<(), SaveError>> {
    debug_assert!(length <= MOST_BYTES);
    if length == 0 {
        return Ok(staged.write(position, &[]));
    }
    let mut done = Ok(());
    let mut taken = 0;
    while taken < length as usize {
        let most = chunk.len().min(length as usize - taken);
        page.read_exact(&mut chunk[..most])?;
        if done.is_ok() {
            // A position that is too high is told of by the first write, and no sum is made of it after.
            done = staged.write(position.saturating_add(taken as u64), &chunk[..most]);
        }
        taken += most;
    }
    Ok(done)
}

/// Tells the page how a command has ended.
pub(super) fn answer(mut page: &UnixStream, done: Result<(), SaveError>) -> io::Result<()> {
    page.write_all(&[done.map_or_else(SaveError::status, |()| 0)])
}

/// Whether the page's end is open, and this one.
pub(super) fn is_there(page: &UnixStream) -> bool {
    let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
    !matches!(rustix::net::recv(page, &mut [0; 1], flags), Ok((_, 0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::thread;

    fn command(kind: u8, number: u64, bytes: &[u8]) -> Vec<u8> {
        let length = u32::try_from(bytes.len()).expect("it is short");
        [&[kind][..], &number.to_le_bytes(), &length.to_le_bytes(), bytes].concat()
    }

    /// What the page is answered, and what the file is then, after what it has sent. `cuts` closes its end.
    fn after(sent: &[u8], cuts: bool) -> (Vec<u8>, String, usize) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notes.txt");
        fs::write(&path, "first").expect("a file");
        let staged = Staged::make(&path, true, || true).expect("it can be written");
        let (page, ours) = UnixStream::pair().expect("a pair");
        let thread = thread::spawn(move || {
            if let End::Answered(done) = serve(&ours, staged) {
                answer(&ours, done).expect("the page is there");
            }
        });
        (&page).write_all(sent).expect("it is taken");
        if cuts {
            page.shutdown(std::net::Shutdown::Write).expect("it is open");
        }
        let mut answers = Vec::new();
        let _ = (&page).read_to_end(&mut answers);
        thread.join().expect("it ends");
        let content = fs::read_to_string(&path).expect("it is there");
        let files = fs::read_dir(folder.path()).expect("a folder").count();
        (answers, content, files)
    }

    #[test]
    fn what_a_page_writes_counts_once_it_has_closed_the_file() {
        let sent = [command(1, 5, b" and second"), command(2, 9, &[]), command(3, 0, &[])].concat();
        assert_eq!(after(&sent, false), (vec![0, 0, 0], "first and".to_owned(), 1));
    }

    #[test]
    fn what_is_given_up_broken_off_or_nonsense_changes_nothing() {
        let write = command(1, 0, b"other");
        let nothing = |answers: &[u8]| (answers.to_vec(), "first".to_owned(), 1);
        assert_eq!(
            after(&[write.clone(), command(4, 0, &[])].concat(), false),
            nothing(&[0, 0])
        );
        assert_eq!(after(&write, true), nothing(&[0]));
        assert_eq!(
            after(&[write.clone(), command(3, 0, &[])[..12].to_vec()].concat(), true),
            nothing(&[0])
        );
        assert_eq!(after(&write[..write.len() - 1], true), nothing(&[]));
        assert_eq!(after(&[write, command(9, 0, &[])].concat(), false), nothing(&[0]));
    }

    #[test]
    fn a_write_that_fails_is_told_and_nothing_is_changed() {
        let huge = vec![7; 3 * CHUNK];
        let sent = [command(1, 0, b"other"), command(1, u64::MAX - 1, &huge)].concat();
        let full = SaveError::Full.status();
        assert_eq!(after(&sent, false), (vec![0, full], "first".to_owned(), 1));
    }
}

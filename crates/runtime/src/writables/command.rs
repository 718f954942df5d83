//! What a page says about a file that it writes, on the descriptor that it has for that.
//!
//! A command is a header of fixed size, and of a write the bytes after it. Each is answered with one byte. Nothing in it is
//! trusted: the page may send anything.

/// How long a header is, in bytes.
pub(super) const HEADER: usize = 13;

/// How many bytes one write has at most. The page's side sends more in several.
pub(super) const MOST_BYTES: u32 = 1024 * 1024;

/// One command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// Puts the bytes that follow at a position.
    Write { position: u64, length: u32 },
    /// Cuts the file off, or makes it longer with zeros.
    Truncate { size: u64 },
    /// Makes what was written the file's content.
    Close,
    /// Gives it up.
    Abort,
}

/// What is no command. Only a page that has found a way around its own side sends that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the page sent what is no command about a file")]
pub(super) struct Malformed;

impl Command {
    /// Reads a header: a byte that says which command it is, a position or a size in eight bytes, a length in four, the
    /// lowest byte first. What a command does not need is zero.
    ///
    /// # Errors
    /// It is anything else.
    pub(super) fn parse(header: [u8; HEADER]) -> Result<Self, Malformed> {
        let [kind, n0, n1, n2, n3, n4, n5, n6, n7, l0, l1, l2, l3] = header;
        let number = u64::from_le_bytes([n0, n1, n2, n3, n4, n5, n6, n7]);
        let length = u32::from_le_bytes([l0, l1, l2, l3]);
        match (kind, number, length) {
            (1, position, length) if length <= MOST_BYTES => Ok(Self::Write { position, length }),
            (2, size, 0) => Ok(Self::Truncate { size }),
            (3, 0, 0) => Ok(Self::Close),
            (4, 0, 0) => Ok(Self::Abort),
            _ => Err(Malformed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(kind: u8, number: u64, length: u32) -> [u8; HEADER] {
        let bytes = [&[kind][..], &number.to_le_bytes(), &length.to_le_bytes()].concat();
        bytes.try_into().expect("it is as long as a header")
    }

    #[test]
    fn commands_are_what_the_page_side_sends_and_nothing_else() {
        let parse = |kind, number, length| Command::parse(header(kind, number, length));
        assert_eq!(
            parse(1, u64::MAX, MOST_BYTES),
            Ok(Command::Write {
                position: u64::MAX,
                length: MOST_BYTES
            })
        );
        assert_eq!(
            parse(1, 1 << 40, 0),
            Ok(Command::Write {
                position: 1 << 40,
                length: 0
            })
        );
        assert_eq!(parse(2, u64::MAX, 0), Ok(Command::Truncate { size: u64::MAX }));
        assert_eq!(parse(3, 0, 0), Ok(Command::Close));
        assert_eq!(parse(4, 0, 0), Ok(Command::Abort));
        for wrong in [
            (0, 0, 0),
            (1, 0, MOST_BYTES + 1),
            (1, 0, u32::MAX),
            (2, 0, 1),
            (3, 1, 0),
            (4, 0, 1),
            (5, 0, 0),
            (255, 0, 0),
        ] {
            assert_eq!(parse(wrong.0, wrong.1, wrong.2), Err(Malformed), "{wrong:?}");
        }
    }
}

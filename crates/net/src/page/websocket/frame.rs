//! Messages as they go between a page and the broker, over a pair that is a stream.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | the kind |
//! | 4 | the length of the rest, the highest byte first |
//! | … | the rest |
//!
//! | kind | the rest | from |
//! |---|---|---|
//! | 1: text | UTF-8 | both |
//! | 2: binary | bytes | both |
//! | 3: close | nothing, or a status code of two bytes and a reason in UTF-8 | both |
//! | 4: sent | how many bytes of messages went to the network since that was last said, in eight bytes | the broker |

use bytes::Bytes;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::Utf8Bytes;

use crate::core::error::Error;

/// What comes before the rest.
pub(super) const HEAD: usize = 5;

/// The longest rest of a close (RFC 6455 §5.5).
const LONGEST_CLOSE: u32 = 125;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text = 1,
    Binary = 2,
    Close = 3,
    Sent = 4,
}

/// The beginning of a frame.
pub(super) fn head(kind: Kind, length: usize) -> [u8; HEAD] {
    // No message is longer than what is taken from a server.
    let [a, b, c, d] = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    [kind as u8, a, b, c, d]
}

/// Reads the beginning of what a page sends: the kind, and how long the rest is.
///
/// # Errors
/// [`Error::InvalidArgument`]: only a page that goes around Insula's own scripts sends that.
pub(super) fn read_head([kind, a, b, c, d]: [u8; HEAD]) -> Result<(Kind, u32), Error> {
    let length = u32::from_be_bytes([a, b, c, d]);
    match kind {
        1 => Ok((Kind::Text, length)),
        2 => Ok((Kind::Binary, length)),
        3 if length <= LONGEST_CLOSE => Ok((Kind::Close, length)),
        _ => Err(malformed()),
    }
}

/// A whole frame that says how the other side has closed.
pub(super) fn close(with: Option<&CloseFrame>) -> Vec<u8> {
    let mut rest = Vec::new();
    if let Some(with) = with {
        rest.extend(u16::from(with.code).to_be_bytes());
        rest.extend_from_slice(with.reason.as_bytes());
    }
    [&head(Kind::Close, rest.len())[..], &rest].concat()
}

/// Reads how a page closes.
///
/// # Errors
/// [`Error::InvalidArgument`].
pub(super) fn read_close(rest: &[u8]) -> Result<Option<CloseFrame>, Error> {
    if rest.is_empty() {
        return Ok(None);
    }
    let (code, reason) = rest.split_first_chunk().ok_or_else(malformed)?;
    let reason = Utf8Bytes::try_from(Bytes::copy_from_slice(reason)).map_err(|_| malformed())?;
    Ok(Some(CloseFrame {
        code: u16::from_be_bytes(*code).into(),
        reason,
    }))
}

/// A whole frame that says how much went to the network.
pub(super) fn sent(bytes: u64) -> Vec<u8> {
    [&head(Kind::Sent, 8)[..], &bytes.to_be_bytes()].concat()
}

fn malformed() -> Error {
    Error::invalid("the message is malformed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_sends_is_read_and_what_is_no_frame_is_refused() {
        assert_eq!(read_head([1, 0, 0, 1, 2]), Ok((Kind::Text, 258)));
        assert_eq!(read_head([2, 0xff, 0xff, 0xff, 0xff]), Ok((Kind::Binary, u32::MAX)));
        for malformed in [[0, 0, 0, 0, 0], [3, 0, 0, 0, 126], [4, 0, 0, 0, 8], [5, 0, 0, 0, 0]] {
            assert!(read_head(malformed).is_err(), "{malformed:?}");
        }
        assert_eq!(read_close(&[]), Ok(None));
        for malformed in [&[3][..], &[3, 0xe8, 0xff]] {
            assert!(read_close(malformed).is_err(), "{malformed:?}");
        }
    }

    #[test]
    fn how_a_side_closes_is_written_as_it_is_read() {
        assert_eq!(close(None), [3, 0, 0, 0, 0]);
        let with = read_close(&[0x0f, 0xa1, b'b', b'y', b'e']).unwrap();
        assert_eq!(close(with.as_ref()), [3, 0, 0, 0, 5, 0x0f, 0xa1, b'b', b'y', b'e']);
    }
}

//! The deterministic subset of CBOR that bundles are written in (RFC 8949 §4.2.1).
//!
//! A general CBOR decoder accepts several encodings of one value, and would have to be told apart
//! from the bytes again; here a value that is not in its one canonical form does not parse. Only
//! the five types that bundles use exist: unsigned integers, byte strings, text strings, arrays
//! and maps (negative integers, `false`, `true` and `null` may stand in attributes that we do not
//! know). Tags, floats and indefinite lengths are refused.

mod reader;
mod writer;

pub(crate) use reader::{KeyOrder, Reader};
pub(crate) use writer::{Writer, encoded, head_length};

/// The type of a CBOR item, its upper three bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Major {
    Unsigned = 0,
    Negative = 1,
    Bytes = 2,
    Text = 3,
    Array = 4,
    Map = 5,
    Tag = 6,
    Simple = 7,
}

impl Major {
    fn of(initial: u8) -> Self {
        match initial >> 5 {
            0 => Self::Unsigned,
            1 => Self::Negative,
            2 => Self::Bytes,
            3 => Self::Text,
            4 => Self::Array,
            5 => Self::Map,
            6 => Self::Tag,
            _ => Self::Simple,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Unsigned => "an unsigned integer",
            Self::Negative => "a negative integer",
            Self::Bytes => "a byte string",
            Self::Text => "a text string",
            Self::Array => "an array",
            Self::Map => "a map",
            Self::Tag => "a tag",
            Self::Simple => "a simple value or float",
        }
    }
}

/// What is wrong with the encoding at some offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CborProblem {
    /// An item reaches beyond the end of what holds it.
    #[error("the data ends too early")]
    Truncated,
    /// Bytes follow where the item should be the last.
    #[error("unexpected bytes follow")]
    TrailingBytes,
    /// A number or length is not in its shortest form.
    #[error("a number is not encoded in its shortest form")]
    NotShortest,
    /// A string, array or map has no length of its own.
    #[error("an item of indefinite length is not allowed")]
    IndefiniteLength,
    /// The item is of another type than the format says here.
    #[error("expected {expected}, found {found}")]
    WrongType {
        /// What the format has here.
        expected: &'static str,
        /// What the file has here.
        found: &'static str,
    },
    /// An array or map has another count of elements than the format says here.
    #[error("expected {expected} elements, found {found}")]
    WrongCount {
        /// What the format has here.
        expected: u64,
        /// What the file has here.
        found: u64,
    },
    /// A tag, float, undefined or reserved value.
    #[error("tags, floats and reserved values are not allowed")]
    Unsupported,
    /// A text string is not UTF-8.
    #[error("a text string is not valid UTF-8")]
    InvalidUtf8,
    /// The keys of a map are not in ascending order.
    #[error("the keys of a map are not sorted")]
    UnsortedKeys,
    /// A map has one key twice.
    #[error("a map has the same key twice")]
    DuplicateKey,
    /// Arrays and maps nest deeper than [`crate::limits::CBOR_DEPTH`].
    #[error("arrays or maps are nested too deeply")]
    TooDeep,
}

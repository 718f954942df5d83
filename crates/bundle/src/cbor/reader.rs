use super::{CborProblem, Major};
use crate::error::{Error, Part};

/// Reads items one after the other from a slice, checking that each is in canonical form.
///
/// It knows where in the file its slice lies, so that every error names the byte.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    part: Part,
    bytes: &'a [u8],
    position: usize,
    base: u64,
}

impl<'a> Reader<'a> {
    /// `base` is the offset of `bytes` in the file.
    pub(crate) fn new(part: Part, bytes: &'a [u8], base: u64) -> Self {
        Self {
            part,
            bytes,
            position: 0,
            base,
        }
    }

    /// How many bytes of the slice have been read.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// The offset in the file of the next byte.
    pub(crate) fn offset(&self) -> u64 {
        self.base + self.position as u64
    }

    /// What is left to read.
    pub(crate) fn remaining(&self) -> &'a [u8] {
        // `position` never passes the end: only `take` moves it, after checking.
        &self.bytes[self.position..]
    }

    pub(crate) fn unsigned(&mut self) -> Result<u64, Error> {
        self.expect(Major::Unsigned)
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Error> {
        let length = self.expect(Major::Bytes)?;
        self.take(length)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, Error> {
        let length = self.expect(Major::Text)?;
        self.text_of(length)
    }

    /// The head of an array; its elements are read next.
    pub(crate) fn array(&mut self) -> Result<u64, Error> {
        self.expect(Major::Array)
    }

    /// The head of an array that must have `expected` elements.
    pub(crate) fn array_of(&mut self, expected: u64) -> Result<(), Error> {
        let offset = self.offset();
        match self.array()? {
            found if found == expected => Ok(()),
            found => Err(self.error(offset, CborProblem::WrongCount { expected, found })),
        }
    }

    /// The head of a map; its keys and values are read next. See [`KeyOrder`].
    pub(crate) fn map(&mut self) -> Result<u64, Error> {
        self.expect(Major::Map)
    }

    /// Reads one whole item of any kind and returns its bytes.
    pub(crate) fn item(&mut self, depth: usize) -> Result<&'a [u8], Error> {
        let start = self.position;
        self.skip(depth)?;
        Ok(&self.bytes[start..self.position])
    }

    /// Succeeds if nothing is left.
    pub(crate) fn finish(self) -> Result<(), Error> {
        if self.remaining().is_empty() {
            Ok(())
        } else {
            Err(self.error(self.offset(), CborProblem::TrailingBytes))
        }
    }

    /// Takes raw bytes, without a head.
    pub(crate) fn take(&mut self, length: u64) -> Result<&'a [u8], Error> {
        let taken = usize::try_from(length)
            .ok()
            .and_then(|length| self.remaining().get(..length));
        let Some(taken) = taken else {
            return Err(self.error(self.offset(), CborProblem::Truncated));
        };
        self.position += taken.len();
        Ok(taken)
    }

    pub(crate) fn error(&self, offset: u64, problem: CborProblem) -> Error {
        Error::Malformed {
            part: self.part,
            offset,
            problem,
        }
    }

    fn skip(&mut self, depth: usize) -> Result<(), Error> {
        let offset = self.offset();
        let (major, argument) = self.head()?;
        match major {
            Major::Unsigned | Major::Negative => {}
            Major::Bytes => _ = self.take(argument)?,
            Major::Text => _ = self.text_of(argument)?,
            Major::Array | Major::Map if depth == 0 => {
                return Err(self.error(offset, CborProblem::TooDeep));
            }
            // Every element takes at least a byte: the end of the slice bounds both loops.
            Major::Array => {
                for _ in 0..argument {
                    self.skip(depth - 1)?;
                }
            }
            Major::Map => {
                let mut order = KeyOrder::default();
                for _ in 0..argument {
                    let offset = self.offset();
                    let key = self.item(depth - 1)?;
                    order.check(key).map_err(|problem| self.error(offset, problem))?;
                    self.skip(depth - 1)?;
                }
            }
            // `false`, `true` and `null`.
            Major::Simple if (20..=22).contains(&argument) => {}
            Major::Tag | Major::Simple => {
                return Err(self.error(offset, CborProblem::Unsupported));
            }
        }
        Ok(())
    }

    fn text_of(&mut self, length: u64) -> Result<&'a str, Error> {
        let offset = self.offset();
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes).map_err(|_| self.error(offset, CborProblem::InvalidUtf8))
    }

    fn expect(&mut self, expected: Major) -> Result<u64, Error> {
        let offset = self.offset();
        let (found, argument) = self.head()?;
        if found == expected {
            return Ok(argument);
        }
        let problem = CborProblem::WrongType {
            expected: expected.name(),
            found: found.name(),
        };
        Err(self.error(offset, problem))
    }

    /// The initial byte and what follows it: the type, and its value, length or count.
    fn head(&mut self) -> Result<(Major, u64), Error> {
        let offset = self.offset();
        let initial = self.take(1)?[0];
        let major = Major::of(initial);
        let (argument, smallest) = match initial & 0x1f {
            short @ 0..24 => return Ok((major, u64::from(short))),
            // For simple values the bytes that follow are a float or a value above 31.
            24..28 if major == Major::Simple => {
                return Err(self.error(offset, CborProblem::Unsupported));
            }
            24 => (self.big_endian(1)?, 24),
            25 => (self.big_endian(2)?, 1 << 8),
            26 => (self.big_endian(4)?, 1 << 16),
            27 => (self.big_endian(8)?, 1 << 32),
            31 if major != Major::Tag => {
                return Err(self.error(offset, CborProblem::IndefiniteLength));
            }
            _ => return Err(self.error(offset, CborProblem::Unsupported)),
        };
        if argument < smallest {
            return Err(self.error(offset, CborProblem::NotShortest));
        }
        Ok((major, argument))
    }

    fn big_endian(&mut self, length: u64) -> Result<u64, Error> {
        let bytes = self.take(length)?;
        Ok(bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }
}

/// Checks that the keys of one map ascend, by the bytes of their encoding (RFC 8949 §4.2.1).
#[derive(Debug, Default)]
pub(crate) struct KeyOrder<'a> {
    last: Option<&'a [u8]>,
}

impl<'a> KeyOrder<'a> {
    /// `key` is the encoded key with its head.
    pub(crate) fn check(&mut self, key: &'a [u8]) -> Result<(), CborProblem> {
        match self.last.replace(key) {
            Some(last) if last == key => Err(CborProblem::DuplicateKey),
            Some(last) if last > key => Err(CborProblem::UnsortedKeys),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(bytes: &[u8]) -> (u64, CborProblem) {
        let mut reader = Reader::new(Part::Index, bytes, 100);
        let result = reader.item(3).and_then(|_| reader.finish());
        match result {
            Err(Error::Malformed { offset, problem, .. }) => (offset, problem),
            other => panic!("{bytes:02x?}: {other:?}"),
        }
    }

    #[test]
    fn canonical_items_are_read_whole() {
        let items: [&[u8]; 8] = [
            &[0x17],
            &[0x18, 0x18],
            &[0x19, 0x01, 0x00],
            &[0x1b, 0, 0, 0, 1, 0, 0, 0, 0],
            &[0x62, 0xc3, 0xa9],
            &[0x82, 0x40, 0xf6],
            &[0xa2, 0x61, b'b', 0x01, 0x62, b'a', b'a', 0x02],
            &[0x81, 0x81, 0x81, 0x00],
        ];
        for bytes in items {
            let mut reader = Reader::new(Part::Index, bytes, 0);
            assert_eq!(reader.item(3).unwrap(), bytes);
            reader.finish().unwrap();
        }
    }

    #[test]
    fn every_other_form_is_refused_at_its_offset() {
        assert_eq!(problem(&[]), (100, CborProblem::Truncated));
        assert_eq!(problem(&[0x42, 0]), (101, CborProblem::Truncated));
        assert_eq!(
            problem(&[0x5b, 255, 255, 255, 255, 255, 255, 255, 255]).1,
            CborProblem::Truncated
        );
        assert_eq!(
            problem(&[0x9b, 255, 255, 255, 255, 255, 255, 255, 255]).1,
            CborProblem::Truncated
        );
        assert_eq!(problem(&[0x00, 0x00]), (101, CborProblem::TrailingBytes));
        assert_eq!(problem(&[0x18, 0x17]), (100, CborProblem::NotShortest));
        assert_eq!(problem(&[0x81, 0x19, 0, 255]), (101, CborProblem::NotShortest));
        assert_eq!(problem(&[0x1a, 0, 0, 255, 255]).1, CborProblem::NotShortest);
        assert_eq!(
            problem(&[0x1b, 0, 0, 0, 0, 255, 255, 255, 255]).1,
            CborProblem::NotShortest
        );
        assert_eq!(problem(&[0x9f, 0xff]).1, CborProblem::IndefiniteLength);
        assert_eq!(problem(&[0x5f, 0xff]).1, CborProblem::IndefiniteLength);
        assert_eq!(problem(&[0x1c]).1, CborProblem::Unsupported);
        assert_eq!(problem(&[0xc0, 0x00]).1, CborProblem::Unsupported);
        assert_eq!(problem(&[0xf9, 0, 0]).1, CborProblem::Unsupported);
        assert_eq!(problem(&[0xf7]).1, CborProblem::Unsupported);
        assert_eq!(problem(&[0x61, 0xff]), (101, CborProblem::InvalidUtf8));
        assert_eq!(problem(&[0xa2, 1, 0, 0, 0]), (103, CborProblem::UnsortedKeys));
        assert_eq!(problem(&[0xa2, 1, 0, 1, 0]), (103, CborProblem::DuplicateKey));
        assert_eq!(problem(&[0x81, 0x81, 0x81, 0x81, 0]), (103, CborProblem::TooDeep));
    }
}

use super::Major;

/// Appends items in canonical form to a buffer.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(capacity),
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(crate) fn array(&mut self, count: u64) -> &mut Self {
        self.head(Major::Array, count)
    }

    pub(crate) fn unsigned(&mut self, number: u64) -> &mut Self {
        self.head(Major::Unsigned, number)
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes_head(bytes.len() as u64).raw(bytes)
    }

    /// The head of a byte string whose content is appended with [`Writer::raw`].
    pub(crate) fn bytes_head(&mut self, length: u64) -> &mut Self {
        self.head(Major::Bytes, length)
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.head(Major::Text, text.len() as u64).raw(text.as_bytes())
    }

    /// A map of encoded keys to encoded values, in whatever order they come: they are sorted here.
    pub(crate) fn map(&mut self, mut entries: Vec<(Vec<u8>, Vec<u8>)>) -> &mut Self {
        entries.sort();
        self.head(Major::Map, entries.len() as u64);
        for (key, value) in &entries {
            self.raw(key).raw(value);
        }
        self
    }

    /// Appends bytes that are encoded already.
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// The buffer itself, for a reader to append to.
    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    fn head(&mut self, major: Major, argument: u64) -> &mut Self {
        let major = (major as u8) << 5;
        let bytes = argument.to_be_bytes();
        let (additional, following) = match head_length(argument) {
            1 => (bytes[7], &bytes[8..]),
            2 => (24, &bytes[7..]),
            3 => (25, &bytes[6..]),
            5 => (26, &bytes[4..]),
            _ => (27, &bytes[..]),
        };
        self.bytes.push(major | additional);
        self.raw(following)
    }
}

/// The bytes that the head of an item takes.
pub(crate) fn head_length(argument: u64) -> u64 {
    match argument {
        0..24 => 1,
        24..=0xff => 2,
        0x100..=0xffff => 3,
        0x1_0000..=0xffff_ffff => 5,
        _ => 9,
    }
}

/// One item, encoded for itself: a key or a value of a [`Writer::map`].
pub(crate) fn encoded(write: impl for<'w> FnOnce(&'w mut Writer) -> &'w mut Writer) -> Vec<u8> {
    let mut writer = Writer::default();
    write(&mut writer);
    writer.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cbor::Reader;
    use crate::error::Part;

    #[test]
    fn numbers_read_back_at_every_boundary_of_length() {
        for shift in 0..64 {
            for number in [(1_u64 << shift) - 1, 1 << shift, (1 << shift) + 1, 23, 24, u64::MAX] {
                let bytes = encoded(|writer| writer.unsigned(number));
                assert_eq!(bytes.len() as u64, head_length(number));
                assert_eq!(Reader::new(Part::Index, &bytes, 0).unsigned().unwrap(), number);
            }
        }
    }
}

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use super::PackError;
use crate::cbor::{Writer, encoded, head_length};
use crate::format;
use crate::header_map::HeaderMap;

/// Builds a b2 web bundle. The bytes depend on what is added and the order in which it is.
#[derive(Debug, Default)]
pub struct BundleBuilder {
    responses: Vec<(Vec<u8>, Content)>,
    /// URLs and the numbers of their responses.
    index: BTreeMap<String, usize>,
}

/// What a response is made of.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Content {
    /// It is in memory.
    Bytes(Vec<u8>),
    /// It is in a file of this length, which is read when the bundle is built.
    File {
        /// The file.
        path: PathBuf,
        /// Its length in bytes.
        length: u64,
    },
}

impl BundleBuilder {
    /// A bundle without responses.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the response of a URL.
    pub fn add(&mut self, url: &str, headers: HeaderMap, content: Content) -> Result<(), PackError> {
        if content.length() > 0 && headers.value("content-type").is_none() {
            return Err(PackError::MissingContentType { url: url.to_owned() });
        }
        self.insert(url, self.responses.len())?;
        self.responses.push((headers.to_bytes(), content));
        Ok(())
    }

    /// Gives the response of a URL that has been added a second one. It is in the file only once.
    pub fn alias(&mut self, url: &str, existing: &str) -> Result<(), PackError> {
        let response = self.index.get(existing).copied();
        let response = response.ok_or_else(|| PackError::NoSuchUrl {
            url: existing.to_owned(),
        })?;
        self.insert(url, response)
    }

    /// The bundle. All lengths are known beforehand, so it is written in one go.
    pub fn build(self) -> Result<Vec<u8>, PackError> {
        let mut offset = head_length(self.responses.len() as u64);
        let mut locations = Vec::with_capacity(self.responses.len());
        for (headers, content) in &self.responses {
            let length = response_length(headers, content);
            locations.push((offset, length));
            offset += length;
        }
        let responses_length = offset;

        let index = self.index.iter().map(|(url, &response)| {
            let (offset, length) = locations[response];
            let value = encoded(|writer| writer.array(2).unsigned(offset).unsigned(length));
            (encoded(|writer| writer.text(url)), value)
        });
        let index = encoded(|writer| writer.map(index.collect()));
        let lengths = encoded(|writer| {
            writer
                .array(4)
                .text("index")
                .unsigned(index.len() as u64)
                .text("responses")
                .unsigned(responses_length)
        });

        // Magic, version and the heads around the sections take less than 64 bytes.
        let capacity = lengths.len() + index.len() + responses_length as usize + 64;
        let mut writer = Writer::with_capacity(capacity);
        writer
            .array(5)
            .bytes(format::WEB_BUNDLE)
            .bytes(format::WEB_BUNDLE_VERSION)
            .bytes(&lengths);
        writer.array(2).raw(&index);
        writer.array(self.responses.len() as u64);
        for (headers, content) in self.responses {
            writer.array(2).bytes(&headers).bytes_head(content.length());
            content.append_to(writer.buffer())?;
        }
        let total = writer.buffer().len() as u64 + 9;
        writer.bytes(&total.to_be_bytes());
        Ok(writer.into_bytes())
    }

    fn insert(&mut self, url: &str, response: usize) -> Result<(), PackError> {
        match self.index.insert(url.to_owned(), response) {
            None => Ok(()),
            Some(_) => Err(PackError::DuplicateUrl { url: url.to_owned() }),
        }
    }
}

fn response_length(headers: &[u8], content: &Content) -> u64 {
    let byte_string = |length: u64| head_length(length) + length;
    head_length(2) + byte_string(headers.len() as u64) + byte_string(content.length())
}

impl Content {
    fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { length, .. } => *length,
        }
    }

    fn append_to(self, buffer: &mut Vec<u8>) -> Result<(), PackError> {
        let (path, length) = match self {
            Self::Bytes(bytes) => {
                buffer.extend_from_slice(&bytes);
                return Ok(());
            }
            Self::File { path, length } => (path, length),
        };
        // One byte more than expected, so that a file that has grown is noticed.
        let read = File::open(&path).and_then(|file| file.take(length.saturating_add(1)).read_to_end(buffer));
        match read {
            Ok(read) if read as u64 == length => Ok(()),
            Ok(_) => Err(PackError::Changed { path }),
            Err(source) => Err(PackError::Io { path, source }),
        }
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

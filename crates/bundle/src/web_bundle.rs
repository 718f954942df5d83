//! The b2 web bundle: URLs and their responses in one file, not signed.

mod response;
mod sections;

use std::path::Path;

use crate::cbor::{KeyOrder, Reader};
use crate::error::Error;
use crate::storage::Body;
pub use response::Response;
pub(crate) use response::{Location, Responses};
use sections::Sections;

/// A web bundle whose structure and index have been checked, but not who made it.
///
/// Opening reads the index and not the responses, so it takes as long for a large bundle as for a
/// small one. A response is checked when it is read; [`WebBundle::check_app`] checks them all.
#[derive(Debug, Clone)]
pub struct WebBundle {
    bytes: Body,
    responses: Responses,
    /// Sorted by the length of the URL, then its bytes: the order in the file, by which one is found.
    index: Vec<(String, Location)>,
    primary: Option<String>,
}

impl WebBundle {
    /// Maps a `.wbn` file. The file must not change while this or any [`Body`] of it exists: see
    /// there.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::parse(Body::map(path)?, 0)
    }

    /// Reads a bundle from memory.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, Error> {
        Self::parse(bytes.into(), 0)
    }

    /// Reads a bundle that begins at `base` in its file.
    pub(crate) fn parse(bytes: Body, base: u64) -> Result<Self, Error> {
        let sections = Sections::read(&bytes, base)?;
        sections.check_critical()?;
        let primary = match sections.metadata("primary") {
            Some(mut reader) => Some(reader.text()?.to_owned()),
            None => None,
        };
        let responses = sections.responses(&bytes)?;
        let mut index = sections
            .metadata("index")
            .ok_or(Error::MissingSection { name: "index" })?;
        let index = read_index(&mut index, &responses)?;
        Ok(Self {
            bytes,
            responses,
            index,
            primary,
        })
    }

    /// The whole bundle, which is what a signature covers.
    pub fn as_bytes(&self) -> &Body {
        &self.bytes
    }

    /// The URL that the bundle stands for, if it says so. Apps must not.
    pub fn primary_url(&self) -> Option<&str> {
        self.primary.as_deref()
    }

    /// The URLs in the index, as they are written there.
    pub fn urls(&self) -> impl ExactSizeIterator<Item = &str> {
        self.index.iter().map(|(url, _)| url.as_str())
    }

    /// The response of a URL, written as in the index. `None` if it is not there; an error if the
    /// response is malformed.
    pub fn response(&self, url: &str) -> Result<Option<Response>, Error> {
        let order = |(other, _): &(String, Location)| (other.len(), other.as_str()).cmp(&(url.len(), url));
        match self.index.binary_search_by(order) {
            Ok(found) => self.responses.read(self.index[found].1).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// Checks that the responses are well-formed and that the index points to whole ones.
    pub(crate) fn check_responses(&self) -> Result<(), Error> {
        let locations = self.responses.walk()?;
        let is_response = |location: &Location| locations.binary_search(location).is_ok();
        match self.index.iter().find(|(_, location)| !is_response(location)) {
            Some((url, _)) => Err(Error::ResponseMisplaced { url: url.clone() }),
            None => Ok(()),
        }
    }

    pub(crate) fn index(&self) -> &[(String, Location)] {
        &self.index
    }

    pub(crate) fn responses(&self) -> &Responses {
        &self.responses
    }
}

/// A map of URLs to pairs of offset and length in the responses.
fn read_index(reader: &mut Reader<'_>, responses: &Responses) -> Result<Vec<(String, Location)>, Error> {
    let bytes = reader.remaining();
    let count = reader.map()?;
    let mut order = KeyOrder::default();
    let mut index = Vec::new();
    for _ in 0..count {
        let (start, offset) = (reader.position(), reader.offset());
        let url = reader.text()?;
        order
            .check(&bytes[start..reader.position()])
            .map_err(|problem| reader.error(offset, problem))?;
        reader.array_of(2)?;
        let (offset, length) = (reader.unsigned()?, reader.unsigned()?);
        let location = responses.locate(offset, length);
        let location = location.ok_or_else(|| Error::ResponseOutOfBounds {
            url: url.to_owned(),
            offset,
            length,
        })?;
        index.push((url.to_owned(), location));
    }
    Ok(index)
}

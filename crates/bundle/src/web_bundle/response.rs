use crate::cbor::Reader;
use crate::error::{Error, Part};
use crate::header_map::HeaderMap;
use crate::storage::Body;

/// One response of a bundle: what a request for its URL is answered with.
#[derive(Debug, Clone)]
pub struct Response {
    headers: HeaderMap,
    body: Body,
}

impl Response {
    /// The status, 100–999.
    pub fn status(&self) -> u16 {
        self.headers.status()
    }

    /// The names, which are lowercase, and values of the headers. See [`HeaderMap::fields`].
    pub fn headers(&self) -> &[(String, String)] {
        self.headers.fields()
    }

    /// The value of the header with this lowercase name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.value(name)
    }

    /// The content, which shares the bundle's storage.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// For a response that does not come from a bundle.
    pub fn new(headers: HeaderMap, body: impl Into<Body>) -> Self {
        Self {
            headers,
            body: body.into(),
        }
    }
}

/// Where in the section `responses` one of them is. Always within the section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Location {
    start: usize,
    end: usize,
}

/// The section `responses`: an array of pairs of encoded headers and body.
#[derive(Debug, Clone)]
pub(crate) struct Responses {
    bytes: Body,
    base: u64,
    /// The bytes of the array's own head: no response can begin there.
    head: usize,
}

impl Responses {
    pub(super) fn new(bytes: Body, base: u64) -> Result<Self, Error> {
        let mut reader = Reader::new(Part::Responses, &bytes, base);
        reader.array()?;
        let head = reader.position();
        Ok(Self { bytes, base, head })
    }

    /// Checks the bounds of what an index says. `None` if it lies outside of the section, or if the
    /// sum of its numbers overflows.
    pub(super) fn locate(&self, offset: u64, length: u64) -> Option<Location> {
        let start = usize::try_from(offset).ok()?;
        let end = usize::try_from(offset.checked_add(length)?).ok()?;
        (start >= self.head && end <= self.bytes.len()).then_some(Location { start, end })
    }

    pub(crate) fn read(&self, location: Location) -> Result<Response, Error> {
        let bytes = &self.bytes[location.start..location.end];
        let mut reader = Reader::new(Part::Responses, bytes, self.base + location.start as u64);
        let (headers, length) = read_response(&mut reader)?;
        let end = location.start + reader.position();
        reader.finish()?;
        // In bounds: the reader has just read these bytes.
        let body = self.bytes.slice(end - length..end).unwrap_or_else(|| Vec::new().into());
        Ok(Response { headers, body })
    }

    /// Checks every response, whether or not the index has it, and returns where they are, ascending.
    pub(super) fn walk(&self) -> Result<Vec<Location>, Error> {
        let mut reader = Reader::new(Part::Responses, &self.bytes, self.base);
        let count = reader.array()?;
        let mut locations = Vec::new();
        for _ in 0..count {
            let start = reader.position();
            read_response(&mut reader)?;
            locations.push(Location {
                start,
                end: reader.position(),
            });
        }
        reader.finish()?;
        Ok(locations)
    }
}

/// Reads one response and returns its headers and the length of its body, which has just been passed.
fn read_response(reader: &mut Reader<'_>) -> Result<(HeaderMap, usize), Error> {
    let offset = reader.offset();
    reader.array_of(2)?;
    let headers = reader.bytes()?;
    let headers = HeaderMap::parse_at(headers, reader.offset() - headers.len() as u64)?;
    let body = reader.bytes()?;
    if !body.is_empty() && headers.value("content-type").is_none() {
        return Err(Error::MissingContentType { offset });
    }
    Ok((headers, body.len()))
}

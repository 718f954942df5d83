use crate::cbor::{CborProblem, Reader};
use crate::error::{Error, Part};
use crate::storage::Body;
use crate::{format, limits};

use super::Responses;

/// Sections other than the responses that this crate reads.
const READ: [&str; 3] = ["index", "critical", "primary"];

/// Names that a bundle may call critical: those that this crate understands, or knows to be of no
/// consequence.
const KNOWN: [&str; 5] = ["index", "responses", "critical", "primary", "manifest"];

/// The outer structure of a bundle: an array of magic, version, section lengths, sections, and the
/// length of it all.
pub(super) struct Sections<'a> {
    bytes: &'a [u8],
    base: u64,
    /// In their order, ending with `responses`.
    sections: Vec<Section<'a>>,
}

struct Section<'a> {
    name: &'a str,
    start: usize,
    end: usize,
}

impl<'a> Sections<'a> {
    /// Finds the sections and checks that they fill the bundle exactly. Those that have a meaning are
    /// read through, all but the responses; those may be large, and are left for later.
    pub(super) fn read(bytes: &'a [u8], base: u64) -> Result<Self, Error> {
        let mut reader = Reader::new(Part::WebBundle, bytes, base);
        let lengths = read_lengths(read_head(&mut reader)?)?;
        let count = reader.array()?;
        if count != lengths.len() as u64 {
            return Err(Error::SectionCountMismatch {
                listed: lengths.len() as u64,
                found: count,
            });
        }
        let mut sections = Vec::with_capacity(lengths.len());
        for (name, declared) in lengths {
            let start = reader.position();
            if name == "responses" {
                reader.take(declared)?;
            } else {
                read_metadata(&mut reader, name, declared)?;
            }
            sections.push(Section {
                name,
                start,
                end: reader.position(),
            });
        }
        read_total_length(reader, bytes.len() as u64)?;
        Ok(Self { bytes, base, sections })
    }

    /// A reader of a section's item, which has been checked to be one.
    pub(super) fn metadata(&self, name: &str) -> Option<Reader<'a>> {
        let section = self.section(name)?;
        let base = self.base + section.start as u64;
        Some(Reader::new(
            part_of(name),
            &self.bytes[section.start..section.end],
            base,
        ))
    }

    /// Fails if the bundle says that it cannot be understood without a section that we do not know.
    pub(super) fn check_critical(&self) -> Result<(), Error> {
        let Some(mut reader) = self.metadata("critical") else {
            return Ok(());
        };
        for _ in 0..reader.array()? {
            let name = reader.text()?;
            if !KNOWN.contains(&name) {
                return Err(Error::UnknownCriticalSection { name: name.to_owned() });
            }
        }
        Ok(())
    }

    pub(super) fn responses(&self, bytes: &Body) -> Result<Responses, Error> {
        let missing = Error::MissingSection { name: "responses" };
        let Some(section) = self.section("responses") else {
            return Err(missing);
        };
        let base = self.base + section.start as u64;
        Responses::new(bytes.slice(section.start..section.end).ok_or(missing)?, base)
    }

    fn section(&self, name: &str) -> Option<&Section<'a>> {
        self.sections.iter().find(|section| section.name == name)
    }
}

/// Reads up to the sections, and returns a reader of the table of their lengths.
fn read_head<'a>(reader: &mut Reader<'a>) -> Result<Reader<'a>, Error> {
    let start = reader.offset();
    let not_a_bundle = |_| Error::NotAWebBundle { offset: start };
    let count = reader.array().map_err(not_a_bundle)?;
    if reader.bytes().map_err(not_a_bundle)? != format::WEB_BUNDLE {
        return Err(Error::NotAWebBundle { offset: start });
    }
    // The version comes first, because it decides how many elements there are.
    let version = reader.bytes()?;
    if version != format::WEB_BUNDLE_VERSION {
        return Err(Error::UnsupportedBundleVersion {
            version: version.to_vec(),
        });
    }
    if count != 5 {
        return Err(reader.error(
            start,
            CborProblem::WrongCount {
                expected: 5,
                found: count,
            },
        ));
    }
    let lengths = reader.bytes()?;
    if lengths.len() > limits::SECTION_LENGTHS {
        return Err(Error::SectionLengthsTooLarge);
    }
    Ok(Reader::new(
        Part::SectionLengths,
        lengths,
        reader.offset() - lengths.len() as u64,
    ))
}

/// A flat array of names and lengths: `["index", 42, "responses", 4711]`.
fn read_lengths(mut reader: Reader<'_>) -> Result<Vec<(&str, u64)>, Error> {
    let count = reader.array()?;
    if !count.is_multiple_of(2) {
        return Err(Error::OddSectionLengths);
    }
    let mut lengths: Vec<(&str, u64)> = Vec::new();
    for _ in 0..count / 2 {
        let (name, length) = (reader.text()?, reader.unsigned()?);
        if lengths.iter().any(|&(other, _)| other == name) {
            return Err(Error::DuplicateSection { name: name.to_owned() });
        }
        lengths.push((name, length));
    }
    reader.finish()?;
    match lengths.last() {
        Some(("responses", _)) => Ok(lengths),
        Some((last, _)) if lengths.iter().any(|&(name, _)| name == "responses") => Err(Error::ResponsesNotLast {
            last: (*last).to_owned(),
        }),
        _ => Err(Error::MissingSection { name: "responses" }),
    }
}

/// Reads through one section that is not `responses`, which must be one item of the declared length.
/// One that we do not know is passed over, whatever is in it: it is there for others.
fn read_metadata(reader: &mut Reader<'_>, name: &str, declared: u64) -> Result<(), Error> {
    if declared > limits::METADATA_SECTION {
        return Err(Error::SectionTooLarge { name: name.to_owned() });
    }
    if !READ.contains(&name) {
        reader.take(declared)?;
        return Ok(());
    }
    let rest = reader.remaining();
    let actual = Reader::new(part_of(name), rest, reader.offset())
        .item(limits::CBOR_DEPTH)?
        .len() as u64;
    if actual != declared {
        return Err(Error::SectionLengthMismatch {
            name: name.to_owned(),
            declared,
            actual,
        });
    }
    reader.take(declared)?;
    Ok(())
}

fn part_of(name: &str) -> Part {
    match name {
        "index" => Part::Index,
        "critical" => Part::Critical,
        _ => Part::OtherSection,
    }
}

/// The last element: eight bytes that give the length of the bundle, themselves included.
fn read_total_length(mut reader: Reader<'_>, actual: u64) -> Result<(), Error> {
    let offset = reader.offset();
    let bytes = reader.bytes()?;
    let Ok(bytes) = <[u8; 8]>::try_from(bytes) else {
        let problem = CborProblem::WrongCount {
            expected: 8,
            found: bytes.len() as u64,
        };
        return Err(reader.error(offset, problem));
    };
    reader.finish()?;
    match u64::from_be_bytes(bytes) {
        declared if declared == actual => Ok(()),
        declared => Err(Error::TotalLengthMismatch { declared, actual }),
    }
}

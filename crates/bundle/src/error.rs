use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::cbor::CborProblem;
use crate::id::{IdError, SignedWebBundleId};
use crate::keys::KeyType;

/// Why a bundle was refused. [`Error::fault`] says whose doing it is.
///
/// Offsets count bytes from the start of the file; signatures are counted from 1 as people do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    // The machine.
    /// The file could not be opened or mapped.
    #[error("cannot read `{}`", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    // Any part of the file.
    /// The encoding of some part is broken, or is not the one canonical form.
    #[error("malformed {part} at byte {offset}: {problem}")]
    Malformed {
        /// Which part of the file.
        part: Part,
        /// Where.
        offset: u64,
        /// What is wrong there.
        problem: CborProblem,
    },

    // The integrity block.
    /// The file is a web bundle without an integrity block.
    #[error("the web bundle is not signed")]
    NotSigned,
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The file begins with neither an integrity block nor a web bundle.
    #[error("the file is not a signed web bundle")]
    NotABundle,
    /// The integrity block has the format of 2022, which named no id.
    #[error("the integrity block has the deprecated version 1; only version 2 is supported")]
    DeprecatedIntegrityBlock,
    /// The integrity block has a version that does not exist yet.
    #[error("the integrity block has the unknown version {}", version.escape_ascii())]
    UnknownIntegrityBlockVersion {
        /// The bytes of the version.
        version: Vec<u8>,
    },
    /// The integrity block is longer than [`crate::limits::INTEGRITY_BLOCK`].
    #[error("the integrity block is larger than {} bytes", crate::limits::INTEGRITY_BLOCK)]
    IntegrityBlockTooLarge,
    /// An attribute map is longer than [`crate::limits::ATTRIBUTES`].
    #[error(
        "the attributes at byte {offset} are larger than {} bytes",
        crate::limits::ATTRIBUTES
    )]
    AttributesTooLarge {
        /// Where the map begins.
        offset: u64,
    },
    /// The block's attributes have no `webBundleId`.
    #[error("the integrity block does not say which app this is (`webBundleId`)")]
    MissingId,
    /// The block's `webBundleId` is not an id.
    #[error("the integrity block's `webBundleId` is invalid")]
    InvalidId {
        /// What is wrong with it.
        source: IdError,
    },
    /// The block names an app under development, which no file can be.
    #[error("`{id}` is an id for development, which a file cannot have")]
    DevelopmentId {
        /// The id.
        id: SignedWebBundleId,
    },
    /// The list of signatures is empty.
    #[error("the integrity block has no signatures")]
    NoSignatures,
    /// There are more than [`crate::limits::SIGNATURES`].
    #[error(
        "the integrity block has {count} signatures, more than the {} allowed",
        crate::limits::SIGNATURES
    )]
    TooManySignatures {
        /// How many the file claims.
        count: u64,
    },
    /// One signature has two keys.
    #[error("signature {signature} names two public keys")]
    TwoKeys {
        /// Which signature, from 1.
        signature: usize,
    },
    /// The first signature is of a kind that we do not know. Later ones may be.
    #[error("the first signature is of an unknown kind")]
    UnknownFirstSignature,
    /// The bytes of a key are not a key.
    #[error("signature {signature} has an invalid {key_type} public key")]
    InvalidPublicKey {
        /// Which signature, from 1.
        signature: usize,
        /// What the key should be.
        key_type: KeyType,
    },
    /// The length that ends the file is not the length of what follows the integrity block.
    #[error(
        "the {actual} bytes after the integrity block are not as many as the web bundle says that it has: the file \
         is truncated or has been added to"
    )]
    LengthMismatch {
        /// What the last eight bytes of the file say.
        declared: u64,
        /// What is there.
        actual: u64,
    },

    // Verification.
    /// A signature does not match what was signed.
    #[error(
        "signature {signature} ({key_type}) does not match the contents: the file was damaged or changed after \
         it was signed"
    )]
    SignatureInvalid {
        /// Which signature, from 1.
        signature: usize,
        /// The kind of its key.
        key_type: KeyType,
    },
    /// The bundle is another app than the one expected.
    #[error("this is the app `{found}`, not `{expected}`")]
    UnexpectedId {
        /// The app that should be here.
        expected: SignedWebBundleId,
        /// The app that the file says it is.
        found: SignedWebBundleId,
    },
    /// No signature is by the key that the id names.
    #[error("none of the signatures is by the key of `{id}`")]
    NotSignedByItsKey {
        /// The app that the file says it is.
        id: SignedWebBundleId,
    },

    // The web bundle.
    /// Where the web bundle should begin is something else.
    #[error("there is no web bundle at byte {offset}")]
    NotAWebBundle {
        /// Where it should begin.
        offset: u64,
    },
    /// The web bundle is of another version than b2.
    #[error("the web bundle has version `{}`; only `b2` is supported", version.escape_ascii())]
    UnsupportedBundleVersion {
        /// The bytes of the version.
        version: Vec<u8>,
    },
    /// The table of section lengths is longer than [`crate::limits::SECTION_LENGTHS`].
    #[error(
        "the table of section lengths is larger than {} bytes",
        crate::limits::SECTION_LENGTHS
    )]
    SectionLengthsTooLarge,
    /// The table of section lengths is not a list of pairs.
    #[error("the table of section lengths has an odd number of elements")]
    OddSectionLengths,
    /// The table of section lengths has other sections than the file.
    #[error("the bundle lists {listed} sections but has {found}")]
    SectionCountMismatch {
        /// In the table.
        listed: u64,
        /// In the file.
        found: u64,
    },
    /// Two sections have one name.
    #[error("the section `{name}` exists twice")]
    DuplicateSection {
        /// The name.
        name: String,
    },
    /// A section that every bundle must have is missing.
    #[error("the section `{name}` is missing")]
    MissingSection {
        /// The name.
        name: &'static str,
    },
    /// The responses are not the last section.
    #[error("the section `responses` must be the last, but `{last}` is")]
    ResponsesNotLast {
        /// The last section's name.
        last: String,
    },
    /// A section is longer than [`crate::limits::METADATA_SECTION`].
    #[error("the section `{name}` is larger than {} bytes", crate::limits::METADATA_SECTION)]
    SectionTooLarge {
        /// The section's name.
        name: String,
    },
    /// A section does not have the length that the table says.
    #[error("the section `{name}` is said to take {declared} bytes, but takes {actual}")]
    SectionLengthMismatch {
        /// The section's name.
        name: String,
        /// What the table says.
        declared: u64,
        /// What is there.
        actual: u64,
    },
    /// The bundle says that it cannot be understood without a section that we do not know.
    #[error("the bundle needs the section `{name}` to be understood, which is unknown")]
    UnknownCriticalSection {
        /// The section's name.
        name: String,
    },
    /// The length at the end of the bundle is not its length.
    #[error("the bundle says that it is {declared} bytes long, but it is {actual}")]
    TotalLengthMismatch {
        /// What its last element says.
        declared: u64,
        /// What is there.
        actual: u64,
    },

    // Responses.
    /// The index points outside the responses.
    #[error("the response of `{url}` (offset {offset}, {length} bytes) lies outside of the responses")]
    ResponseOutOfBounds {
        /// The URL in the index.
        url: String,
        /// The offset in the section.
        offset: u64,
        /// The length.
        length: u64,
    },
    /// The index points into the middle of a response, or across several.
    #[error("the index entry of `{url}` does not lie on the bounds of a response")]
    ResponseMisplaced {
        /// The URL in the index.
        url: String,
    },
    /// A header map is longer than [`crate::limits::HEADER_MAP`].
    #[error("the headers at byte {offset} are larger than {} bytes", crate::limits::HEADER_MAP)]
    HeadersTooLarge {
        /// Where the headers begin.
        offset: u64,
    },
    /// A header has no valid name: a lowercase token.
    #[error("invalid header name `{name}` at byte {offset}; names are lowercase tokens")]
    InvalidHeaderName {
        /// The name, with bytes that are not text escaped.
        name: String,
        /// Where it is.
        offset: u64,
    },
    /// A header's value has control characters, or space around it.
    #[error("invalid value of the header `{name}` at byte {offset}")]
    InvalidHeaderValue {
        /// The header.
        name: String,
        /// Where the value is.
        offset: u64,
    },
    /// A header, or `:status`, exists twice.
    #[error("the header `{name}` at byte {offset} exists twice")]
    DuplicateHeader {
        /// The header.
        name: String,
        /// Where the second one is.
        offset: u64,
    },
    /// There is no `:status`.
    #[error("the headers at byte {offset} have no `:status`")]
    MissingStatus {
        /// Where the headers begin.
        offset: u64,
    },
    /// `:status` is not three digits from 100.
    #[error("the `:status` at byte {offset} is not a number of three digits")]
    InvalidStatus {
        /// Where it is.
        offset: u64,
    },
    /// A response has a body of no declared type.
    #[error("the response at byte {offset} has a body but no `content-type`")]
    MissingContentType {
        /// Where the response begins.
        offset: u64,
    },

    // The rules for isolated apps.
    /// The bundle has a primary URL, which an app must not.
    #[error("the bundle of an app must not have a primary URL")]
    PrimaryUrl,
    /// A URL in the index is not one of the app's.
    #[error("the URL `{url}` in the index {problem}")]
    UnsuitableUrl {
        /// As it is in the index.
        url: String,
        /// What is wrong with it.
        problem: UrlProblem,
    },
    /// Two spellings in the index are one URL.
    #[error("the URL `{url}` exists twice in the index")]
    DuplicateUrl {
        /// The second spelling.
        url: String,
    },
}

/// Whose doing an [`Error`] is, which decides whom to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The file could not be read on this machine.
    Machine,
    /// The file was damaged or changed on its way, after it was made.
    Delivery,
    /// Whoever made the file made it wrong.
    Author,
    /// The file may be fine, but is of a kind that is not supported.
    Unsupported,
    /// It is a fine bundle of another app than the caller asked for.
    Caller,
}

impl Error {
    /// Whose doing this most likely is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Io { .. } => Fault::Machine,
            Self::Empty
            | Self::SignatureInvalid { .. }
            | Self::LengthMismatch { .. }
            | Self::Malformed {
                problem: CborProblem::Truncated,
                ..
            } => Fault::Delivery,
            Self::DeprecatedIntegrityBlock
            | Self::UnknownIntegrityBlockVersion { .. }
            | Self::UnsupportedBundleVersion { .. }
            | Self::UnknownFirstSignature
            | Self::UnknownCriticalSection { .. }
            | Self::NotSigned
            | Self::NotABundle => Fault::Unsupported,
            Self::UnexpectedId { .. } => Fault::Caller,
            _ => Fault::Author,
        }
    }
}

/// The parts of a file that are encoded in CBOR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// Magic, version, attributes and signatures.
    IntegrityBlock,
    /// Magic, version, lengths, and the end.
    WebBundle,
    /// The table of section lengths.
    SectionLengths,
    /// URLs and where their responses are.
    Index,
    /// The names of sections that must be understood.
    Critical,
    /// Another section before the responses.
    OtherSection,
    /// The responses: headers and bodies.
    Responses,
    /// The headers of one response.
    Headers,
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::IntegrityBlock => "integrity block",
            Self::WebBundle => "web bundle",
            Self::SectionLengths => "table of section lengths",
            Self::Index => "index",
            Self::Critical => "list of critical sections",
            Self::OtherSection => "section",
            Self::Responses => "response",
            Self::Headers => "header map",
        })
    }
}

/// Why a URL cannot be in the index of an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlProblem {
    /// It does not parse.
    Invalid,
    /// Its scheme is not `isolated-app`.
    OtherScheme,
    /// Its host is not the app's id.
    OtherHost,
    /// It has a user name or password.
    Credentials,
    /// It has a port.
    Port,
    /// It has a query: requests are looked up without theirs.
    Query,
    /// It has a fragment.
    Fragment,
}

impl fmt::Display for UrlProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Invalid => "is not a valid URL",
            Self::OtherScheme => "has another scheme than `isolated-app`",
            Self::OtherHost => "belongs to another app",
            Self::Credentials => "has a user name or password",
            Self::Port => "has a port",
            Self::Query => "has a query",
            Self::Fragment => "has a fragment",
        })
    }
}

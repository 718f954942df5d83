//! Who signed the bundle that follows, and as which app.

pub(crate) mod sign;

use crate::cbor::{CborProblem, Reader};
use crate::error::{Error, Part};
use crate::id::SignedWebBundleId;
use crate::keys::{KeyType, PublicKey};
use crate::rotation::KeyRotations;
use crate::{format, limits};

const VERSION_1: &[u8] = b"1b\0\0";
const VERSION_2: &[u8] = b"2b\0\0";
const ID_ATTRIBUTE: &str = "webBundleId";
/// An array without elements.
const EMPTY_ARRAY: u8 = 0x80;

/// The first part of a `.swbn` file, in version 2: an array of magic, version, attributes and
/// signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntegrityBlock {
    id: SignedWebBundleId,
    signatures: Vec<Signature>,
    /// The block with an empty list of signatures, which is what each of them covers. Taken from the
    /// file and not encoded again, so that attributes that we do not know stay as they were signed.
    stripped: Vec<u8>,
    length: usize,
}

/// One signature of an [`IntegrityBlock`]. They are independent of each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    key: Option<PublicKey>,
    /// The encoded attribute map as it is in the file: it is part of what is signed.
    attributes: Vec<u8>,
    bytes: Vec<u8>,
}

impl IntegrityBlock {
    /// Reads the block that a file begins with. What follows it is not looked at.
    pub fn parse(file: &[u8]) -> Result<Self, Error> {
        check_magic(file)?;
        let limited = &file[..file.len().min(limits::INTEGRITY_BLOCK)];
        Self::read(&mut Reader::new(Part::IntegrityBlock, limited, 0)).map_err(|error| match error {
            Error::Malformed {
                problem: CborProblem::Truncated,
                ..
            } if limited.len() < file.len() => Error::IntegrityBlockTooLarge,
            error => error,
        })
    }

    /// The app that the signatures vouch for. Only a claim until they are verified.
    pub fn id(&self) -> &SignedWebBundleId {
        &self.id
    }

    /// The signatures in their order; at least one, and the first has a key.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// The bytes that the block takes: the web bundle begins there.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Whether one of the signatures claims to be by this key. Proven once the bundle is verified.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        self.signatures
            .iter()
            .any(|signature| signature.key.as_ref() == Some(key))
    }

    /// Whether one of the signatures claims to be by the key that the id is made of. Proven once the bundle is verified.
    pub fn is_signed_by_key_of_id(&self) -> bool {
        let mut keys = self.signatures.iter().filter_map(|signature| signature.key.as_ref());
        keys.any(|key| SignedWebBundleId::from_public_key(key) == self.id)
    }

    /// Checks that every signature of a known kind is right for a web bundle with this SHA-512, and that one of them is by
    /// the key that the id names, or one that has taken its place. Any key may have, where nobody knows which.
    pub(crate) fn verify(&self, digest: &[u8; 64], rotations: &KeyRotations) -> Result<(), Error> {
        for (index, signature) in self.signatures.iter().enumerate() {
            // Of a kind that we do not know. It says nothing to us, and the others must say enough.
            let Some(key) = &signature.key else { continue };
            let payload = payload(digest, &self.stripped, &signature.attributes);
            if !key.verify(&payload, &signature.bytes) {
                return Err(Error::SignatureInvalid {
                    signature: index + 1,
                    key_type: key.key_type(),
                });
            }
        }
        let is_named = rotations.keys(&self.id).any(|key| self.is_signed_by(key));
        if self.is_signed_by_key_of_id() || is_named || rotations.are_unknown_for(&self.id) {
            Ok(())
        } else {
            Err(Error::NotSignedByItsKey { id: self.id.clone() })
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let file = reader.remaining();
        let count = reader.array()?;
        reader.bytes()?; // The magic, checked before.
        // The version comes first, because it decides how many elements there are.
        match reader.bytes()? {
            VERSION_2 => {}
            VERSION_1 => return Err(Error::DeprecatedIntegrityBlock),
            version => {
                return Err(Error::UnknownIntegrityBlockVersion {
                    version: version.to_vec(),
                });
            }
        }
        if count != 4 {
            return Err(reader.error(
                0,
                CborProblem::WrongCount {
                    expected: 4,
                    found: count,
                },
            ));
        }

        let attributes = Attributes::read(reader)?;
        let mut id = attributes.value(ID_ATTRIBUTE)?.ok_or(Error::MissingId)?;
        let id: SignedWebBundleId = id.text()?.parse().map_err(|source| Error::InvalidId { source })?;
        if id.is_development() {
            return Err(Error::DevelopmentId { id });
        }
        let mut stripped = file[..reader.position()].to_vec();
        stripped.push(EMPTY_ARRAY);

        let count = reader.array()?;
        if count == 0 {
            return Err(Error::NoSignatures);
        }
        if count > limits::SIGNATURES {
            return Err(Error::TooManySignatures { count });
        }
        let mut signatures = Vec::new();
        for number in 1..=count as usize {
            signatures.push(Signature::read(reader, number)?);
        }
        if signatures[0].key.is_none() {
            return Err(Error::UnknownFirstSignature);
        }
        Ok(Self {
            id,
            signatures,
            stripped,
            length: reader.position(),
        })
    }
}

impl Signature {
    /// The key that must have signed; `None` if the signature is of a kind that we do not know, in
    /// which case it is skipped.
    pub fn public_key(&self) -> Option<&PublicKey> {
        self.key.as_ref()
    }

    fn read(reader: &mut Reader<'_>, number: usize) -> Result<Self, Error> {
        reader.array_of(2)?;
        let attributes = Attributes::read(reader)?;
        let mut key = None;
        for key_type in KeyType::ALL {
            let Some(mut value) = attributes.value(key_type.attribute_name())? else {
                continue;
            };
            if key.is_some() {
                return Err(Error::TwoKeys { signature: number });
            }
            let invalid = Error::InvalidPublicKey {
                signature: number,
                key_type,
            };
            key = Some(PublicKey::from_bytes(key_type, value.bytes()?).ok_or(invalid)?);
        }
        let bytes = reader.bytes()?.to_vec();
        Ok(Self {
            key,
            attributes: attributes.encoded.to_vec(),
            bytes,
        })
    }
}

/// What one signature signs.
fn payload(digest: &[u8; 64], stripped: &[u8], attributes: &[u8]) -> Vec<u8> {
    let mut payload = Vec::with_capacity(3 * 8 + digest.len() + stripped.len() + attributes.len());
    for part in [digest, stripped, attributes] {
        payload.extend_from_slice(&(part.len() as u64).to_be_bytes());
        payload.extend_from_slice(part);
    }
    payload
}

/// A map of names to values of any kind.
struct Attributes<'a> {
    encoded: &'a [u8],
    base: u64,
}

impl<'a> Attributes<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let base = reader.offset();
        let attributes = Self {
            encoded: reader.item(limits::CBOR_DEPTH)?,
            base,
        };
        if attributes.encoded.len() > limits::ATTRIBUTES {
            return Err(Error::AttributesTooLarge { offset: base });
        }
        Ok(attributes)
    }

    /// A reader of the value of this name. Fails if the attributes are not a map, or a name is not text.
    fn value(&self, name: &str) -> Result<Option<Reader<'a>>, Error> {
        let mut reader = Reader::new(Part::IntegrityBlock, self.encoded, self.base);
        for _ in 0..reader.map()? {
            if reader.text()? == name {
                return Ok(Some(reader));
            }
            reader.item(limits::CBOR_DEPTH)?;
        }
        Ok(None)
    }
}

/// Tells a signed bundle from a plain one and from every other kind of file.
fn check_magic(file: &[u8]) -> Result<(), Error> {
    let begins_with = |magic: &[u8; 8]| {
        // An array of any length, then the magic as a byte string, as far as the file goes.
        let expected = std::iter::once(0x48).chain(*magic);
        file.first().is_none_or(|first| first >> 5 == 4)
            && file
                .iter()
                .skip(1)
                .zip(expected)
                .all(|(&found, expected)| found == expected)
    };
    if file.is_empty() {
        Err(Error::Empty)
    } else if begins_with(format::INTEGRITY_BLOCK) {
        Ok(())
    } else if begins_with(format::WEB_BUNDLE) {
        Err(Error::NotSigned)
    } else {
        Err(Error::NotABundle)
    }
}

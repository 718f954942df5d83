//! Public keys and their signatures; the private halves are in [`signing`].

pub(crate) mod signing;

use std::fmt;

use ed25519_dalek::VerifyingKey as Ed25519Key;
use p256::ecdsa::VerifyingKey as EcdsaKey;
use p256::ecdsa::signature::Verifier;

/// The kinds of key that may sign a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyType {
    /// Ed25519 (RFC 8032), without prehashing.
    Ed25519,
    /// ECDSA on the curve P-256 with SHA-256.
    EcdsaP256Sha256,
}

impl KeyType {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Ed25519, Self::EcdsaP256Sha256];

    /// The key's name among the attributes of a signature.
    pub fn attribute_name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519PublicKey",
            Self::EcdsaP256Sha256 => "ecdsaP256SHA256PublicKey",
        }
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Ed25519 => "Ed25519",
            Self::EcdsaP256Sha256 => "ECDSA P-256",
        })
    }
}

/// A key that verifies signatures: always a valid point of its curve.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(Inner);

#[derive(Clone, PartialEq, Eq)]
enum Inner {
    Ed25519(Ed25519Key),
    Ecdsa(EcdsaKey),
}

impl PublicKey {
    /// Reads a key in its form in a signature's attributes: 32 bytes for Ed25519, a compressed point
    /// of 33 bytes for ECDSA. `None` if the bytes are not a key.
    pub fn from_bytes(key_type: KeyType, bytes: &[u8]) -> Option<Self> {
        match key_type {
            KeyType::Ed25519 => Ed25519Key::from_bytes(bytes.try_into().ok()?).ok().map(Into::into),
            // The length leaves only the compressed form: the library reads the long one as well.
            KeyType::EcdsaP256Sha256 if bytes.len() == 33 => EcdsaKey::from_sec1_bytes(bytes).ok().map(Into::into),
            KeyType::EcdsaP256Sha256 => None,
        }
    }

    /// The key as [`PublicKey::from_bytes`] reads it.
    pub fn to_bytes(&self) -> Vec<u8> {
        match &self.0 {
            Inner::Ed25519(key) => key.to_bytes().to_vec(),
            Inner::Ecdsa(key) => key.to_sec1_point(true).as_bytes().to_vec(),
        }
    }

    /// Which kind of key this is.
    pub fn key_type(&self) -> KeyType {
        match self.0 {
            Inner::Ed25519(_) => KeyType::Ed25519,
            Inner::Ecdsa(_) => KeyType::EcdsaP256Sha256,
        }
    }

    /// Whether `signature` is this key's signature of `message`.
    ///
    /// Ed25519 is checked strictly: weak keys, and signatures that another implementation might
    /// judge differently, do not pass. An ECDSA signature is DER; its `s` may be low or high.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.0 {
            Inner::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            Inner::Ecdsa(key) => p256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
        }
    }
}

impl From<Ed25519Key> for PublicKey {
    fn from(key: Ed25519Key) -> Self {
        Self(Inner::Ed25519(key))
    }
}

impl From<EcdsaKey> for PublicKey {
    fn from(key: EcdsaKey) -> Self {
        Self(Inner::Ecdsa(key))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = data_encoding::HEXLOWER.encode(&self.to_bytes());
        write!(formatter, "PublicKey({}, {hex})", self.key_type())
    }
}

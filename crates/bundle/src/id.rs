use std::fmt;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;
use insula_vocabulary::ISOLATED_APP_SCHEME;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;

use crate::keys::{KeyType, PublicKey};

/// The name of an app: its public key, written as the host of an `isolated-app:` URL.
///
/// `lowercase(base32(identifier ‖ type ‖ length of type))` without padding. For a signed app the
/// identifier is a public key; for an app under development it is 32 bytes of any kind, and no
/// file can claim it.
///
/// An id is checked to have the form of one, not to hold a point of the curve (the specification's
/// own example does not): nothing is ever verified *as* an id whose key could not have signed it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignedWebBundleId(String);

/// Why a text is not a [`SignedWebBundleId`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// Neither 56 characters (Ed25519, development) nor 58 (ECDSA).
    #[error("a web bundle id has 56 or 58 characters, not {0}")]
    Length(usize),
    /// A character that is not one of `a`–`z` and `2`–`7`, or bits that should be zero.
    #[error("a web bundle id is lowercase base32 without padding")]
    NotBase32,
    /// The last bytes name no known kind of key.
    #[error("the end of the web bundle id names no known kind of key")]
    UnknownType,
}

const ED25519: &[u8] = &[0, 1, 2];
const ECDSA_P256_SHA256: &[u8] = &[0, 2, 2];
const DEVELOPMENT: &[u8] = &[0, 0, 2];

impl SignedWebBundleId {
    /// The id of an app that this key signs.
    pub fn from_public_key(key: &PublicKey) -> Self {
        let type_suffix = match key.key_type() {
            KeyType::Ed25519 => ED25519,
            KeyType::EcdsaP256Sha256 => ECDSA_P256_SHA256,
        };
        Self::encode(&key.to_bytes(), type_suffix)
    }

    /// The id of an app that is served from a folder while it is written. Not the name of any key.
    pub fn development(identifier: [u8; 32]) -> Self {
        Self::encode(&identifier, DEVELOPMENT)
    }

    /// The type of the key in this id; `None` for an app under development.
    pub fn key_type(&self) -> Option<KeyType> {
        // Decodes by construction: the only ways to a value are `encode` and `from_str`.
        decode(&self.0).ok()?.0
    }

    /// The key in this id; `None` for an app under development, or if the bytes are not a key.
    pub fn public_key(&self) -> Option<PublicKey> {
        let (key_type, identifier) = decode(&self.0).ok()?;
        PublicKey::from_bytes(key_type?, &identifier)
    }

    /// Whether this names an app under development, which a file can never be.
    pub fn is_development(&self) -> bool {
        self.key_type().is_none()
    }

    /// The app's origin as a URL, `isolated-app://<id>/`.
    pub fn origin_url(&self) -> Url {
        #[expect(
            clippy::unwrap_used,
            reason = "the text is built from characters that every URL may have"
        )]
        Url::parse(&format!("{ISOLATED_APP_SCHEME}://{self}/")).unwrap()
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn encode(identifier: &[u8], type_suffix: &[u8]) -> Self {
        let bytes = [identifier, type_suffix].concat();
        Self(BASE32_NOPAD.encode(&bytes).to_ascii_lowercase())
    }
}

impl FromStr for SignedWebBundleId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        decode(text)?;
        Ok(Self(text.to_owned()))
    }
}

/// The type of key, `None` for a development id, and the identifier.
fn decode(text: &str) -> Result<(Option<KeyType>, Vec<u8>), IdError> {
    if !matches!(text.len(), 56 | 58) {
        return Err(IdError::Length(text.chars().count()));
    }
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(IdError::NotBase32);
    }
    // The decoder refuses spare bits that are not zero: every id has one spelling.
    let decoded = BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes());
    let mut identifier = decoded.map_err(|_| IdError::NotBase32)?;
    // 56 characters are 35 bytes, 58 are 36.
    let type_suffix = identifier.split_off(identifier.len() - 3);
    let key_type = match (type_suffix.as_slice(), identifier.len()) {
        (DEVELOPMENT, 32) => None,
        (ED25519, 32) => Some(KeyType::Ed25519),
        (ECDSA_P256_SHA256, 33) => Some(KeyType::EcdsaP256Sha256),
        _ => return Err(IdError::UnknownType),
    };
    Ok((key_type, identifier))
}

impl fmt::Display for SignedWebBundleId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for SignedWebBundleId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SignedWebBundleId({})", self.0)
    }
}

impl Serialize for SignedWebBundleId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SignedWebBundleId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the specification's own example.
    const EXAMPLE: &str = "aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic";
    const EXAMPLE_IDENTIFIER: &str = "0123434333427A144214A2B6C2D9F2020342181012266288F6A3A54714690073";

    fn check_refused(text: &str, expected: IdError) {
        assert_eq!(text.parse::<SignedWebBundleId>().unwrap_err(), expected, "{text}");
    }

    #[test]
    fn the_example_of_the_specification_is_its_identifier() {
        let id: SignedWebBundleId = EXAMPLE.parse().unwrap();
        let (key_type, identifier) = decode(EXAMPLE).unwrap();
        assert_eq!(key_type, Some(KeyType::Ed25519));
        assert_eq!(data_encoding::HEXUPPER.encode(&identifier), EXAMPLE_IDENTIFIER);
        assert_eq!(SignedWebBundleId::encode(&identifier, ED25519), id);
        assert_eq!(id.origin_url().as_str(), format!("isolated-app://{EXAMPLE}/"));
        assert_eq!(id.public_key(), None, "made up, and no point of the curve");
    }

    #[test]
    fn an_ecdsa_id_has_58_characters_and_names_its_key() {
        let id: SignedWebBundleId = "amoiebz32b7o24tilu257xne2yf3nkblkploanxzm7ebeglseqpfeaacai"
            .parse()
            .unwrap();
        let key = id.public_key().unwrap();
        assert_eq!(id.key_type(), Some(KeyType::EcdsaP256Sha256));
        assert_eq!(SignedWebBundleId::from_public_key(&key), id);
    }

    #[test]
    fn a_development_id_has_no_key() {
        let id = SignedWebBundleId::development([7; 32]);
        assert!(id.as_str().ends_with("aaac"));
        assert_eq!(id.as_str().parse(), Ok(id.clone()));
        assert!(id.is_development());
        assert_eq!(id.key_type(), None);
    }

    #[test]
    fn every_other_spelling_is_refused() {
        check_refused("", IdError::Length(0));
        check_refused(&EXAMPLE[1..], IdError::Length(55));
        check_refused(&EXAMPLE.to_uppercase(), IdError::NotBase32);
        check_refused(&EXAMPLE.replace('q', "1"), IdError::NotBase32);
        check_refused(&format!("{}aaid", &EXAMPLE[..52]), IdError::UnknownType);
        // A 58 character id has two spare bits, which must be zero.
        check_refused(
            "amoiebz32b7o24tilu257xne2yf3nkblkploanxzm7ebeglseqpfeaacaj",
            IdError::NotBase32,
        );
    }

    #[test]
    fn serialises_as_text_and_refuses_other_text() {
        let id: SignedWebBundleId = EXAMPLE.parse().unwrap();
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{EXAMPLE}\""));
        assert_eq!(serde_json::from_str::<SignedWebBundleId>(&json).unwrap(), id);
        assert!(serde_json::from_str::<SignedWebBundleId>("\"no\"").is_err());
    }
}

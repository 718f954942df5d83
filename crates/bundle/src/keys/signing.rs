use std::fmt;

use ed25519_dalek::SigningKey as Ed25519Key;

use p256::SecretKey as EcdsaSecret;
use p256::ecdsa::SigningKey as EcdsaKey;
use p256::ecdsa::signature::Signer;
use p256::elliptic_curve::Generate;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use zeroize::Zeroizing;

use super::{KeyType, PublicKey};
use crate::id::SignedWebBundleId;

/// A key that signs bundles. Its memory is wiped when it is dropped.
pub struct SigningKey(Inner);

enum Inner {
    Ed25519(Box<Ed25519Key>),
    Ecdsa(Box<EcdsaKey>),
}

/// Why a text is not a [`SigningKey`]. Messages never contain any of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// There is no PEM block of a private key.
    #[error("there is no private key in PEM form (`-----BEGIN PRIVATE KEY-----`)")]
    NotAPrivateKey,
    /// The key is encrypted with a passphrase.
    #[error("the private key is encrypted with a passphrase")]
    Encrypted,
    /// The block is damaged, or of a kind of key that cannot sign bundles.
    #[error("the private key is damaged or neither Ed25519 nor ECDSA P-256")]
    Unsupported,
    /// The operating system gave no random bytes.
    #[error("the system has no random numbers: {0}")]
    NoRandomness(getrandom::Error),
}

impl SigningKey {
    /// A new key from the operating system's random numbers.
    pub fn generate(key_type: KeyType) -> Result<Self, KeyError> {
        match key_type {
            KeyType::Ed25519 => {
                let mut secret = Zeroizing::new([0; 32]);
                getrandom::fill(secret.as_mut()).map_err(KeyError::NoRandomness)?;
                Ok(Self(Inner::Ed25519(Box::new(Ed25519Key::from_bytes(&secret)))))
            }
            KeyType::EcdsaP256Sha256 => {
                let key = EcdsaKey::try_generate().map_err(KeyError::NoRandomness)?;
                Ok(Self(Inner::Ecdsa(Box::new(key))))
            }
        }
    }

    /// The Ed25519 key of these 32 secret bytes (the seed of RFC 8032).
    pub fn from_ed25519_seed(seed: &[u8; 32]) -> Self {
        Self(Inner::Ed25519(Box::new(Ed25519Key::from_bytes(seed))))
    }

    /// Reads a private key in PEM form: PKCS#8 (`PRIVATE KEY`) or, for ECDSA, SEC1
    /// (`EC PRIVATE KEY`), as `openssl` and `insula keygen` write them. Other blocks and text
    /// around it are skipped.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        if text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(KeyError::Encrypted);
        }
        if let Some(block) = pem_block(text, "PRIVATE KEY") {
            return Ed25519Key::from_pkcs8_pem(block)
                .map(|key| Inner::Ed25519(Box::new(key)))
                .or_else(|_| EcdsaKey::from_pkcs8_pem(block).map(|key| Inner::Ecdsa(Box::new(key))))
                .map(Self)
                .map_err(|_| KeyError::Unsupported);
        }
        let block = pem_block(text, "EC PRIVATE KEY").ok_or(KeyError::NotAPrivateKey)?;
        let secret = EcdsaSecret::from_sec1_pem(block).map_err(|_| KeyError::Unsupported)?;
        Ok(Self(Inner::Ecdsa(Box::new(secret.into()))))
    }

    /// Reads a private key in DER form: what [`SigningKey::from_pem`] reads, without the text around it.
    pub fn from_der(bytes: &[u8]) -> Result<Self, KeyError> {
        Ed25519Key::from_pkcs8_der(bytes)
            .map(|key| Inner::Ed25519(Box::new(key)))
            .or_else(|_| EcdsaKey::from_pkcs8_der(bytes).map(|key| Inner::Ecdsa(Box::new(key))))
            .or_else(|_| EcdsaSecret::from_sec1_der(bytes).map(|key| Inner::Ecdsa(Box::new(key.into()))))
            .map(Self)
            .map_err(|_| KeyError::Unsupported)
    }

    /// The key as a PKCS#8 PEM block, which `openssl` and `wbn-sign` read as well.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let pem = match &self.0 {
            Inner::Ed25519(key) => {
                // Without the public key: the older form of PKCS#8, which every tool reads.
                let bytes = ed25519_dalek::pkcs8::KeypairBytes {
                    secret_key: key.to_bytes(),
                    public_key: None,
                };
                bytes.to_pkcs8_pem(LineEnding::LF)
            }
            Inner::Ecdsa(key) => key.to_pkcs8_pem(LineEnding::LF),
        };
        pem.map_err(|_| KeyError::Unsupported)
    }

    /// The other half of this key.
    pub fn public_key(&self) -> PublicKey {
        match &self.0 {
            Inner::Ed25519(key) => key.verifying_key().into(),
            Inner::Ecdsa(key) => (*key.verifying_key()).into(),
        }
    }

    /// The id of an app that this key signs.
    pub fn id(&self) -> SignedWebBundleId {
        SignedWebBundleId::from_public_key(&self.public_key())
    }

    /// Signs `message`: 64 bytes for Ed25519, DER for ECDSA. The same message gives the same
    /// signature (RFC 6979 for ECDSA), so a build is reproducible.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.0 {
            Inner::Ed25519(key) => key.sign(message).to_vec(),
            Inner::Ecdsa(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The public half only.
        write!(formatter, "SigningKey({:?})", self.public_key())
    }
}

/// The block with this label, including its first and last line.
fn pem_block<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let start = text.find(&begin)?;
    let length = text[start..].find(&end)? + end.len();
    Some(&text[start..start + length])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the tests of `wbn-sign`: the key and the id that it derives.
    const ED25519: (&str, &str) = (
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIB8nP5PpWU7HiILHSfh5PYzb5GAcIfHZ+bw6tcd/LZXh\n\
         -----END PRIVATE KEY-----\n",
        "4tkrnsmftl4ggvvdkfth3piainqragus2qbhf7rlz2a3wo3rh4wqaaic",
    );
    const ECDSA: (&str, &str) = (
        "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIG6HAXvoG+dOP20rbyPuGC21od4DAZCKBkPy/1902xPnoAoGCCqGSM49\n\
         AwEHoUQDQgAEHIIHO9B+7XJoXTXf3aTWC7aoK1PW4Db5Z8gSGXIkHlLrucUI4lyx\n\
         DttYYhi36vrg5nR6zrfdhe7+8F1MoTvLuw==\n-----END EC PRIVATE KEY-----\n",
        "amoiebz32b7o24tilu257xne2yf3nkblkploanxzm7ebeglseqpfeaacai",
    );

    #[test]
    fn keys_of_other_tools_are_read_and_have_the_ids_those_tools_give_them() {
        for (pem, id) in [ED25519, ECDSA] {
            assert_eq!(SigningKey::from_pem(pem).unwrap().id().as_str(), id);
            // As `openssl ecparam -genkey` writes it, and with text around it.
            let surrounded =
                format!("note\n-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----\n{pem}more");
            assert_eq!(SigningKey::from_pem(&surrounded).unwrap().id().as_str(), id);
        }
    }

    #[test]
    fn a_generated_key_survives_its_pem_form_and_signs() {
        for key_type in KeyType::ALL {
            let key = SigningKey::generate(key_type).unwrap();
            let pem = key.to_pem().unwrap();
            let read = SigningKey::from_pem(&pem).unwrap();
            assert_eq!(read.public_key(), key.public_key());
            let signature = read.sign(b"message");
            assert!(key.public_key().verify(b"message", &signature));
            assert!(!key.public_key().verify(b"massage", &signature));
            assert!(!key.public_key().verify(b"message", &signature[1..]));
        }
    }

    #[test]
    fn generated_keys_differ() {
        let [first, second] = [(); 2].map(|()| SigningKey::generate(KeyType::EcdsaP256Sha256).unwrap());
        assert_ne!(first.public_key(), second.public_key());
    }

    #[test]
    fn what_is_not_a_usable_key_says_so() {
        let problem = |text: &str| SigningKey::from_pem(text).unwrap_err();
        assert_eq!(problem(""), KeyError::NotAPrivateKey);
        assert_eq!(
            problem(&ED25519.0.replace("PRIVATE", "PUBLIC")),
            KeyError::NotAPrivateKey
        );
        assert_eq!(
            problem(&ED25519.0.replace("PRIVATE", "ENCRYPTED PRIVATE")),
            KeyError::Encrypted
        );
        assert_eq!(problem(&ED25519.0.replace("MC4C", "MC4D")), KeyError::Unsupported);
    }

    #[test]
    fn debug_output_has_no_secret() {
        let key = SigningKey::from_ed25519_seed(&[0x42; 32]);
        assert!(!format!("{key:?}").contains("42424242"));
    }
}

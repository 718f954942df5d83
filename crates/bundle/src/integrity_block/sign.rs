use sha2::{Digest, Sha512};

use super::{EMPTY_ARRAY, ID_ATTRIBUTE, IntegrityBlock, VERSION_2, payload};
use crate::cbor::{Writer, encoded};
use crate::error::Error;
use crate::id::SignedWebBundleId;
use crate::keys::signing::SigningKey;
use crate::web_bundle::WebBundle;
use crate::{format, limits};

/// Why a bundle was not signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// There is nobody to sign.
    #[error("there is no key to sign with")]
    NoKeys,
    /// There are more different keys than [`limits::SIGNATURES`].
    #[error("there are {0} keys, more than the {limit} signatures allowed", limit = limits::SIGNATURES)]
    TooManyKeys(usize),
    /// None of the keys is the one that the id names.
    #[error("none of the keys is the key of `{id}`")]
    NotTheKeyOf {
        /// The app as which the bundle was to be signed.
        id: SignedWebBundleId,
    },
    /// The bundle would be refused by whoever verifies it.
    #[error("the web bundle cannot be signed as `{id}`")]
    UnfitBundle {
        /// The app as which the bundle was to be signed.
        id: SignedWebBundleId,
        /// Why it would be refused.
        source: Error,
    },
}

impl IntegrityBlock {
    /// Signs `bundle` as the app `id` with every key. Returns the encoded block: a `.swbn` file is
    /// the block followed by the bundle.
    ///
    /// What this signs, [`SignedWebBundle::verify`](crate::SignedWebBundle::verify) accepts: a
    /// bundle that breaks the rules for apps, or belongs to another app, is refused here.
    pub fn sign(bundle: &WebBundle, id: &SignedWebBundleId, keys: &[SigningKey]) -> Result<Vec<u8>, SignError> {
        if !keys.is_empty() && !keys.iter().any(|key| key.id() == *id) {
            return Err(SignError::NotTheKeyOf { id: id.clone() });
        }
        Self::sign_rotated(bundle, id, keys)
    }

    /// Like [`IntegrityBlock::sign`], with keys of which one has taken the place of the id's: accepted only by those who
    /// know of that ([`KeyRotations`](crate::KeyRotations)).
    pub fn sign_rotated(bundle: &WebBundle, id: &SignedWebBundleId, keys: &[SigningKey]) -> Result<Vec<u8>, SignError> {
        let mut distinct: Vec<&SigningKey> = Vec::new();
        for key in keys {
            if !distinct.iter().any(|other| other.public_key() == key.public_key()) {
                distinct.push(key);
            }
        }
        match distinct.len() {
            0 => return Err(SignError::NoKeys),
            count if count as u64 > limits::SIGNATURES => return Err(SignError::TooManyKeys(count)),
            _ => {}
        }
        bundle
            .check_app(id)
            .map_err(|source| SignError::UnfitBundle { id: id.clone(), source })?;

        let digest = Sha512::digest(bundle.as_bytes()).into();
        Ok(write(&digest, id, &distinct))
    }
}

fn write(digest: &[u8; 64], id: &SignedWebBundleId, keys: &[&SigningKey]) -> Vec<u8> {
    let attribute = (
        encoded(|writer| writer.text(ID_ATTRIBUTE)),
        encoded(|writer| writer.text(id.as_str())),
    );
    let mut writer = Writer::default();
    writer
        .array(4)
        .bytes(format::INTEGRITY_BLOCK)
        .bytes(VERSION_2)
        .map(vec![attribute]);
    let mut block = writer.into_bytes();
    let stripped = [block.as_slice(), &[EMPTY_ARRAY]].concat();

    let mut signatures = Writer::default();
    signatures.array(keys.len() as u64);
    for key in keys {
        let public = key.public_key();
        let name = public.key_type().attribute_name();
        let attribute = (
            encoded(|writer| writer.text(name)),
            encoded(|writer| writer.bytes(&public.to_bytes())),
        );
        let attributes = encoded(|writer| writer.map(vec![attribute]));
        let signature = key.sign(&payload(digest, &stripped, &attributes));
        signatures.array(2).raw(&attributes).bytes(&signature);
    }
    block.extend(signatures.into_bytes());
    block
}

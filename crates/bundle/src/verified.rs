use std::collections::HashMap;
use std::path::Path;

use sha2::{Digest, Sha512};

use crate::error::Error;
use crate::id::SignedWebBundleId;
use crate::integrity_block::IntegrityBlock;
use crate::isolated;
use crate::path::canonical;
use crate::rotation::KeyRotations;
use crate::storage::Body;
use crate::web_bundle::{Location, Response, Responses, WebBundle};

/// A `.swbn` file that has been parsed. Nothing that it says is proven yet.
#[derive(Debug, Clone)]
pub struct SignedWebBundle {
    integrity_block: IntegrityBlock,
    bundle: WebBundle,
}

/// An app's bundle whose signatures are right and whose every response is well-formed.
///
/// Answers requests for the app's URLs by exact lookup, from any thread, without copying bodies.
#[derive(Debug, Clone)]
pub struct VerifiedBundle {
    digest: [u8; 64],
    integrity_block: IntegrityBlock,
    responses: Responses,
    paths: HashMap<String, Location>,
}

impl SignedWebBundle {
    /// Maps a `.swbn` file and reads its integrity block and index; the responses are not touched.
    ///
    /// The file must not change while this, the bundle verified from it, or any [`Body`] of it
    /// exists: see there.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::parse(Body::map(path)?)
    }

    /// Reads a file's content from memory.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, Error> {
        Self::parse(bytes.into())
    }

    /// Who claims to have signed it, as which app.
    pub fn integrity_block(&self) -> &IntegrityBlock {
        &self.integrity_block
    }

    /// The content, of which nothing has been verified. To look at, not to run.
    pub fn unverified(&self) -> &WebBundle {
        &self.bundle
    }

    /// Proves that the file is what the owner of the id's key signed, and that it is fit to be an app.
    ///
    /// Reads the whole file once and hashes it with SHA-512; everything else is small beside that.
    pub fn verify(self) -> Result<VerifiedBundle, Error> {
        self.verify_under(&KeyRotations::default())
    }

    /// Like [`SignedWebBundle::verify`], where other keys than that of the id may have signed. This alone is no reason to trust
    /// the bundle: [`KeyRotations::standing`] says what the signatures are worth.
    pub fn verify_under(self, rotations: &KeyRotations) -> Result<VerifiedBundle, Error> {
        let Self {
            integrity_block,
            bundle,
        } = self;
        bundle.as_bytes().advise_sequential();
        let digest = Sha512::digest(bundle.as_bytes()).into();
        bundle.as_bytes().advise_normal();
        integrity_block.verify(&digest, rotations)?;

        let paths = isolated::paths(&bundle, integrity_block.id())?;
        bundle.check_responses()?;
        Ok(VerifiedBundle {
            digest,
            responses: bundle.responses().clone(),
            integrity_block,
            paths,
        })
    }

    /// The same, and proves that this is the app that the caller expects.
    pub fn verify_as(self, expected: &SignedWebBundleId, rotations: &KeyRotations) -> Result<VerifiedBundle, Error> {
        let found = self.integrity_block.id();
        if found != expected {
            return Err(Error::UnexpectedId {
                expected: expected.clone(),
                found: found.clone(),
            });
        }
        self.verify_under(rotations)
    }

    fn parse(file: Body) -> Result<Self, Error> {
        let integrity_block = IntegrityBlock::parse(&file)?;
        let start = integrity_block.length();
        // In bounds: the block has been read from these bytes.
        let bundle = file.slice(start..file.len()).unwrap_or_else(|| Vec::new().into());
        check_length(&bundle)?;
        let bundle = WebBundle::parse(bundle, start as u64)?;
        Ok(Self {
            integrity_block,
            bundle,
        })
    }
}

/// Compares where the integrity block ends with where the bundle's own length says that it begins.
fn check_length(bundle: &[u8]) -> Result<(), Error> {
    let actual = bundle.len() as u64;
    let declared = bundle
        .last_chunk()
        .map(|bytes| u64::from_be_bytes(*bytes))
        .unwrap_or_default();
    if declared == actual {
        Ok(())
    } else {
        Err(Error::LengthMismatch { declared, actual })
    }
}

impl VerifiedBundle {
    /// The app.
    pub fn id(&self) -> &SignedWebBundleId {
        self.integrity_block.id()
    }

    /// The SHA-512 of the web bundle, that is of everything that follows the integrity block.
    pub fn digest(&self) -> &[u8; 64] {
        &self.digest
    }

    /// Who signed it: each signature has been verified, or is of an unknown kind.
    pub fn integrity_block(&self) -> &IntegrityBlock {
        &self.integrity_block
    }

    /// The paths that have a response, in no order.
    pub fn paths(&self) -> impl ExactSizeIterator<Item = &str> {
        self.paths.keys().map(String::as_str)
    }

    /// The response for a path in the form that the URL standard serialises, beginning with `/`.
    ///
    /// What follows a `?` or `#` is ignored; otherwise the lookup is exact. `None` means 404.
    pub fn response(&self, path: &str) -> Option<Response> {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let location = self.paths.get(canonical(path).as_ref())?;
        // Every response has been read once to verify the bundle.
        self.responses.read(*location).ok()
    }
}

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use data_encoding::HEXLOWER;
use insula_bundle::SignedWebBundleId;
use insula_manifest::IwaVersion;
use insula_vocabulary::Compatibility;
use serde::{Deserialize, Serialize};

use crate::data_dir::DataDir;
use crate::error::Error;

/// An app that is installed, as its record says. Its bundle has not been looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstalledApp {
    /// The app.
    pub id: SignedWebBundleId,
    /// What to call it, from its manifest.
    pub name: String,
    /// Its version, from its manifest.
    pub version: IwaVersion,
    /// The SHA-512 of the web bundle in it.
    pub digest: [u8; 64],
    /// The bytes of the `.swbn` file.
    pub length: u64,
    /// When it was installed first.
    pub installed: SystemTime,
    /// When this version was installed.
    pub updated: SystemTime,
    /// The `.swbn` file.
    pub bundle: PathBuf,
    /// Whose answers its frames give, where whoever installed it chose that; else its manifest says it.
    pub compatibility: Option<Compatibility>,
}

/// `app.json` as it is on disk.
#[derive(Debug, Serialize, Deserialize)]
struct RecordFile {
    /// Grows when an older Insula would misunderstand the rest.
    schema: u32,
    id: SignedWebBundleId,
    name: String,
    version: String,
    /// The file's name, without a folder.
    bundle: String,
    /// In hexadecimal.
    sha512: String,
    length: u64,
    /// Seconds since 1970.
    installed: u64,
    /// Seconds since 1970.
    updated: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compatibility: Option<Compatibility>,
}

const SCHEMA: u32 = 1;
const FILE_NAME: &str = "app.json";

impl InstalledApp {
    pub(crate) fn path(data: &DataDir, id: &SignedWebBundleId) -> PathBuf {
        data.app(id).join(FILE_NAME)
    }

    /// Reads the record of an app; `None` if it is not installed.
    pub(crate) fn read(data: &DataDir, id: &SignedWebBundleId) -> Result<Option<Self>, Error> {
        let path = Self::path(data, id);
        match fs::read(&path) {
            Ok(bytes) => Self::parse(&bytes, &path, id).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("read", path)(error)),
        }
    }

    pub(crate) fn to_json(&self) -> String {
        let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let file = RecordFile {
            schema: SCHEMA,
            id: self.id.clone(),
            name: self.name.clone(),
            version: self.version.to_string(),
            bundle: self
                .bundle
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            sha512: HEXLOWER.encode(&self.digest),
            length: self.length,
            installed: seconds(self.installed),
            updated: seconds(self.updated),
            compatibility: self.compatibility,
        };
        #[expect(clippy::unwrap_used, reason = "a struct of texts and numbers is always JSON")]
        let mut json = serde_json::to_string_pretty(&file).unwrap();
        json.push('\n');
        json
    }

    fn parse(bytes: &[u8], path: &Path, id: &SignedWebBundleId) -> Result<Self, Error> {
        let damaged = |problem: String| Error::DamagedRecord {
            path: path.to_owned(),
            problem,
        };
        // The schema alone first: the rest may have changed its meaning.
        let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
        match value.get("schema").and_then(serde_json::Value::as_u64) {
            Some(schema) if schema > SCHEMA.into() => return Err(Error::NewerRecord { path: path.to_owned() }),
            Some(_) => {}
            None => return Err(damaged("it has no `schema`".to_owned())),
        }
        let file: RecordFile = serde_json::from_value(value).map_err(|error| damaged(error.to_string()))?;
        if file.id != *id {
            return Err(damaged(format!("it belongs to the app `{}`", file.id)));
        }
        // A name and nothing else: the record does not reach out of its folder.
        if file.bundle.contains('/') || !file.bundle.ends_with(".swbn") {
            return Err(damaged("its `bundle` is not the name of a bundle".to_owned()));
        }
        let digest = HEXLOWER
            .decode(file.sha512.as_bytes())
            .ok()
            .and_then(|digest| digest.try_into().ok());
        let time = |seconds| {
            UNIX_EPOCH
                .checked_add(Duration::from_secs(seconds))
                .unwrap_or(UNIX_EPOCH)
        };
        Ok(Self {
            id: file.id,
            name: file.name,
            version: file
                .version
                .parse()
                .map_err(|_| damaged("its `version` is not a version".to_owned()))?,
            digest: digest.ok_or_else(|| damaged("its `sha512` is not a digest".to_owned()))?,
            length: file.length,
            installed: time(file.installed),
            updated: time(file.updated),
            bundle: path.with_file_name(file.bundle),
            compatibility: file.compatibility,
        })
    }
}

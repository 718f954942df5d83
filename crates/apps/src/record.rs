use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use data_encoding::HEXLOWER;
use insula_manifest::IwaVersion;
use insula_vocabulary::Compatibility;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

use crate::data_dir::DataDir;
use crate::error::Error;
use crate::id::{AppId, WebAppId};

/// An app that is installed, as its record says. Its files have not been looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstalledApp {
    /// The app.
    pub id: AppId,
    /// What to call it, from its manifest.
    pub name: String,
    /// When it was installed first.
    pub installed: SystemTime,
    /// When it was last changed.
    pub updated: SystemTime,
    /// Whose answers its frames give, where whoever installed it chose that; else its manifest says it.
    pub compatibility: Option<Compatibility>,
    /// Where its updates are, where whoever installed it said so; else its manifest says it.
    pub updates: Option<UpdateSource>,
    /// What is back if the version that is installed does not start.
    pub trial: Option<Trial>,
    /// The version that did not start, for which the one before is back.
    pub rejected: Option<IwaVersion>,
    /// That the organisation ordered it, where it did.
    pub ordered: Option<Ordered>,
    /// What is installed of it.
    pub content: InstalledContent,
}

/// That a policy had an app installed, or took one over that was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordered {
    /// What the policy names: the address that a site is installed from, or the origin of an Isolated Web App.
    pub url: Url,
    /// The name that the policy gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The SHA-256 of the icon that the policy gave it, in hexadecimal digits of lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// Whether the user had it before. Then it stays when no policy names it any more.
    #[serde(default)]
    pub was_there: bool,
}

impl Ordered {
    /// What an icon is known by.
    pub fn digest_of_icon(icon: &[u8]) -> String {
        HEXLOWER.encode(&Sha256::digest(icon))
    }
}

/// Where an app's updates are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateSource {
    /// The list of its releases.
    pub manifest_url: Url,
    /// The channel that is followed.
    pub channel: String,
}

/// A version that is still to be seen to start.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trial {
    /// The version that has been seen to start.
    pub previous: InstalledBundle,
    /// How often the new one was to be started.
    pub starts: u32,
}

/// What is installed of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstalledContent {
    /// All of it.
    Bundle(InstalledBundle),
    /// What says which site it is.
    Site(Box<InstalledSite>),
}

/// An Isolated Web App.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstalledBundle {
    /// Its version, from its manifest.
    pub version: IwaVersion,
    /// The SHA-512 of the web bundle in it.
    pub digest: [u8; 64],
    /// The bytes of the `.swbn` file.
    pub length: u64,
    /// The `.swbn` file.
    pub path: PathBuf,
}

/// A site.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstalledSite {
    /// What identifies the app: the `id` of its manifest.
    pub manifest_id: Url,
    /// The page that it was installed from.
    pub document_url: Url,
    /// Where its manifest came from.
    pub manifest_url: Url,
    /// The manifest as it was installed.
    pub manifest: PathBuf,
    /// Its SHA-512.
    pub digest: [u8; 64],
    /// The icon, a PNG file.
    pub icon: Option<PathBuf>,
}

/// `app.json` as it is on disk.
#[derive(Debug, Serialize, Deserialize)]
struct RecordFile {
    /// Grows when an older Insula would misunderstand the rest.
    schema: u32,
    id: AppId,
    name: String,
    /// Seconds since 1970.
    installed: u64,
    /// Seconds since 1970.
    updated: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compatibility: Option<Compatibility>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    updates: Option<UpdateSource>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trial: Option<TrialFile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rejected: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ordered: Option<Ordered>,
    #[serde(flatten)]
    content: ContentFile,
}

#[derive(Debug, Serialize, Deserialize)]
struct TrialFile {
    previous: BundleFile,
    starts: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum ContentFile {
    Bundle(BundleFile),
    Site { site: Box<SiteFile> },
}

#[derive(Debug, Serialize, Deserialize)]
struct BundleFile {
    version: String,
    /// The file's name, without a folder.
    bundle: String,
    /// In hexadecimal.
    sha512: String,
    length: u64,
}

/// Of files there are the names, without a folder.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteFile {
    manifest_id: Url,
    document_url: Url,
    manifest_url: Url,
    manifest: String,
    /// In hexadecimal.
    sha512: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    icon: Option<String>,
}

/// Of a record that says nothing but what the first Insula knows.
const SCHEMA_OF_BUNDLES: u32 = 1;
/// Of a record of a site.
const SCHEMA_OF_SITES: u32 = 2;
const FILE_NAME: &str = "app.json";

impl InstalledApp {
    /// The version; a site has none.
    pub fn version(&self) -> Option<IwaVersion> {
        match &self.content {
            InstalledContent::Bundle(bundle) => Some(bundle.version),
            InstalledContent::Site(_) => None,
        }
    }

    /// A URL of the app's origin.
    pub fn origin_url(&self) -> Url {
        match (&self.id, &self.content) {
            (AppId::Isolated(id), _) => id.origin_url(),
            (_, InstalledContent::Site(site)) => site.manifest_id.clone(),
            (AppId::Web(_), InstalledContent::Bundle(_)) => unreachable!("a record is of one kind"),
        }
    }

    /// The files that are installed.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        let kept = self.trial.iter().map(|trial| trial.previous.path.as_path());
        self.content.files().chain(kept)
    }

    pub(crate) fn path(data: &DataDir, id: &AppId) -> PathBuf {
        data.app(id).join(FILE_NAME)
    }

    /// Reads the record of an app; `None` if it is not installed.
    pub(crate) fn read(data: &DataDir, id: &AppId) -> Result<Option<Self>, Error> {
        let path = Self::path(data, id);
        match fs::read(&path) {
            Ok(bytes) => Self::parse(&bytes, &path, id).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("read", path)(error)),
        }
    }

    pub(crate) fn to_json(&self) -> String {
        let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let (schema, content) = self.content.to_file();
        let file = RecordFile {
            schema,
            id: self.id.clone(),
            name: self.name.clone(),
            installed: seconds(self.installed),
            updated: seconds(self.updated),
            compatibility: self.compatibility,
            updates: self.updates.clone(),
            trial: self.trial.as_ref().map(|trial| TrialFile {
                previous: trial.previous.to_file(),
                starts: trial.starts,
            }),
            rejected: self.rejected.map(|version| version.to_string()),
            ordered: self.ordered.clone(),
            content,
        };
        #[expect(clippy::unwrap_used, reason = "a struct of texts and numbers is always JSON")]
        let mut json = serde_json::to_string_pretty(&file).unwrap();
        json.push('\n');
        json
    }

    fn parse(bytes: &[u8], path: &Path, id: &AppId) -> Result<Self, Error> {
        let damaged = |problem: String| Error::DamagedRecord {
            path: path.to_owned(),
            problem,
        };
        // The schema alone first: the rest may have changed its meaning.
        let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
        match value.get("schema").and_then(serde_json::Value::as_u64) {
            Some(schema) if schema > SCHEMA_OF_SITES.into() => {
                return Err(Error::NewerRecord { path: path.to_owned() });
            }
            Some(_) => {}
            None => return Err(damaged("it has no `schema`".to_owned())),
        }
        let file: RecordFile = serde_json::from_value(value).map_err(|error| damaged(error.to_string()))?;
        if file.id != *id {
            return Err(damaged(format!("it belongs to the app `{}`", file.id)));
        }
        let time = |seconds| {
            UNIX_EPOCH
                .checked_add(Duration::from_secs(seconds))
                .unwrap_or(UNIX_EPOCH)
        };
        let trial = file.trial.map(|trial| {
            let previous = InstalledBundle::of_file(trial.previous, path)?;
            Ok(Trial {
                previous,
                starts: trial.starts,
            })
        });
        Ok(Self {
            content: InstalledContent::of_file(file.content, id, path).map_err(damaged)?,
            updates: file.updates,
            trial: trial.transpose().map_err(damaged)?,
            rejected: file.rejected.and_then(|version| version.parse().ok()),
            ordered: file.ordered,
            id: file.id,
            name: file.name,
            installed: time(file.installed),
            updated: time(file.updated),
            compatibility: file.compatibility,
        })
    }
}

impl InstalledContent {
    /// The installed `.swbn` file; nothing of a site.
    pub fn bundle(&self) -> Option<&InstalledBundle> {
        match self {
            Self::Bundle(bundle) => Some(bundle),
            Self::Site(_) => None,
        }
    }

    /// The files that are installed.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        let (first, second) = match self {
            Self::Bundle(bundle) => (&bundle.path, None),
            Self::Site(site) => (&site.manifest, site.icon.as_ref()),
        };
        [first].into_iter().chain(second).map(PathBuf::as_path)
    }

    fn to_file(&self) -> (u32, ContentFile) {
        match self {
            Self::Bundle(bundle) => (SCHEMA_OF_BUNDLES, ContentFile::Bundle(bundle.to_file())),
            Self::Site(site) => {
                let site = SiteFile {
                    manifest_id: site.manifest_id.clone(),
                    document_url: site.document_url.clone(),
                    manifest_url: site.manifest_url.clone(),
                    manifest: name_of(&site.manifest),
                    sha512: HEXLOWER.encode(&site.digest),
                    icon: site.icon.as_deref().map(name_of),
                };
                (SCHEMA_OF_SITES, ContentFile::Site { site: Box::new(site) })
            }
        }
    }

    /// What a record says; the error says what is wrong with it. `path` is the record's.
    fn of_file(file: ContentFile, id: &AppId, path: &Path) -> Result<Self, String> {
        match (file, id) {
            (ContentFile::Bundle(bundle), AppId::Isolated(_)) => {
                InstalledBundle::of_file(bundle, path).map(Self::Bundle)
            }
            (ContentFile::Site { site }, AppId::Web(id)) if WebAppId::of(&site.manifest_id) == *id => {
                let icon = site.icon.as_deref().map(|icon| beside(path, icon, ".png"));
                let manifest = beside(path, &site.manifest, ".webmanifest");
                Ok(Self::Site(Box::new(InstalledSite {
                    manifest_id: site.manifest_id,
                    document_url: site.document_url,
                    manifest_url: site.manifest_url,
                    manifest: manifest.ok_or("its `manifest` is not the name of a manifest")?,
                    digest: digest(&site.sha512)?,
                    icon: icon
                        .map(|icon| icon.ok_or("its `icon` is not the name of an icon"))
                        .transpose()?,
                })))
            }
            _ => Err("it is not about this app".to_owned()),
        }
    }
}

impl InstalledBundle {
    fn to_file(&self) -> BundleFile {
        BundleFile {
            version: self.version.to_string(),
            bundle: name_of(&self.path),
            sha512: HEXLOWER.encode(&self.digest),
            length: self.length,
        }
    }

    fn of_file(file: BundleFile, record: &Path) -> Result<Self, String> {
        Ok(Self {
            version: file
                .version
                .parse()
                .map_err(|_| "its `version` is not a version".to_owned())?,
            digest: digest(&file.sha512)?,
            length: file.length,
            path: beside(record, &file.bundle, ".swbn").ok_or("its `bundle` is not the name of a bundle")?,
        })
    }
}

impl Trial {
    /// The trial of what is to take the place of an installed app. Of several versions of which none has been seen to start
    /// yet, the one before all of them is kept.
    pub(crate) fn of_update_to(installed: &InstalledApp) -> Option<Self> {
        let before = installed.trial.as_ref().map(|trial| &trial.previous);
        Some(Self {
            previous: before.or(installed.content.bundle())?.clone(),
            starts: 0,
        })
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn digest(hexadecimal: &str) -> Result<[u8; 64], String> {
    let decoded = HEXLOWER.decode(hexadecimal.as_bytes()).ok();
    let digest = decoded.and_then(|digest| digest.try_into().ok());
    digest.ok_or_else(|| "its `sha512` is not a digest".to_owned())
}

/// A file beside the record. A name and nothing else: the record does not reach out of its folder.
fn beside(record: &Path, name: &str, ending: &str) -> Option<PathBuf> {
    let is_name = name.ends_with(ending) && !name.contains('/');
    is_name.then(|| record.with_file_name(name))
}

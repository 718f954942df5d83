use std::collections::BTreeMap;

use serde_json::Value;
use url::Url;

use crate::json::{Members, item_path, kind, member_path, parse_object};
use crate::location::{is_trustworthy_download, resolve};
use crate::warning::{Warnings, quote};
use crate::{IwaVersion, ManifestError, Warning};

/// The channel of a release that names none, and of a user who chose none.
pub const DEFAULT_CHANNEL: &str = "default";

/// Most releases that are read: a nightly channel for decades.
const MAXIMUM_RELEASES: usize = 10_000;

/// Most channels that are read.
const MAXIMUM_CHANNELS: usize = 1_000;

/// Longest channel id or name, in characters.
const MAXIMUM_CHANNEL_LENGTH: usize = 200;

/// The list of an Isolated Web App's releases that its developer publishes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct UpdateManifest {
    /// The releases, lowest version first, each version once.
    pub releases: Vec<Release>,
    /// The channels that have a name to show, by id.
    pub channels: BTreeMap<String, Channel>,
}

/// One release of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Release {
    /// Its version, which the bundle's own manifest must repeat.
    pub version: IwaVersion,
    /// Where its signed bundle is.
    pub src: Url,
    /// The channels that it is released to; none at all for a release that was taken back.
    pub channels: Vec<String>,
}

/// The version that the organisation wants (`pinned_version` and `allow_downgrades` of `IsolatedWebAppInstallForceList`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pinned {
    /// The version.
    pub version: IwaVersion,
    /// Whether it may take the place of a higher one.
    pub allow_downgrade: bool,
}

/// A channel's entry in the update manifest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Channel {
    /// What to show to the user; the id when it is missing.
    pub name: Option<String>,
}

impl UpdateManifest {
    /// Reads an update manifest that was fetched from `url`.
    ///
    /// A release without a valid version, source or channel list is skipped with a warning. When a
    /// version is listed twice the last one counts.
    ///
    /// # Errors
    ///
    /// Not a JSON object, no list of versions, or a version that is not even an object.
    pub fn parse(bytes: &[u8], url: &Url) -> Result<(Self, Vec<Warning>), ManifestError> {
        let map = parse_object(bytes)?;
        let members = Members::new(&map, "$");
        let mut warnings = Warnings::default();
        let Some(Value::Array(items)) = members.value("versions") else {
            return Err(ManifestError::MissingVersions);
        };
        let mut releases: BTreeMap<IwaVersion, Release> = BTreeMap::new();
        for (index, item) in items.iter().take(MAXIMUM_RELEASES).enumerate() {
            let Value::Object(map) = item else {
                return Err(ManifestError::InvalidRelease {
                    index,
                    found: kind(item),
                });
            };
            let path = item_path("$.versions", index);
            if let Some(release) = read_release(&Members::new(map, &path), url, &mut warnings) {
                releases.insert(release.version, release);
            }
        }
        let channels = read_channels(&members, &mut warnings);
        let releases = releases.into_values().collect();
        Ok((Self { releases, channels }, warnings.into_vec()))
    }

    /// The highest version of a channel. Whether it is higher than what is installed is for the
    /// caller to ask.
    pub fn newest(&self, channel: &str) -> Option<&Release> {
        self.releases
            .iter()
            .rev()
            .find(|release| release.channels.iter().any(|c| c == channel))
    }

    /// The release that should take the place of the installed version: the highest of the channel, or the version that the
    /// organisation has fixed; and it is higher than what is installed, unless it is fixed and may be lower.
    pub fn next(&self, channel: &str, installed: &IwaVersion, pinned: Option<Pinned>) -> Option<&Release> {
        match pinned {
            None => self.newest(channel).filter(|release| release.version > *installed),
            Some(Pinned { allow_downgrade, .. }) => self
                .first(channel, pinned)
                .filter(|release| release.version > *installed || (allow_downgrade && release.version != *installed)),
        }
    }

    /// The release to begin with: the highest of the channel, or the version that the organisation has fixed.
    pub fn first(&self, channel: &str, pinned: Option<Pinned>) -> Option<&Release> {
        match pinned {
            None => self.newest(channel),
            Some(Pinned { version, .. }) => self.releases.iter().find(|release| release.version == version),
        }
    }

    /// What to call a channel.
    pub fn channel_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.channels
            .get(id)
            .and_then(|channel| channel.name.as_deref())
            .unwrap_or(id)
    }
}

fn read_release(members: &Members<'_>, base: &Url, warnings: &mut Warnings) -> Option<Release> {
    for member in ["version", "src"] {
        if members.value(member).is_none() {
            warnings.add(&members.path(member), "is missing; the release is skipped");
        }
    }
    let version = members.string("version", warnings)?;
    let version = match version.parse() {
        Ok(parsed) => parsed,
        Err(reason) => {
            let message = format!("{} is not a version: {reason}", quote(version));
            warnings.add(&members.path("version"), message);
            return None;
        }
    };
    let path = members.path("src");
    let src = resolve(members.string("src", warnings)?, base, &path, warnings)?;
    if !is_trustworthy_download(&src) {
        warnings.add(&path, "is not an https address; the release is skipped");
        return None;
    }
    let channels = read_release_channels(members, warnings)?;
    Some(Release { version, src, channels })
}

fn read_release_channels(members: &Members<'_>, warnings: &mut Warnings) -> Option<Vec<String>> {
    if members.value("channels").is_none() {
        return Some(vec![DEFAULT_CHANNEL.to_owned()]);
    }
    let mut channels = Vec::new();
    let items = members.array("channels", warnings)?;
    for (index, item) in items.iter().take(MAXIMUM_CHANNELS).enumerate() {
        match item {
            Value::String(id) if is_channel_id(id) => channels.push(id.clone()),
            _ => {
                let path = item_path(&members.path("channels"), index);
                warnings.add(&path, "is not a channel's id; the release is skipped");
                return None;
            }
        }
    }
    Some(channels)
}

fn read_channels(members: &Members<'_>, warnings: &mut Warnings) -> BTreeMap<String, Channel> {
    let mut channels = BTreeMap::new();
    let Some(map) = members.object("channels", warnings) else {
        return channels;
    };
    for (id, value) in map.iter().take(MAXIMUM_CHANNELS) {
        let path = member_path("$.channels", id);
        match value {
            Value::Object(map) if is_channel_id(id) => {
                let name = crate::text::text(&Members::new(map, &path), "name", MAXIMUM_CHANNEL_LENGTH, warnings);
                channels.insert(id.clone(), Channel { name });
            }
            Value::Object(_) => warnings.add(&path, "is not a channel's id; ignored"),
            other => warnings.add(&path, format!("is {}, not an object; ignored", kind(other))),
        }
    }
    channels
}

fn is_channel_id(id: &str) -> bool {
    !id.is_empty() && id.chars().nth(MAXIMUM_CHANNEL_LENGTH).is_none()
}

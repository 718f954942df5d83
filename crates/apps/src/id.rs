use std::fmt;
use std::str::FromStr;

use insula_bundle::SignedWebBundleId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

/// What tells an app from all others, in names of files and on the command line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum AppId {
    /// An Isolated Web App, or a developer's folder or server whose pages are served as one's.
    Isolated(SignedWebBundleId),
    /// A site.
    Web(WebAppId),
}

/// The id of a web app: 32 letters from a to p, made from its manifest's `id` as Chromium makes them, so that administrators
/// find the same app under the same id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WebAppId(Box<str>);

/// Text that is no app's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the id of an app")]
pub struct ParseAppIdError;

/// Letters in the id of a web app.
const LETTERS: usize = 32;

impl AppId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Isolated(id) => id.as_str(),
            Self::Web(id) => &id.0,
        }
    }

    /// The id of an Isolated Web App.
    pub fn isolated(&self) -> Option<&SignedWebBundleId> {
        match self {
            Self::Isolated(id) => Some(id),
            Self::Web(_) => None,
        }
    }

    /// Whether it is of a developer's folder or server.
    pub fn is_development(&self) -> bool {
        self.isolated().is_some_and(SignedWebBundleId::is_development)
    }
}

impl WebAppId {
    /// The id of the app whose manifest has this `id`, resolved.
    pub fn of(manifest_id: &Url) -> Self {
        let letter = |nibble: u8| char::from(b'a' + nibble);
        // Chromium hashes twice, once for an extension's public key, in whose place it puts the first hash.
        let hash = Sha256::digest(Sha256::digest(manifest_id.as_str()));
        let bytes = hash.iter().take(LETTERS / 2);
        let text: String = bytes.flat_map(|byte| [letter(byte >> 4), letter(byte & 15)]).collect();
        Self(text.into())
    }
}

impl From<SignedWebBundleId> for AppId {
    fn from(id: SignedWebBundleId) -> Self {
        Self::Isolated(id)
    }
}

impl FromStr for AppId {
    type Err = ParseAppIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() == LETTERS && text.bytes().all(|byte| matches!(byte, b'a'..=b'p')) {
            return Ok(Self::Web(WebAppId(text.into())));
        }
        text.parse().map(Self::Isolated).map_err(|_| ParseAppIdError)
    }
}

impl TryFrom<String> for AppId {
    type Error = ParseAppIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<AppId> for String {
    fn from(id: AppId) -> Self {
        id.as_str().to_owned()
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_app_has_the_id_that_chromium_gives_it() {
        let id = AppId::Web(WebAppId::of(
            &Url::parse("https://www.youtube.com/?feature=ytca").unwrap(),
        ));
        assert_eq!(id.as_str(), "agimnkijcaahngcdmfeangaknmldooml");
        assert_eq!(id.as_str().parse(), Ok(id));
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in [
            "",
            "agimnkijcaahngcdmfeangaknmldoomz",
            "agimnkijcaahngcdmfeangaknmldoom",
            "../etc",
        ] {
            assert_eq!(text.parse::<AppId>(), Err(ParseAppIdError), "{text}");
        }
    }
}

//! Scripts and style sheets that an app adds to the pages of a frame.

use serde::{Deserialize, Serialize};

/// A content script (Controlled Frame, dictionary `ContentScriptDetails`), its files read and its patterns taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ContentScript {
    /// What it is replaced and removed by.
    pub name: String,
    /// Of these or of `url_patterns` one has to match a document's URL.
    pub matches: Vec<MatchPattern>,
    /// None of these may.
    pub exclude_matches: Vec<MatchPattern>,
    /// One of these has to, if there are any: `*` stands for any characters, `?` for one.
    pub include_globs: Vec<String>,
    /// None of these may.
    pub exclude_globs: Vec<String>,
    /// Of these or of `matches` one has to match.
    pub url_patterns: Vec<UrlPattern>,
    /// None of these may.
    pub exclude_url_patterns: Vec<UrlPattern>,
    /// Whether documents inside the page get it as well.
    pub all_frames: bool,
    /// Whether blank documents get it whose maker's URL matches.
    pub match_about_blank: bool,
    /// When the scripts run.
    pub run_at: RunAt,
    /// The scripts.
    pub js: Vec<String>,
    /// The style sheets.
    pub css: Vec<String>,
}

impl ContentScript {
    /// How long all its texts are, in bytes.
    pub fn length(&self) -> usize {
        let texts = |texts: &[String]| texts.iter().map(String::len).sum::<usize>();
        let matches = |patterns: &[MatchPattern]| patterns.iter().map(MatchPattern::length).sum::<usize>();
        let patterns = |patterns: &[UrlPattern]| patterns.iter().map(UrlPattern::length).sum::<usize>();
        self.name.len()
            + matches(&self.matches)
            + matches(&self.exclude_matches)
            + texts(&self.include_globs)
            + texts(&self.exclude_globs)
            + patterns(&self.url_patterns)
            + patterns(&self.exclude_url_patterns)
            + texts(&self.js)
            + texts(&self.css)
    }
}

/// When a script runs (Controlled Frame, enumeration `RunAt`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RunAt {
    /// Before the document's own scripts.
    DocumentStart,
    /// When it is parsed.
    DocumentEnd,
    /// When it has loaded, or a moment after it was parsed.
    DocumentIdle,
}

/// A match pattern of WebExtensions, in its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MatchPattern {
    /// The scheme, or `*` for http and https.
    pub scheme: String,
    /// The host, or `*` for all.
    pub host: String,
    /// Whether the host's subdomains are meant as well.
    pub subdomains: bool,
    /// The port, or `*` for all.
    pub port: String,
    /// A glob of the path and the query, in which `*` stands for any characters.
    pub path: String,
}

impl MatchPattern {
    fn length(&self) -> usize {
        self.scheme.len() + self.host.len() + self.port.len() + self.path.len()
    }
}

/// A `URLPattern` in its components.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the specification's own names")]
pub struct UrlPattern {
    pub protocol: String,
    pub username: String,
    pub password: String,
    pub hostname: String,
    pub port: String,
    pub pathname: String,
    pub search: String,
    pub hash: String,
}

impl UrlPattern {
    fn length(&self) -> usize {
        let authority = self.username.len() + self.password.len() + self.hostname.len() + self.port.len();
        self.protocol.len() + authority + self.pathname.len() + self.search.len() + self.hash.len()
    }
}

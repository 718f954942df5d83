//! What an app's manifest asks for, in words for people: what an app catalogue shows beside an app.

use std::collections::HashSet;

use crate::nearest::nearest;
use crate::{AppOrigin, FeatureSet, FirstRun, PermissionName, PolicySet, Support};

/// Names that are looked at for what may have been meant by them, at most.
const MOST_NOTES: usize = 100;

/// What a manifest's `permissions` say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// In the manifest's order, each name once. One that stands for several has an entry for each.
    pub entries: Vec<CatalogEntry>,
}

/// A permission that a manifest asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogEntry {
    /// As the manifest has it.
    pub written: String,
    /// Which permission it is; `None` for a name that nobody knows here.
    pub name: Option<PermissionName>,
    /// What becomes of it.
    pub status: CatalogStatus,
    /// What may have been meant by a name that nobody knows.
    pub note: Option<String>,
}

/// What becomes of a permission that a manifest asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CatalogStatus {
    /// The first-run sheet asks for it.
    Asked,
    /// It exceeds what the sheet shows, and is asked for when it is used.
    AskedLater,
    /// Nobody is asked: it is on where the manifest's `permissions_policy` says so.
    NotAsked,
    /// The app cannot have it: its `permissions_policy` does not list this feature.
    FeatureMissing(&'static str),
    /// This device does not have it.
    NotAvailable,
    /// Nobody knows the name here.
    Unknown,
}

impl Catalog {
    /// Of an app's manifest, as the sheet would show it without decisions and policies.
    pub fn new(app: &AppOrigin, features: &FeatureSet, requested: impl IntoIterator<Item: AsRef<str>>) -> Self {
        let requested: Vec<_> = requested.into_iter().collect();
        let policy = PolicySet::default();
        let sheet = FirstRun::new(app, features, requested.iter().map(AsRef::as_ref), &[], &policy);
        let mut seen = HashSet::new();
        let mut known = HashSet::new();
        let mut notes = 0;
        let mut entries = Vec::new();
        for written in requested
            .iter()
            .map(AsRef::as_ref)
            .filter(|written| seen.insert(*written))
        {
            let names = PermissionName::resolve(written);
            if names.is_empty() {
                notes += 1;
                entries.push(CatalogEntry {
                    written: written.to_owned(),
                    name: None,
                    status: CatalogStatus::Unknown,
                    note: (notes <= MOST_NOTES).then(|| note(written)).flatten(),
                });
            }
            for name in names.into_iter().filter(|name| known.insert(*name)) {
                let is_shown = sheet.rows().iter().any(|row| row.name == name);
                entries.push(CatalogEntry {
                    written: written.to_owned(),
                    name: Some(name),
                    status: match name.feature() {
                        _ if !name.is_available() => CatalogStatus::NotAvailable,
                        Some(feature) if app.is_isolated() && !features.concerns(name) => {
                            CatalogStatus::FeatureMissing(feature)
                        }
                        _ if name.support() == Support::PolicyOnly => CatalogStatus::NotAsked,
                        _ if is_shown => CatalogStatus::Asked,
                        _ => CatalogStatus::AskedLater,
                    },
                    note: None,
                });
            }
        }
        Self { entries }
    }
}

impl CatalogEntry {
    /// What is shown for it: what it permits, or that nobody knows.
    pub fn title(&self) -> String {
        match self.name {
            Some(name) => name.title().to_owned(),
            None => format!("unknown: {}", self.written),
        }
    }
}

impl CatalogStatus {
    /// A word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::AskedLater => "asked-later",
            Self::NotAsked => "not-asked",
            Self::FeatureMissing(_) => "feature-missing",
            Self::NotAvailable => "not-available",
            Self::Unknown => "unknown",
        }
    }
}

/// What is known of a name that nobody knows: that it only looks like one, or is nearly one.
fn note(written: &str) -> Option<String> {
    if let Some(character) = written.chars().find(|character| !character.is_ascii()) {
        let code = u32::from(character);
        return Some(format!(
            "it has a character (U+{code:04X}) that no permission's name has"
        ));
    }
    let names = PermissionName::ALL.iter().map(|name| name.as_str());
    let meant = nearest(written, names, 1 + written.len() / 8)?;
    Some(format!("`{meant}` is one"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PermissionName::*;

    const ISOLATED: &str = "isolated-app://aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic";

    fn catalog(app: &str, features: &[&str], requested: &[&str]) -> Catalog {
        Catalog::new(&app.parse().unwrap(), &features.iter().copied().collect(), requested)
    }

    /// Conforms: FRP-23, FRP-24
    #[test]
    fn every_name_of_a_manifest_has_words_for_people_or_is_said_to_be_unknown() {
        let requested = [
            "camera",
            "push",
            "telephony",
            "sms",
            "com.example.dialer",
            "fullscreen",
            "local-network-access",
            "camera",
        ];
        let catalog = catalog("https://chat.example", &[], &requested);
        let said: Vec<_> = catalog
            .entries
            .iter()
            .map(|entry| (entry.title(), entry.status))
            .collect();
        let title = |name: PermissionName| name.title().to_owned();
        assert_eq!(
            said,
            [
                (title(Camera), CatalogStatus::Asked),
                (title(Push), CatalogStatus::NotAvailable),
                (title(Telephony), CatalogStatus::NotAvailable),
                (title(Sms), CatalogStatus::NotAvailable),
                ("unknown: com.example.dialer".to_owned(), CatalogStatus::Unknown),
                (title(Fullscreen), CatalogStatus::NotAsked),
                (title(LocalNetwork), CatalogStatus::Asked),
                (title(LoopbackNetwork), CatalogStatus::Asked),
            ]
        );
    }

    #[test]
    fn what_the_sheet_leaves_out_has_its_reason() {
        let requested = [
            "geolocation",
            "camera",
            "microphone",
            "notifications",
            "clipboard-read",
            "pointer-lock",
            "display-capture",
            "unrestricted-network",
        ];
        let features = [
            "camera",
            "microphone",
            "clipboard-read",
            "display-capture",
            "unrestricted-network",
        ];
        let catalog = catalog(ISOLATED, &features, &requested);
        let status = |name| {
            catalog
                .entries
                .iter()
                .find(|entry| entry.name == Some(name))
                .unwrap()
                .status
        };
        assert_eq!(status(Geolocation), CatalogStatus::FeatureMissing("geolocation"));
        assert_eq!(status(DisplayCapture), CatalogStatus::Asked);
        assert_eq!(status(UnrestrictedNetwork), CatalogStatus::AskedLater);
    }

    #[test]
    fn a_name_that_only_looks_like_one_is_unknown_and_said_to_be_odd() {
        let requested = [
            "c\u{430}mera",
            "\u{ff43}amera",
            "camera\u{200b}",
            "Camera",
            "microfone",
            "x",
        ];
        let catalog = catalog("https://chat.example", &[], &requested);
        assert!(
            catalog
                .entries
                .iter()
                .all(|entry| entry.status == CatalogStatus::Unknown)
        );
        let notes: Vec<_> = catalog
            .entries
            .iter()
            .map(|entry| entry.note.as_deref().unwrap_or(""))
            .collect();
        for (note, said) in notes.iter().zip([
            "U+0430",
            "U+FF43",
            "U+200B",
            "`camera` is one",
            "`microphone` is one",
            "",
        ]) {
            assert!(note.contains(said), "{notes:?}");
        }
        assert_eq!(notes[5], "");
    }
}

//! Whose answers an app's frames give: the specification's, or those of Chromium's element (`docs/chromium.md`).

use anyhow::Result;
use clap::ValueEnum;
use insula_apps::{AppSource, LaunchableApp, Store};
use insula_manifest::Compatibility;
use insula_permissions::{AppOrigin, Level, PolicySet};

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Choice {
    /// Those of Chromium's element
    Chromium,
    /// The specification's
    None,
    /// What the app's manifest says, which is the specification's if it says nothing
    Manifest,
}

impl Choice {
    /// `None` leaves it to the manifest.
    pub(crate) fn compatibility(self) -> Option<Compatibility> {
        match self {
            Self::Chromium => Some(Compatibility::Chromium),
            Self::None => Some(Compatibility::None),
            Self::Manifest => None,
        }
    }
}

/// What counts for an app that is about to run.
pub(crate) fn of(
    app: &LaunchableApp,
    store: &Store,
    policy: &PolicySet,
    for_this_run: Option<Choice>,
) -> Result<Compatibility> {
    let installed = match app.source {
        AppSource::Folder(_) | AppSource::Server(_) => None,
        _ => store.installed(&app.id)?.and_then(|record| record.compatibility),
    };
    let policy = policy.compatibility(&AppOrigin::of(app.origin_url())?);
    Ok(decide(policy, for_this_run, installed, app.manifest.compatibility))
}

/// An order of the organisation, else what is chosen for this run, else what was chosen when it was installed, else what the
/// manifest says, else a recommendation.
fn decide(
    policy: Option<(Level, Compatibility)>,
    for_this_run: Option<Choice>,
    installed: Option<Compatibility>,
    manifest: Option<Compatibility>,
) -> Compatibility {
    let at = |wanted| policy.and_then(|(level, compatibility)| (level == wanted).then_some(compatibility));
    let chosen = match for_this_run {
        Some(choice) => choice.compatibility(),
        None => installed,
    };
    at(Level::Managed)
        .or(chosen)
        .or(manifest)
        .or(at(Level::Recommended))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_beats_a_choice_which_beats_the_manifest_which_beats_a_recommendation() {
        let (chromium, none) = (Compatibility::Chromium, Compatibility::None);
        for (policy, for_this_run, installed, manifest, expected) in [
            (None, None, None, None, none),
            (None, None, None, Some(chromium), chromium),
            (None, None, Some(none), Some(chromium), none),
            (None, None, Some(chromium), None, chromium),
            (None, Some(Choice::None), Some(chromium), Some(chromium), none),
            (None, Some(Choice::Manifest), Some(none), Some(chromium), chromium),
            (
                Some((Level::Managed, none)),
                Some(Choice::Chromium),
                Some(chromium),
                Some(chromium),
                none,
            ),
            (
                Some((Level::Managed, chromium)),
                Some(Choice::None),
                None,
                None,
                chromium,
            ),
            (Some((Level::Recommended, chromium)), None, None, None, chromium),
            (Some((Level::Recommended, chromium)), None, None, Some(none), none),
        ] {
            assert_eq!(decide(policy, for_this_run, installed, manifest), expected);
        }
    }
}

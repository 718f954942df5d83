use crate::PermissionName;

/// Why a privileged call is refused: what the page gets as a `DOMException`.
///
/// The messages are in [`Denial::message`], the exceptions' names in [`Denial::name`]. Both are part
/// of what apps see; where Chromium has a counterpart they are Chromium's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Denial {
    /// The document is not in a window of an installed app.
    NotInstalled,
    /// The document is not a secure context.
    InsecureContext,
    /// The document is not the top one in its view.
    NotTopLevel,
    /// There was no click or key press just before.
    NoUserActivation,
    /// The policy-controlled feature is off: the app's manifest does not list it, or a header took
    /// it away.
    FeatureDisabled(&'static str),
    /// The app has not asked, or the user has not answered.
    NotGranted(PermissionName),
    /// The user said no.
    DeniedByUser(PermissionName),
    /// The organisation said no.
    DeniedByOrganization(PermissionName),
    /// The user has closed the question so often that it is not asked for a while.
    Quieted(PermissionName),
    /// The device or the engine does not have it.
    NotAvailable(PermissionName),
    /// The address is near, and the app does not have this permission, which near addresses need: its manifest does not
    /// list it, somebody refused it, or the user closed the question.
    AddressBlocked(PermissionName),
    /// The decisions could not be read. Our fault, or the disk's.
    DecisionsUnreadable,
}

impl Denial {
    /// The name of the `DOMException`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AddressBlocked(_) => "InvalidAccessError",
            _ => "NotAllowedError",
        }
    }

    /// The message of the `DOMException`, for the app's developer.
    pub fn message(self) -> String {
        match self {
            Self::NotInstalled => "Only an installed app may do this.".to_owned(),
            Self::InsecureContext => "Only a secure context may do this.".to_owned(),
            Self::NotTopLevel => "Only the app's top document may do this.".to_owned(),
            Self::NoUserActivation => "Must be called from a user's click or key press.".to_owned(),
            // Chromium's words, grammar included: apps look for them.
            Self::FeatureDisabled("direct-sockets") => "Permissions-Policy: direct-sockets are disabled.".to_owned(),
            Self::FeatureDisabled(feature) => {
                format!("Permissions-Policy: {feature} is disabled.")
            }
            Self::NotGranted(PermissionName::UnrestrictedNetwork) => {
                "Unrestricted network access has not been granted. Call \
                 navigator.unrestrictedNetwork.request() after a click."
                    .to_owned()
            }
            Self::NotGranted(name) => format!("The permission “{name}” has not been granted."),
            Self::DeniedByUser(name) => format!("The user has refused the permission “{name}”."),
            Self::DeniedByOrganization(name) => {
                format!("The permission “{name}” is refused by an organization's policy.")
            }
            Self::Quieted(name) => {
                format!("The user has closed the question about the permission “{name}” several times.")
            }
            Self::NotAvailable(name) => {
                format!("The permission “{name}” is not available on this device.")
            }
            Self::AddressBlocked(PermissionName::LoopbackNetwork) => "Access to this device is blocked.".to_owned(),
            Self::AddressBlocked(_) => "Access to local network is blocked.".to_owned(),
            Self::DecisionsUnreadable => "The permission decisions cannot be read.".to_owned(),
        }
    }

    /// Somebody decided against it, in contrast to a call that is out of place. `request()` resolves
    /// with "denied" then instead of rejecting.
    pub fn is_decision(self) -> bool {
        matches!(self, Self::DeniedByUser(_) | Self::DeniedByOrganization(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pages_see_does_not_change_by_accident() {
        use Denial::*;
        use PermissionName::{Camera, LocalNetwork, LoopbackNetwork, UnrestrictedNetwork};
        for (denial, name, message) in [
            (NotInstalled, "NotAllowedError", "Only an installed app may do this."),
            (InsecureContext, "NotAllowedError", "Only a secure context may do this."),
            (
                NotTopLevel,
                "NotAllowedError",
                "Only the app's top document may do this.",
            ),
            (
                NoUserActivation,
                "NotAllowedError",
                "Must be called from a user's click or key press.",
            ),
            (
                FeatureDisabled("direct-sockets"),
                "NotAllowedError",
                "Permissions-Policy: direct-sockets are disabled.",
            ),
            (
                FeatureDisabled("controlled-frame"),
                "NotAllowedError",
                "Permissions-Policy: controlled-frame is disabled.",
            ),
            (
                NotGranted(UnrestrictedNetwork),
                "NotAllowedError",
                "Unrestricted network access has not been granted. Call \
                 navigator.unrestrictedNetwork.request() after a click.",
            ),
            (
                NotGranted(Camera),
                "NotAllowedError",
                "The permission “camera” has not been granted.",
            ),
            (
                DeniedByUser(Camera),
                "NotAllowedError",
                "The user has refused the permission “camera”.",
            ),
            (
                DeniedByOrganization(Camera),
                "NotAllowedError",
                "The permission “camera” is refused by an organization's policy.",
            ),
            (
                Quieted(Camera),
                "NotAllowedError",
                "The user has closed the question about the permission “camera” several times.",
            ),
            (
                NotAvailable(Camera),
                "NotAllowedError",
                "The permission “camera” is not available on this device.",
            ),
            (
                AddressBlocked(LocalNetwork),
                "InvalidAccessError",
                "Access to local network is blocked.",
            ),
            (
                AddressBlocked(LoopbackNetwork),
                "InvalidAccessError",
                "Access to this device is blocked.",
            ),
            (
                DecisionsUnreadable,
                "NotAllowedError",
                "The permission decisions cannot be read.",
            ),
        ] {
            assert_eq!(
                (denial.name(), denial.message().as_str()),
                (name, message),
                "{denial:?}"
            );
        }
    }
}

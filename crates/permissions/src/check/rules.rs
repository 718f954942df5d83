//! The rules of the check, as pure functions of the caller and of what is decided.

use super::{Caller, Denial, Operation, Verdict};
use crate::PermissionName::{self, *};
use crate::{AddressSpace, NetworkState};

/// What is decided about one permission, whoever decided it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Prompt,
    Granted,
    DeniedByUser,
    DeniedByOrganization,
    /// It would be asked for if the user had not closed the question so often.
    Quieted,
    Unreadable,
}

impl State {
    /// The reason for a refusal; `None` where nothing is refused.
    fn denial(self, name: PermissionName) -> Option<Denial> {
        match self {
            Self::Prompt | Self::Granted => None,
            Self::DeniedByUser => Some(Denial::DeniedByUser(name)),
            Self::DeniedByOrganization => Some(Denial::DeniedByOrganization(name)),
            Self::Quieted => Some(Denial::Quieted(name)),
            Self::Unreadable => Some(Denial::DecisionsUnreadable),
        }
    }
}

/// What is decided, read when a rule needs it.
type States<'a> = &'a dyn Fn(PermissionName) -> State;

/// A verdict with its grounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ruling {
    Allow {
        /// The permissions that carry the call, and are used by it.
        uses: Vec<PermissionName>,
    },
    Ask(PermissionName),
    Deny(Denial),
}

impl From<Ruling> for Verdict {
    fn from(ruling: Ruling) -> Self {
        match ruling {
            Ruling::Allow { .. } => Self::Allow,
            Ruling::Ask(name) => Self::Ask(name),
            Ruling::Deny(denial) => Self::Deny(denial),
        }
    }
}

impl Ruling {
    fn allow(uses: impl Into<Vec<PermissionName>>) -> Self {
        Self::Allow { uses: uses.into() }
    }
}

/// The one check.
pub(crate) fn check(caller: &Caller, operation: &Operation, states: States<'_>) -> Ruling {
    let ruling = match *operation {
        Operation::EmbedFrame => embed_frame(caller, states),
        Operation::LoadInFrame { address } => load_in_frame(caller, address, states),
        Operation::RequestUnrestrictedNetwork => request(caller, states),
        Operation::Fetch { address } => fetch(caller, address, states),
        Operation::WatchNetworkInformation => watch_information(caller, states),
        Operation::OpenSocket { address } => open_socket(caller, address, states),
        Operation::Listen { address } => listen(caller, address, states),
        Operation::SeeInterfaces => see_interfaces(caller, states),
        Operation::SeePublicAddress { address } | Operation::ResolveName { address } => fetch(caller, address, states),
        Operation::Use(name) => use_permission(caller, name, states),
    };
    ruling.unwrap_or_else(Ruling::Deny)
}

/// `navigator.unrestrictedNetwork.state`.
pub(crate) fn network_state(caller: &Caller, states: States<'_>) -> NetworkState {
    if network_is_available(caller).is_err() {
        return NetworkState::Unavailable;
    }
    match states(UnrestrictedNetwork) {
        State::Prompt => NetworkState::Prompt,
        State::Granted => NetworkState::Granted,
        _ => NetworkState::Denied,
    }
}

type Checked<T> = Result<T, Denial>;

fn embed_frame(caller: &Caller, states: States<'_>) -> Checked<Ruling> {
    belongs_to_app(caller)?;
    has_feature(caller, "controlled-frame")?;
    not_denied(ControlledFrame, states)?;
    Ok(Ruling::allow([ControlledFrame]))
}

/// The user decides about near addresses whether or not the manifest lists them: apps embed sites that they do not know
/// beforehand.
fn load_in_frame(caller: &Caller, address: AddressSpace, states: States<'_>) -> Checked<Ruling> {
    embed_frame(caller, states)?;
    reach(address, vec![ControlledFrame], states)
}

/// All conditions together: installed, secure, top-level, the feature, and, where there is
/// something to ask, the user's click.
fn request(caller: &Caller, states: States<'_>) -> Checked<Ruling> {
    network_is_available(caller)?;
    if !caller.top_level {
        return Err(Denial::NotTopLevel);
    }
    match states(UnrestrictedNetwork) {
        State::Granted => Ok(Ruling::allow([])),
        State::Prompt if !caller.user_activation => Err(Denial::NoUserActivation),
        State::Prompt => Ok(Ruling::Ask(UnrestrictedNetwork)),
        denied => Err(denied
            .denial(UnrestrictedNetwork)
            .unwrap_or(Denial::DecisionsUnreadable)),
    }
}

/// Never asks for the grant by itself: the app must call `request()`, so that the question comes
/// after a click and says what it is about.
fn fetch(caller: &Caller, address: AddressSpace, states: States<'_>) -> Checked<Ruling> {
    has_grant(caller, states)?;
    reach(address, vec![UnrestrictedNetwork], states)
}

/// How the device is connected says something of where the user is, and reaches nothing.
fn watch_information(caller: &Caller, states: States<'_>) -> Checked<Ruling> {
    has_grant(caller, states)?;
    Ok(Ruling::allow([UnrestrictedNetwork]))
}

/// The addresses of this device are what the question for the grant speaks of. Nothing is reached, so nothing more is asked.
fn see_interfaces(caller: &Caller, states: States<'_>) -> Checked<Ruling> {
    has_grant(caller, states)?;
    Ok(Ruling::allow([UnrestrictedNetwork]))
}

/// Direct Sockets for whom the manifest lists them, or for whom holds the grant. Taking either away
/// (`direct-sockets` denied in the settings or by policy) closes sockets for both.
fn open_socket(caller: &Caller, address: AddressSpace, states: States<'_>) -> Checked<Ruling> {
    belongs_to_app(caller)?;
    not_denied(DirectSockets, states)?;
    let by_grant = has_grant(caller, states);
    if !caller.features.has("direct-sockets") {
        return match by_grant {
            Ok(()) => reach(address, vec![UnrestrictedNetwork], states),
            // An app that lists the grant's feature is told about the grant, others about theirs.
            Err(denial) if network_is_available(caller).is_ok() => Err(denial),
            Err(_) => Err(Denial::FeatureDisabled("direct-sockets")),
        };
    }
    // A near address must be listed as well, or covered by the grant.
    let lists = |name: &PermissionName| name.feature().is_none_or(|feature| caller.features.has(feature));
    match (permission_to_reach(address).filter(|name| !lists(name)), by_grant) {
        (None, _) => reach(address, vec![DirectSockets], states),
        (Some(_), Ok(())) => reach(address, vec![DirectSockets, UnrestrictedNetwork], states),
        (Some(name), Err(_)) => Err(Denial::AddressBlocked(name)),
    }
}

/// Who listens on this machine reaches nothing by it. Who listens to others is told of by the local network's permission.
fn listen(caller: &Caller, address: AddressSpace, states: States<'_>) -> Checked<Ruling> {
    let reached = match address {
        AddressSpace::Loopback => AddressSpace::Public,
        AddressSpace::Local | AddressSpace::Public => AddressSpace::Local,
    };
    open_socket(caller, reached, states)
}

/// The second step for near addresses, for whom may connect by what `carries` the call: the user
/// decides about them in any case.
fn reach(address: AddressSpace, mut carries: Vec<PermissionName>, states: States<'_>) -> Checked<Ruling> {
    let Some(name) = permission_to_reach(address) else {
        return Ok(Ruling::allow(carries));
    };
    match states(name) {
        State::Granted => {
            carries.push(name);
            Ok(Ruling::allow(carries))
        }
        State::Prompt => Ok(Ruling::Ask(name)),
        State::Unreadable => Err(Denial::DecisionsUnreadable),
        State::DeniedByUser | State::DeniedByOrganization | State::Quieted => Err(Denial::AddressBlocked(name)),
    }
}

/// What the engine asks about. The web's own rules (gestures, focus) are the engine's business.
fn use_permission(caller: &Caller, name: PermissionName, states: States<'_>) -> Checked<Ruling> {
    if !caller.secure_context {
        return Err(Denial::InsecureContext);
    }
    if !name.is_available() {
        return Err(Denial::NotAvailable(name));
    }
    if caller.origin.is_isolated()
        && let Some(feature) = name.feature()
    {
        has_feature(caller, feature)?;
    }
    not_denied(name, states)?;
    match states(name) {
        State::Prompt => Ok(Ruling::Ask(name)),
        _ => Ok(Ruling::allow([name])),
    }
}

/// The permission that an address of a space needs besides; none for the Internet.
fn permission_to_reach(address: AddressSpace) -> Option<PermissionName> {
    match address {
        AddressSpace::Public => None,
        AddressSpace::Local => Some(LocalNetwork),
        AddressSpace::Loopback => Some(LoopbackNetwork),
    }
}

fn belongs_to_app(caller: &Caller) -> Checked<()> {
    if !caller.installed {
        return Err(Denial::NotInstalled);
    }
    if !caller.secure_context {
        return Err(Denial::InsecureContext);
    }
    // Only an Isolated Web App can hand features to its child frames: others have no manifest
    // that says so.
    if !caller.origin.is_isolated() && !caller.top_level {
        return Err(Denial::NotTopLevel);
    }
    Ok(())
}

/// Whether the grant could exist for this document at all.
fn network_is_available(caller: &Caller) -> Checked<()> {
    belongs_to_app(caller)?;
    if caller.origin.is_isolated() {
        has_feature(caller, "unrestricted-network")?;
    }
    Ok(())
}

fn has_grant(caller: &Caller, states: States<'_>) -> Checked<()> {
    network_is_available(caller)?;
    match states(UnrestrictedNetwork) {
        State::Granted => Ok(()),
        State::Prompt => Err(Denial::NotGranted(UnrestrictedNetwork)),
        denied => Err(denied
            .denial(UnrestrictedNetwork)
            .unwrap_or(Denial::DecisionsUnreadable)),
    }
}

fn has_feature(caller: &Caller, feature: &'static str) -> Checked<()> {
    if caller.features.has(feature) {
        Ok(())
    } else {
        Err(Denial::FeatureDisabled(feature))
    }
}

fn not_denied(name: PermissionName, states: States<'_>) -> Checked<()> {
    states(name).denial(name).map_or(Ok(()), Err)
}

#[cfg(test)]
#[path = "rules/tests.rs"]
mod tests;

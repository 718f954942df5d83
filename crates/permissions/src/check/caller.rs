use std::collections::BTreeSet;

use crate::{AddressSpace, AppOrigin, PermissionName};

/// Who calls, as the runtime has found out by itself. Nothing in here may come from the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The app's origin, which is also the origin of the calling document.
    pub origin: AppOrigin,
    /// The app is installed and the document is in a window that was opened as that app.
    pub installed: bool,
    /// The document is a secure context.
    pub secure_context: bool,
    /// The document is the top one in its view.
    pub top_level: bool,
    /// The policy-controlled features of the document, by their specifications' names.
    pub features: FeatureSet,
    /// The user has just clicked or typed in the document (transient activation).
    pub user_activation: bool,
}

/// The policy-controlled features that a document may use: for an Isolated Web App those of its
/// manifest's `permissions_policy` that no response header took away, for others none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeatureSet(BTreeSet<String>);

/// A privileged call, with what its answer depends on.
///
/// A call that connects is one for each address. A name must not even be looked up for a caller who may not connect at
/// all: check with [`AddressSpace::Public`] first, resolve, and check again with what came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// Create a `<controlledframe>`.
    EmbedFrame,
    /// Load something in a `<controlledframe>`: a page, a hop on the way to it, or what the page loads.
    LoadInFrame {
        /// Where it is loaded from.
        address: AddressSpace,
    },
    /// `navigator.unrestrictedNetwork.request()`.
    RequestUnrestrictedNetwork,
    /// `navigator.unrestrictedNetwork.fetch()`, or a hop of it.
    Fetch {
        /// Where it goes.
        address: AddressSpace,
    },
    /// `navigator.unrestrictedNetwork.connection`: how the device is connected, at first and after each change.
    WatchNetworkInformation,
    /// `new TCPSocket()`, and each peer and place of a `UDPSocket`.
    OpenSocket {
        /// Where it goes.
        address: AddressSpace,
    },
    /// `navigator.unrestrictedNetwork.interfaces()`, and each of its events.
    SeeInterfaces,
    /// `navigator.unrestrictedNetwork.publicAddress()`, for a server that is asked.
    SeePublicAddress {
        /// Where the server is.
        address: AddressSpace,
    },
    /// `navigator.unrestrictedNetwork.resolve()`, for a name that is looked up.
    ResolveName {
        /// Which network the name is of: those of the local network are looked up in it.
        address: AddressSpace,
    },
    /// `new TCPServerSocket()`.
    Listen {
        /// Who can reach it: this machine, or whoever is around it.
        address: AddressSpace,
    },
    /// Something that the engine asks about, such as the camera.
    Use(PermissionName),
}

impl FeatureSet {
    /// Whether a feature is on.
    pub fn has(&self, feature: &str) -> bool {
        self.0.contains(feature)
    }

    /// Whether an Isolated Web App with these features can have a permission at all: it lists the
    /// permission's feature, or the permission has none. Near addresses are also covered by the
    /// feature of the network grant, whose own switch they are.
    pub fn covers(&self, name: PermissionName) -> bool {
        let by_grant = matches!(name, PermissionName::LocalNetwork | PermissionName::LoopbackNetwork)
            && self.has("unrestricted-network");
        by_grant || name.feature().is_none_or(|feature| self.has(feature))
    }

    /// Whether a decision about a permission makes a difference to an Isolated Web App with these features. Besides what
    /// the app itself [can have](Self::covers), its frames may load from near addresses.
    pub fn concerns(&self, name: PermissionName) -> bool {
        let by_frames = matches!(name, PermissionName::LocalNetwork | PermissionName::LoopbackNetwork)
            && self.has("controlled-frame");
        by_frames || self.covers(name)
    }

    /// The features that are in both.
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    /// The features in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl<S: Into<String>> FromIterator<S> for FeatureSet {
    fn from_iter<I: IntoIterator<Item = S>>(features: I) -> Self {
        Self(features.into_iter().map(Into::into).collect())
    }
}

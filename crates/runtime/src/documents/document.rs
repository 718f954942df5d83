//! A proven document, as the UI process knows it.

use insula_net::page::DocumentNetwork;
use insula_permissions::{Caller, FeatureSet};

/// One document of the app.
pub(crate) struct Document {
    /// Its number in its web process.
    pub(crate) id: u64,
    /// Whether it is the window's top document.
    pub(crate) top_level: bool,
    /// Whether it is within the app's scope.
    pub(crate) in_scope: bool,
    /// Whether a site's response says that it has no sockets, which it would have by the grant of the network.
    pub(crate) has_no_sockets: bool,
    /// What the permission check has to know of it.
    pub(super) facts: Caller,
    /// Everything that it has open on the network, and that ends with it.
    pub(crate) network: DocumentNetwork,
}

impl Document {
    /// The facts about it as a caller.
    pub(crate) fn caller(&self, user_activation: bool) -> Caller {
        Caller {
            user_activation,
            ..self.facts.clone()
        }
    }

    /// The policy-controlled features that it has.
    pub(super) fn features(&self) -> &FeatureSet {
        &self.facts.features
    }
}

//! A proven document, as the UI process knows it.

use insula_permissions::FeatureSet;

/// One document of the app.
pub(super) struct Document {
    /// Its number in its web process.
    pub(super) id: u64,
    /// Whether it is the window's top document.
    pub(super) top_level: bool,
    /// The policy-controlled features that it has.
    pub(super) features: FeatureSet,
    /// Everything it has open on the network; ends with it.
    pub(super) network: insula_net::page::DocumentNetwork,
}

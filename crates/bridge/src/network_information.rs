//! How the device is connected (Network Information API, with what that lacks).

use serde::Serialize;

/// How the device is connected, as far as the system knows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NetworkInformation {
    /// Whether there is a network, also one that does not lead to the Internet.
    pub online: bool,
    /// What the connection is made by.
    #[serde(rename = "type")]
    pub connection_type: ConnectionType,
    /// The speed of the link in Mbit/s, where the system knows it.
    pub downlink_max: Option<f64>,
    /// Whether transferring less is wished for.
    pub save_data: bool,
    /// Whether what is transferred may cost something, or is limited.
    pub metered: bool,
    /// How far the network leads.
    pub connectivity: Connectivity,
    /// Which generation of mobile network it is.
    pub cellular_generation: Option<CellularGeneration>,
}

/// What a connection is made by (Network Information API, enum `ConnectionType`), but for "mixed", which is never told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the specification's own names")]
pub enum ConnectionType {
    Bluetooth,
    Cellular,
    Ethernet,
    None,
    Other,
    Unknown,
    Wifi,
    Wimax,
}

/// How far a network leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Connectivity {
    /// There is none, or it does not lead out.
    None,
    /// To a page that wants something of the user first.
    Portal,
    /// Not to the Internet, as far as the system has tried.
    Limited,
    /// To the Internet.
    Full,
    /// Nobody has tried.
    Unknown,
}

/// A generation of mobile networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "they are names")]
pub enum CellularGeneration {
    #[serde(rename = "2g")]
    Second,
    #[serde(rename = "3g")]
    Third,
    #[serde(rename = "4g")]
    Fourth,
    #[serde(rename = "5g")]
    Fifth,
}

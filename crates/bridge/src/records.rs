//! The messages about records of names (`navigator.unrestrictedNetwork.resolve()`).

use crate::RequestId;
use serde::{Deserialize, Serialize};

/// A type of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the Domain Name System's own names")]
pub enum RecordType {
    A,
    Aaaa,
    Caa,
    Cname,
    Https,
    Mx,
    Ns,
    Ptr,
    Soa,
    Srv,
    Txt,
}

/// The parameters of `network.resolve`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub struct ResolveParams {
    /// The name, or for `PTR` an address.
    pub name: String,
    /// What is asked for.
    #[serde(rename = "type")]
    pub record_type: RecordType,
    /// By what the page can abort it.
    pub request: Option<RequestId>,
}

/// The answer to `network.resolve`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ResolveResult {
    /// At least one, in the server's order.
    pub records: Vec<RecordResult>,
}

/// A record, in the form that a page gets, but for bytes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "insula.d.ts describes them")]
pub enum RecordResult {
    /// Of `A`, `AAAA`, `CNAME`, `NS` and `PTR`.
    Text(String),
    /// Of `TXT`.
    Texts(Vec<String>),
    /// Of `MX`.
    Mx { preference: u16, exchange: String },
    /// Of `SRV`.
    Srv {
        priority: u16,
        weight: u16,
        port: u16,
        target: String,
    },
    /// Of `CAA`.
    Caa { critical: bool, tag: String, value: String },
    /// Of `SOA`.
    Soa {
        mname: String,
        rname: String,
        serial: u32,
        refresh: u32,
        retry: u32,
        expire: u32,
        minimum: u32,
    },
    /// Of `HTTPS`.
    Https(HttpsResult),
}

/// A record of `HTTPS`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HttpsResult {
    /// The lowest is tried first.
    pub priority: u16,
    /// The host.
    pub target: String,
    /// The protocols.
    pub alpn: Option<Vec<String>>,
    /// Whether HTTP/1.1 is not among them unless it is named.
    pub no_default_alpn: bool,
    /// The port.
    pub port: Option<u16>,
    /// Addresses to begin with.
    pub ipv4hint: Option<Vec<String>>,
    /// Addresses to begin with.
    pub ipv6hint: Option<Vec<String>>,
    /// `ECHConfigList`, in base64.
    pub ech: Option<String>,
}

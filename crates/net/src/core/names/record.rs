//! Records, as a page is told of them.

use std::fmt;
use std::net::IpAddr;

use hickory_resolver::proto::rr::rdata::caa::CAA;
use hickory_resolver::proto::rr::rdata::svcb::{SVCB, SvcParamValue};
use hickory_resolver::proto::rr::rdata::{SOA, TXT};
use hickory_resolver::proto::rr::{self, Name, RData};

/// A type of record that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordType {
    /// IPv4 addresses (RFC 1035).
    A,
    /// IPv6 addresses (RFC 3596).
    Aaaa,
    /// Who may certify a name (RFC 8659).
    Caa,
    /// The name that a name stands for (RFC 1035).
    Cname,
    /// How to reach an origin of https (RFC 9460).
    Https,
    /// Who takes mail (RFC 1035).
    Mx,
    /// Name servers (RFC 1035).
    Ns,
    /// The name of an address (RFC 1035).
    Ptr,
    /// The start of a zone (RFC 1035).
    Soa,
    /// Where a service is (RFC 2782).
    Srv,
    /// Texts (RFC 1035).
    Txt,
}

/// A record. Names are in ASCII and end with the root's dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// Of `A` and `AAAA`.
    Address(IpAddr),
    /// Of `CNAME`, `NS` and `PTR`.
    Name(String),
    /// Of `MX`.
    MailExchange {
        /// The lowest is tried first.
        preference: u16,
        /// Who takes the mail.
        exchange: String,
    },
    /// Of `SRV`.
    Service {
        /// The lowest is tried first.
        priority: u16,
        /// How often it is chosen among those of one priority.
        weight: u16,
        /// Its port.
        port: u16,
        /// Its host.
        target: String,
    },
    /// Of `TXT`: the strings of one record. What of them is not UTF-8 is replaced.
    Text(Vec<String>),
    /// Of `CAA`.
    Authorization {
        /// Whether who does not know the tag may not certify.
        critical: bool,
        /// What the value is about, such as `issue`.
        tag: String,
        /// The value. What of it is not UTF-8 is replaced.
        value: String,
    },
    /// Of `SOA`. Times are in seconds.
    Authority {
        /// The zone's first name server.
        mname: String,
        /// The mailbox of who is responsible, its @ written as a dot.
        rname: String,
        /// The version of the zone.
        serial: u32,
        /// When other servers look for a new version.
        refresh: u32,
        /// When they do after a failure.
        retry: u32,
        /// When they give the zone up.
        expire: u32,
        /// How long an answer that there is nothing counts.
        minimum: u32,
    },
    /// Of `HTTPS`.
    Https(HttpsRecord),
}

/// How an origin of https is reached (RFC 9460 §9), with the parameters that are known here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpsRecord {
    /// The lowest is tried first; 0 where the target stands for the name.
    pub priority: u16,
    /// The host; `.` where it is the name itself.
    pub target: String,
    /// The protocols (ALPN).
    pub alpn: Option<Vec<String>>,
    /// Whether HTTP/1.1 is not among them unless it is named.
    pub no_default_alpn: bool,
    /// The port.
    pub port: Option<u16>,
    /// Addresses to begin with.
    pub ipv4_hint: Option<Vec<IpAddr>>,
    /// Addresses to begin with.
    pub ipv6_hint: Option<Vec<IpAddr>>,
    /// `ECHConfigList`.
    pub ech: Option<Vec<u8>>,
}

impl RecordType {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Caa => "CAA",
            Self::Cname => "CNAME",
            Self::Https => "HTTPS",
            Self::Mx => "MX",
            Self::Ns => "NS",
            Self::Ptr => "PTR",
            Self::Soa => "SOA",
            Self::Srv => "SRV",
            Self::Txt => "TXT",
        }
    }

    pub(crate) fn is_address(self) -> bool {
        matches!(self, Self::A | Self::Aaaa)
    }

    pub(crate) fn code(self) -> rr::RecordType {
        match self {
            Self::A => rr::RecordType::A,
            Self::Aaaa => rr::RecordType::AAAA,
            Self::Caa => rr::RecordType::CAA,
            Self::Cname => rr::RecordType::CNAME,
            Self::Https => rr::RecordType::HTTPS,
            Self::Mx => rr::RecordType::MX,
            Self::Ns => rr::RecordType::NS,
            Self::Ptr => rr::RecordType::PTR,
            Self::Soa => rr::RecordType::SOA,
            Self::Srv => rr::RecordType::SRV,
            Self::Txt => rr::RecordType::TXT,
        }
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl Record {
    /// What a record of the wire says, if it is of a type that can be asked for.
    pub(crate) fn of(data: &RData) -> Option<Self> {
        Some(match data {
            RData::A(address) => Self::Address(IpAddr::V4(address.0)),
            RData::AAAA(address) => Self::Address(IpAddr::V6(address.0)),
            RData::CNAME(target) => Self::Name(target.0.to_ascii()),
            RData::NS(target) => Self::Name(target.0.to_ascii()),
            RData::PTR(target) => Self::Name(target.0.to_ascii()),
            RData::MX(mail) => Self::MailExchange {
                preference: mail.preference,
                exchange: mail.exchange.to_ascii(),
            },
            RData::SRV(service) => Self::Service {
                priority: service.priority,
                weight: service.weight,
                port: service.port,
                target: service.target.to_ascii(),
            },
            RData::TXT(texts) => Self::Text(strings(texts)),
            RData::CAA(authorization) => self::authorization(authorization),
            RData::SOA(authority) => self::authority(authority),
            RData::HTTPS(https) => Self::Https(self::https(&https.0)),
            _ => return None,
        })
    }
}

fn strings(texts: &TXT) -> Vec<String> {
    let texts = texts.txt_data.iter();
    texts.map(|text| String::from_utf8_lossy(text).into_owned()).collect()
}

fn authorization(authorization: &CAA) -> Record {
    Record::Authorization {
        critical: authorization.issuer_critical,
        tag: authorization.tag.clone(),
        value: String::from_utf8_lossy(&authorization.value).into_owned(),
    }
}

fn authority(authority: &SOA) -> Record {
    Record::Authority {
        mname: authority.mname.to_ascii(),
        rname: authority.rname.to_ascii(),
        serial: authority.serial,
        // None of them is signed (RFC 1035 §3.3.13).
        refresh: authority.refresh.cast_unsigned(),
        retry: authority.retry.cast_unsigned(),
        expire: authority.expire.cast_unsigned(),
        minimum: authority.minimum,
    }
}

fn https(record: &SVCB) -> HttpsRecord {
    let mut https = HttpsRecord {
        priority: record.svc_priority,
        target: target(&record.target_name),
        ..HttpsRecord::default()
    };
    for (_, value) in &record.svc_params {
        match value {
            SvcParamValue::Alpn(protocols) => https.alpn = Some(protocols.0.clone()),
            SvcParamValue::NoDefaultAlpn => https.no_default_alpn = true,
            SvcParamValue::Port(port) => https.port = Some(*port),
            SvcParamValue::Ipv4Hint(hint) => {
                https.ipv4_hint = Some(hint.0.iter().map(|address| IpAddr::V4(address.0)).collect());
            }
            SvcParamValue::Ipv6Hint(hint) => {
                https.ipv6_hint = Some(hint.0.iter().map(|address| IpAddr::V6(address.0)).collect());
            }
            SvcParamValue::EchConfigList(list) => https.ech = Some(list.0.clone()),
            SvcParamValue::Mandatory(_) | SvcParamValue::Unknown(_) => {}
        }
    }
    https
}

fn target(name: &Name) -> String {
    match name.is_root() {
        true => ".".to_owned(),
        false => name.to_ascii(),
    }
}

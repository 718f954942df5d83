//! Records of names, between the broker's words and the bridge's.

use super::Host;
use super::answer::{Failure, Success};
use super::gate::Purpose;
use super::network;
use crate::documents::Document;
use data_encoding::BASE64;
use insula_bridge::{HttpsResult, RecordResult, RecordType, ResolveParams, ResolveResult};
use insula_net::page::RequestId;
use insula_net::{HttpsRecord, Record};
use std::net::IpAddr;
use std::rc::Rc;

/// Looks up what a page asks for.
pub(super) async fn resolve(
    host: &Rc<Host>,
    document: &Rc<Document>,
    params: ResolveParams,
) -> Result<Success, Failure> {
    let gate = network::gate(host, document, Purpose::Resolve)?;
    let record_type = match params.record_type {
        RecordType::A => insula_net::RecordType::A,
        RecordType::Aaaa => insula_net::RecordType::Aaaa,
        RecordType::Caa => insula_net::RecordType::Caa,
        RecordType::Cname => insula_net::RecordType::Cname,
        RecordType::Https => insula_net::RecordType::Https,
        RecordType::Mx => insula_net::RecordType::Mx,
        RecordType::Ns => insula_net::RecordType::Ns,
        RecordType::Ptr => insula_net::RecordType::Ptr,
        RecordType::Soa => insula_net::RecordType::Soa,
        RecordType::Srv => insula_net::RecordType::Srv,
        RecordType::Txt => insula_net::RecordType::Txt,
    };
    let request = params.request.map(|request| RequestId(request.0.into()));
    let found = document
        .network
        .resolve(&params.name, record_type, request, gate)
        .await?;
    Ok(Success::new(&ResolveResult {
        records: found.into_iter().map(record).collect(),
    }))
}

fn record(record: Record) -> RecordResult {
    match record {
        Record::Address(address) => RecordResult::Text(address.to_string()),
        Record::Name(name) => RecordResult::Text(name),
        Record::Text(texts) => RecordResult::Texts(texts),
        Record::MailExchange { preference, exchange } => RecordResult::Mx { preference, exchange },
        Record::Service {
            priority,
            weight,
            port,
            target,
        } => RecordResult::Srv {
            priority,
            weight,
            port,
            target,
        },
        Record::Authorization { critical, tag, value } => RecordResult::Caa { critical, tag, value },
        Record::Authority {
            mname,
            rname,
            serial,
            refresh,
            retry,
            expire,
            minimum,
        } => RecordResult::Soa {
            mname,
            rname,
            serial,
            refresh,
            retry,
            expire,
            minimum,
        },
        Record::Https(record) => RecordResult::Https(https(record)),
    }
}

fn https(record: HttpsRecord) -> HttpsResult {
    let texts = |addresses: Vec<IpAddr>| addresses.iter().map(IpAddr::to_string).collect();
    HttpsResult {
        priority: record.priority,
        target: record.target,
        alpn: record.alpn,
        no_default_alpn: record.no_default_alpn,
        port: record.port,
        ipv4hint: record.ipv4_hint.map(texts),
        ipv6hint: record.ipv6_hint.map(texts),
        ech: record.ech.map(|bytes| BASE64.encode(&bytes)),
    }
}

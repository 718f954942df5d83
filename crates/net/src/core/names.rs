//! What the Domain Name System says of a name, for whoever asks for its records.
//!
//! Addresses (`A`, `AAAA`) come from what sockets use, the system's resolver, so that an answer agrees with a connection.
//! Every other type, and why there is no address, is asked of the system's name servers themselves, which the system's
//! resolver has no call for. Nothing is validated (DNSSEC): the answer is what the name server says.

mod client;
mod question;
mod record;
mod servers;

use tokio::time::timeout;

use insula_vocabulary::AddressSpace;

use super::connect;
use super::error::Error;
use super::resolver::Host;
use super::resource::Resource;
use super::scope::Shared;
use crate::limits::RESOLVE_TIMEOUT;
use question::Question;

pub(crate) use client::Client;
pub use record::{HttpsRecord, Record, RecordType};
pub use servers::NameServers;

/// The records of a name, once the gate of `resource` has let it be asked for. There is at least one.
///
/// # Errors
/// [`Error::InvalidArgument`], [`Error::NoRecord`], [`Error::NotSupported`], [`Error::NameServer`], [`Error::TimedOut`], and
/// those of a denial.
pub(crate) async fn resolve(
    scope: &Shared,
    resource: &Resource,
    name: &str,
    record_type: RecordType,
) -> Result<Vec<Record>, Error> {
    let question = Question::read(name, record_type)?;
    resource.pass(&question.destination()).await?;
    let _turn = scope.quota.resolve().await?;
    if !record_type.is_address() {
        if question.is_multicast() {
            return Err(Error::NotSupported(format!(
                "the system looks up addresses alone of names under .local: their {record_type} records are to be asked for by \
                 multicast, with a UDPSocket (RFC 6762)"
            )));
        }
        return ask(scope, &question).await;
    }
    match addresses(scope, &question).await {
        Ok(records) => Ok(records),
        // It has not said whether there is such a name.
        Err(Error::Resolve { .. }) if question.space() == AddressSpace::Public => ask(scope, &question).await,
        Err(Error::Resolve { host, reason }) => Err(Error::NoRecord {
            name: host,
            record_type: record_type.name(),
            reason,
        }),
        Err(error) => Err(error),
    }
}

/// What the system's resolver has for a name.
///
/// # Errors
/// [`Error::Resolve`], [`Error::NoRecord`], [`Error::TimedOut`].
async fn addresses(scope: &Shared, question: &Question) -> Result<Vec<Record>, Error> {
    let host = Host::Name(question.host().to_owned());
    let found = connect::look_up(scope, &host, 0, RESOLVE_TIMEOUT).await?;
    let mut records = Vec::new();
    for address in found {
        let record = Record::Address(address.ip());
        if question.wants(address.ip()) && !records.contains(&record) {
            records.push(record);
        }
    }
    match records.is_empty() {
        false => Ok(records),
        true => Err(question.no_record("it has addresses of the other family alone")),
    }
}

/// What the system's name servers have.
async fn ask(scope: &Shared, question: &Question) -> Result<Vec<Record>, Error> {
    let client = scope.quota.names(&scope.services.name_servers);
    match timeout(RESOLVE_TIMEOUT, client.ask(question)).await {
        Ok(answer) => answer,
        Err(_) => Err(Error::TimedOut {
            what: format!("asking {} for \"{}\"", client.servers(), question.host()),
            after: RESOLVE_TIMEOUT,
        }),
    }
}

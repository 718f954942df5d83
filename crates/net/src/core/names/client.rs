//! An app's client of the name servers, which remembers their answers.

use std::collections::HashSet;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData};

use super::question::Question;
use super::record::Record;
use super::servers::{NameServers, Stamp};
use crate::core::error::Error;
use crate::limits::RECORDS_PER_ANSWER;

/// How long the servers have to answer, and how often they are asked again then.
const PATIENCE: Duration = Duration::from_millis(4_500);
const AGAIN: usize = 1;

/// Answers that are remembered, of 64 KiB each at the very most, and for how long at the most.
const REMEMBERED: u64 = 128;
const MEMORY: Duration = Duration::from_secs(3_600);

/// Asks an app's questions.
#[derive(Clone)]
pub(crate) struct Client {
    /// Or why there is none.
    resolver: Result<TokioResolver, Error>,
    servers: String,
    source: NameServers,
    stamp: Option<Stamp>,
}

impl Client {
    /// A client that remembers nothing yet.
    pub(crate) fn new(source: &NameServers) -> Self {
        // The stamp first: what changes in between is read anew.
        let stamp = source.stamp();
        let servers = source.read();
        Self {
            servers: servers.as_deref().map(list).unwrap_or_default(),
            resolver: servers.and_then(|servers| resolver(&servers)),
            source: source.clone(),
            stamp,
        }
    }

    /// Whether its servers are still those that there are.
    pub(crate) fn is_current(&self, source: &NameServers) -> bool {
        self.source == *source && self.stamp == source.stamp()
    }

    /// Whom it asks, for people.
    pub(crate) fn servers(&self) -> &str {
        &self.servers
    }

    /// What the servers have. There is at least one record.
    ///
    /// # Errors
    /// [`Error::NoRecord`], [`Error::NameServer`].
    pub(crate) async fn ask(&self, question: &Question) -> Result<Vec<Record>, Error> {
        let resolver = self.resolver.as_ref().map_err(Clone::clone)?;
        let looked_up = resolver.lookup(question.name().clone(), question.record_type().code());
        let lookup = looked_up.await.map_err(|error| self.failure(question, &error))?;
        let records = records(question, &lookup);
        match records.len() {
            0 => Err(question.no_record("there is none of this type")),
            1..=RECORDS_PER_ANSWER => Ok(records),
            many => Err(self.unusable(format!(
                "it has {many} records, of which {RECORDS_PER_ANSWER} are taken at the most"
            ))),
        }
    }

    fn failure(&self, question: &Question, error: &NetError) -> Error {
        match error {
            NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
                ResponseCode::NXDomain => question.no_record("there is no such name"),
                ResponseCode::NoError => question.no_record("there is none of this type"),
                code => self.unusable(refused(code)),
            },
            NetError::Dns(DnsError::ResponseCode(code)) => self.unusable(refused(*code)),
            NetError::Timeout => self.unusable("no answer came".to_owned()),
            other => self.unusable(format!("no answer that can be used came: {other}")),
        }
    }

    fn unusable(&self, reason: String) -> Error {
        Error::NameServer {
            servers: self.servers.clone(),
            reason,
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("servers", &self.servers)
            .finish_non_exhaustive()
    }
}

fn resolver(servers: &[SocketAddr]) -> Result<TokioResolver, Error> {
    let servers = servers.iter().map(|server| {
        let at_port = |mut connection: ConnectionConfig| {
            connection.port = server.port();
            connection
        };
        let ways = vec![at_port(ConnectionConfig::udp()), at_port(ConnectionConfig::tcp())];
        NameServerConfig::new(server.ip(), true, ways)
    });
    let config = ResolverConfig::from_parts(None, Vec::new(), servers.collect());
    let mut options = ResolverOpts::default();
    options.timeout = PATIENCE;
    options.attempts = AGAIN;
    options.cache_size = REMEMBERED;
    options.positive_max_ttl = Some(MEMORY);
    options.negative_max_ttl = Some(MEMORY);
    // The system's resolver reads it for addresses.
    options.use_hosts_file = ResolveHosts::Never;
    let builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    builder
        .with_options(options)
        .build()
        .map_err(|error| Error::NameServer {
            servers: "the system".to_owned(),
            reason: error.to_string(),
        })
}

/// Of an answer the records of the name, and of the names that it stands for.
fn records(question: &Question, lookup: &Lookup) -> Vec<Record> {
    let wanted = question.record_type().code();
    let mut names: HashSet<&Name> = HashSet::from([question.name()]);
    let mut records = Vec::new();
    for record in lookup.answers() {
        if !names.contains(&record.name) {
            continue;
        }
        if record.record_type() == wanted {
            records.extend(Record::of(&record.data));
        } else if let RData::CNAME(target) = &record.data {
            names.insert(&target.0);
        }
    }
    records
}

fn refused(code: ResponseCode) -> String {
    match code {
        ResponseCode::ServFail => "it could not find out (SERVFAIL)".to_owned(),
        ResponseCode::Refused => "it refuses to answer (REFUSED)".to_owned(),
        code => format!("it answered {code}"),
    }
}

fn list(servers: &[SocketAddr]) -> String {
    let servers: Vec<_> = servers
        .iter()
        .map(|server| match server.port() {
            53 => server.ip().to_string(),
            _ => server.to_string(),
        })
        .collect();
    servers.join(", ")
}

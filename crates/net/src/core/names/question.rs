//! What is asked of whom: a name, made fit for DNS, and which network it is of.

use std::net::IpAddr;
use std::sync::Arc;

use hickory_resolver::proto::rr::Name;
use insula_vocabulary::AddressSpace;

use super::record::RecordType;
use crate::core::error::Error;
use crate::core::gate::Destination;
use crate::core::resolver::Host;

/// The port of name servers (RFC 1035 §4.2), for the gate.
const PORT: u16 = 53;

/// The longest name that DNS carries, as text with the root's dot.
const LONGEST: usize = 254;

/// A name and what is wanted of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    name: Name,
    /// The name as text, in ASCII, without the root's dot.
    host: String,
    record_type: RecordType,
}

impl Question {
    /// Reads a name as a page writes it: in Unicode or not, with the root's dot or without. It is never taken for a part of a
    /// name. Of an address that is looked up to its name (`PTR`) the address does as well.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`].
    pub(crate) fn read(text: &str, record_type: RecordType) -> Result<Self, Error> {
        let wrong = |reason: &str| Error::invalid(format!("{text:?} cannot be looked up: {reason}"));
        let name = match (address(text), record_type) {
            (Some(address), RecordType::Ptr) => Name::from(address),
            (Some(_), _) => return Err(wrong("it is an address, and only PTR asks for the name of one")),
            (None, _) if text.is_empty() || text.len() > 4 * LONGEST => return Err(wrong("it is no name")),
            // Of a host only what sockets take: one name, one answer.
            (None, _) if record_type.is_address() => match Host::parse(text) {
                Ok(Host::Name(name)) => Name::from_ascii(name).map_err(|_| wrong("it is no name"))?,
                _ => return Err(wrong("it is no name")),
            },
            (None, _) => Name::from_utf8(text).map_err(|_| wrong("it is no name"))?,
        };
        let mut name = name.to_lowercase();
        name.set_fqdn(true);
        let host = name.to_ascii();
        if host.len() > LONGEST {
            return Err(wrong("it is too long"));
        }
        Ok(Self {
            host: host.strip_suffix('.').unwrap_or(&host).to_owned(),
            name,
            record_type,
        })
    }

    pub(crate) fn name(&self) -> &Name {
        &self.name
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn record_type(&self) -> RecordType {
        self.record_type
    }

    /// Whether an address is of the type that is asked for.
    pub(crate) fn wants(&self, address: IpAddr) -> bool {
        match self.record_type {
            RecordType::A => address.is_ipv4(),
            RecordType::Aaaa => address.is_ipv6(),
            _ => false,
        }
    }

    /// Whether its records are asked for by multicast (RFC 6762 §3).
    pub(crate) fn is_multicast(&self) -> bool {
        let last = self.host.rsplit('.').next();
        last.is_some_and(|label| label.eq_ignore_ascii_case("local"))
    }

    /// Which network the name is of, before anybody has been asked. The names of addresses are of the addresses' network.
    pub(crate) fn space(&self) -> AddressSpace {
        let whole = usize::from(self.name.num_labels());
        // Services of a network are found under the name of its addresses (RFC 6763 §11).
        let reverse = (3..=whole).rev().find_map(|labels| {
            let suffix = self.name.trim_to(labels);
            suffix.parse_arpa_name().ok()
        });
        match reverse {
            Some(network) => AddressSpace::of(network.addr()).unwrap_or(AddressSpace::Local),
            None => AddressSpace::of_name(&self.host),
        }
    }

    /// What the gate is asked about. Which server answers the user or an administrator has chosen.
    pub(crate) fn destination(&self) -> Arc<Destination> {
        Arc::new(Destination {
            host: self.host.clone(),
            port: PORT,
            space: self.space(),
            addresses: Vec::new(),
        })
    }

    /// There is none.
    pub(crate) fn no_record(&self, reason: &str) -> Error {
        Error::NoRecord {
            name: self.host.clone(),
            record_type: self.record_type.name(),
            reason: reason.to_owned(),
        }
    }
}

fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    bare.unwrap_or(text).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, record_type: RecordType) -> Question {
        Question::read(text, record_type).unwrap()
    }

    #[test]
    fn a_name_is_read_in_every_spelling_and_never_as_a_part() {
        for (text, record_type, expected) in [
            ("EXAMPLE.com", RecordType::Mx, "example.com"),
            ("example.com.", RecordType::A, "example.com"),
            ("bücher.example", RecordType::Txt, "xn--bcher-kva.example"),
            ("bücher.example", RecordType::Aaaa, "xn--bcher-kva.example"),
            ("_imaps._tcp.example.com", RecordType::Srv, "_imaps._tcp.example.com"),
            ("router", RecordType::A, "router"),
            ("192.0.2.7", RecordType::Ptr, "7.2.0.192.in-addr.arpa"),
            ("7.2.0.192.in-addr.arpa", RecordType::Ptr, "7.2.0.192.in-addr.arpa"),
        ] {
            let question = read(text, record_type);
            assert_eq!(question.host(), expected, "{text}");
            assert!(question.name().is_fqdn(), "{text}");
        }
        assert!(
            read("[2001:db8::1]", RecordType::Ptr)
                .host()
                .ends_with("8.b.d.0.1.0.0.2.ip6.arpa")
        );
    }

    #[test]
    fn what_is_no_name_is_the_pages_mistake() {
        let label = "a".repeat(64);
        let long = ["a234567890123456789"; 13].join(".");
        for (text, record_type) in [
            ("", RecordType::A),
            ("", RecordType::Mx),
            ("a b", RecordType::A),
            ("a..b", RecordType::Mx),
            (&label, RecordType::Txt),
            (&long, RecordType::Txt),
            ("192.0.2.7", RecordType::A),
            ("::1", RecordType::Mx),
        ] {
            let error = Question::read(text, record_type).unwrap_err();
            assert_eq!(error.dom_name(), "TypeError", "{text:?}");
        }
    }

    #[test]
    fn a_name_is_as_private_as_the_network_that_it_is_of() {
        use AddressSpace::{Local, Loopback, Public};
        for (text, expected) in [
            ("example.com", Public),
            ("_ipp._tcp.local", Local),
            ("router", Local),
            ("localhost", Loopback),
            ("1.1.168.192.in-addr.arpa", Local),
            ("168.192.in-addr.arpa", Local),
            ("lb._dns-sd._udp.0.1.168.192.in-addr.arpa", Local),
            ("1.0.0.127.in-addr.arpa", Loopback),
            ("9.2.0.192.in-addr.arpa", Public),
            ("1.1.1.1.in-addr.arpa", Public),
            ("in-addr.arpa", Public),
            ("c.f.ip6.arpa", Local),
        ] {
            assert_eq!(read(text, RecordType::Ns).space(), expected, "{text}");
        }
        assert_eq!(read("fe80::1", RecordType::Ptr).space(), Local);
        assert_eq!(read("2606:4700::1111", RecordType::Ptr).space(), Public);
    }
}

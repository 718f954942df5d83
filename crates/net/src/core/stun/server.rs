//! What a page calls a STUN server.

use std::fmt;

use crate::core::error::Error;
use crate::core::resolver::Host;

/// A STUN server that is asked over UDP (RFC 7064, the scheme `stun`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StunServer {
    host: String,
    port: u16,
}

impl StunServer {
    /// The port of servers that name none.
    pub const PORT: u16 = 3478;

    /// Reads `stun:host`, `stun:host:port`, or either without the scheme. An IPv6 address is in brackets.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`], also for what is asked another way (`stuns:`, `?transport=tcp`).
    pub fn parse(text: &str) -> Result<Self, Error> {
        let wrong = |reason: &str| Error::invalid(format!("{text:?} is not a STUN server: {reason}"));
        let has_scheme = |name: &str| {
            text.get(..name.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(name))
        };
        if has_scheme("stuns:") {
            return Err(wrong("servers are only asked over UDP, stun:host:port"));
        }
        let rest = if has_scheme("stun:") { &text[5..] } else { text };
        let rest = match rest.split_once('?') {
            None | Some((_, "transport=udp")) => rest.split('?').next().unwrap_or_default(),
            Some(_) => return Err(wrong("servers are only asked over UDP, without parameters")),
        };
        let (host, port) = match rest.rsplit_once(':') {
            // The colons of an address in brackets are its own.
            Some((host, port)) if !port.contains(']') => (host, port.parse().ok()),
            _ => (rest, Some(Self::PORT)),
        };
        let port = port
            .filter(|port| *port != 0)
            .ok_or_else(|| wrong("its port is none"))?;
        if host.contains(':') && !host.starts_with('[') {
            return Err(wrong("an IPv6 address has to be in brackets"));
        }
        Host::parse(host).map_err(|_| wrong("it has no host name or address"))?;
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for StunServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "stun:{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_as_a_url_or_as_host_and_port() {
        for (text, expected) in [
            ("stun:stun.example", "stun:stun.example:3478"),
            ("STUN:stun.example:19302", "stun:stun.example:19302"),
            ("stun.example:3479", "stun:stun.example:3479"),
            ("stun:192.0.2.1?transport=udp", "stun:192.0.2.1:3478"),
            ("stun:[2001:db8::1]", "stun:[2001:db8::1]:3478"),
            ("[2001:db8::1]:9", "stun:[2001:db8::1]:9"),
        ] {
            let server = StunServer::parse(text);
            assert_eq!(
                server.map(|server| server.to_string()).as_deref(),
                Ok(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_server_is_the_pages_mistake() {
        for text in [
            "",
            "stun:",
            "stuns:stun.example",
            "stun:stun.example?transport=tcp",
            "stun:stun.example:0",
            "stun:stun.example:65536",
            "stun:stun.example:",
            "stun:2001:db8::1",
            "stun://stun.example",
            "https://stun.example",
            "stun:a b",
        ] {
            let error = StunServer::parse(text).unwrap_err();
            assert_eq!(error.dom_name(), "TypeError", "{text:?}");
        }
    }
}

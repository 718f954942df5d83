//! A datagram with its address, as it goes between a page and the broker.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | the length of the address; 0 where the socket has one peer |
//! | 1 | which kind of address a name is looked up to: 0 for any, 4, 6 |
//! | 2 | the port, the higher byte first |
//! | … | the address as text; from a page also a name |
//! | the rest | the datagram |
//!
//! Each is one packet of a socket pair that keeps packets apart, so no length of the whole is needed.

use std::net::SocketAddr;

use crate::core::error::Error;
use crate::core::resolver::DnsQueryType;

/// What comes before the address.
const HEAD: usize = 4;

/// The longest datagram that IP carries, with the longest address before it.
pub(crate) const LONGEST: usize = HEAD + 255 + 65_535;

/// What a page sends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outgoing<'a> {
    /// To whom, unless the socket has one peer.
    pub(crate) to: Option<To<'a>>,
    pub(crate) data: &'a [u8],
}

/// To whom a datagram goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct To<'a> {
    pub(crate) host: &'a str,
    pub(crate) port: u16,
    pub(crate) family: Option<DnsQueryType>,
}

/// Reads what a page has sent.
///
/// # Errors
/// [`Error::InvalidArgument`]: only a page that goes around Insula's own scripts sends that.
pub(crate) fn read(packet: &[u8]) -> Result<Outgoing<'_>, Error> {
    let malformed = || Error::invalid("the datagram is malformed");
    let (&[length, family, high, low], rest) = packet.split_first_chunk::<HEAD>().ok_or_else(malformed)?;
    let (host, data) = rest.split_at_checked(usize::from(length)).ok_or_else(malformed)?;
    if length == 0 {
        return Ok(Outgoing { to: None, data });
    }
    let to = To {
        host: std::str::from_utf8(host).map_err(|_| malformed())?,
        port: u16::from_be_bytes([high, low]),
        family: match family {
            4 => Some(DnsQueryType::Ipv4),
            6 => Some(DnsQueryType::Ipv6),
            _ => None,
        },
    };
    Ok(Outgoing { to: Some(to), data })
}

/// Writes what has come, from somebody if that is to be told; answers how long it is.
pub(crate) fn write(into: &mut Vec<u8>, from: Option<SocketAddr>, data: &[u8]) {
    into.clear();
    match from {
        None => into.extend([0; HEAD]),
        Some(from) => {
            let address = from.ip().to_canonical().to_string();
            // No address is as long as that.
            let length = u8::try_from(address.len()).unwrap_or_default();
            let [high, low] = from.port().to_be_bytes();
            into.extend([length, 0, high, low]);
            into.extend_from_slice(address.as_bytes());
        }
    }
    into.extend_from_slice(data);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_sends_is_read_and_what_is_no_frame_is_refused() {
        let packet = [&[9, 6, 0x1f, 0x90][..], b"localhost", b"hello"].concat();
        let to = To {
            host: "localhost",
            port: 8080,
            family: Some(DnsQueryType::Ipv6),
        };
        let expected = Outgoing {
            to: Some(to),
            data: b"hello",
        };
        assert_eq!(read(&packet), Ok(expected));
        assert_eq!(read(&[0, 0, 0, 0]), Ok(Outgoing { to: None, data: b"" }));
        for malformed in [&[][..], &[0, 0, 0], &[5, 0, 0, 1, b'a'], &[1, 0, 0, 1, 0xff, 1]] {
            assert!(read(malformed).is_err(), "{malformed:?}");
        }
    }

    #[test]
    fn an_ipv4_address_is_written_as_such_also_where_it_came_by_ipv6() {
        let mut frame = Vec::new();
        write(&mut frame, Some("[::ffff:1.2.3.4]:257".parse().unwrap()), b"x");
        assert_eq!(frame, [&[7, 0, 1, 1][..], b"1.2.3.4", b"x"].concat());
        write(&mut frame, None, b"y");
        assert_eq!(frame, [0, 0, 0, 0, b'y']);
    }
}

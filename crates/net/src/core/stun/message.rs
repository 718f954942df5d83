//! STUN's messages, as far as a question for one's own address needs them (RFC 8489 §5, §14).

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::core::error::Error;

/// What makes a message one of STUN's (§5).
const COOKIE: u32 = 0x2112_a442;

/// Kinds of messages (§5).
const REQUEST: u16 = 0x0001;
const SUCCESS: u16 = 0x0101;
const FAILURE: u16 = 0x0111;

/// Attributes (§18.3).
const MAPPED_ADDRESS: u16 = 0x0001;
const ERROR_CODE: u16 = 0x0009;
const XOR_MAPPED_ADDRESS: u16 = 0x0020;
const FINGERPRINT: u16 = 0x8028;
/// Those below have to be understood; above they may be ignored (§14).
const OPTIONAL: u16 = 0x8000;
/// What has to be understood, and means nothing to who has asked without a password (USERNAME, MESSAGE-INTEGRITY, REALM,
/// NONCE, MESSAGE-INTEGRITY-SHA256), or is an old server's (RFC 3489: SOURCE-ADDRESS, CHANGED-ADDRESS, REFLECTED-FROM).
const UNUSED: [u16; 8] = [0x0006, 0x0008, 0x0014, 0x0015, 0x001c, 0x0004, 0x0005, 0x000b];

const HEADER: usize = 20;

/// What an answer is recognised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TransactionId([u8; 12]);

impl TransactionId {
    /// One that nobody can guess.
    ///
    /// # Errors
    /// [`Error::System`].
    pub(super) fn random() -> Result<Self, Error> {
        let mut bytes = [0; 12];
        getrandom::fill(&mut bytes)
            .map_err(|error| Error::system("no random numbers", &io::Error::other(error.to_string())))?;
        Ok(Self(bytes))
    }
}

/// What a server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It has seen the question come from here.
    Mapped(SocketAddr),
    /// It does not say.
    Refused { code: u16, reason: String },
}

/// The question: a binding request.
pub(super) fn request(transaction: &TransactionId) -> [u8; HEADER] {
    let mut bytes = [0; HEADER];
    bytes[0..2].copy_from_slice(&REQUEST.to_be_bytes());
    bytes[4..8].copy_from_slice(&COOKIE.to_be_bytes());
    bytes[8..20].copy_from_slice(&transaction.0);
    bytes
}

/// Reads the answer to a question; nothing, if it is none (§6.3: it is dropped).
pub(super) fn parse(datagram: &[u8], transaction: &TransactionId) -> Option<Answer> {
    let (header, body) = datagram.split_at_checked(HEADER)?;
    let length = usize::from(u16_at(header, 2)?);
    if header[4..8] != COOKIE.to_be_bytes() || header[8..20] != transaction.0 || length != body.len() {
        return None;
    }
    if !Attributes(body).are_whole() || !has_right_fingerprint(datagram)? {
        return None;
    }
    match u16_at(header, 0)? {
        SUCCESS => mapped(body, transaction),
        FAILURE => refused(body),
        _ => None,
    }
}

fn mapped(body: &[u8], transaction: &TransactionId) -> Option<Answer> {
    let mut plain = None;
    let mut masked = None;
    for (kind, value) in Attributes(body) {
        match kind {
            XOR_MAPPED_ADDRESS if masked.is_none() => masked = Some(unmask(address(value)?, transaction)),
            // What servers from before RFC 5389 say; a NAT may have changed it on the way.
            MAPPED_ADDRESS if plain.is_none() => plain = Some(address(value)?),
            XOR_MAPPED_ADDRESS | MAPPED_ADDRESS => {}
            kind if kind >= OPTIONAL || UNUSED.contains(&kind) => {}
            // It says something about the answer that nobody here understands (§6.3.3).
            _ => return None,
        }
    }
    masked.or(plain).map(Answer::Mapped)
}

/// §14.8: the hundreds in three bits, and the rest.
fn refused(body: &[u8]) -> Option<Answer> {
    let (_, value) = Attributes(body).find(|(kind, _)| *kind == ERROR_CODE)?;
    let &[_, _, class, number, ref reason @ ..] = value else {
        return None;
    };
    /// §14.8: fewer than 128 characters.
    const REASON: usize = 127;
    let reason = String::from_utf8_lossy(reason);
    Some(Answer::Refused {
        code: u16::from(class & 7) * 100 + u16::from(number),
        reason: reason
            .chars()
            .filter(|character| !character.is_control())
            .take(REASON)
            .collect(),
    })
}

/// The attributes of a message, up to the first that is not whole.
struct Attributes<'a>(&'a [u8]);

impl Attributes<'_> {
    fn are_whole(mut self) -> bool {
        while self.next().is_some() {}
        self.0.is_empty()
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let kind = u16_at(self.0, 0)?;
        let length = usize::from(u16_at(self.0, 2)?);
        let value = self.0.get(4..4 + length)?;
        self.0 = self.0.get(4 + length.next_multiple_of(4)..)?;
        Some((kind, value))
    }
}

/// §14.1.
fn address(value: &[u8]) -> Option<SocketAddr> {
    let (head, bytes) = value.split_at_checked(4)?;
    let address: IpAddr = match head[1] {
        1 => <[u8; 4]>::try_from(bytes).ok()?.into(),
        2 => <[u8; 16]>::try_from(bytes).ok()?.into(),
        _ => return None,
    };
    Some(SocketAddr::new(address, u16_at(head, 2)?))
}

/// §14.2: NATs look for addresses in what they pass on, and change them; so it is masked.
fn unmask(masked: SocketAddr, transaction: &TransactionId) -> SocketAddr {
    let port = masked.port() ^ u16::try_from(COOKIE >> 16).unwrap_or_default();
    let address = match masked.ip() {
        IpAddr::V4(address) => Ipv4Addr::from(u32::from(address) ^ COOKIE).into(),
        IpAddr::V6(address) => {
            let mut mask = [0; 16];
            mask[..4].copy_from_slice(&COOKIE.to_be_bytes());
            mask[4..].copy_from_slice(&transaction.0);
            Ipv6Addr::from(u128::from(address) ^ u128::from_be_bytes(mask)).into()
        }
    };
    SocketAddr::new(address, port)
}

/// §14.7: the last attribute, if it is there, is a checksum of all that is before it. Nothing for one in another place.
fn has_right_fingerprint(datagram: &[u8]) -> Option<bool> {
    let body = &datagram[HEADER..];
    let Some(value) = Attributes(body).find_map(|(kind, value)| (kind == FINGERPRINT).then_some(value)) else {
        return Some(true);
    };
    let expected = u32::from_be_bytes(value.try_into().ok()?);
    let (before, last) = datagram.split_at_checked(datagram.len().checked_sub(8)?)?;
    Some(u16_at(last, 0)? == FINGERPRINT && expected == crc32(before) ^ 0x5354_554e)
}

/// The checksum of ITU-T V.42, as in zip.
fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            let is_odd = sum & 1 == 1;
            sum >>= 1;
            if is_odd {
                sum ^= 0xedb8_8320;
            }
        }
    }
    !sum
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u16::from_be_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5769 §2.2 and §2.3.
    const IPV4: &str = "0101003c2112a442b7e7a701bc34d686fa87dfae\
        8022000b7465737420766563746f7220\
        002000080001a147e112a643\
        000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7\
        80280004c07d4c96";
    const IPV6: &str = "010100482112a442b7e7a701bc34d686fa87dfae\
        8022000b7465737420766563746f7220\
        002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9\
        00080014a382954e4be67bf11784c97c8292c275bfe3ed41\
        80280004c8fb0b4c";
    const TRANSACTION: TransactionId = TransactionId(*b"\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae");

    fn bytes(hex: &str) -> Vec<u8> {
        data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap()
    }

    fn seen(address: &str) -> Option<Answer> {
        Some(Answer::Mapped(address.parse().unwrap()))
    }

    /// An answer with these attributes.
    fn answer(kind: &str, attributes: &str) -> Vec<u8> {
        let length = attributes.len() / 2;
        bytes(&format!(
            "{kind}{length:04x}2112a442b7e7a701bc34d686fa87dfae{attributes}"
        ))
    }

    #[test]
    fn the_vectors_of_rfc_5769_are_read() {
        assert_eq!(parse(&bytes(IPV4), &TRANSACTION), seen("192.0.2.1:32853"));
        let address = "[2001:db8:1234:5678:11:2233:4455:6677]:32853";
        assert_eq!(parse(&bytes(IPV6), &TRANSACTION), seen(address));
    }

    #[test]
    fn an_answer_that_was_changed_or_cut_off_or_is_another_questions_is_none() {
        for vector in [IPV4, IPV6] {
            let whole = bytes(vector);
            for end in 0..whole.len() {
                assert_eq!(parse(&whole[..end], &TRANSACTION), None, "{end}");
            }
            // What is not called a fingerprint any more is none, and another attribute may be ignored.
            let kind_of_fingerprint = whole.len() - 8..whole.len() - 6;
            for at in (0..whole.len()).filter(|at| !kind_of_fingerprint.contains(at)) {
                let mut changed = whole.clone();
                changed[at] ^= 1;
                assert_eq!(parse(&changed, &TRANSACTION), None, "{at}");
            }
            assert_eq!(parse(&whole, &TransactionId([0; 12])), None);
        }
        assert_eq!(parse(&request(&TRANSACTION), &TRANSACTION), None);
    }

    #[test]
    fn an_old_servers_answer_is_read_and_the_masked_address_counts_before() {
        let plain = "000100080001822bc0000201";
        let masked = "002000080001a147e112a643";
        let address = "192.0.2.1:33323";
        assert_eq!(parse(&answer("0101", plain), &TRANSACTION), seen(address));
        let both = format!("{plain}{masked}");
        assert_eq!(parse(&answer("0101", &both), &TRANSACTION), seen("192.0.2.1:32853"));
        // Of what has to be understood nothing is unknown, of the rest anything may be.
        let unknown = format!("{masked}7fff0000");
        assert_eq!(parse(&answer("0101", &unknown), &TRANSACTION), None);
        let optional = format!("ffff000101000000{masked}");
        assert_eq!(parse(&answer("0101", &optional), &TRANSACTION), seen("192.0.2.1:32853"));
    }

    #[test]
    fn a_refusal_says_why_and_nothing_that_would_break_a_message() {
        // 401 "No\n\xff".
        let refusal = answer("0111", "00090008000004014e6f0aff");
        let reason = "No\u{fffd}".to_owned();
        assert_eq!(
            parse(&refusal, &TRANSACTION),
            Some(Answer::Refused { code: 401, reason })
        );
        assert_eq!(parse(&answer("0111", ""), &TRANSACTION), None);
    }
}

//! A second encoder, for files that the crate itself would never write.

use insula_bundle::{PublicKey, SignedWebBundleId, SigningKey};
use sha2::{Digest, Sha512};

pub(crate) const BLOCK_MAGIC: &[u8] = "🖋📦".as_bytes();
pub(crate) const BUNDLE_MAGIC: &[u8] = "🌐📦".as_bytes();

/// The key of RFC 8032 §7.1, TEST 1.
pub(crate) fn key() -> SigningKey {
    seed("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
}

/// The key of RFC 8032 §7.1, TEST 2.
pub(crate) fn other_key() -> SigningKey {
    seed("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
}

fn seed(hex: &str) -> SigningKey {
    let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap();
    SigningKey::from_ed25519_seed(&bytes.try_into().unwrap())
}

pub(crate) fn head(major: u8, argument: u64) -> Vec<u8> {
    let mut bytes = match argument {
        0..=23 => return vec![major << 5 | argument as u8],
        24..=0xff => vec![24, argument as u8],
        0x100..=0xffff => [&[25][..], &(argument as u16).to_be_bytes()].concat(),
        0x1_0000..=0xffff_ffff => [&[26][..], &(argument as u32).to_be_bytes()].concat(),
        _ => [&[27][..], &argument.to_be_bytes()].concat(),
    };
    bytes[0] |= major << 5;
    bytes
}

pub(crate) fn unsigned(number: u64) -> Vec<u8> {
    head(0, number)
}

pub(crate) fn bytes(content: &[u8]) -> Vec<u8> {
    [&head(2, content.len() as u64), content].concat()
}

pub(crate) fn text(content: &str) -> Vec<u8> {
    [&head(3, content.len() as u64), content.as_bytes()].concat()
}

pub(crate) fn array(elements: &[Vec<u8>]) -> Vec<u8> {
    [head(4, elements.len() as u64), elements.concat()].concat()
}

/// In the order given.
pub(crate) fn map(entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let flat = entries.iter().flat_map(|(key, value)| [key.as_slice(), value].concat());
    head(5, entries.len() as u64).into_iter().chain(flat).collect()
}

/// A header map of `:status` 200 and these headers.
pub(crate) fn headers(more: &[(&str, &str)]) -> Vec<u8> {
    let mut pairs = vec![(bytes(b":status"), bytes(b"200"))];
    pairs.extend(
        more.iter()
            .map(|(name, value)| (bytes(name.as_bytes()), bytes(value.as_bytes()))),
    );
    pairs.sort();
    map(&pairs)
}

pub(crate) fn response(headers: &[u8], body: &[u8]) -> Vec<u8> {
    array(&[bytes(headers), bytes(body)])
}

pub(crate) fn text_response(body: &str) -> Vec<u8> {
    response(&headers(&[("content-type", "text/plain")]), body.as_bytes())
}

/// A bundle of parts that are right unless a test makes them wrong.
#[derive(Clone)]
pub(crate) struct Bundle {
    pub(crate) magic: Vec<u8>,
    pub(crate) version: Vec<u8>,
    pub(crate) sections: Vec<(&'static str, Vec<u8>)>,
    /// Instead of the real lengths.
    pub(crate) lengths: Option<Vec<u8>>,
    /// Instead of the real length.
    pub(crate) total: Option<u64>,
}

impl Bundle {
    /// A bundle with these URLs and encoded responses.
    pub(crate) fn new(responses: &[(&str, Vec<u8>)]) -> Self {
        let mut offset = head(4, responses.len() as u64).len();
        let mut entries = Vec::new();
        for (url, response) in responses {
            entries.push((*url, offset as u64, response.len() as u64));
            offset += response.len();
        }
        let responses: Vec<_> = responses.iter().map(|(_, response)| response.clone()).collect();
        Self::with_index(&entries, array(&responses))
    }

    /// A bundle with this index: URL, offset and length.
    pub(crate) fn with_index(entries: &[(&str, u64, u64)], responses: Vec<u8>) -> Self {
        let entry =
            |&(url, offset, length): &(&str, u64, u64)| (text(url), array(&[unsigned(offset), unsigned(length)]));
        let mut index: Vec<_> = entries.iter().map(entry).collect();
        index.sort();
        Self {
            magic: BUNDLE_MAGIC.to_vec(),
            version: b"b2\0\0".to_vec(),
            sections: vec![("index", map(&index)), ("responses", responses)],
            lengths: None,
            total: None,
        }
    }

    /// A small app of this key's with one response at `/`.
    pub(crate) fn small() -> Self {
        Self::new(&[("/", text_response("hello"))])
    }

    pub(crate) fn with_section(mut self, name: &'static str, content: Vec<u8>) -> Self {
        self.sections.insert(0, (name, content));
        self
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let lengths = self
            .sections
            .iter()
            .flat_map(|(name, content)| [text(name), unsigned(content.len() as u64)]);
        let lengths = self
            .lengths
            .clone()
            .unwrap_or_else(|| array(&lengths.collect::<Vec<_>>()));
        let sections: Vec<_> = self.sections.iter().map(|(_, content)| content.clone()).collect();
        let parts = [
            bytes(&self.magic),
            bytes(&self.version),
            bytes(&lengths),
            array(&sections),
        ];
        let mut bundle = array(&[&parts[..], &[bytes(&[0; 8])]].concat());
        let length = bundle.len();
        let total = self.total.unwrap_or(length as u64);
        bundle[length - 8..].copy_from_slice(&total.to_be_bytes());
        bundle
    }

    /// Signed by [`key`].
    pub(crate) fn signed(&self) -> Vec<u8> {
        let bundle = self.encode();
        [Block::new(&bundle, &[key()]).encode(), bundle].concat()
    }
}

/// An integrity block of parts that are right unless a test makes them wrong.
#[derive(Clone)]
pub(crate) struct Block {
    pub(crate) version: Vec<u8>,
    pub(crate) attributes: Vec<u8>,
    /// Encoded attributes and signatures.
    pub(crate) signatures: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Block {
    /// Signatures of `bundle` by `keys`, as the app of the first of them.
    pub(crate) fn new(bundle: &[u8], keys: &[SigningKey]) -> Self {
        Self::with_attributes(bundle, id_attributes(keys[0].id().as_str()), keys)
    }

    pub(crate) fn with_attributes(bundle: &[u8], attributes: Vec<u8>, keys: &[SigningKey]) -> Self {
        let mut block = Self {
            version: b"2b\0\0".to_vec(),
            attributes,
            signatures: Vec::new(),
        };
        for key in keys {
            block.sign(bundle, key_attributes(&key.public_key()), key);
        }
        block
    }

    pub(crate) fn sign(&mut self, bundle: &[u8], attributes: Vec<u8>, key: &SigningKey) {
        let stripped = Self {
            signatures: Vec::new(),
            ..self.clone()
        }
        .encode();
        let digest = Sha512::digest(bundle).to_vec();
        let payload: Vec<u8> = [digest, stripped, attributes.clone()]
            .iter()
            .flat_map(|part| [&(part.len() as u64).to_be_bytes()[..], part].concat())
            .collect();
        self.signatures.push((attributes, key.sign(&payload)));
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let signatures: Vec<_> = self
            .signatures
            .iter()
            .map(|(attributes, signature)| array(&[attributes.clone(), bytes(signature)]))
            .collect();
        array(&[
            bytes(BLOCK_MAGIC),
            bytes(&self.version),
            self.attributes.clone(),
            array(&signatures),
        ])
    }
}

pub(crate) fn id_attributes(id: &str) -> Vec<u8> {
    map(&[(text("webBundleId"), text(id))])
}

pub(crate) fn key_attributes(key: &PublicKey) -> Vec<u8> {
    map(&[key_attribute(key)])
}

pub(crate) fn key_attribute(key: &PublicKey) -> (Vec<u8>, Vec<u8>) {
    (text(key.key_type().attribute_name()), bytes(&key.to_bytes()))
}

pub(crate) fn id() -> SignedWebBundleId {
    key().id()
}

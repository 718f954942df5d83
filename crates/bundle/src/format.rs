//! What the files begin with.

/// 🌐📦, of a web bundle.
pub(crate) const WEB_BUNDLE: &[u8; 8] = b"\xf0\x9f\x8c\x90\xf0\x9f\x93\xa6";

/// The version of web bundles that follows it.
pub(crate) const WEB_BUNDLE_VERSION: &[u8; 4] = b"b2\0\0";

/// 🖋📦, of an integrity block.
pub(crate) const INTEGRITY_BLOCK: &[u8; 8] = b"\xf0\x9f\x96\x8b\xf0\x9f\x93\xa6";

/// Whether a file that begins so is meant to be a signed bundle, valid or not: an array whose first item is the magic of an
/// integrity block.
pub fn begins_signed_bundle(beginning: &[u8]) -> bool {
    const BYTES_OF_EIGHT: u8 = 0x48;
    match beginning {
        [array, BYTES_OF_EIGHT, rest @ ..] => array >> 5 == 4 && rest.starts_with(INTEGRITY_BLOCK),
        _ => false,
    }
}

//! The sizes beyond which a bundle is refused.
//!
//! They keep a hostile file from costing more than its own size. Where Chromium has a limit, ours
//! is the same or larger, so that what installs there installs here.

/// Bytes of a whole integrity block. A signature takes about 120 bytes.
pub const INTEGRITY_BLOCK: usize = 64 * 1024;

/// Signatures in one integrity block.
pub const SIGNATURES: u64 = 16;

/// Bytes of one attribute map, the block's own or a signature's.
pub const ATTRIBUTES: usize = 4 * 1024;

/// How deeply arrays and maps may nest where their content is not ours to know.
pub const CBOR_DEPTH: usize = 4;

/// Bytes of the table of section lengths.
pub const SECTION_LENGTHS: usize = 8 * 1024;

/// Bytes of any section but `responses`. The index takes about 120 bytes for each URL.
pub const METADATA_SECTION: u64 = 8 * 1024 * 1024;

/// Bytes of one response's header map.
pub const HEADER_MAP: usize = 512 * 1024;

//! What the engine is given to show: the contexts of its processes, the app's scheme, the library in its web processes,
//! and the runtime's own small pages.

pub(crate) mod attachment;
pub(crate) mod contexts;
pub(crate) mod ends;
pub(crate) mod extension;
pub(crate) mod flood;
pub(crate) mod look;
pub(crate) mod media;
pub(crate) mod memory;
pub(crate) mod notice;
pub(crate) mod repaint;
pub(crate) mod scheme;

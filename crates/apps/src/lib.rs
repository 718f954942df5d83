//! Placeholder while the crate is being written.
pub use insula_bundle::Response;
#[derive(Debug)]
pub enum AppSource { Bundle(insula_bundle::VerifiedBundle) }
impl AppSource { pub fn response(&self, path: &str) -> Option<Response> { match self { Self::Bundle(b) => b.response(path) } } }

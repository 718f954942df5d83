//! `insertCSS`: an app's style sheets in a frame's document.

use super::Guest;
use insula_bridge::DomError;
use std::cell::RefCell;
use url::Url;
use webkit6::{UserContentInjectedFrames, UserContentManager, UserStyleLevel, UserStyleSheet};

/// What the app has added to the document that is shown. The engine would keep it for all that follow.
#[derive(Default)]
pub(super) struct Styles(RefCell<Vec<UserStyleSheet>>);

impl Styles {
    fn add(&self, content: &UserContentManager, code: &str, url: &str) {
        let pattern = pattern(url);
        let sheet = UserStyleSheet::new(
            code,
            UserContentInjectedFrames::TopFrame,
            UserStyleLevel::Author,
            pattern.as_deref().as_slice(),
            &[],
        );
        content.add_style_sheet(&sheet);
        self.0.borrow_mut().push(sheet);
    }

    /// The document has gone, and its style sheets with it.
    pub(super) fn end(&self, content: &UserContentManager) {
        for sheet in self.0.take() {
            content.remove_style_sheet(&sheet);
        }
    }
}

/// The pattern of a document's URL, where it has one. The next document is most often at another URL: it does not have the
/// sheet even before the engine has heard that it is gone. Patterns know no ports.
fn pattern(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    Some(format!("{}://{}{}", url.scheme(), url.host()?, url.path()))
}

impl Guest {
    /// Adds a style sheet to the top document, once there is one.
    ///
    /// # Errors
    /// There is no document to add it to.
    pub(crate) async fn insert_css(&self, code: &str) -> Result<(), DomError> {
        self.document_of_a_site().await?;
        self.styles.add(&self.content, code, &self.uri());
        Ok(())
    }
}

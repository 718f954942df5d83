//! `insertCSS`: an app's style sheets in a frame's document.

use super::Guest;
use insula_bridge::{DomError, DomErrorName};
use std::cell::{Cell, RefCell};
use url::Url;
use webkit6::{UserContentInjectedFrames, UserContentManager, UserStyleLevel, UserStyleSheet};

/// How many style sheets a document gets at the most, and how long they are together, in bytes. The engine works out the
/// style of the whole document for each.
const MOST: usize = 1_000;
const LONGEST: usize = 16 << 20;

/// What the app has added to the document that is shown. The engine would keep it for all that follow.
#[derive(Default)]
pub(super) struct Styles {
    sheets: RefCell<Vec<UserStyleSheet>>,
    length: Cell<usize>,
}

impl Styles {
    fn add(&self, content: &UserContentManager, code: &str, url: &str, all_frames: bool) -> Result<(), DomError> {
        let length = self.length.get() + code.len();
        if self.sheets.borrow().len() >= MOST || length > LONGEST {
            return Err(DomError::new(
                DomErrorName::QuotaExceededError,
                format!(
                    "A document gets {MOST} style sheets at the most, of {} MiB together.",
                    LONGEST >> 20
                ),
            ));
        }
        self.length.set(length);
        let pattern = pattern(url);
        let sheet = match all_frames {
            // What is inside is elsewhere.
            true => UserStyleSheet::new(
                code,
                UserContentInjectedFrames::AllFrames,
                UserStyleLevel::Author,
                &[],
                &[],
            ),
            false => UserStyleSheet::new(
                code,
                UserContentInjectedFrames::TopFrame,
                UserStyleLevel::Author,
                pattern.as_deref().as_slice(),
                &[],
            ),
        };
        content.add_style_sheet(&sheet);
        self.sheets.borrow_mut().push(sheet);
        Ok(())
    }

    /// The document has gone, and its style sheets with it.
    pub(super) fn end(&self, content: &UserContentManager) {
        for sheet in self.sheets.take() {
            content.remove_style_sheet(&sheet);
        }
        self.length.set(0);
    }
}

/// The pattern of a document's URL, where it has one. The next document is most often at another URL: it does not have the
/// sheet even before the engine has heard that it is gone. Patterns know no ports.
fn pattern(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    Some(format!("{}://{}{}", url.scheme(), url.host()?, url.path()))
}

impl Guest {
    /// Adds a style sheet to the top document, once there is one, and to those inside if that is wanted.
    ///
    /// # Errors
    /// There is no document to add it to, or it has too many already.
    pub(crate) async fn insert_css(&self, code: &str, all_frames: bool) -> Result<(), DomError> {
        let _on_its_way = self.under_way.take(code)?;
        self.document_of_a_site().await?;
        self.styles.add(&self.content, code, &self.uri(), all_frames)
    }
}

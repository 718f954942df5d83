//! What is said of text that is looked for in a frame.

use serde::{Deserialize, Serialize};

/// The answer to `frame.find`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FindResult {
    /// How often the text is in the page.
    pub number_of_matches: u32,
    /// Which of them is selected now, from 1 upwards; 0 for none.
    pub active_match_ordinal: u32,
    /// Where that lies in the frame.
    pub selection_rect: SelectionRect,
    /// Whether another search, or the page's end, came before the answer.
    pub canceled: bool,
}

/// A place in a frame, in its CSS pixels without zoom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct SelectionRect {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

/// What becomes of the match that was found last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum StopFindingAction {
    /// It is no longer selected.
    Clear,
    /// It stays selected.
    Keep,
    /// It stays selected, and a link that it is in is followed.
    Activate,
}

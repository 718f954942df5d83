//! The messages about what an app is started for (Web App Launch Handler API, File Handling).

use crate::table::{events, requests};
use crate::{Done, PermissionStateResult};
use serde::Serialize;

requests! {
    /// What a page asks about what it was started for.
    pub enum LaunchCall {
        /// Gives the file with a number, as it is now. The page has made ready for it: it makes a chooser of files that
        /// accepts only the type in the answer, and opens it at the event of that name. That is answered with the file.
        "launch.file" => File { file: u32, } -> LaunchedFileResult,
        /// Whether the file with a number may be written.
        "launch.queryWriting" => QueryWriting { file: u32, } -> PermissionStateResult,
        /// Has the user asked whether it may, unless that is decided.
        "launch.requestWriting" => RequestWriting { file: u32, } -> PermissionStateResult,
        /// Begins to write it. One end of a socket pair comes along, on which the page says what (see
        /// `runtime/src/writables/command.rs`).
        "launch.write" => Write { file: u32, keep_existing_data: bool, exclusive: bool, } -> Done,
    }
}

events! {
    /// What a page is told of what it was started for.
    pub enum LaunchEvent {
        /// The app was started, for a page of it or for files.
        "launch.params" => Params { target_url: String, files: Vec<LaunchedFile>, },
    }
}

/// A file that the user has opened with the app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LaunchedFile {
    /// Its number, which no other file of the document has.
    pub file: u32,
    /// Its name, without its folder.
    pub name: String,
}

/// The answer to `launch.file`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename_all = "camelCase"))]
#[serde(rename_all = "camelCase")]
pub struct LaunchedFileResult {
    /// The media type that the chooser is to accept. No page can guess it.
    pub media_type: String,
    /// The event at which the chooser is to be opened, a moment later.
    pub event: String,
}

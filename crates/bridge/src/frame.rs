//! The messages about frames (Controlled Frame). Each is about the frame whose number goes along.

use crate::table::{events, questions, requests};
use crate::{ContentScript, DomError, FindResult, Layout, MediaType, MenuItem, RunAt, StopFindingAction};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A frame, by the number that its document gave it: from 1 upwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FrameId(pub u32);

requests! {
    /// What a page asks of a frame.
    pub enum FrameCall {
        /// Makes the frame.
        "frame.create" => Create {
            /// The element's `partition`; `persist:` in front keeps it on disk.
            partition: String,
            /// The element's `src`, as given; without one the frame stays blank.
            url: Option<String>,
            /// Whether no other frame is to be in its process.
            own_process: bool,
            /// How large it will be, where the page knows it already.
            size: Option<FrameSize>,
            /// Whether it does not load before `frame.navigate`: content scripts come first.
            waits: Option<bool>,
            /// What its pages say they are, if it is not what they are.
            user_agent: Option<String>,
        } -> Done,
        /// Goes to where the element's `src` says, as given.
        "frame.navigate" => Navigate { url: String, } -> Done,
        /// Moves in the session history: how many entries, negative backwards; 0 reloads.
        "frame.go" => Go { delta: i32, } -> GoResult,
        /// Adds scripts and style sheets to the documents that will be loaded, in the place of those of the same names.
        "frame.addContentScripts" => AddContentScripts { scripts: Vec<ContentScript>, } -> Done,
        /// Takes content scripts away, from the documents that will be loaded.
        "frame.removeContentScripts" => RemoveContentScripts {
            /// Their names; without, all.
            names: Option<Vec<String>>,
        } -> Done,
        /// Runs a script in the top document, once there is one.
        "frame.executeScript" => ExecuteScript {
            /// The script's source.
            code: String,
            /// Whether it runs in the documents inside as well.
            all_frames: Option<bool>,
            /// Whether those of them that are blank are meant, too.
            match_about_blank: Option<bool>,
            /// When it runs; without, at once.
            run_at: Option<RunAt>,
            /// What is answered; without, [`ScriptForm::Structured`].
            form: Option<ScriptForm>,
        } -> ScriptResult,
        /// Adds a style sheet to the top document, once there is one. It goes with the document.
        "frame.insertCSS" => InsertCss {
            /// The style sheet's text.
            code: String,
            /// Whether the documents inside have it as well.
            all_frames: Option<bool>,
        } -> Done,
        /// Removes data of the frame's partition; answered when it is gone.
        "frame.clearData" => ClearData {
            /// Only what is from then or later, in milliseconds since 1970.
            since: f64,
            types: Vec<DataType>,
        } -> Done,
        /// Changes the app's items in the content's menu: these are all.
        "frame.setContextMenu" => SetContextMenu { items: Vec<MenuItem>, } -> Done,
        /// Whether the frame makes sounds now.
        "frame.getAudioState" => GetAudioState -> Truth,
        /// Whether the app has muted the frame.
        "frame.isAudioMuted" => IsAudioMuted -> Truth,
        /// How much the app has zoomed the frame.
        "frame.getZoom" => GetZoom -> ZoomFactor,
        /// Zooms the frame; a `TypeError` where that is disabled.
        "frame.setZoom" => SetZoom {
            /// How large a CSS pixel is, of what it is without zoom.
            factor: f64,
            /// Whether `frame.zoomchange` comes also when that is no change.
            is_told_anyway: bool,
        } -> Done,
        /// Shows the window that another frame's page has opened, which has waited for it, in the frame: it has the window's
        /// number.
        "frame.attach" => Attach -> Done,
        /// What the frame's zoom is kept for.
        "frame.getZoomMode" => GetZoomMode -> ZoomModeResult,
        /// Changes what the frame's zoom is kept for.
        "frame.setZoomMode" => SetZoomMode { mode: ZoomMode, } -> Done,
        /// Looks for a text in the page: again, for the next place.
        "frame.find" => Find { text: String, backward: bool, match_case: bool, } -> FindResult,
        /// Makes a picture of what the frame shows.
        "frame.captureVisibleRegion" => CaptureVisibleRegion {
            format: ImageFormat,
            /// From 0 to 100, for formats that lose something.
            quality: u8,
        } -> Capture,
        /// Prints the page, as the user says in a dialog, or as a policy does.
        "frame.print" => Print -> Done,
    }
}

requests! {
    /// What a page tells of a frame.
    pub enum FrameNote {
        /// The element is gone.
        "frame.destroy" => Destroy,
        /// Loads the document again.
        "frame.reload" => Reload,
        /// Stops loading.
        "frame.stop" => Stop,
        /// Ends the process of the frame's page, also one that does not answer. The other frames in it lose theirs as well.
        "frame.terminate" => Terminate,
        /// The app wants to know whether the frame's page answers.
        "frame.watch" => Watch,
        /// Mutes the frame, or lets it be heard again. Its pages do not learn of it.
        "frame.setAudioMuted" => SetAudioMuted { mute: bool, },
        /// How the frame and its content fit each other.
        "frame.setFit" => SetFit(Fit),
        /// After how many milliseconds without input the frame counts as idle; 0 for never.
        "frame.setIdleInterval" => SetIdleInterval { milliseconds: u32, },
        /// Sends the top document a message, if it is of an origin (HTML, section "Posting messages").
        "frame.postMessage" => PostMessage {
            /// A value in which every part carries its type, as `js/page/structured.js` describes it.
            message: String,
            /// `*` is any.
            target_origin: String,
        },
        /// Which features the frame hands on to its pages.
        "frame.setAllow" => SetAllow {
            /// The element's `allow`.
            allow: String,
            /// Whether the element has an `allowfullscreen`.
            fullscreen: bool,
        },
        /// What the app calls the frame, for those who cannot see it; empty for nothing.
        "frame.setLabel" => SetLabel { label: String, },
        /// Looks for nothing any more.
        "frame.stopFinding" => StopFinding { action: StopFindingAction, },
        /// Has its pages say that they are something else; the empty text, that they are what they are. Loads the page again.
        "frame.setUserAgentOverride" => SetUserAgentOverride { user_agent: String, },
        /// Gives the frame the keyboard.
        "frame.focus" => Focus { direction: FocusDirection, },
        /// Takes the keyboard back for the app.
        "frame.blur" => Blur,
    }
}

requests! {
    /// What a page tells of all its frames.
    pub enum StageNote {
        /// After how many milliseconds without input the app counts as idle; 0 for never.
        "stage.setIdleInterval" => SetIdleInterval { milliseconds: u32, },
        /// Where they lie.
        "stage.layout" => Layout(Layout),
        /// An animation frame begins. That is told of the four that follow a layout, by which the page's picture of the
        /// layout's moment has come.
        "stage.animationFrame" => AnimationFrame,
    }
}

events! {
    /// What a page is told of a frame (Controlled Frame, section "Events").
    pub enum FrameEvent {
        /// A document is asked for.
        "frame.loadstart" => LoadStart { url: String, is_top_level: bool, },
        /// A document is shown.
        "frame.loadcommit" => LoadCommit { url: String, is_top_level: bool, },
        /// The top document is parsed.
        "frame.contentload" => ContentLoad,
        /// The top document and everything in it has loaded, or nothing loads any more.
        "frame.loadstop" => LoadStop,
        /// A document could not be had.
        "frame.loadabort" => LoadAbort {
            url: String,
            is_top_level: bool,
            /// Chromium's negative error number.
            code: i32,
            /// Chromium's name for it, such as `ERR_ABORTED`.
            reason: &'static str,
        },
        /// A server led a document's load elsewhere.
        "frame.loadredirect" => LoadRedirect { old_url: String, new_url: String, is_top_level: bool, },
        /// How far the load of the top document is.
        "frame.loadprogress" => LoadProgress {
            url: String,
            /// From 0 to 1.
            progress: f64,
        },
        /// The frame became loud or silent.
        "frame.audiostatechanged" => AudioStateChanged { audible: bool, },
        /// The frame's zoom changed.
        "frame.zoomchange" => ZoomChange { old_zoom_factor: f64, new_zoom_factor: f64, },
        /// The size of the content has changed, within the bounds of `autosize`, in CSS pixels.
        "frame.contentsize" => ContentSize { width: f64, height: f64, },
        /// Nobody has used the frame for as long as the app has set.
        "frame.idle" => Idle,
        /// Somebody uses it again.
        "frame.active" => Active,
        /// The process of the frame's page has ended.
        "frame.exit" => Exit { process_id: u32, reason: ExitReason, },
        /// The frame's page does not answer.
        "frame.unresponsive" => Unresponsive { process_id: u32, },
        /// The frame's page answers again.
        "frame.responsive" => Responsive { process_id: u32, },
        /// A document in the frame wrote to its console.
        "frame.consolemessage" => ConsoleMessage {
            /// Chromium's number: -1 for debug, 0 for log and info, 1 for warn, 2 for error.
            level: i32,
            message: String,
            /// Where that was; 0 where it is not known.
            line: u32,
            /// The URL of the script.
            source_id: String,
        },
        /// The page closes itself. It stays until the app removes it.
        "frame.close" => Close,
        /// A menu of the content's is opened.
        "frame.contextMenuShow" => ContextMenuShow,
        /// One of the app's items in it was chosen.
        "frame.contextMenuClick" => ContextMenuClick {
            menu_item_id: String,
            /// Whether one can write there.
            editable: bool,
            /// 0 for the top document.
            frame_id: u32,
            frame_url: Option<String>,
            link_url: Option<String>,
            media_type: Option<MediaType>,
            page_url: String,
            selection_text: Option<String>,
            src_url: Option<String>,
        },
        /// The session history changed.
        "frame.history" => History { can_go_back: bool, can_go_forward: bool, },
        /// The user clicked into the frame.
        "frame.focused" => Focused,
        /// Tab left the frame.
        "frame.leave" => Leave { direction: FocusDirection, },
        /// The frame was ended; the error answers what was asked of it, and what is asked now.
        "frame.ended" => Ended(DomError),
    }
}

events! {
    /// What a page is told of all its frames.
    pub enum StageEvent {
        /// Whether nobody has used the app for as long as it has set.
        "stage.idle" => Idle { idle: bool, },
        /// The app's view is no longer transparent but white, whatever the page's colour scheme.
        "stage.opaque" => Opaque,
        /// The user zoomed the app: how many of the screen's pixels one of the page's is, for each that it is without.
        "stage.zoom" => Zoom { zoom: f32, },
        /// The page has been painted anew, for whatever reason.
        "stage.painted" => Painted,
        /// A layout that has a number holds in all that is seen from now on.
        "stage.applied" => Applied { layout: u32, },
    }
}

questions! {
    declare_questions:
    /// A document in the frame shows a dialog, and its scripts wait for it (Controlled Frame, event `dialog`).
    "frame.dialog" => Dialog {
        message_type: DialogType,
        message_text: String,
        /// What a prompt begins with.
        default_prompt_text: String,
        /// The URL of the top document.
        url: String,
    } -> DialogAnswer, unanswered DialogAnswer::Cancel, within None;

    /// The frame's page has answered the app's messages. It is not asked for more of them before these have been taken.
    "frame.messages" => Messages {
        /// A list of values in which every part carries its type, as JSON that `js/page/structured.js` reads.
        messages: String,
        /// The origin of the frame's page.
        origin: String,
    } -> Received, unanswered Received {}, within None;

    /// A document in the frame wants something that the app may allow (Controlled Frame, event `permissionrequest`).
    "frame.permissionrequest" => FramePermissionRequest {
        permission: FramePermission,
        /// Where it is asked, or what is to be downloaded; nothing for the full screen.
        url: Option<String>,
        /// Where it is asked, for the full screen.
        origin: Option<String>,
        /// Whether the user has done something for it, where that matters.
        user_gesture: Option<bool>,
        /// Whether the page itself last let go of the pointer.
        last_unlocked_by_self: Option<bool>,
        /// How a download is asked for.
        request_method: Option<String>,
        /// The permission that the app does not have itself, and cannot get: it could not allow this.
        lacks: Option<String>,
    } -> PermissionAnswer, unanswered PermissionAnswer::Deny, within None;

    /// A document in the frame opens a window (Controlled Frame, event `newwindow`). The window waits until it is answered.
    "frame.newwindow" => NewWindow {
        target_url: String,
        /// How wide it is to be; 0 if nothing is said.
        initial_width: u32,
        /// How high.
        initial_height: u32,
        name: String,
        partition: String,
        /// The number by which a frame shows it.
        window_id: u32,
        window_open_disposition: WindowOpenDisposition,
    } -> NewWindowAnswer, unanswered NewWindowAnswer::Discard, within None;
}

/// What a page asks the app for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the specification's own names")]
pub enum FramePermission {
    Media,
    Geolocation,
    Notifications,
    PointerLock,
    Download,
    Fullscreen,
    Clipboard,
}

/// Whether a page gets what it asks for. The app can say yes to what it has itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "action", rename_all = "lowercase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum PermissionAnswer {
    /// It does.
    Allow,
    /// It does not.
    Deny,
}

/// Where a window is to be opened, as the page and the user say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the specification's own names")]
pub enum WindowOpenDisposition {
    NewForegroundTab,
    NewBackgroundTab,
    NewWindow,
    NewPopup,
}

/// What becomes of a window that a page opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "action", rename_all = "lowercase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum NewWindowAnswer {
    /// A frame shows it, or will once it is in the document.
    Attach,
    /// It is closed.
    Discard,
}

/// How a frame and its content fit each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(deny_unknown_fields)]
pub struct Fit {
    /// Within which bounds the frame wants to have the size of its content (`autosize`).
    pub autosize: Option<SizeBounds>,
    /// Whether content that is wider than the frame is made smaller (`allowscaling`).
    pub scaling: bool,
    /// Whether the app shows through where the content has no background (`allowtransparency`).
    pub transparent: bool,
}

/// The bounds of a size, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names say it")]
pub struct SizeBounds {
    pub min_width: u16,
    pub min_height: u16,
    pub max_width: u16,
    pub max_height: u16,
}

/// How large a frame is that has no place yet, in CSS pixels of the app view's viewport.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct FrameSize {
    /// Width of the element's content box, without CSS transforms.
    pub width: f32,
    /// Its height.
    pub height: f32,
    /// How much CSS `zoom` enlarges what it shows; 1 without.
    pub zoom: f32,
}

/// The kinds of a dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the specification's own names")]
pub enum DialogType {
    Alert,
    Confirm,
    Prompt,
    BeforeUnload,
}

/// How a process ended, in Chromium's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ExitReason {
    /// By itself, without a fault.
    #[serde(rename = "normal")]
    Normal,
    /// In a way that nobody knows.
    #[serde(rename = "abnormal")]
    Abnormal,
    /// By a fault of its own.
    #[serde(rename = "crashed")]
    Crashed,
    /// By the app, the runtime, or somebody else on this machine.
    #[serde(rename = "killed")]
    Killed,
    /// Because it had used more memory than a page may.
    #[serde(rename = "oom")]
    OutOfMemory,
}

/// What was told has been taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Received {}

/// How a dialog was answered.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "action", rename_all = "lowercase", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum DialogAnswer {
    /// Accepted; the text is a prompt's.
    Ok {
        /// What was entered.
        text: String,
    },
    /// Refused.
    Cancel,
    /// The app does not answer dialogs: whoever sits in front of the screen does.
    Unhandled,
}

/// Where focus goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum FocusDirection {
    /// To what had it.
    Here,
    /// To the first element (Tab).
    Forward,
    /// To the last element (Shift and Tab).
    Backward,
}

/// The answer to what has no other: it was done.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Done {}

/// The answer to `frame.go`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct GoResult {
    /// Whether there is such an entry and a navigation started.
    pub navigated: bool,
}

/// What a script that was run answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ScriptForm {
    /// What it comes to in the top document, of whatever type, once that is known; or what it throws.
    #[default]
    Structured,
    /// A list of what it comes to in each document, the top one first: as JSON has it, with bytes; null for what it throws.
    Plain,
}

/// The answer to `frame.executeScript`. What the script threw is an error of the call instead, with the further members
/// `stack` and `thrown`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ScriptResult {
    /// What the script came to: a value in which every part carries its type, as `js/page/structured.js` reads it.
    #[cfg_attr(feature = "typescript", ts(type = "unknown"))]
    pub value: Box<RawValue>,
}

/// The answer to what is or is not.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Truth {
    /// Whether it is.
    pub value: bool,
}

/// The answer to `frame.getZoom`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ZoomFactor {
    /// How large a CSS pixel is, of what it is without zoom.
    pub factor: f64,
}

/// What a frame's zoom is kept for (Controlled Frame, enumeration `ZoomMode`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ZoomMode {
    /// The origin: all frames of the partition that show it have the same.
    #[default]
    PerOrigin,
    /// The frame, whatever it shows.
    PerView,
    /// Nothing: the frame is not zoomed.
    Disabled,
}

/// The answer to `frame.getZoomMode`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ZoomModeResult {
    /// The mode.
    pub mode: ZoomMode,
}

/// What a partition keeps (Controlled Frame, dictionary `ClearDataTypeSet`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum DataType {
    /// There is no such thing any more.
    #[serde(rename = "appcache")]
    AppCache,
    /// What was loaded, and what pages keep to be loaded without a network.
    #[serde(rename = "cache")]
    Cache,
    /// All cookies.
    #[serde(rename = "cookies")]
    Cookies,
    /// Private file systems.
    #[serde(rename = "fileSystems")]
    FileSystems,
    /// Databases.
    #[serde(rename = "indexedDB")]
    IndexedDb,
    /// Local storage, and that of sessions.
    #[serde(rename = "localStorage")]
    LocalStorage,
    /// Cookies that have an end.
    #[serde(rename = "persistentCookies")]
    PersistentCookies,
    /// Cookies that have none.
    #[serde(rename = "sessionCookies")]
    SessionCookies,
    /// There is no such thing any more.
    #[serde(rename = "webSQL")]
    WebSql,
}

/// How a picture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the formats' own names")]
pub enum ImageFormat {
    Jpeg,
    Png,
}

/// The answer to `frame.captureVisibleRegion`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Capture {
    /// The picture, as a `data:` URL.
    pub url: String,
}

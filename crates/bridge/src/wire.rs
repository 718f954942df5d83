//! Names and layouts of the user messages, and their limits.
//!
//! All parameters are GVariants of the types that stand beside the names; who sends one names the type with `&str`
//! for its strings. A *document* is a number that the web process gives each proven document, never reused within that
//! process.

use insula_manifest::AppIdentity;

/// Web process → UI process: a proven document came to be. Parameters: [`Hello`].
pub const HELLO: &str = "insula.hello";
/// Document, whether it is the top frame's, origin, URL, the document of the nearest frame around it (0 for none).
pub type Hello<S = String> = (u64, bool, S, S, u64);

/// Web process → UI process: a document is gone. Parameters: [`Goodbye`].
pub const GOODBYE: &str = "insula.goodbye";
/// Document.
pub type Goodbye = (u64,);

/// Web process → UI process: a document of another origin comes into a frame, or is gone. Parameters: [`Stranger`].
pub const STRANGER: &str = "insula.stranger";
/// Frame, whether the document is there.
pub type Stranger = (u64, bool);

/// Web process → UI process, answered: a page calls. Parameters: [`Request`]; the answer: [`Answer`].
pub const CALL: &str = "insula.call";
/// Web process → UI process, not answered: a page tells. Parameters: [`Request`].
pub const NOTE: &str = "insula.note";
/// Document, frame (0 for none), method, JSON parameters.
pub type Request<S = String> = (u64, u32, S, S);
/// Whether it succeeded, JSON of the result or of a [`crate::DomError`].
pub type Answer<S = String> = (bool, S);

/// UI process → web process: an event or, with a question's number, a question for a document. Parameters: [`Event`].
pub const EVENT: &str = "insula.event";
/// Document, frame (0 for none), event or question, JSON parameters, the question's number (0 for an event).
pub type Event<S = String> = (u64, u32, S, S, u64);

/// Web process → UI process, not answered: a page's answer to a question. Parameters: [`Reply`].
pub const REPLY: &str = "insula.reply";
/// Document, question, JSON of the answer.
pub type Reply<S = String> = (u64, u64, S);

/// UI process → web process: what is not granted of that which the web process guards. Parameters: [`Refused`].
pub const REFUSED: &str = "insula.refused";
/// The names of permissions.
pub type Refused = (Vec<String>,);

/// The path at which a worker loads the network, in every app. An app's own file of that name cannot be had.
pub const WORKER_PATH: &str = "/.well-known/insula/worker.js";

/// From where it comes in an app that is a site: the web process leads the request there.
pub const WORKER_URL: &str = "insula:worker.js";

/// The longest parameters of one call, in bytes: a script to execute may be large, bulk data never comes this way.
pub const LONGEST_PARAMETERS: usize = 16 << 20;

/// The version of everything in this crate; the web process and the UI process refuse to talk when theirs differ.
pub const VERSION: u32 = 2;

/// What the UI process hands a web process when it starts, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct WebProcessConfig {
    /// [`VERSION`] of the UI process.
    pub version: u32,
    /// The app, whose documents are the only ones that get the bridge.
    pub app: AppIdentity,
    /// Put before the URL of another site's page that was to follow a page of the app: the load fails at once, and the UI
    /// process opens the URL elsewhere. It is a scheme that no page knows.
    pub leave_prefix: String,
    /// What media URLs begin with. What the app's pages load by one is asked of `media_scheme` instead.
    pub media_prefix: String,
    /// The scheme, with its colon, whose requests the UI process answers with what media URLs stand for. It is one that no
    /// page knows.
    pub media_scheme: String,
    /// Whether pages of what the app embeds are in these processes as well, as they are under WebDriver.
    pub has_embedded_pages: bool,
    /// Whether `<controlledframe>` answers as Chromium's does.
    pub chromium: bool,
    /// Whether the engine draws pages without transparency here, so that nothing shows through their holes.
    pub opaque_pages: bool,
    /// Whether the engine counts zoom in what it tells pages: CSS `zoom` in the boxes of elements, the user's in
    /// `devicePixelRatio`.
    pub counts_zoom: bool,
    /// The display mode of the app's windows, by its name.
    pub display_mode: String,
    /// Whether the engine collects the functions of a stream's source too early.
    pub loses_streams: bool,
    /// The permissions that are not granted, of those that the web process guards; see [`REFUSED`].
    pub refused: Vec<String>,
    /// The state of the grant for the top document.
    pub network_state: crate::NetworkState,
}

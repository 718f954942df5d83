//! What a page may ask of the UI process.

use crate::{Layout, wire};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A frame, by the number that its document gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FrameId(pub u32);

/// A connection of the network broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConnectionId(pub u64);

/// A fetch, by the number that its document gave it, to abort it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub u32);

/// A header's name and value.
pub type Header = (String, String);

/// Parameters of `frame.create`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CreateFrame {
    /// The document's number for the new frame.
    pub frame: FrameId,
    /// The element's `partition`; `persist:` in front keeps it on disk.
    #[serde(default)]
    pub partition: String,
    /// The element's `src`, as given; without one the frame stays blank.
    pub url: Option<String>,
}

/// Parameters of `frame.navigate`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NavigateFrame {
    /// Which frame.
    pub frame: FrameId,
    /// The element's `src`, as given.
    pub url: String,
}

/// Parameters of `frame.go`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Go {
    /// Which frame.
    pub frame: FrameId,
    /// How many entries, negative backwards; 0 reloads.
    pub delta: i32,
}

/// Result of `frame.go`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GoResult {
    /// Whether there is such an entry and a navigation started.
    pub navigated: bool,
}

/// Parameters of `frame.executeScript`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExecuteScript {
    /// Which frame.
    pub frame: FrameId,
    /// The script's source.
    pub code: String,
}

/// Where focus goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FocusDirection {
    /// To what had it.
    Here,
    /// To the first element (Tab).
    Forward,
    /// To the last element (Shift and Tab).
    Backward,
}

/// The options of `TCPSocket` (Direct Sockets, dictionary `TCPSocketOptions`).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SocketOptions {
    /// Send small writes at once.
    #[serde(default)]
    pub no_delay: bool,
    /// Milliseconds of idleness before keep-alive probes; none without.
    pub keep_alive_delay: Option<u32>,
    /// Size of the system's send buffer, in bytes.
    pub send_buffer_size: Option<u32>,
    /// Size of the system's receive buffer, in bytes.
    pub receive_buffer_size: Option<u32>,
    /// `ipv4` or `ipv6`: which kind of address to resolve to.
    pub dns_query_type: Option<String>,
}

/// Parameters of `network.connect`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectParams {
    /// Host name or address literal.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Options.
    #[serde(default)]
    pub options: SocketOptions,
}

/// Result of `network.connect`; the answer carries the page's descriptor.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectResult {
    /// The broker's connection.
    pub connection: ConnectionId,
    /// The server's address.
    pub remote_address: String,
    /// The server's port.
    pub remote_port: u16,
    /// This machine's address.
    pub local_address: String,
    /// This machine's port.
    pub local_port: u16,
}

/// What to do with a redirect (Fetch, "redirect mode").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the specification's own names")]
pub enum Redirect {
    #[default]
    Follow,
    Error,
    Manual,
}

/// Parameters of `network.fetch`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FetchParams {
    /// The document's number for this fetch.
    pub request: RequestId,
    /// Absolute URL.
    pub url: String,
    /// Method.
    pub method: String,
    /// Headers, in order.
    pub headers: Vec<Header>,
    /// Redirect mode.
    #[serde(default)]
    pub redirect: Redirect,
    /// The upload that is the request's body.
    pub upload: Option<u64>,
    /// The body's length in bytes, where the page knows it.
    pub upload_length: Option<u64>,
    /// How far the fetch has come, as the answer that wanted its body again says.
    #[serde(default)]
    pub progress: FetchProgress,
}

/// How far a fetch has come that is called again, with its body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FetchProgress {
    /// Redirects that it has followed.
    pub redirects: u32,
    /// How often it was sent again because it was not answered.
    pub retries: u32,
}

/// Another result of `network.fetch`: the call is to be made again, with these parameters instead and the body
/// in a new upload.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FetchAgain {
    /// What differs.
    pub again: FetchAgainParams,
}

/// The parameters of `network.fetch` that differ when it is called again.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "as in FetchParams")]
pub struct FetchAgainParams {
    pub url: String,
    pub method: String,
    pub headers: Vec<Header>,
    pub progress: FetchProgress,
}

/// Result of `network.upload`; the answer carries the descriptor to write the body into.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct UploadResult {
    /// To name it in `network.fetch`.
    pub upload: u64,
}

/// Result of `network.fetch`; the answer carries the body's descriptor when there is one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FetchResult {
    /// The final URL.
    pub url: String,
    /// Whether a redirect was followed.
    pub redirected: bool,
    /// Status code.
    pub status: u16,
    /// Reason phrase.
    pub status_text: String,
    /// All headers, in order.
    pub headers: Vec<Header>,
    /// What it has for a body.
    #[serde(flatten)]
    pub body: ResponseBody,
}

/// What comes after a response's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "body", rename_all = "lowercase")]
pub enum ResponseBody {
    /// This kind of response has none (Fetch, "null body status").
    Null,
    /// A body in which there is nothing; it needs no descriptor.
    Empty,
    /// What the answer's descriptor carries.
    Stream {
        /// The broker's connection.
        connection: ConnectionId,
    },
}

/// Parameters of `permission.query`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionQuery {
    /// A permission's name.
    pub name: String,
}

/// A permission's state (Permissions, enumeration `PermissionState`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the specification's own names")]
pub enum PermissionState {
    Granted,
    Denied,
    Prompt,
}

/// Result of the calls that answer with a state.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StateResult<S> {
    /// The state.
    pub state: S,
}

/// Anything a page may ask; the variants' comments give the methods' names.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Call {
    /// `frame.create`
    CreateFrame(CreateFrame),
    /// `frame.navigate`
    NavigateFrame(NavigateFrame),
    /// `frame.destroy`
    DestroyFrame(FrameId),
    /// `frame.layout`
    Layout(Layout),
    /// `frame.go`
    Go(Go),
    /// `frame.reload`
    Reload(FrameId),
    /// `frame.stop`
    Stop(FrameId),
    /// `frame.executeScript`
    ExecuteScript(ExecuteScript),
    /// `frame.focus`
    Focus(FrameId, FocusDirection),
    /// `frame.blur`
    Blur(FrameId),
    /// `network.state`
    NetworkState,
    /// `network.request`
    RequestNetwork,
    /// `network.connect`
    Connect(ConnectParams),
    /// `network.upload`
    Upload,
    /// `network.fetch`
    Fetch(FetchParams),
    /// `network.abort`
    Abort(RequestId),
    /// `network.end`
    End(ConnectionId),
    /// `network.close`
    Close(ConnectionId),
    /// `permission.query`
    QueryPermission(PermissionQuery),
}

/// Why a message is not a call. The page side never sends such; a page that has found a way to is told no more.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParseCallError {
    /// No such method.
    #[error("there is no method {0:?}")]
    UnknownMethod(String),
    /// Longer than [`wire::LONGEST_PARAMETERS`].
    #[error("the parameters are {0} bytes long; at most {max} are taken", max = wire::LONGEST_PARAMETERS)]
    TooLong(usize),
    /// Not the JSON that the method takes.
    #[error("the parameters of {method} do not fit: {source}")]
    Parameters {
        /// The method.
        method: String,
        /// What does not fit.
        source: serde_json::Error,
    },
    /// Numbers that no page can have measured.
    #[error("the layout has numbers that no window has")]
    Layout,
}

impl Call {
    /// Parses a method's name and its JSON parameters.
    ///
    /// # Errors
    /// Whatever is not exactly a call is refused; see [`ParseCallError`].
    pub fn parse(method: &str, params: &str) -> Result<Self, ParseCallError> {
        if params.len() > wire::LONGEST_PARAMETERS {
            return Err(ParseCallError::TooLong(params.len()));
        }
        Ok(match method {
            "frame.create" => Self::CreateFrame(from_json(method, params)?),
            "frame.navigate" => Self::NavigateFrame(from_json(method, params)?),
            "frame.destroy" => Self::DestroyFrame(from_json::<OfFrame>(method, params)?.frame),
            "frame.layout" => {
                let layout: Layout = from_json(method, params)?;
                if !layout.is_sane() {
                    return Err(ParseCallError::Layout);
                }
                Self::Layout(layout)
            }
            "frame.go" => Self::Go(from_json(method, params)?),
            "frame.reload" => Self::Reload(from_json::<OfFrame>(method, params)?.frame),
            "frame.stop" => Self::Stop(from_json::<OfFrame>(method, params)?.frame),
            "frame.executeScript" => Self::ExecuteScript(from_json(method, params)?),
            "frame.focus" => {
                let focus: Focus = from_json(method, params)?;
                Self::Focus(focus.frame, focus.direction)
            }
            "frame.blur" => Self::Blur(from_json::<OfFrame>(method, params)?.frame),
            "network.state" => from_json::<Nothing>(method, params).map(|_| Self::NetworkState)?,
            "network.request" => from_json::<Nothing>(method, params).map(|_| Self::RequestNetwork)?,
            "network.connect" => Self::Connect(from_json(method, params)?),
            "network.upload" => from_json::<Nothing>(method, params).map(|_| Self::Upload)?,
            "network.fetch" => Self::Fetch(from_json(method, params)?),
            "network.abort" => Self::Abort(from_json::<OfRequest>(method, params)?.request),
            "network.end" => Self::End(from_json::<OfConnection>(method, params)?.connection),
            "network.close" => Self::Close(from_json::<OfConnection>(method, params)?.connection),
            "permission.query" => Self::QueryPermission(from_json(method, params)?),
            _ => return Err(ParseCallError::UnknownMethod(method.chars().take(64).collect())),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfFrame {
    frame: FrameId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfConnection {
    connection: ConnectionId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfRequest {
    request: RequestId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Focus {
    frame: FrameId,
    direction: FocusDirection,
}

fn from_json<T: DeserializeOwned>(method: &str, params: &str) -> Result<T, ParseCallError> {
    serde_json::from_str(params).map_err(|source| ParseCallError::Parameters {
        method: method.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_parse_by_method() {
        assert_eq!(
            Call::parse(
                "frame.create",
                r#"{"frame":1,"partition":"persist:a","url":"https://example.org/"}"#
            )
            .unwrap(),
            Call::CreateFrame(CreateFrame {
                frame: FrameId(1),
                partition: "persist:a".into(),
                url: Some("https://example.org/".into())
            })
        );
        assert_eq!(Call::parse("network.state", "{}").unwrap(), Call::NetworkState);
        assert_eq!(
            Call::parse("frame.focus", r#"{"frame":2,"direction":"backward"}"#).unwrap(),
            Call::Focus(FrameId(2), FocusDirection::Backward)
        );
    }

    #[test]
    fn what_is_not_exactly_a_call_is_refused() {
        let refused = |method: &str, params: &str| Call::parse(method, params).unwrap_err().to_string();
        assert!(refused("frame.shred", "{}").contains("no method"));
        assert!(refused("frame.create", r#"{"frame":1,"extra":true}"#).contains("extra"));
        assert!(refused("frame.create", r#"{"frame":-1}"#).contains("do not fit"));
        assert!(refused("frame.create", "[").contains("do not fit"));
        assert!(refused("network.connect", r#"{"host":"a","port":65536}"#).contains("do not fit"));
        assert!(refused("network.state", &" ".repeat(wire::LONGEST_PARAMETERS + 1)).contains("at most"));
    }

    #[test]
    fn a_layout_with_absurd_numbers_is_refused() {
        let layout = |x: &str, matrix: &str, color: &str| {
            format!(
                r#"{{"canvas":[{color}],"frames":[{{"frame":1,"x":{x},"y":0,"width":10,"height":10,"scale":1,"zoom":1,
                "turn":{{"matrix":[{matrix},0,0],"width":10,"height":10,"shape":{CLIP}}},"clip":{CLIP},"visible":true,
                "above":true,"opacity":1,"through":[0,0,0,0],"backdrop":[{color}],"occluders":[[0,0,1,1]],"overlays":[{CLIP}]}}]}}"#
            )
        };
        const CLIP: &str = r#"{"x":0,"y":0,"width":10,"height":10,"radii":[0,0,0,0]}"#;
        assert!(Call::parse("frame.layout", &layout("5", "0,1,-1,0", "0,0,0,1")).is_ok());
        for absurd in [
            layout("1e30", "0,1,-1,0", "0,0,0,1"),
            layout("5", "0,1e30,-1,0", "0,0,0,1"),
            layout("5", "0,1,-1,0", "1e300,0,0,1"),
        ] {
            assert!(matches!(
                Call::parse("frame.layout", &absurd),
                Err(ParseCallError::Layout)
            ));
        }
    }
}

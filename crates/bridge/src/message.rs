//! All messages of a page, by the room of the runtime that they are for.

use crate::wire;
use crate::{BadgeNote, LaunchCall, LaunchEvent, PermissionCall, PermissionEvent, StageEvent, StageNote};
use crate::{FrameCall, FrameEvent, FrameId, FrameNote, NetworkCall, NetworkEvent, NetworkNote};

/// What a page asks, and is answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// Of one of its frames.
    Frame(FrameId, FrameCall),
    /// Of the network.
    Network(NetworkCall),
    /// About permissions.
    Permission(PermissionCall),
    /// About what the app was started for.
    Launch(LaunchCall),
}

/// What a page tells, without an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// Of one of its frames.
    Frame(FrameId, FrameNote),
    /// Of all its frames.
    Stage(StageNote),
    /// Of the network.
    Network(NetworkNote),
    /// Of the app's badge.
    Badge(BadgeNote),
}

/// What a page is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Of one of its frames.
    Frame(FrameId, FrameEvent),
    /// Of all its frames.
    Stage(StageEvent),
    /// Of the network.
    Network(NetworkEvent),
    /// Of permissions.
    Permission(PermissionEvent),
    /// Of what the app was started for.
    Launch(LaunchEvent),
}

/// Why a message is none. The page side never sends such; a page that has found a way to is told no more.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// No table has it.
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
    /// A message about a frame names none, or one about none names one.
    #[error("{0} is about another kind of thing")]
    Target(String),
    /// Numbers that no page can have measured.
    #[error("the layout has numbers that no window has")]
    Layout,
}

impl Call {
    /// Parses a method's name and its JSON parameters. `frame` is 0 where a call is about no frame.
    ///
    /// # Errors
    /// Whatever is not exactly a call is refused; see [`ParseError`].
    pub fn parse(frame: u32, method: &str, params: &str) -> Result<Self, ParseError> {
        let parser = Parser::new(frame, method, params)?;
        if let Some(call) = parser.parse(FrameCall::parse)? {
            return Ok(Self::Frame(parser.frame()?, call));
        }
        if let Some(call) = parser.parse(NetworkCall::parse)? {
            return parser.no_frame(Self::Network(call));
        }
        if let Some(call) = parser.parse(PermissionCall::parse)? {
            return parser.no_frame(Self::Permission(call));
        }
        if let Some(call) = parser.parse(LaunchCall::parse)? {
            return parser.no_frame(Self::Launch(call));
        }
        Err(parser.unknown())
    }

    /// The names of all calls.
    pub fn methods() -> impl Iterator<Item = &'static str> {
        let tables = [
            FrameCall::METHODS,
            NetworkCall::METHODS,
            PermissionCall::METHODS,
            LaunchCall::METHODS,
        ];
        tables.into_iter().flatten().copied()
    }
}

impl Note {
    /// Parses a method's name and its JSON parameters. `frame` is 0 where a note is about no frame.
    ///
    /// # Errors
    /// Whatever is not exactly a note is refused; see [`ParseError`].
    pub fn parse(frame: u32, method: &str, params: &str) -> Result<Self, ParseError> {
        let parser = Parser::new(frame, method, params)?;
        if let Some(note) = parser.parse(FrameNote::parse)? {
            return Ok(Self::Frame(parser.frame()?, note));
        }
        if let Some(note) = parser.parse(StageNote::parse)? {
            if matches!(&note, StageNote::Layout(layout) if !layout.is_sane()) {
                return Err(ParseError::Layout);
            }
            return parser.no_frame(Self::Stage(note));
        }
        if let Some(note) = parser.parse(NetworkNote::parse)? {
            return parser.no_frame(Self::Network(note));
        }
        if let Some(note) = parser.parse(BadgeNote::parse)? {
            return parser.no_frame(Self::Badge(note));
        }
        Err(parser.unknown())
    }

    /// The names of all notes.
    pub fn methods() -> impl Iterator<Item = &'static str> {
        let tables = [
            FrameNote::METHODS,
            StageNote::METHODS,
            NetworkNote::METHODS,
            BadgeNote::METHODS,
        ];
        tables.into_iter().flatten().copied()
    }
}

impl Event {
    /// The frame that the event is about; 0 for none.
    pub fn frame(&self) -> u32 {
        match self {
            Self::Frame(frame, _) => frame.0,
            Self::Stage(_) | Self::Network(_) | Self::Permission(_) | Self::Launch(_) => 0,
        }
    }

    /// The event's name on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Frame(_, event) => event.name(),
            Self::Stage(event) => event.name(),
            Self::Network(event) => event.name(),
            Self::Permission(event) => event.name(),
            Self::Launch(event) => event.name(),
        }
    }

    /// The event's parameters as JSON; `null` for none.
    pub fn to_json(&self) -> String {
        let json = match self {
            Self::Frame(_, event) => serde_json::to_string(event),
            Self::Stage(event) => serde_json::to_string(event),
            Self::Network(event) => serde_json::to_string(event),
            Self::Permission(event) => serde_json::to_string(event),
            Self::Launch(event) => serde_json::to_string(event),
        };
        // Plain data with string keys always serialises.
        json.unwrap_or_default()
    }
}

/// One message on its way through the tables.
struct Parser<'a> {
    frame: u32,
    method: &'a str,
    params: &'a str,
}

impl<'a> Parser<'a> {
    fn new(frame: u32, method: &'a str, params: &'a str) -> Result<Self, ParseError> {
        if params.len() > wire::LONGEST_PARAMETERS {
            return Err(ParseError::TooLong(params.len()));
        }
        Ok(Self { frame, method, params })
    }

    fn parse<T>(&self, table: fn(&str, &str) -> Option<Result<T, serde_json::Error>>) -> Result<Option<T>, ParseError> {
        table(self.method, self.params)
            .transpose()
            .map_err(|source| ParseError::Parameters {
                method: self.method.to_owned(),
                source,
            })
    }

    fn frame(&self) -> Result<FrameId, ParseError> {
        match self.frame {
            0 => Err(ParseError::Target(self.method.to_owned())),
            frame => Ok(FrameId(frame)),
        }
    }

    fn no_frame<T>(&self, message: T) -> Result<T, ParseError> {
        match self.frame {
            0 => Ok(message),
            _ => Err(ParseError::Target(self.method.to_owned())),
        }
    }

    fn unknown(&self) -> ParseError {
        ParseError::UnknownMethod(self.method.chars().take(64).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DomError, DomErrorName, FocusDirection, FrameSize, NetworkState};

    #[test]
    fn messages_parse_by_method() {
        assert_eq!(
            Call::parse(
                1,
                "frame.create",
                r#"{"partition":"persist:a","url":"https://example.org/","ownProcess":true,
                    "size":{"width":300,"height":150,"zoom":1}}"#
            )
            .unwrap(),
            Call::Frame(
                FrameId(1),
                FrameCall::Create {
                    partition: "persist:a".into(),
                    url: Some("https://example.org/".into()),
                    own_process: true,
                    size: Some(FrameSize {
                        width: 300.0,
                        height: 150.0,
                        zoom: 1.0
                    }),
                    waits: None,
                    user_agent: None,
                }
            )
        );
        assert_eq!(
            Call::parse(0, "network.state", "{}").unwrap(),
            Call::Network(NetworkCall::State)
        );
        assert_eq!(
            Note::parse(2, "frame.focus", r#"{"direction":"backward"}"#).unwrap(),
            Note::Frame(
                FrameId(2),
                FrameNote::Focus {
                    direction: FocusDirection::Backward
                }
            )
        );
    }

    #[test]
    fn what_is_not_exactly_a_message_is_refused() {
        let refused = |frame, method: &str, params: &str| Call::parse(frame, method, params).unwrap_err().to_string();
        assert!(refused(1, "frame.shred", "{}").contains("no method"));
        assert!(refused(1, "frame.create", r#"{"partition":"","ownProcess":false,"extra":true}"#).contains("extra"));
        assert!(refused(1, "frame.create", "{}").contains("partition"));
        assert!(refused(0, "frame.create", r#"{"partition":"","ownProcess":false}"#).contains("another kind"));
        assert!(refused(1, "network.state", "{}").contains("another kind"));
        assert!(refused(1, "frame.create", "[").contains("do not fit"));
        assert!(refused(0, "network.connect", r#"{"host":"a","port":65536,"options":{}}"#).contains("do not fit"));
        assert!(refused(0, "network.state", r#"{"a":1}"#).contains("do not fit"));
        assert!(refused(0, "network.state", &" ".repeat(wire::LONGEST_PARAMETERS + 1)).contains("at most"));
        assert!(
            refused(1, "frame.destroy", "{}").contains("no method"),
            "a note is no call"
        );
    }

    #[test]
    fn no_two_tables_have_a_method_in_common() {
        let mut methods: Vec<&str> = Call::methods().chain(Note::methods()).collect();
        let count = methods.len();
        methods.sort_unstable();
        methods.dedup();
        assert_eq!(methods.len(), count);
    }

    #[test]
    fn an_event_carries_only_what_it_has() {
        let event = |event| Event::Frame(FrameId(3), event);
        let abort = event(FrameEvent::LoadAbort {
            url: "https://example.org/".into(),
            is_top_level: true,
            code: -3,
            reason: "ERR_ABORTED",
        });
        assert_eq!(
            abort.to_json(),
            r#"{"url":"https://example.org/","isTopLevel":true,"code":-3,"reason":"ERR_ABORTED"}"#
        );
        assert_eq!((abort.frame(), abort.name()), (3, "frame.loadabort"));
        let ended = event(FrameEvent::Ended(DomError::new(DomErrorName::NotAllowedError, "No.")));
        assert_eq!(ended.to_json(), r#"{"name":"NotAllowedError","message":"No."}"#);
        assert_eq!(event(FrameEvent::Focused).to_json(), "null");
        assert_eq!(Event::Permission(PermissionEvent::Change).frame(), 0);
    }

    #[test]
    fn the_state_of_the_grant_is_read_back() {
        let state = NetworkState::Granted;
        let event = Event::Network(NetworkEvent::StateChange { state });
        assert_eq!(NetworkEvent::read_state(event.name(), &event.to_json()), Some(state));
        assert_eq!(
            NetworkEvent::read_state("permission.change", r#"{"state":"granted"}"#),
            None
        );
    }

    #[test]
    fn a_layout_with_absurd_numbers_is_refused() {
        let layout = |x: &str, matrix: &str, color: &str| {
            format!(
                r#"{{"canvas":[{color}],"frames":[{{"frame":1,"x":{x},"y":0,"width":10,"height":10,"scale":1,"zoom":1,
                "transform":{{"matrix":[{matrix},0,0],"width":10,"height":10,"shape":{CLIP}}},"clip":{CLIP},"visible":true,
                "above":true,"opacity":1,"through":[0,0,0,0],"backdrop":[{color}],"occluders":[[0,0,1,1]],"tints":[{{"clip":{CLIP},"color":[{color}]}}],
                "overlays":[{CLIP}]}}]}}"#
            )
        };
        const CLIP: &str = r#"{"x":0,"y":0,"width":10,"height":10,"radii":[0,0,0,0]}"#;
        let parse = |layout: String| Note::parse(0, "stage.layout", &layout);
        assert!(parse(layout("5", "0,1,-1,0", "0,0,0,1")).is_ok());
        for absurd in [
            layout("1e30", "0,1,-1,0", "0,0,0,1"),
            layout("5", "0,1e30,-1,0", "0,0,0,1"),
            layout("5", "0,1,-1,0", "1e300,0,0,1"),
        ] {
            assert!(matches!(parse(absurd), Err(ParseError::Layout)));
        }
    }
}

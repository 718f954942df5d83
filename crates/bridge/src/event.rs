//! What the UI process tells a page.

use crate::{DomError, FrameId};
use serde::{Deserialize, Serialize};

/// The name of the event about the grant.
const NETWORK_STATE: &str = "network.statechange";

/// The state of the grant, as `UnrestrictedNetwork.state` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NetworkState {
    /// Not an installed app's secure top-level document, or the feature is off.
    Unavailable,
    /// The user has not decided.
    Prompt,
    /// The user or a policy allowed it.
    Granted,
    /// The user or a policy refused it.
    Denied,
}

/// The events of a frame's loads (Controlled Frame, section "Events").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the specification's own names")]
pub enum FrameEventKind {
    LoadStart,
    LoadCommit,
    ContentLoad,
    LoadStop,
    LoadAbort,
}

/// Something that a document is told.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Event {
    /// A load of a frame went a step on.
    Frame {
        /// Which frame.
        frame: FrameId,
        /// Which event.
        #[serde(rename = "type")]
        kind: FrameEventKind,
        /// The document that loads, for events that name one.
        #[serde(skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// Whether it is the frame's top document, for events that name one.
        #[serde(skip_serializing_if = "Option::is_none")]
        is_top_level: Option<bool>,
        /// Chromium's negative error number, for `loadabort`.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<i32>,
        /// Chromium's name for it, such as `ERR_ABORTED`.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A frame was ended: the app may have none any more.
    FrameEnded {
        /// Which frame.
        frame: FrameId,
        /// The answer to what was asked of it, and to what is asked now.
        #[serde(flatten)]
        error: DomError,
    },
    /// A frame's session history changed.
    History {
        /// Which frame.
        frame: FrameId,
        /// Whether there is an entry before the current one.
        can_go_back: bool,
        /// Whether there is an entry after the current one.
        can_go_forward: bool,
    },
    /// The user clicked into a frame.
    Focused {
        /// Which frame.
        frame: FrameId,
    },
    /// Tab left a frame.
    Leave {
        /// Which frame.
        frame: FrameId,
        /// Where to.
        direction: crate::FocusDirection,
    },
    /// The user zoomed the app.
    Zoom {
        /// How many of the screen's pixels one of the page's is, for each that it is without zoom.
        zoom: f32,
    },
    /// The grant changed.
    NetworkState {
        /// What it is now.
        state: NetworkState,
    },
    /// Some permission changed: what `permission.query` answered may be so no more.
    PermissionsChanged {},
}

impl Event {
    /// The event's name on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Frame { .. } => "frame.event",
            Self::FrameEnded { .. } => "frame.ended",
            Self::History { .. } => "frame.history",
            Self::Focused { .. } => "frame.focused",
            Self::Leave { .. } => "frame.leave",
            Self::Zoom { .. } => "frame.zoom",
            Self::NetworkState { .. } => NETWORK_STATE,
            Self::PermissionsChanged {} => "permissions.changed",
        }
    }

    /// The state that an event tells, if it is one about the grant.
    pub fn network_state(name: &str, parameters: &str) -> Option<NetworkState> {
        #[derive(Deserialize)]
        struct Parameters {
            state: NetworkState,
        }
        if name != NETWORK_STATE {
            return None;
        }
        serde_json::from_str(parameters).ok().map(|Parameters { state }| state)
    }

    /// The event's parameters as JSON.
    pub fn to_json(&self) -> String {
        // Plain data with string keys always serialises.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DomErrorName;

    #[test]
    fn an_event_carries_only_what_it_has() {
        let event = Event::Frame {
            frame: FrameId(3),
            kind: FrameEventKind::LoadAbort,
            url: Some("https://example.org/".into()),
            is_top_level: Some(true),
            code: Some(-3),
            reason: None,
        };
        assert_eq!(
            event.to_json(),
            r#"{"frame":3,"type":"loadabort","url":"https://example.org/","isTopLevel":true,"code":-3}"#
        );
        assert_eq!(event.name(), "frame.event");
        let event = Event::FrameEnded {
            frame: FrameId(3),
            error: DomError::new(DomErrorName::NotAllowedError, "No."),
        };
        assert_eq!(
            event.to_json(),
            r#"{"frame":3,"name":"NotAllowedError","message":"No."}"#
        );
        assert_eq!(Event::PermissionsChanged {}.to_json(), "{}");
    }
}

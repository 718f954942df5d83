//! How other programs on this machine command a running app: over the session's [bus] where there is one, and over a
//! private [socket] in the app's storage, which [`insula` itself](client) uses, always.
//!
//! What can be commanded is here. The bus and the socket only spell it, and who carries it out is [`Commanded`].

pub(crate) mod bus;
pub mod client;
mod folder;
pub(crate) mod socket;

pub(crate) use folder::Folder;

use crate::launches::{LaunchError, Purpose};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;

/// How many events a program may have left unread until it is told no more.
const MOST_UNREAD: usize = 1000;

/// What a running app is told to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Bring the window that the user was in last to the front.
    Activate {
        /// What the desktop gave whoever asks, so that the window may come to the front: a startup id of X11 or an
        /// activation token of Wayland.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<String>,
    },
    /// Show a page of the app: in that window, unless its manifest says which takes it, and bring it to the front. The
    /// page that is there may ask the user to stay.
    Open {
        /// The page's path, or its whole URL.
        path: String,
        /// As for [`Command::Activate`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<String>,
    },
    /// Start the app for something, as if it did not run: its manifest says which window takes that.
    Launch {
        /// For what.
        purpose: Purpose,
        /// As for [`Command::Activate`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<String>,
    },
    /// Load the page in that window again.
    Reload {},
    /// Close all windows, as the user does: a page may ask the user to stay.
    Close {},
    /// Show the app's permissions.
    Permissions {},
    /// Make a picture of the page in that window, with its frames.
    Screenshot {},
    /// Tell what the app is and shows.
    State {},
}

/// What comes of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Answer {
    /// It is done; where the user may have to be asked, it has begun.
    Done,
    /// What the app is and shows.
    State(State),
    /// A picture, in PNG.
    Screenshot(#[serde(with = "base64")] Vec<u8>),
}

/// What an app is and shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// The app's id.
    pub id: String,
    /// Its origin.
    pub origin: String,
    /// Its name.
    pub name: String,
    /// The version that runs; empty where there is none.
    pub version: String,
    /// The number of the runtime's process.
    pub process: u32,
    /// Its windows, the one that the user was in last at the end.
    pub windows: Vec<WindowState>,
}

/// One window of an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WindowState {
    /// Its number, which no other window of this run has.
    pub window: u32,
    /// Its title.
    pub title: String,
    /// The URL of its page.
    pub url: String,
    /// Whether it has the keyboard.
    pub active: bool,
    /// Whether its page is loading.
    pub loading: bool,
}

/// Something that happens in a running app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// A window opens.
    WindowOpened {
        /// Its number.
        window: u32,
    },
    /// A window closes.
    WindowClosed {
        /// Its number.
        window: u32,
    },
    /// A window has loaded a page.
    Loaded {
        /// The window's number.
        window: u32,
        /// The page's URL.
        url: String,
    },
    /// The process of the page in a window has ended by itself.
    PageDied {
        /// The window's number.
        window: u32,
    },
}

/// Why a running app does not do what it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "name", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Refusal {
    /// The caller's mistake: no command, or one of another version of Insula.
    #[error("it does not understand the command: {reason}")]
    NotUnderstood {
        /// What is wrong with it.
        reason: String,
    },
    /// The caller's mistake: the address is none of the app's pages.
    #[error("`{path}` is not a page of the app")]
    NotInApp {
        /// What was to be opened.
        path: String,
    },
    /// The caller's mistake, or the app is not for that: it opens no such links or files.
    #[error("{reason}")]
    CannotOpen {
        /// What it does not open, and why.
        reason: String,
    },
    /// It is just closing, or has not opened its window yet.
    #[error("it has no window")]
    NoWindow {},
    /// There is nothing to make a picture of: the window has never been on a screen.
    #[error("its window has not been painted yet")]
    NotPainted {},
    /// The organisation has it stay open.
    #[error("your organization keeps it open")]
    KeptOpen {},
}

impl Refusal {
    /// Its name on the bus.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::NotUnderstood { .. } => "NotUnderstood",
            Self::NotInApp { .. } => "NotInApp",
            Self::CannotOpen { .. } => "CannotOpen",
            Self::NoWindow {} => "NoWindow",
            Self::NotPainted {} => "NotPainted",
            Self::KeptOpen {} => "KeptOpen",
        }
    }
}

impl From<LaunchError> for Refusal {
    fn from(error: LaunchError) -> Self {
        match error {
            LaunchError::NotInApp(path) => Self::NotInApp { path },
            error => Self::CannotOpen {
                reason: error.to_string(),
            },
        }
    }
}

impl Event {
    /// Its name on the bus.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::WindowOpened { .. } => "WindowOpened",
            Self::WindowClosed { .. } => "WindowClosed",
            Self::Loaded { .. } => "Loaded",
            Self::PageDied { .. } => "PageDied",
        }
    }
}

/// A running app, as those who spell commands know it.
pub(crate) trait Commanded {
    /// The app's id.
    fn id(&self) -> &str;

    /// Does what it is told.
    ///
    /// # Errors
    /// It cannot; see [`Refusal`].
    fn perform(&self, command: Command) -> Result<Answer, Refusal>;

    /// What happens from now on.
    fn events(&self) -> async_channel::Receiver<Event>;
}

/// Who is told of what happens.
#[derive(Default)]
pub(crate) struct Events(RefCell<Vec<async_channel::Sender<Event>>>);

impl Events {
    /// What happens from now on. It ends with the app, or when too much is left unread.
    pub(crate) fn subscribe(&self) -> async_channel::Receiver<Event> {
        let (sender, receiver) = async_channel::bounded(MOST_UNREAD);
        self.0.borrow_mut().push(sender);
        receiver
    }

    /// Tells it to all who listen.
    pub(crate) fn tell(&self, event: &Event) {
        self.0
            .borrow_mut()
            .retain(|listener| listener.try_send(event.clone()).is_ok());
    }
}

/// A line that the socket sends.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Message {
    Answer(Answer),
    Error(Refusal),
    Event(Event),
}

/// Bytes in JSON.
mod base64 {
    use gtk4::glib;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&glib::base64_encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(glib::base64_decode(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_answers_are_lines_of_json_that_stay_as_they_are() {
        for (json, command) in [
            (r#"{"command":"activate"}"#, Command::Activate { token: None }),
            (
                r#"{"command":"open","path":"/a","token":"x_TIME1"}"#,
                Command::Open {
                    path: "/a".into(),
                    token: Some("x_TIME1".into()),
                },
            ),
            (
                r#"{"command":"launch","purpose":{"open":["file:///a"]}}"#,
                Command::Launch {
                    purpose: Purpose::Open(vec!["file:///a".into()]),
                    token: None,
                },
            ),
            (r#"{"command":"close"}"#, Command::Close {}),
        ] {
            assert_eq!(serde_json::to_string(&command).unwrap(), json);
            assert_eq!(serde_json::from_str::<Command>(json).unwrap(), command);
        }
        assert!(serde_json::from_str::<Command>(r#"{"command":"close","force":true}"#).is_err());
        let answer = Message::Answer(Answer::Screenshot(vec![0, 255, 10]));
        assert_eq!(
            serde_json::to_string(&answer).unwrap(),
            r#"{"answer":{"screenshot":"AP8K"}}"#
        );
        let refusal = Message::Error(Refusal::NoWindow {});
        assert_eq!(
            serde_json::to_string(&refusal).unwrap(),
            r#"{"error":{"name":"no-window"}}"#
        );
    }
}

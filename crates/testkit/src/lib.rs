//! The ground that end-to-end tests stand on. See the README for what it is and is not.
//!
//! A test makes a [`Home`], builds an [`AppBuilder`] app in it and opens a [`Session`]: the program runs on a
//! [`Display`] of its own, WebDriver looks into its pages, and clicks and keys arrive as a user's would.
//! [`Site`], [`WebSocketServer`] and [`tcp`] are the servers that the app talks to.
//!
//! Nothing here sleeps and hopes: [`wait::until`] polls a condition until its deadline. Helpers panic when the
//! ground itself gives way (no Xvfb, a dead driver), with a message that says what is missing; a test can do nothing
//! better.

#![warn(missing_docs)]

pub mod accessibility;
pub mod app_builder;
pub mod bus;
pub mod display;
pub mod geoclue;
pub mod home;
pub mod network_manager;
pub mod notifications;
pub mod process;
pub mod screenshot;
pub mod server;
pub mod session;
pub mod tcp;
pub mod touch;
pub mod trust;
pub mod wait;
pub mod wayland;
pub mod webdriver;
pub mod websocket;

pub use accessibility::{Accessible, AssistiveTechnology};
pub use app_builder::AppBuilder;
pub use bus::{Bus, Told};
pub use display::{Desktop, Display, Window};
pub use geoclue::GeoClue;
pub use home::{Home, Outcome, program};
pub use network_manager::NetworkManager;
pub use notifications::Notifications;
pub use process::{ProcessTree, Running};
pub use screenshot::{Colour, Screenshot};
pub use server::{Reply, Request, Site};
pub use session::{Point, Rect, Session};
pub use touch::TouchScreen;
pub use trust::Authority;
pub use wayland::{WaylandDisplay, WaylandWindow};
pub use websocket::WebSocketServer;

//! The network as an app has it: what its documents share.

use std::sync::Arc;

use super::document::DocumentNetwork;
use crate::core::broker::{AppId, Broker};
use crate::http::CookieJar;

/// Opens the networks of an app's documents. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AppNetwork {
    broker: Broker,
    app: AppId,
    cookies: Arc<CookieJar>,
}

impl AppNetwork {
    /// The network of `app`, with its cookies.
    pub fn new(broker: &Broker, app: AppId, cookies: Arc<CookieJar>) -> Self {
        Self {
            broker: broker.clone(),
            app,
            cookies,
        }
    }

    /// The network for a new document.
    pub fn document(&self) -> DocumentNetwork {
        DocumentNetwork::open_with(&self.broker, &self.app, &self.cookies)
    }

    /// Writes what is to outlive the app. Waits for the disk.
    pub fn save(&self) {
        self.cookies.save();
    }
}

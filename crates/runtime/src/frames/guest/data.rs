//! What a frame's partition keeps, and how it is removed (Controlled Frame, `clearData`).

use super::Guest;
use crate::frames::cookies::Kinds;
use gtk4::glib::{self, TimeSpan};
use insula_bridge::{DataType, DomError, DomErrorName};
use std::time::Duration;
use webkit6::prelude::*;
use webkit6::{NetworkSession, WebsiteData, WebsiteDataTypes};

/// How long the engine may take. It asks the processes of pages for what they have in memory, and one that does not answer
/// keeps it waiting.
const PATIENCE: Duration = Duration::from_secs(10);

/// What pages keep, by its type. The engine says of nothing in memory when it was written, and of what is on the disk not
/// before the file is closed. What is certain is that a site that was not shown since then has written nothing.
const WRITTEN: [(DataType, WebsiteDataTypes); 3] = [
    (
        DataType::LocalStorage,
        WebsiteDataTypes::LOCAL_STORAGE.union(WebsiteDataTypes::SESSION_STORAGE),
    ),
    (DataType::IndexedDb, WebsiteDataTypes::INDEXEDDB_DATABASES),
    (
        DataType::Cache,
        WebsiteDataTypes::DOM_CACHE.union(WebsiteDataTypes::SERVICE_WORKER_REGISTRATIONS),
    ),
];

/// What can be loaded again. As in Chromium all of it is removed, whatever its age.
const LOADED: WebsiteDataTypes = WebsiteDataTypes::DISK_CACHE
    .union(WebsiteDataTypes::OFFLINE_APPLICATION_CACHE)
    .union(WebsiteDataTypes::HSTS_CACHE);

/// What else a visitor is recognised by.
const MARKS: WebsiteDataTypes = WebsiteDataTypes::DEVICE_ID_HASH_SALT.union(WebsiteDataTypes::ITP);

impl Guest {
    /// Removes what the frame's partition keeps of these types, as far as it is from `since`, in milliseconds since 1970,
    /// or later; returns when it is gone.
    ///
    /// # Errors
    /// The engine could not remove it, or not in time.
    pub(crate) async fn clear_data(&self, since: f64, types: &[DataType]) -> Result<(), DomError> {
        let Some(session) = self.view.network_session() else {
            return Ok(());
        };
        if since > glib::real_time() as f64 / 1000.0 {
            return Ok(());
        }
        let has = |wanted| types.contains(&wanted);
        let kinds = Kinds {
            of_sessions: has(DataType::Cookies) || has(DataType::SessionCookies),
            persistent: has(DataType::Cookies) || has(DataType::PersistentCookies),
        };
        let cookies = &self.kept.cookies;
        if kinds.are_all() && since <= 0.0 {
            clear(&session, WebsiteDataTypes::COOKIES).await?;
            cookies.removed().await;
        } else if !kinds.are_none() {
            let removed = glib::future_with_timeout(PATIENCE, cookies.remove(kinds, since)).await;
            removed.map_err(|_| late())?.map_err(|error| failed(&error))?;
        }
        if has(DataType::Cookies) {
            clear(&session, MARKS).await?;
        }
        for (wanted, engine_types) in WRITTEN {
            if has(wanted) && since <= 0.0 {
                clear(&session, engine_types).await?;
            } else if has(wanted) {
                self.clear_written(&session, engine_types, since).await?;
            }
        }
        if has(DataType::Cache) {
            clear(&session, LOADED).await?;
            clear(&session, WebsiteDataTypes::MEMORY_CACHE).await?;
        }
        Ok(())
    }

    /// Removes what sites keep that have been shown since a time.
    async fn clear_written(
        &self,
        session: &NetworkSession,
        types: WebsiteDataTypes,
        since: f64,
    ) -> Result<(), DomError> {
        let Some(manager) = session.website_data_manager() else {
            return Ok(());
        };
        let sites = glib::future_with_timeout(PATIENCE, manager.fetch_future(types)).await;
        let sites = sites.map_err(|_| late())?.map_err(|error| failed(&error))?;
        let is_meant = |site: &&WebsiteData| {
            let name = site.name().unwrap_or_default();
            self.kept.may_have_written(since, &name)
        };
        let meant: Vec<&WebsiteData> = sites.iter().filter(is_meant).collect();
        if meant.is_empty() {
            return Ok(());
        }
        let (done, removed) = async_channel::bounded(1);
        manager.remove(types, &meant, gtk4::gio::Cancellable::NONE, move |result| {
            // Nobody listens any more if it took too long.
            let _ = done.try_send(result);
        });
        settle(removed).await
    }
}

/// Removes everything of some types.
async fn clear(session: &NetworkSession, types: WebsiteDataTypes) -> Result<(), DomError> {
    let Some(manager) = session.website_data_manager() else {
        return Ok(());
    };
    let (done, cleared) = async_channel::bounded(1);
    manager.clear(types, TimeSpan(0), gtk4::gio::Cancellable::NONE, move |result| {
        // Nobody listens any more if it took too long.
        let _ = done.try_send(result);
    });
    settle(cleared).await
}

async fn settle(outcome: async_channel::Receiver<Result<(), glib::Error>>) -> Result<(), DomError> {
    match glib::future_with_timeout(PATIENCE, outcome.recv()).await {
        Ok(Ok(outcome)) => outcome.map_err(|error| failed(&error)),
        Ok(Err(_)) => Ok(()),
        Err(_) => Err(late()),
    }
}

fn failed(error: &glib::Error) -> DomError {
    let message = format!("The data cannot be removed: {error}");
    DomError::new(DomErrorName::OperationError, message)
}

fn late() -> DomError {
    DomError::new(
        DomErrorName::TimeoutError,
        "The data cannot be removed entirely: a page that has some in memory does not answer.",
    )
}

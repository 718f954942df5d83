//! How long servers may take, and how much they may send. A server that means ill, or hangs, holds nobody up for long and
//! fills no disk.

use std::future::Future;
use std::io;
use std::path::Path;
use std::time::Duration;

use insula_net::http::Body;
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use crate::error::Error;

/// What a server may do.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Bounds {
    /// It has stalled when so long nothing comes, or of a bundle less than [`Bounds::PACE`].
    pub stall: Duration,
    /// A page, a manifest, an icon or a list of releases has to be here after so long.
    pub small: Duration,
    /// A bundle has to be here after so long.
    pub large: Duration,
    /// A bundle has so many bytes at most.
    pub bundle: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            stall: Duration::from_secs(30),
            small: Duration::from_secs(2 * 60),
            large: Duration::from_secs(3 * 60 * 60),
            bundle: 2 << 30,
        }
    }
}

impl Bounds {
    /// The bytes of a bundle that have to come in each [`Bounds::stall`].
    pub const PACE: u64 = 4 << 10;

    /// What is left of a disk by a download, in bytes: others write on it as well.
    pub const RESERVE: u64 = 64 << 20;

    /// What is being waited for, unless it does not come by then.
    pub(crate) async fn until<T>(
        end: Instant,
        url: &Url,
        waited: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let begun = Instant::now();
        let late = |_| timed_out(url, end - begun);
        timeout_at(end, waited).await.map_err(late)?
    }

    /// What is being waited for, unless nothing comes for too long.
    pub(crate) async fn unless_stalled<T>(
        &self,
        url: &Url,
        waited: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let late = |_| timed_out(url, self.stall);
        timeout(self.stall, waited).await.map_err(late)?
    }

    /// Fails where a disk has no room for so many more bytes.
    pub(crate) fn check_room(folder: &Path, bytes: u64) -> Result<(), Error> {
        let disk = |source| Error::Disk {
            path: folder.to_owned(),
            source,
        };
        let system = rustix::fs::statvfs(folder).map_err(|error| disk(error.into()))?;
        let free = system.f_bavail.saturating_mul(system.f_frsize);
        match free >= bytes.saturating_add(Self::RESERVE) {
            true => Ok(()),
            false => Err(disk(io::ErrorKind::StorageFull.into())),
        }
    }
}

/// An error of a response's body.
pub(crate) fn unread(url: &Url, error: &io::Error) -> Error {
    Error::Network {
        url: url.clone(),
        source: Box::new(Body::error(error)),
    }
}

fn timed_out(url: &Url, after: Duration) -> Error {
    Error::Network {
        url: url.clone(),
        source: Box::new(insula_net::Error::TimedOut {
            what: "waiting for the answer".to_owned(),
            after,
        }),
    }
}

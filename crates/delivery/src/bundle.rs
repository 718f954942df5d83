use std::io::Write;
use std::path::Path;

use insula_net::http::Response;
use tempfile::{Builder, NamedTempFile};
use tokio::io::AsyncReadExt;
use tokio::time::Instant;
use url::Url;

use crate::bounds::{Bounds, unread};
use crate::error::Error;

/// How much is read at once, in bytes.
const PIECE: usize = 256 << 10;

/// After so many bytes the room on the disk is looked at again.
const CHECKED: u64 = 16 << 20;

/// A signed bundle that was downloaded. Its file is gone when this is dropped.
#[derive(Debug)]
pub struct FetchedBundle {
    /// Where it came from.
    pub url: Url,
    file: NamedTempFile,
}

/// How far a download has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DownloadProgress {
    /// Bytes that are here.
    pub received: u64,
    /// Bytes that there will be, where the server says so.
    pub expected: Option<u64>,
}

impl FetchedBundle {
    /// The file.
    pub fn path(&self) -> &Path {
        self.file.path()
    }
}

/// Writes a response's body to a file in a folder.
pub(crate) async fn download(
    bounds: &Bounds,
    response: Response,
    beginning: Vec<u8>,
    mut rest: insula_net::http::Reader,
    folder: &Path,
    progress: &(dyn Fn(DownloadProgress) + Send + Sync),
) -> Result<FetchedBundle, Error> {
    let disk = |source| Error::Disk {
        path: folder.to_owned(),
        source,
    };
    let too_long = || Error::TooLong {
        url: response.url.clone(),
        limit: bounds.bundle,
    };
    let length = response
        .headers
        .get("content-length")
        .and_then(|value| value.to_str().ok()?.parse().ok());
    if length.is_some_and(|length| length > bounds.bundle) {
        return Err(too_long());
    }
    Bounds::check_room(folder, length.unwrap_or_default())?;
    let mut file = Builder::new()
        .prefix("download-")
        .suffix(".swbn")
        .tempfile_in(folder)
        .map_err(disk)?;
    let mut told = DownloadProgress {
        received: beginning.len() as u64,
        expected: length,
    };
    file.write_all(&beginning).map_err(disk)?;
    progress(told);
    let end = Instant::now() + bounds.large;
    let mut piece = vec![0; PIECE];
    let (mut is_done, mut checked) = (false, 0);
    while !is_done {
        let enough = told.received + Bounds::PACE;
        // A server that sends a byte now and then has stalled as well.
        let paced = async {
            while told.received < enough && !is_done {
                let read = rest
                    .read(&mut piece)
                    .await
                    .map_err(|error| unread(&response.url, &error))?;
                is_done = read == 0;
                // A disk that is slow holds up nothing but this download.
                tokio::task::block_in_place(|| file.write_all(&piece[..read])).map_err(disk)?;
                told.received += read as u64;
            }
            Ok(())
        };
        Bounds::until(end, &response.url, bounds.unless_stalled(&response.url, paced)).await?;
        if told.received > bounds.bundle {
            return Err(too_long());
        }
        if told.received / CHECKED > checked {
            checked = told.received / CHECKED;
            Bounds::check_room(folder, 0)?;
        }
        progress(told);
    }
    file.flush().map_err(disk)?;
    Ok(FetchedBundle {
        url: response.url,
        file,
    })
}

use std::io::Write;
use std::path::Path;

use insula_net::http::Response;
use tempfile::{Builder, NamedTempFile};
use tokio::io::AsyncReadExt;
use url::Url;

use crate::error::Error;
use crate::fetcher::unless_stalled;

/// How much is read at once, in bytes.
const PIECE: usize = 256 << 10;

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
    let length = response
        .headers
        .get("content-length")
        .and_then(|value| value.to_str().ok()?.parse().ok());
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
    let mut piece = vec![0; PIECE];
    loop {
        let read = unless_stalled(&response.url, rest.read(&mut piece)).await?;
        if read == 0 {
            break;
        }
        // A disk that is slow holds up nothing but this download.
        tokio::task::block_in_place(|| file.write_all(&piece[..read])).map_err(disk)?;
        told.received += read as u64;
        progress(told);
    }
    file.flush().map_err(disk)?;
    Ok(FetchedBundle {
        url: response.url,
        file,
    })
}

//! Fetching apps, with the progress of downloads on a terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;

use anyhow::{Context as _, Result};
use insula_apps::{ServerOrigin, Store};
use insula_delivery::{
    AtServer, DownloadProgress, FetchedBundle, FetchedSite, FetchedUpdate, Fetcher, Found, Order, Update, Wanted,
};
use insula_manifest::Release;
use insula_net::{Broker, BrokerOptions, Direct, EnvironmentProxies, ProxyResolver};
use tokio::runtime::{Builder, Runtime};
use url::Url;

use crate::output;

/// What fetches, and waits until it is done.
pub(crate) struct Delivery {
    fetcher: Fetcher,
    waiting: Runtime,
}

impl Delivery {
    pub(crate) fn begin(store: &Store) -> Result<Self> {
        let proxies: Box<dyn ProxyResolver> = match EnvironmentProxies::read() {
            Some(proxies) => Box::new(proxies),
            None => Box::new(Direct),
        };
        let options = BrokerOptions {
            proxies,
            ..BrokerOptions::default()
        };
        let broker = Broker::start(options).context("the network cannot be used")?;
        let waiting = Builder::new_current_thread()
            .build()
            .context("the network cannot be used")?;
        Ok(Self {
            fetcher: Fetcher::new(broker, &insula_runtime::user_languages(), &store.downloads()?),
            waiting,
        })
    }

    /// What is at a URL.
    pub(crate) fn look(&self, url: Url) -> Result<Found> {
        let found = self.waiting.block_on(self.fetcher.look(url, progress()));
        Ok(found.inspect(|_| end_progress())?)
    }

    /// What a developer's server has.
    pub(crate) fn at_server(&self, origin: &ServerOrigin) -> Result<AtServer> {
        Ok(self.waiting.block_on(self.fetcher.at_server(origin))?)
    }

    /// The site at a URL, as it is ordered.
    pub(crate) fn site(&self, url: Url, order: &Order) -> Result<FetchedSite> {
        Ok(self.waiting.block_on(self.fetcher.site(url, order))?)
    }

    /// What is newer than an installed app.
    pub(crate) fn update(&self, wanted: Wanted<'_>) -> Result<Option<Update>> {
        Ok(self.waiting.block_on(self.fetcher.update(wanted))?)
    }

    /// Has an update, to be installed.
    pub(crate) fn fetch(&self, update: Update) -> Result<FetchedUpdate> {
        let fetched = self.waiting.block_on(self.fetcher.fetch(update, progress()));
        Ok(fetched.inspect(|_| end_progress())?)
    }

    /// The bundle of a release.
    pub(crate) fn release(&self, release: &Release) -> Result<FetchedBundle> {
        let fetched = self.waiting.block_on(self.fetcher.release(release, progress()));
        Ok(fetched.inspect(|_| end_progress())?)
    }
}

/// Shows how far a download has come, where somebody watches.
fn progress() -> impl Fn(DownloadProgress) + Send + Sync + 'static {
    let shown = Mutex::new(None);
    let is_watched = io::stderr().is_terminal();
    move |progress: DownloadProgress| {
        let expected = progress.expected.filter(|expected| *expected > 0);
        let percent = expected.map(|expected| progress.received * 100 / expected);
        let state = (percent, progress.received >> 20);
        let mut shown = shown.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if is_watched && *shown != Some(state) {
            *shown = Some(state);
            let received = output::size(progress.received);
            let line = match (percent, expected) {
                (Some(percent), Some(expected)) => format!("{received} of {} ({percent} %)", output::size(expected)),
                _ => received,
            };
            let _ = write!(io::stderr(), "\r\x1b[KDownloading: {line}");
        }
    }
}

fn end_progress() {
    if io::stderr().is_terminal() {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
}

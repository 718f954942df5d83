use std::io;
use std::path::PathBuf;

use insula_manifest::ManifestError;
use url::Url;

/// Why what a URL leads to cannot be installed. Each says whose doing it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    // Whoever named the URL.
    /// It is not https, and anybody on the way could change what comes.
    #[error("`{url}` is neither https nor on this machine: what comes from there could be changed on the way")]
    NotSecure {
        /// The URL, or the one that it redirects to.
        url: Url,
    },

    // The network.
    /// It could not be fetched.
    #[error("cannot fetch `{url}`")]
    Network {
        /// What was fetched.
        url: Url,
        /// What went wrong.
        source: Box<insula_net::Error>,
    },

    // The organisation.
    /// What it orders cannot be read, and the app may be in it.
    #[error("what your organization orders about this app cannot be read: it stays as it is")]
    UnreadableOrder,
    /// The icon that it gives the app is another one by now.
    #[error("the icon `{url}` is not the one that your organization's policy has the hash of")]
    AnotherIcon {
        /// Where it is.
        url: Url,
    },
    /// The icon that it gives the app is none.
    #[error("the icon `{url}` that your organization's policy names is no picture")]
    NoPicture {
        /// Where it is.
        url: Url,
    },
    /// The address that it names is of another site by now.
    #[error("`{url}` leads to another site, `{to}`, which your organization's policy does not name")]
    LeadsElsewhere {
        /// What it names.
        url: Url,
        /// Where it leads.
        to: Box<Url>,
    },

    // The server.
    /// It says that there is an error.
    #[error("`{url}` is answered with status {status}")]
    Status {
        /// What was fetched.
        url: Url,
        /// The status code.
        status: u16,
    },
    /// It is longer than anything honest.
    #[error("`{url}` is longer than the {limit} bytes that are read of it")]
    TooLong {
        /// What was fetched.
        url: Url,
        /// The limit.
        limit: u64,
    },
    /// It is a page that says of no app.
    #[error("the page `{url}` links to no web app manifest: it is not an app")]
    NoManifest {
        /// The page.
        url: Url,
    },
    /// It is something else.
    #[error("`{url}` is neither a page nor a signed bundle nor a list of releases, but {found}")]
    NoApp {
        /// What was fetched.
        url: Url,
        /// What is there.
        found: String,
    },
    /// It is an Isolated Web App, or a list of releases of one.
    #[error("`{url}` is no site, but an Isolated Web App")]
    NoSite {
        /// What was fetched.
        url: Url,
    },
    /// The list of releases is of no use.
    #[error("`{url}` is no update manifest that can be used")]
    UpdateManifest {
        /// Where it is.
        url: Url,
        /// What is wrong with it.
        source: Box<ManifestError>,
    },

    /// Where an app's releases were to be listed there is something else.
    #[error("`{url}` is no list of releases")]
    NoReleases {
        /// Where it was to be.
        url: Url,
    },
    /// The page from which a site was installed is not the app's any more.
    #[error("the page `{url}` does not belong to the installed app any more")]
    NotTheApp {
        /// The page.
        url: Url,
    },

    // This machine.
    /// This program ends.
    #[error("fetching was stopped")]
    Stopped,
    /// What was downloaded could not be written.
    #[error("cannot write what is downloaded to `{}`", path.display())]
    Disk {
        /// Where to.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

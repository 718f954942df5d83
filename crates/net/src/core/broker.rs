//! The broker: who uses the network, and what each has open.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, Weak};

use super::names::NameServers;
use super::proxy::{Direct, ProxyResolver};
use super::quota::Quota;
use super::resolver::{Resolver, SystemResolver};
use super::scope::{Scope, Shared};
use super::services::{Services, SourceGroups};
use super::tls::Roots;
use crate::lock;

/// Names an app: whatever the runtime calls it, compared as a whole. The scopes of an app have one quota.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppId(Arc<str>);

impl AppId {
    /// The app named `id`.
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// What can be chosen when a broker starts.
pub struct BrokerOptions {
    /// Looks up names. [`SystemResolver`] unless chosen otherwise.
    pub resolver: Box<dyn Resolver>,
    /// Who is asked for records other than addresses. [`NameServers::System`] unless chosen otherwise.
    pub name_servers: NameServers,
    /// Joins groups of IPv6 of single senders. Without it there are none.
    pub source_groups: Option<Arc<dyn SourceGroups>>,
    /// Knows the proxies. None, unless chosen otherwise.
    pub proxies: Box<dyn ProxyResolver>,
    /// Whom TLS trusts. [`Roots::System`] unless chosen otherwise.
    pub roots: Roots,
}

impl Default for BrokerOptions {
    fn default() -> Self {
        Self {
            resolver: Box::new(SystemResolver),
            name_servers: NameServers::System,
            source_groups: None,
            proxies: Box::new(Direct),
            roots: Roots::System,
        }
    }
}

impl fmt::Debug for BrokerOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BrokerOptions")
            .field("roots", &self.roots)
            .finish_non_exhaustive()
    }
}

/// Opens scopes on the network. Cheap to clone; its threads end, and everything that is open with them, when the
/// last clone and the last [`Scope`] are gone.
#[derive(Clone, Debug)]
pub struct Broker {
    services: Arc<Services>,
    apps: Arc<Mutex<HashMap<AppId, AppScopes>>>,
}

/// What is known of an app as long as one of its scopes is there.
#[derive(Debug)]
struct AppScopes {
    quota: Weak<Quota>,
    scopes: Vec<Weak<Shared>>,
}

impl Broker {
    /// Starts the broker's threads.
    ///
    /// Writing to a page that has gone raises `SIGPIPE`, which a Rust program ignores unless it
    /// asked not to; a program that did would be killed by it.
    ///
    /// # Errors
    /// When the system has no threads or descriptors for them.
    pub fn start(options: BrokerOptions) -> io::Result<Self> {
        let services = Services::start(options)?;
        Ok(Self {
            services: Arc::new(services),
            apps: Arc::default(),
        })
    }

    /// A scope of `app`: what is opened in it ends with it.
    pub fn scope(&self, app: &AppId) -> Scope {
        let mut apps = lock(&self.apps);
        apps.retain(|_, app| app.quota.strong_count() > 0);
        let known = apps.get(app).and_then(|app| app.quota.upgrade());
        let quota = known.unwrap_or_default();
        let scope = Scope::new(self.services.clone(), quota.clone());
        let record = apps.entry(app.clone()).or_insert_with(|| AppScopes {
            quota: Arc::downgrade(&quota),
            scopes: Vec::new(),
        });
        record.scopes.retain(|scope| scope.strong_count() > 0);
        record.scopes.push(Arc::downgrade(scope.shared()));
        scope
    }

    /// Ends what `app` has open or is opening and its gates do not allow any more, with
    /// [`Error::Revoked`](crate::Error::Revoked). What they still allow goes on. What name servers have answered is forgotten.
    ///
    /// May be called on any thread. It takes a question to the gate for each thing that is open, and waits for
    /// nothing.
    pub fn recheck(&self, app: &AppId) {
        let (scopes, quota): (Vec<_>, _) = match lock(&self.apps).get(app) {
            Some(app) => (
                app.scopes.iter().filter_map(Weak::upgrade).collect(),
                app.quota.upgrade(),
            ),
            None => return,
        };
        if let Some(quota) = quota {
            quota.forget_names();
        }
        for scope in scopes {
            scope.recheck();
        }
    }
}

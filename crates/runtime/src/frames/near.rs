//! What the pages of frames may load from near addresses: from this machine and the network around it.
//!
//! Where a page goes, the engine asks ([`Guest`](super::Guest) decides). What a page loads it asks nobody about, but it has
//! filters, which it applies to every load of a view, also behind a redirect, from a worker and for a WebSocket. One for
//! each kind of near address is compiled once, and lies on a view as long as its pages are kept from there.
//!
//! A filter sees URLs, and no address that a name resolves to. So a name that does not say that it is near gets nothing
//! in the clear: whoever has it lead to somebody else's server needs a certificate for it there. That filter lies on all
//! views for good, as does the one of the manifest's list of what frames show, if there is one. Where the manifest allows
//! http from elsewhere, what a page loads from its own site comes by http as well.

use super::gate::Gate;
use super::listed;
use gtk4::glib;
use insula_permissions::AddressSpace;
use insula_vocabulary::FrameRules;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use webkit6::{UserContentFilter, UserContentFilterStore, UserContentManager};

/// A kind of near addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// This machine.
    Loopback,
    /// The network around it.
    Local,
}

impl Kind {
    pub(super) const ALL: [Self; 2] = [Self::Loopback, Self::Local];

    /// What the user decides about.
    pub(super) fn address(self) -> AddressSpace {
        match self {
            Self::Loopback => AddressSpace::Loopback,
            Self::Local => AddressSpace::Local,
        }
    }

    /// The rules of its filter, as WebKit's content blockers have them. A document may load from where it is itself: that
    /// is its first party.
    fn rules(self) -> Value {
        let (hosts, except) = match self {
            Self::Loopback => (LOOPBACK, None),
            Self::Local => (LOCAL, Some(NOT_LOCAL)),
        };
        let block = hosts.iter().chain(CARRIERS).map(|host| {
            json!({
                "trigger": { "url-filter": format!("{BEFORE}{host}{AFTER}"), "load-type": ["third-party"] },
                "action": { "type": "block" },
            })
        });
        let pass = except.map(|host| {
            json!({
                "trigger": { "url-filter": format!("{BEFORE}{host}{AFTER}") },
                "action": { "type": PASS },
            })
        });
        block.chain(pass).collect()
    }
}

/// A filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Filter {
    /// Keeps from near addresses of a kind.
    Near(Kind),
    /// Keeps what is not encrypted from everywhere else.
    Plain,
    /// Keeps the top document from where the manifest does not list it.
    Listed,
}

impl Filter {
    /// Those of an app.
    fn all(rules: &FrameRules) -> impl Iterator<Item = Self> {
        let near = Kind::ALL.into_iter().map(Self::Near);
        let listed = rules.origins.is_some().then_some(Self::Listed);
        near.chain([Self::Plain]).chain(listed)
    }

    /// What the engine calls it.
    fn identifier(self) -> &'static str {
        match self {
            Self::Near(Kind::Loopback) => "loopback",
            Self::Near(Kind::Local) => "local",
            Self::Plain => "plain",
            Self::Listed => "listed",
        }
    }

    fn rules(self, manifest: &FrameRules) -> Value {
        match self {
            Self::Near(kind) => kind.rules(),
            Self::Plain => plain(manifest.allow_http),
            Self::Listed => listed::rules(manifest.origins.as_deref().unwrap_or_default()),
        }
    }
}

/// Loads by http and ws become such by https and wss, as the engine has it in pages on https. Those to a port that the URL
/// names, where nobody would expect TLS, are blocked. Near hosts have their own filters. Where http is allowed, only what a
/// page loads from other sites is meant.
fn plain(allows_http: bool) -> Value {
    let rule = |filter: String, action: &str| {
        let mut trigger = json!({ "url-filter": filter });
        if allows_http && action != PASS {
            trigger["load-type"] = json!(["third-party"]);
        }
        json!({ "trigger": trigger, "action": { "type": action } })
    };
    let schemes = ["http", "ws"].into_iter();
    let secure = schemes
        .clone()
        .map(|scheme| rule(format!("^{scheme}://"), "make-https"));
    let block = schemes.map(|scheme| rule(format!("^{scheme}://([^/@]*@)?[^/@]*:[0-9]+/"), "block"));
    let near = [LOOPBACK, LOCAL, CARRIERS].into_iter().flatten();
    let pass = near.map(|host| rule(format!("{BEFORE}{host}{AFTER}"), PASS));
    secure.chain(block).chain(pass).collect()
}

/// What a rule does that takes back what those before it would do.
const PASS: &str = "ignore-previous-rules";

/// What comes before a host in a URL that has one, and after it. The engine writes URLs in one way only. A colon also comes
/// after a user's name, but no slash after a password.
const BEFORE: &str = "^[a-z]+://([^/@]*@)?";
const AFTER: &str = "(:[0-9]+)?/";

/// The hosts of this machine. What Linux may take for it, such as `0.0.0.0`, counts.
const LOOPBACK: &[&str] = &[
    r"127\.[0-9.]+",
    r"0\.[0-9.]+",
    r"localhost\.?",
    r"[^/@]*\.localhost\.?",
    r"\[::1?\]",
];

/// Those of the network around it.
const LOCAL: &[&str] = &[
    r"10\.[0-9.]+",
    r"172\.1[6-9]\.[0-9.]+",
    r"172\.2[0-9]\.[0-9.]+",
    r"172\.3[01]\.[0-9.]+",
    r"192\.168\.[0-9.]+",
    r"169\.254\.[0-9.]+",
    r"100\.6[4-9]\.[0-9.]+",
    r"100\.[7-9][0-9]\.[0-9.]+",
    r"100\.1[01][0-9]\.[0-9.]+",
    r"100\.12[0-7]\.[0-9.]+",
    r"192\.0\.0\.[0-9]+",
    r"198\.1[89]\.[0-9.]+",
    r"\[f[cd][0-9a-f][0-9a-f]:[0-9a-f:]+\]",
    r"\[fe[89a-f][0-9a-f]:[0-9a-f:]+\]",
    r"\[64:ff9b:1:[0-9a-f:]+\]",
    r"[^/@]*\.local\.?",
    r"[^/@:.\[]+\.?",
];

/// Addresses that carry an IPv4 address: mapped, compatible, NAT64, 6to4, Teredo. They belong to both kinds, because a filter
/// cannot read the address inside, and pages on the internet are not reached in this way.
const CARRIERS: &[&str] = &[
    r"\[::[0-9a-f]+:[0-9a-f:]+\]",
    r"\[64:ff9b::[0-9a-f:]+\]",
    r"\[2002:[0-9a-f:]+\]",
    r"\[2001:0?:[0-9a-f:]+\]",
];

/// A name without a dot that is not of the network.
const NOT_LOCAL: &str = r"localhost\.?";

/// The filters of an app.
pub(crate) struct NearFilters {
    folder: PathBuf,
    rules: FrameRules,
    compiled: RefCell<HashMap<Filter, UserContentFilter>>,
    is_begun: Cell<bool>,
    /// Opens when all is compiled, or cannot be.
    done: RefCell<Option<Gate>>,
}

impl NearFilters {
    /// Those that the engine is to keep in a folder, of an app whose manifest has these rules. They are not compiled yet.
    pub(crate) fn new(storage: &Path, rules: &FrameRules) -> Rc<Self> {
        Rc::new(Self {
            folder: storage.join("filters"),
            rules: rules.clone(),
            compiled: RefCell::default(),
            is_begun: Cell::new(false),
            done: RefCell::new(Some(Gate::default())),
        })
    }

    /// Begins to compile them, which takes the engine some milliseconds of another thread.
    pub(crate) fn begin(self: &Rc<Self>) {
        if self.is_begun.replace(true) {
            return;
        }
        let filters = self.clone();
        glib::spawn_future_local(async move {
            // What is there may be of another version of the program, or of the engine: it is made anew.
            let store = UserContentFilterStore::new(&filters.folder.to_string_lossy());
            for filter in Filter::all(&filters.rules) {
                let source = glib::Bytes::from_owned(filter.rules(&filters.rules).to_string().into_bytes());
                match store.save_future(filter.identifier(), &source).await {
                    Ok(compiled) => drop(filters.compiled.borrow_mut().insert(filter, compiled)),
                    Err(error) => tracing::error!("no frame can be kept from what it may not load: {error}"),
                }
            }
            filters.done.take();
        });
    }

    /// What the manifest says.
    pub(super) fn rules(&self) -> &FrameRules {
        &self.rules
    }

    /// Waits until they are compiled; answers whether they are.
    pub(crate) async fn ready(self: &Rc<Self>) -> bool {
        self.begin();
        let done = self.done.borrow().as_ref().map(Gate::opening);
        if let Some(done) = done {
            done.wait().await;
        }
        self.compiled.borrow().len() == Filter::all(&self.rules).count()
    }
}

/// What lies on one view.
#[derive(Clone)]
pub(super) struct Near {
    filters: Rc<NearFilters>,
    content: UserContentManager,
}

impl Near {
    /// Keeps the pages of a view from all near addresses, as far as there are filters yet.
    pub(super) fn closed(filters: &Rc<NearFilters>, content: &UserContentManager) -> Self {
        let near = Self {
            filters: filters.clone(),
            content: content.clone(),
        };
        near.close();
        near
    }

    /// Lays the filters on the view that lie on all views for good. A view that was kept ready may be older than they are.
    pub(super) fn lay_lasting(&self) {
        self.lay(Filter::Plain, true);
        self.lay(Filter::Listed, true);
    }

    /// Keeps the view's pages from near addresses of a kind, or lets them load from there.
    pub(super) fn keep(&self, kind: Kind, is_kept: bool) {
        self.lay(Filter::Near(kind), is_kept);
    }

    fn lay(&self, filter: Filter, lies: bool) {
        match self.filters.compiled.borrow().get(&filter) {
            Some(filter) if lies => self.content.add_filter(filter),
            Some(filter) => self.content.remove_filter(filter),
            None => {}
        }
    }

    /// Keeps the view's pages from all of them. A view that has ended is left so: a service worker can outlive it, and takes
    /// its filters from the view that it was started by.
    pub(super) fn close(&self) {
        self.lay_lasting();
        for kind in Kind::ALL {
            self.keep(kind, true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    /// The last of a filter's rules that applies to a URL: it counts, as the engine reads them.
    fn action(filter: Filter, url: &str) -> Option<String> {
        let rules = filter.rules(&FrameRules::default());
        let mut actions = rules.as_array().unwrap().iter().filter(|rule| {
            let filter = rule["trigger"]["url-filter"].as_str().unwrap();
            let (compile, find) = (glib::RegexCompileFlags::CASELESS, glib::RegexMatchFlags::DEFAULT);
            glib::Regex::match_simple(filter, url, compile, find)
        });
        let action = actions.next_back()?["action"]["type"].as_str()?.to_owned();
        (action != "ignore-previous-rules").then_some(action)
    }

    /// The kinds whose filters block a URL.
    fn blocked(url: &str) -> Vec<Kind> {
        let is_blocked = |kind: &Kind| action(Filter::Near(*kind), url).as_deref() == Some("block");
        Kind::ALL.into_iter().filter(is_blocked).collect()
    }

    #[test]
    fn what_does_not_say_that_it_is_near_gets_nothing_in_the_clear() {
        for host in
            "example.org 1.1.1.1 [2606:4700::1111] a:80@localhost.example localhost:b@127.0.0.1.example".split(' ')
        {
            for scheme in ["http", "ws"] {
                let action = |url: String| action(Filter::Plain, &url);
                assert_eq!(
                    action(format!("{scheme}://{host}/")).as_deref(),
                    Some("make-https"),
                    "{host}"
                );
                assert_eq!(
                    action(format!("{scheme}://{host}:81/a")).as_deref(),
                    Some("block"),
                    "{host}"
                );
                assert_eq!(action(format!("{scheme}s://{host}:81/{scheme}://a:1/")), None, "{host}");
            }
        }
        for host in
            "localhost 127.0.0.1 [::1] 192.168.1.1 [fd12:3456::1] [::ffff:7f00:1] printer.local router".split(' ')
        {
            for url in [format!("http://{host}/"), format!("ws://user@{host}:8080/a")] {
                assert_eq!(action(Filter::Plain, &url), None, "{url}");
            }
        }
    }

    #[test]
    fn hosts_are_blocked_by_what_they_say_of_themselves() {
        let table: [(&[Kind], &str); 4] = [
            (
                &[Kind::Loopback],
                "127.0.0.1 127.255.255.254 0.0.0.0 localhost localhost. app.localhost a.b.localhost. [::1] [::]",
            ),
            (
                &[Kind::Local],
                "10.0.0.1 172.16.0.1 172.20.1.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 100.127.255.255 \
                 198.18.0.1 192.0.0.8 [fc00::1] [fd12:3456::1] [fe80::1] [fec0::1] [64:ff9b:1::808:808] printer.local \
                 printer.local. router router. mylocal",
            ),
            (
                &[Kind::Loopback, Kind::Local],
                "[::ffff:7f00:1] [::7f00:1] [64:ff9b::7f00:1] [2002:7f00:1::] [::ffff:a00:1] [2001:0:808:808::f5ff:fffe] \
                 [2001::808:808:0:0:f5ff:fffe]",
            ),
            (
                &[],
                "1.1.1.1 172.15.255.255 172.32.0.1 100.63.255.255 100.128.0.1 192.167.1.1 169.253.0.1 [2606:4700::1111] \
                 [2001:db8::1] example.org 10.example 127.example.org localhost.example local.example a.notlocal \
                 notlocalhost.example 127.0.0.1.example.org",
            ),
        ];
        for (kinds, hosts) in table {
            for host in hosts.split_whitespace() {
                // What nobody connects to has no address space.
                let address = host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
                if let Some(space) = address.and_then(AddressSpace::of) {
                    let is_said = kinds.iter().any(|kind| kind.address() == space);
                    let is_open = kinds.len() != 1 && space == AddressSpace::Public;
                    assert!(is_said || is_open, "{host} is {space:?} to sockets");
                }
                for url in [format!("https://{host}/"), format!("wss://user@{host}:8080/a?b")] {
                    assert_eq!(blocked(&url), kinds, "{url}");
                }
                // Only the host counts.
                for url in [
                    format!("https://example.org/https://{host}/"),
                    format!("https://example.org/?a@{host}/"),
                    format!("https://{host}@example.org/"),
                    format!("https://{host}:80@example.org:80/"),
                    format!("blob:https://{host}/1"),
                ] {
                    assert_eq!(blocked(&url), [], "{url}");
                }
            }
        }
    }
}

//! What a frame shows: its documents, one after the other, and its session history (HTML, "navigables").

mod asked;

use crate::load::{self, Loads, Signal};
use crate::nested::NestedDocuments;
use crate::{NetError, Source};
use asked::{Asked, Requested};
use insula_bridge::FrameEvent;
use insula_vocabulary::FrameRules;

pub use crate::nested::ResourceId;
pub use asked::AskedBy;

/// Something that happened to a frame: the engine reports it, or the app asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// The app asked for a load. It begins when the page that is there lets it.
    Asked {
        /// Where it leads.
        url: String,
        /// How it is asked for.
        by: AskedBy,
    },
    /// The app stopped what loads.
    Stopped,
    /// The app named a place where no frame may go, or took away that the frame may be where it is.
    Refused {
        /// What it named.
        url: String,
        /// Why.
        error: NetError,
    },
    /// The app named a place that the engine would not even try, and say nothing.
    Unreachable {
        /// What it named.
        url: String,
        /// Why.
        error: NetError,
    },
    /// Some document, the top one or one inside it, is about to be asked for.
    Navigating {
        /// From where.
        url: String,
    },
    /// The same, but no frame may go there.
    NavigationRefused {
        /// Where.
        url: String,
        /// Why.
        error: NetError,
    },
    /// A load of the top document began; where it goes is not known yet.
    Began,
    /// A resource was asked for.
    Requested {
        /// Its number.
        resource: ResourceId,
        /// From where.
        url: String,
        /// Whether it is the top document's.
        is_main: bool,
    },
    /// A document inside the page was redirected.
    ResourceMoved {
        /// Its number.
        resource: ResourceId,
        /// To where.
        url: String,
    },
    /// A document inside the page could not be had.
    ResourceFailed {
        /// Its number.
        resource: ResourceId,
        /// Why.
        error: NetError,
    },
    /// The server of the top document led its load elsewhere.
    Redirected {
        /// To where.
        url: String,
    },
    /// The server of the top document wants to know who it is. The document that it sends along comes next.
    Unauthorized {
        /// From where.
        url: String,
    },
    /// A document replaced the one before.
    Committed {
        /// Its URL.
        url: String,
    },
    /// A document inside the page was shown.
    CommittedInside {
        /// Its URL.
        url: String,
    },
    /// The top document has loaded, and all that its `load` event waits for.
    ContentLoaded,
    /// Nothing of it loads any more.
    Finished,
    /// A load of the top document ended without it.
    Failed {
        /// Where it led.
        url: String,
        /// Why.
        error: NetError,
    },
    /// The same as [`Happened::Failed`], for a certificate that the engine refuses without saying what is wrong with it. It
    /// says so most often when it is asked a second time.
    Dropped {
        /// Where it led.
        url: String,
    },
    /// The engine shows a URL, perhaps another, while nothing loads.
    Settled {
        /// Which.
        url: String,
        /// Whether it is where the app asked to go: that has come about without a load.
        is_asked: bool,
    },
    /// The process of the page ended.
    ProcessEnded {
        /// Whether it was ended on purpose: by the app, or because it kept what the app asked for from loading.
        on_purpose: bool,
        /// What the engine was loading, if it was.
        loading: Option<String>,
    },
}

/// What is to be done about it.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// The app is told.
    Tell(FrameEvent),
    /// The document that was there is gone, and all that still runs in it.
    DocumentEnded,
    /// There is a document now that scripts can run in; those that waited for one can.
    Ready,
    /// The resource is a document inside the page: what becomes of it is of interest.
    Follow(ResourceId),
    /// A page that says why there is none is loaded, under the failed URL.
    ShowErrorPage {
        /// The failed URL.
        url: String,
        /// Why.
        error: NetError,
    },
    /// A page that says that the page is gone is loaded, under its URL.
    ShowGonePage {
        /// The URL.
        url: String,
    },
    /// The blank page is loaded.
    LoadBlank,
    /// What the app asked for last is asked of the engine, maybe not for the first time.
    Ask,
    /// What the engine loads is stopped.
    Stop,
    /// A load that goes on for the app is asked for once more.
    LoadAgain {
        /// From where.
        url: String,
    },
}

/// Why no script runs in a frame now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoDocument {
    /// There is none yet.
    NotYet,
    /// There is none of a site: the page says why.
    ErrorPage,
}

/// The one place that knows what a frame shows. It knows no engine: what happens is put in, what is to be done comes out.
#[derive(Debug, Default)]
pub struct Navigable {
    loads: Loads,
    /// The URL of the document that is shown, without one empty. The engine's is already that of a load which was asked for.
    url: String,
    /// Whether there has been a document, or a load that came to none: then the initial one is as ready as it will be.
    is_ready: bool,
    asked: Asked,
    /// Whether the last load that began is one that the app asked for.
    is_the_apps: bool,
    /// The URL of the page whose process ended, until a load begins.
    gone: Option<String>,
    /// How often the load that goes on was asked for anew, of which the app hears as of one.
    attempts: u8,
    /// Whether such a load is still to begin.
    is_again: bool,
    nested: NestedDocuments,
    /// What may be shown.
    rules: FrameRules,
}

/// How often a load is asked for anew to learn what is wrong with a certificate.
const ATTEMPTS: u8 = 3;

impl Navigable {
    /// One that shows nothing yet, and may show what the app's manifest says.
    pub fn new(rules: FrameRules) -> Self {
        Self {
            rules,
            ..Self::default()
        }
    }

    /// What may be shown.
    pub fn rules(&self) -> &FrameRules {
        &self.rules
    }

    /// Whether scripts of the app can run in the top document.
    pub fn document(&self) -> Result<(), NoDocument> {
        if self.loads.shows_error_page() {
            Err(NoDocument::ErrorPage)
        } else if self.is_ready {
            Ok(())
        } else {
            Err(NoDocument::NotYet)
        }
    }

    /// The URL of the document that is shown; empty without one.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether the app asked for a load that has not begun.
    pub fn is_asked(&self) -> bool {
        self.asked.is_some()
    }

    /// Whether the document at a URL is shown, and no other is on its way.
    pub fn is_at_rest_in(&self, url: &str) -> bool {
        self.url == url && !self.asked.is_some() && !self.loads.is_provisional()
    }

    /// Whether a load has begun whose document is not there yet.
    pub fn is_provisional(&self) -> bool {
        self.loads.is_provisional()
    }

    /// Whether that is one that the app asked for.
    pub fn is_the_apps(&self) -> bool {
        self.is_the_apps && self.loads.is_provisional()
    }

    /// The URL of the page whose process ended. In its place there is a page of the runtime's own, or none yet.
    pub fn gone(&self) -> Option<&str> {
        self.gone.as_deref()
    }

    /// Whether a page that says why there is none, or that it is gone, is on its way. What is asked for meanwhile waits.
    pub fn awaits_error_page(&self) -> bool {
        self.loads.expects_error_page()
    }

    /// The URL of the page that could not be had. In its place there is a page of the runtime's own, or will be.
    pub fn failed_url(&self) -> Option<&str> {
        let shown = self.loads.shows_error_page().then_some(self.url.as_str());
        self.loads.failed_url().or(shown)
    }

    /// Takes what happened and answers what is to be done, in order.
    pub fn step(&mut self, happened: Happened) -> Vec<Effect> {
        match happened {
            Happened::Asked { url, by } => self.ask(url, by),
            Happened::Stopped => self.stop(),
            Happened::Refused { url, error } => {
                let is_blank = self.is_at_rest_in("about:blank");
                let mut effects = vec![Effect::Tell(load::refused(&url, error))];
                effects.extend((!is_blank).then_some(Effect::LoadBlank));
                effects
            }
            Happened::Unreachable { url, error } => {
                self.gone = None;
                if self.loads.expects_gone_page() {
                    self.loads.give_up_page();
                }
                let mut effects = match self.asked.is_for(&url) {
                    true => Vec::new(),
                    false => self.drop_asked(),
                };
                effects.extend(self.load(Signal::Began));
                effects.extend(self.load(Signal::Started(url.clone())));
                effects.extend(self.fail(url, error));
                effects
            }
            Happened::Navigating { url } => {
                self.nested.asked(&url);
                Vec::new()
            }
            Happened::NavigationRefused { url, error } => vec![Effect::Tell(load::refused(&url, error))],
            Happened::Began => self.began(),
            Happened::Requested { resource, url, is_main } => self.requested(resource, url, is_main),
            Happened::ResourceMoved { resource, url } => match self.nested.moved(resource, &url) {
                Some(old) => self.load(Signal::SubframeRedirected(old, url)),
                None => Vec::new(),
            },
            Happened::ResourceFailed { resource, error } => match self.nested.take(resource) {
                Some(url) => self.load(Signal::SubframeFailed(url, error)),
                None => Vec::new(),
            },
            // It fails, and that is told.
            Happened::Redirected { url } if !is_fetched(&url) => Vec::new(),
            Happened::Redirected { url } => self.load(Signal::Redirected(url)),
            Happened::Unauthorized { url } => self.load(Signal::Unauthorized(url)),
            Happened::Committed { url } => self.committed(url),
            Happened::CommittedInside { url } => {
                // One that came from nowhere was not asked for.
                let mut effects = match self.nested.take_at(&url) {
                    true => Vec::new(),
                    false => self.load(Signal::SubframeStarted(url.clone())),
                };
                effects.extend(self.load(Signal::SubframeCommitted(url)));
                effects
            }
            Happened::ContentLoaded => self.load(Signal::ContentLoaded),
            Happened::Finished => self.load(Signal::Finished),
            Happened::Failed { url, error } => self.failed(url, error),
            Happened::Dropped { url } if self.attempts < ATTEMPTS && self.loads.is_provisional() => {
                self.attempts += 1;
                self.is_again = true;
                vec![Effect::LoadAgain { url }]
            }
            Happened::Dropped { url } => self.failed(url, NetError::CertificateInvalid),
            Happened::Settled { url, is_asked } => {
                if is_asked {
                    self.asked.forget();
                }
                self.settled(url, is_asked)
            }
            Happened::ProcessEnded { on_purpose, loading } => self.process_ended(on_purpose, loading),
        }
    }

    fn ask(&mut self, url: String, by: AskedBy) -> Vec<Effect> {
        let mut effects = match by == AskedBy::Reload && self.asked.is_by(by) {
            true => Vec::new(),
            false => self.drop_asked(),
        };
        // A page of the runtime's own may be on its way. Of two loads at once, nobody could tell which one it is that
        // commits.
        let waits = self.loads.expects_error_page();
        self.asked.ask(url, by, waits);
        self.is_again = false;
        effects.extend((!waits).then_some(Effect::Ask));
        effects
    }

    /// What the app asked for, and has not begun, comes to nothing.
    fn drop_asked(&mut self) -> Vec<Effect> {
        let Some(url) = self.asked.take_of_engine() else {
            return Vec::new();
        };
        let provisional = self.loads.provisional_url().map(str::to_owned);
        for dropped in provisional.into_iter().chain([url.clone()]) {
            self.asked.drop_load(dropped);
        }
        self.load(Signal::Superseded(url))
    }

    fn stop(&mut self) -> Vec<Effect> {
        // What comes from the engine's cache cannot be stopped.
        let mut effects = match self.asked.is_by(AskedBy::Traversal) {
            true => Vec::new(),
            false => self.drop_asked(),
        };
        if !effects.is_empty() {
            effects.extend(self.load(Signal::Stopped));
        }
        self.asked.forget();
        (self.is_the_apps, self.is_again) = (false, false);
        // Of the page that says that the page is gone, the app does not know.
        let stops = !self.loads.expects_gone_page();
        effects.extend(stops.then_some(Effect::Stop));
        effects
    }

    fn began(&mut self) -> Vec<Effect> {
        if std::mem::take(&mut self.is_again) {
            return Vec::new();
        }
        if !self.loads.expects_error_page() {
            self.gone = None;
            self.is_the_apps = self.asked.began();
        }
        self.attempts = 0;
        self.load(Signal::Began)
    }

    /// The engine's URL says where a load goes only if the app asked for it; what the page begins it shows once it is
    /// there. The request for the document knows in any case.
    fn requested(&mut self, resource: ResourceId, url: String, is_main: bool) -> Vec<Effect> {
        let is_document = self.nested.take_asked(&url);
        if is_main && (is_document || !self.loads.expects_error_page()) {
            match self.asked.requested(&url) {
                Requested::Dropped => return Vec::new(),
                Requested::Asked => self.is_the_apps = true,
                Requested::Other => {}
            }
            self.load(Signal::Started(url))
        } else if is_document && !is_main {
            self.nested.started(resource, &url);
            let mut effects = self.load(Signal::SubframeStarted(url));
            effects.push(Effect::Follow(resource));
            effects
        } else {
            Vec::new()
        }
    }

    fn committed(&mut self, url: String) -> Vec<Effect> {
        self.url.clone_from(&url);
        self.nested = NestedDocuments::default();
        self.attempts = 0;
        let mut effects = vec![Effect::DocumentEnded];
        let was_error_page = self.loads.expects_error_page();
        effects.extend(self.load(Signal::Committed(url)));
        effects.extend(self.become_ready());
        match was_error_page {
            true => effects.extend(self.ask_what_waits()),
            false => self.asked.committed(),
        }
        effects
    }

    /// What the app asked for while a page of the runtime's own was on its way.
    fn ask_what_waits(&mut self) -> Option<Effect> {
        self.asked.go_on().then_some(Effect::Ask)
    }

    fn failed(&mut self, url: String, error: NetError) -> Vec<Effect> {
        if error == NetError::Aborted && self.asked.aborted(&url) {
            self.loads.forget_beginning();
            return Vec::new();
        }
        if self.loads.expects_gone_page() || self.loads.expects_error_page() && self.asked.is_some() {
            self.loads.give_up_page();
            return self.ask_what_waits().into_iter().collect();
        }
        self.attempts = 0;
        if let Some(from) = self
            .loads
            .provisional_url()
            .filter(|from| is_fetched(from) && !is_fetched(&url))
        {
            return self.fail(from.to_owned(), NetError::UnsafeRedirect);
        }
        // A redirect may have led there, or a page that did not ask.
        match Source::top_level_refusal(&url, &self.rules).unwrap_or(error) {
            // The same events as for a src that names such a place.
            refused @ (NetError::DisallowedUrlScheme | NetError::InvalidUrl) => {
                let mut effects = self.load(Signal::Failed(url, refused));
                effects.push(Effect::LoadBlank);
                effects
            }
            // The app has asked for another.
            NetError::Aborted if self.asked.is_some() => {
                let url = self.loads.provisional_url().map_or(url, str::to_owned);
                self.load(Signal::Superseded(url))
            }
            NetError::Aborted => self.load(Signal::Failed(url, error)),
            error => self.fail(url, error),
        }
    }

    /// A load failed: a page says so.
    fn fail(&mut self, url: String, error: NetError) -> Vec<Effect> {
        self.asked.forget();
        let mut effects = self.load(Signal::Failed(url.clone(), error));
        if self.loads.expects_error_page() {
            effects.push(Effect::ShowErrorPage { url, error });
        }
        effects
    }

    /// The top document moved within itself: the engine tells that as another URL and nothing else.
    /// Two entries of the session history may have one URL.
    fn settled(&mut self, url: String, is_asked: bool) -> Vec<Effect> {
        if self.url == url && !is_asked {
            return Vec::new();
        }
        self.url.clone_from(&url);
        self.load(Signal::SameDocument(url))
    }

    /// The engine also ends a process when a redirect leads to a file, and tells neither.
    fn process_ended(&mut self, on_purpose: bool, loading: Option<String>) -> Vec<Effect> {
        let was_under_way = self.is_the_apps();
        let shown = std::mem::take(&mut self.url);
        self.nested = NestedDocuments::default();
        let was_asked = self.asked.is_some();
        let mut effects = vec![Effect::DocumentEnded];
        if self.loads.expects_error_page() {
            // A process that cannot even show a page of the runtime's own is not tried again and again.
            self.loads.give_up_page();
            effects.extend(self.ask_what_waits());
            return effects;
        }
        if on_purpose && (was_asked || was_under_way) {
            // It is the app's to say when it has asked often enough.
            self.is_again = !was_asked;
            effects.push(Effect::Ask);
            return effects;
        }
        self.asked.forget();
        match loading {
            Some(url) if self.loads.is_provisional() || url != shown => {
                if !self.loads.is_provisional() {
                    // It died of what the app asked for before that had begun.
                    effects.extend(self.load(Signal::Began));
                }
                effects.extend(self.fail(url, NetError::Failed));
            }
            _ if self.loads.is_provisional() => effects.extend(self.fail(shown, NetError::Failed)),
            // There was no document, and none comes.
            _ if shown.is_empty() => {}
            _ => {
                effects.extend(self.load(Signal::Gone(shown.clone())));
                self.gone = Some(shown.clone());
                effects.push(Effect::ShowGonePage { url: shown });
            }
        }
        effects
    }

    fn load(&mut self, signal: Signal) -> Vec<Effect> {
        let events = self.loads.step(signal);
        // After a load that came to nothing (204, a download) the initial document stays, and is as ready as it will be.
        let has_stopped = events.contains(&FrameEvent::LoadStop);
        let mut effects: Vec<Effect> = events.into_iter().map(Effect::Tell).collect();
        if has_stopped {
            effects.extend(self.become_ready());
        }
        effects
    }

    fn become_ready(&mut self) -> Option<Effect> {
        (!std::mem::replace(&mut self.is_ready, true)).then_some(Effect::Ready)
    }
}

/// Whether a server can lead there (Fetch, "HTTP-redirect fetch").
fn is_fetched(url: &str) -> bool {
    ["http:", "https:"].iter().any(|scheme| url.starts_with(scheme))
}

#[cfg(test)]
mod tests;

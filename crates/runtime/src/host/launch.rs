//! What the pages of a window were started for, and the files that they were given.
//!
//! A page gets a file's content from the engine, which gives it what a user picks in a chooser of files. The runtime has the
//! page open such a chooser, and answers in the user's place: the user has picked the file already. Which file that is never
//! is the page's to say; it knows numbers.

use super::answer::{Failure, Success};
use super::{Host, save};
use crate::documents::{Document, Documents};
use crate::guard;
use crate::launches::{Launch, is_file};
use crate::writables::{Writable, Writables, WriteOptions};
use gtk4::{gio, glib};
use insula_bridge::{DomError, DomErrorName, Event, LaunchCall, LaunchEvent, LaunchedFile, LaunchedFileResult};
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::rc::{Rc, Weak};
use std::time::Duration;
use url::Url;
use webkit6::prelude::*;
use webkit6::{FileChooserRequest, LoadEvent, NavigationPolicyDecision, NavigationType, PolicyDecision};

/// How many files a page can be waiting for.
const MOST_CHOOSERS: usize = 64;

/// How long a chooser has to open. The engine opens none while another is open, such as one that the user is looking at.
const PATIENCE: Duration = Duration::from_secs(1);

/// The name of the world in which choosers are opened, out of the page's reach.
const WORLD: &str = "insula-launch";

/// The launches of one window.
pub(super) struct Launches {
    documents: Rc<Documents>,
    writables: Rc<Writables>,
    /// What the page that comes next is to be told.
    coming: RefCell<Option<Coming>>,
    /// The files that documents were given, by their numbers.
    given: RefCell<HashMap<u64, Vec<PathBuf>>>,
    /// What documents write, which ends with them.
    written: RefCell<HashMap<u64, Vec<Writable>>>,
    /// The page that was told last, and of what: it is told again when it is loaded again.
    told: RefCell<(Weak<Document>, Option<Launch>)>,
    /// What pages are about to pick, one after the other.
    choosers: RefCell<VecDeque<Chooser>>,
    /// The event of the chooser that was the first last: it is being opened.
    opening: RefCell<Option<String>>,
}

/// Launches for a page that is not there yet.
struct Coming {
    /// The window goes to the page of the first.
    launches: Vec<Launch>,
    /// Where that is.
    url: String,
    /// The page that was there before.
    before: Weak<Document>,
    /// Where the load of the page is, once it has begun.
    at: Option<String>,
}

/// A chooser of files that a page has made.
struct Chooser {
    document: u64,
    /// The type that it accepts.
    media_type: String,
    /// The event at which it opens.
    event: String,
    path: String,
}

impl Launches {
    /// None yet.
    pub(super) fn of(documents: &Rc<Documents>, writables: &Rc<Writables>) -> Rc<Self> {
        let launches = Rc::new(Self {
            documents: documents.clone(),
            writables: writables.clone(),
            coming: RefCell::default(),
            given: RefCell::default(),
            written: RefCell::default(),
            told: RefCell::default(),
            choosers: RefCell::default(),
            opening: RefCell::default(),
        });
        let weak = Rc::downgrade(&launches);
        let look = move || {
            if let Some(launches) = weak.upgrade() {
                launches.look();
            }
        };
        documents.connect_page(look.clone());
        let weak = Rc::downgrade(&launches);
        documents.view().connect_load_changed(move |_, event| {
            if let Some(launches) = weak.upgrade() {
                launches.follow(event);
            }
            // The engine may say only then that the page is no other site's.
            if matches!(event, LoadEvent::Committed | LoadEvent::Finished) {
                look();
            }
        });
        let weak = Rc::downgrade(&launches);
        documents.view().connect_decide_policy(move |_, decision, _| {
            guard("decide-policy", false, || {
                if let Some(launches) = weak.upgrade() {
                    launches.asked_to_go(decision);
                }
                // Others decide.
                false
            })
        });
        let weak = Rc::downgrade(&launches);
        documents.view().connect_web_process_terminated(move |_, _| {
            guard("web-process-terminated", (), || {
                if let Some(launches) = weak.upgrade() {
                    launches.tell_again();
                }
            });
        });
        let weak = Rc::downgrade(&launches);
        documents.view().connect_load_failed(move |_, _, uri, _| {
            guard("load-failed", false, || {
                if let Some(launches) = weak.upgrade() {
                    launches.failed(uri);
                }
                // Others say so to the user.
                false
            })
        });
        let weak = Rc::downgrade(&launches);
        documents
            .view()
            .connect_load_failed_with_tls_errors(move |_, uri, _, _| {
                guard("load-failed-with-tls-errors", false, || {
                    if let Some(launches) = weak.upgrade() {
                        launches.failed(uri);
                    }
                    false
                })
            });
        let weak = Rc::downgrade(&launches);
        documents.connect_ended(move |document| {
            if let Some(launches) = weak.upgrade() {
                launches.given.borrow_mut().remove(&document);
                launches.written.borrow_mut().remove(&document);
                launches
                    .choosers
                    .borrow_mut()
                    .retain(|chooser| chooser.document != document);
                launches.open_first();
            }
        });
        let weak = Rc::downgrade(&launches);
        documents.view().connect_run_file_chooser(move |_, request| {
            guard("run-file-chooser", false, || {
                weak.upgrade().is_some_and(|launches| launches.choose(request))
            })
        });
        launches
    }

    /// Has the window go to the page of a launch, which is told then. What waited for another page waits for none any more.
    pub(super) fn navigate(&self, launch: Launch) {
        self.renew(&launch);
        let view = self.documents.view();
        let url = launch.url.clone();
        let before = self.page();
        self.forget_coming();
        let stays = url.fragment().is_some()
            && view
                .uri()
                .is_some_and(|uri| without_fragment(&uri) == without_fragment(url.as_str()));
        match before.as_ref().filter(|_| stays) {
            // The document goes on.
            Some(page) => self.tell(page, launch),
            None => {
                self.coming.replace(Some(Coming {
                    url: launch.url.to_string(),
                    launches: vec![launch],
                    before: before.as_ref().map(Rc::downgrade).unwrap_or_default(),
                    at: None,
                }));
            }
        }
        view.load_uri(url.as_str());
    }

    /// Tells the page that is there of a launch. Where the window shows no page of the app's scope, the one that it is going
    /// to for another launch is told; else it goes to the launch's.
    pub(super) fn focus(&self, launch: Launch) {
        self.renew(&launch);
        if let Some(page) = self.page() {
            return self.tell(&page, launch);
        }
        if let Some(coming) = self.coming.borrow_mut().as_mut() {
            return coming.launches.push(launch);
        }
        self.navigate(launch);
    }

    /// The user opens files: about those that the app may not save it may ask again.
    fn renew(&self, launch: &Launch) {
        for file in &launch.files {
            self.writables.opened_again(file);
        }
    }

    /// No page comes for what waits: the user stays at the one that is there.
    pub(super) fn forget_coming(&self) {
        self.coming.take();
    }

    /// A load of the view goes on.
    fn follow(&self, event: LoadEvent) {
        let uri = self.documents.view().uri().map(String::from);
        if let Some(coming) = self.coming.borrow_mut().as_mut() {
            let is_its = match event {
                LoadEvent::Started => uri.as_deref() == Some(coming.url.as_str()),
                // It may have been redirected.
                _ => coming.at.is_some(),
            };
            coming.at = uri.filter(|_| is_its);
        }
    }

    /// The engine asks about a navigation. A page that is loaded again is told once more of what it was told last: it has
    /// its files no more.
    fn asked_to_go(&self, decision: &PolicyDecision) {
        let navigation = decision.downcast_ref::<NavigationPolicyDecision>();
        let Some(action) = navigation.and_then(NavigationPolicyDecision::navigation_action) else {
            return;
        };
        let url = action.request().and_then(|request| request.uri());
        let view = self.documents.view();
        // A frame in the page may load itself again as well.
        if action.navigation_type() != NavigationType::Reload || url.is_none() || url != view.uri() {
            return;
        }
        self.tell_again();
    }

    /// The page of the app's that the window shows, or whose process has died, comes once more.
    fn tell_again(&self) {
        let (page, told) = &*self.told.borrow();
        let (Some(launch), Some(url)) = (told, self.documents.view().uri()) else {
            return;
        };
        let is_own = Url::parse(&url).is_ok_and(|url| self.documents.app().identity.owns(&url));
        let mut coming = self.coming.borrow_mut();
        if is_own && coming.is_none() {
            *coming = Some(Coming {
                launches: vec![launch.clone()],
                url: url.into(),
                before: page.clone(),
                at: None,
            });
        }
    }

    /// A load of the view has failed, or is cancelled. Where it is that of the page which launches wait for, they are for
    /// no page: the next may be another. The engine tells late of a load that another has followed.
    fn failed(&self, uri: &str) {
        let mut coming = self.coming.borrow_mut();
        let at = coming.as_ref().and_then(|coming| coming.at.as_deref());
        if at.is_some_and(|at| without_fragment(at) == without_fragment(uri)) {
            *coming = None;
        }
    }

    /// The page, where it is the app's and within its scope.
    fn page(&self) -> Option<Rc<Document>> {
        self.documents.page().filter(|page| page.in_scope)
    }

    /// Tells what has waited for the page that may be there now.
    fn look(&self) {
        let Some(page) = self.page() else { return };
        let come = self.coming.borrow_mut().take_if(|coming| {
            let before = coming.before.upgrade();
            before.is_none_or(|before| !Rc::ptr_eq(&before, &page))
        });
        for launch in come.into_iter().flat_map(|coming| coming.launches) {
            self.tell(&page, launch);
        }
        // Another page that nobody was started for.
        if self.told.borrow().0.as_ptr() != Rc::as_ptr(&page) {
            self.told.take();
        }
    }

    fn tell(&self, page: &Rc<Document>, launch: Launch) {
        self.told.replace((Rc::downgrade(page), Some(launch.clone())));
        let mut given = self.given.borrow_mut();
        let given = given.entry(page.id).or_default();
        let files = launch.files.into_iter().map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // One that is opened again is the same file.
            let number = given.iter().position(|known| *known == path).unwrap_or_else(|| {
                given.push(path);
                given.len() - 1
            });
            LaunchedFile {
                file: u32::try_from(number).unwrap_or(u32::MAX),
                name,
            }
        });
        let event = LaunchEvent::Params {
            target_url: launch.url.into(),
            files: files.collect(),
        };
        self.documents.emit(page.id, &Event::Launch(event));
    }

    /// The file that a document was given under a number.
    pub(super) fn path(&self, document: u64, number: u32) -> Option<PathBuf> {
        let given = self.given.borrow();
        given.get(&document)?.get(number as usize).cloned()
    }

    /// A document writes a file, until it ends.
    pub(super) fn hold(&self, document: u64, writable: Writable) {
        let mut written = self.written.borrow_mut();
        let written = written.entry(document).or_default();
        written.retain(|writable| !writable.is_over());
        written.push(writable);
    }

    /// Ends what a document writes.
    pub(super) fn stop_writing(&self, document: u64) {
        self.written.borrow_mut().remove(&document);
    }

    /// Has a page open the first chooser, in a moment: then it has been told of it. Nothing is to be done where that has
    /// begun.
    fn open_first(self: &Rc<Self>) {
        let Some(event) = self.first() else { return };
        if self.opening.replace(Some(event.clone())).as_ref() == Some(&event) {
            return;
        }
        let weak = Rc::downgrade(self);
        glib::spawn_future_local(async move {
            // Until it is open, or its document has gone.
            while let Some(launches) = weak.upgrade().filter(|it| it.first().as_ref() == Some(&event)) {
                open_chooser(launches.documents.view(), &event);
                drop(launches);
                glib::timeout_future(PATIENCE).await;
            }
        });
    }

    fn first(&self) -> Option<String> {
        self.choosers.borrow().front().map(|chooser| chooser.event.clone())
    }

    /// The engine asks for files; answers whether it asks for one that the user has opened.
    fn choose(self: &Rc<Self>, request: &FileChooserRequest) -> bool {
        let types = request.mime_types();
        let [media_type] = types.as_slice() else { return false };
        let mut choosers = self.choosers.borrow_mut();
        let index = choosers.iter().position(|chooser| chooser.media_type == *media_type);
        let Some(chooser) = index.and_then(|index| choosers.remove(index)) else {
            return false;
        };
        drop(choosers);
        self.open_first();
        if self.documents.find(chooser.document).is_some() && self.documents.page().is_some() {
            request.select_files(&[&chooser.path]);
        } else {
            request.cancel();
        }
        true
    }
}

/// Carries out a call.
pub(super) async fn perform(host: &Rc<Host>, document: &Rc<Document>, call: LaunchCall) -> Result<Success, Failure> {
    match call {
        LaunchCall::File { file } => self::file(host, document, file).await,
        LaunchCall::QueryWriting { file } => save::query(host, document, file).await,
        LaunchCall::RequestWriting { file } => save::request(host, document, file).await,
        LaunchCall::Write {
            file,
            keep_existing_data,
            exclusive,
        } => {
            let options = WriteOptions {
                keeps: keep_existing_data,
                is_exclusive: exclusive,
            };
            save::write(host, document, file, options).await
        }
    }
}

async fn file(host: &Rc<Host>, document: &Rc<Document>, number: u32) -> Result<Success, Failure> {
    let launches = &host.launches;
    let path = launches.path(document.id, number);
    let not_found = || DomError::new(DomErrorName::NotFoundError, "The file is not there any more.");
    let Some((path, text)) = path.and_then(|path| path.to_str().map(str::to_owned).map(|text| (path, text))) else {
        return Err(not_found().into());
    };
    if launches.choosers.borrow().len() >= MOST_CHOOSERS {
        let message = "Too many files are got at once.";
        return Err(DomError::new(DomErrorName::QuotaExceededError, message).into());
    }
    // A folder in the network may take its time.
    let is_there = gio::spawn_blocking(move || is_file(&path)).await;
    if !is_there.unwrap_or_default() {
        return Err(not_found().into());
    }
    let secret = glib::uuid_string_random();
    let result = LaunchedFileResult {
        media_type: format!("application/x-insula-{secret}"),
        event: format!("insula-{secret}"),
    };
    let is_first = launches.choosers.borrow().is_empty();
    launches.choosers.borrow_mut().push_back(Chooser {
        document: document.id,
        media_type: result.media_type.clone(),
        event: result.event.clone(),
        path: text,
    });
    if is_first {
        launches.open_first();
    }
    Ok(Success::new(&result))
}

/// Has the page open its chooser. The engine takes a script of the runtime's for a gesture of the
/// user, without which no chooser opens, for as long as it runs.
fn open_chooser(view: &crate::app_view::AppView, event: &str) {
    let arguments = glib::VariantDict::new(None);
    arguments.insert("name", event);
    view.call_async_javascript_function(
        "dispatchEvent(new Event(name))",
        Some(&arguments.end()),
        Some(WORLD),
        None,
        gio::Cancellable::NONE,
        |_| {},
    );
}

fn without_fragment(url: &str) -> &str {
    url.split('#').next().unwrap_or_default()
}

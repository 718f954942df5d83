//! Scripts wait for the style sheets that were asked for before them.
//!
//! HTML lets no script run while a style sheet that stands before it is loading (section 4.12.1, "has a style sheet that is
//! blocking scripts"), so that what a script measures is laid out. WebKit lets deferred scripts and modules run all the
//! same. Here the answer to a script is held back until the answers to those style sheets, and to what they import, have been
//! read to their end.

use gtk4::glib;
use gtk4::glib::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;
use webkit6::prelude::*;
use webkit6::{URISchemeRequest, URISchemeResponse};

/// How long to wait for the page to ask for what a style sheet imports. A busy machine takes a while, and a page that has
/// the import already never asks.
const IMPORTING: Duration = Duration::from_millis(400);

/// How long a script waits at most.
const LONGEST: Duration = Duration::from_millis(1500);

/// What an answer is, as far as the order of answers goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A style sheet, which imports so many others at most.
    Sheet { imports: usize },
    /// A script.
    Script,
    /// Neither.
    Other,
}

impl Kind {
    /// `accepted` is what is asked for: WebKit says `text/css` first for style sheets, and for nothing else.
    pub(super) fn of(accepted: Option<&str>, media_type: Option<&str>, body: &[u8]) -> Self {
        if accepted.is_some_and(|accepted| accepted.starts_with("text/css")) {
            return Self::Sheet { imports: imports(body) };
        }
        match media_type.is_some_and(|media_type| media_type.contains("javascript")) {
            true => Self::Script,
            false => Self::Other,
        }
    }
}

/// What the pages of a context are loading.
#[derive(Clone, Default)]
pub(super) struct Order(Rc<RefCell<HashMap<u64, Page>>>);

#[derive(Default)]
struct Page {
    /// Style sheets whose answers are being read.
    loading: usize,
    /// Imports of style sheets that have been read, which the page has not asked for yet.
    imports: usize,
    /// Answers to scripts.
    held: Vec<Held>,
}

/// An answer, for whoever takes it first: the last style sheet, or time.
type Held = Rc<Cell<Option<Box<dyn FnOnce()>>>>;

impl Order {
    /// Answers a request: a script after the style sheets that its page asked for before.
    pub(super) fn answer(
        &self,
        request: &URISchemeRequest,
        kind: Kind,
        stream: &impl IsA<glib::Object>,
        response: URISchemeResponse,
    ) {
        let page = request.web_view().map_or(0, |view| view.page_id());
        let request = request.clone();
        let answer = move || request.finish_with_response(&response);
        match kind {
            Kind::Sheet { imports } => {
                self.sheet(page, stream, imports);
                answer();
            }
            Kind::Script => self.script(page, answer),
            Kind::Other => answer(),
        }
    }

    /// A page gets a style sheet, which has so many imports. The answer is read to its end when the stream is gone.
    fn sheet(&self, page: u64, stream: &impl IsA<glib::Object>, imports: usize) {
        self.change(page, |page| {
            page.imports = page.imports.saturating_sub(1);
            page.loading += 1;
        });
        let order = self.clone();
        stream.add_weak_ref_notify_local(move || {
            // Not here: the engine is just letting go of the stream.
            glib::MainContext::default().spawn_local(async move {
                order.change(page, |page| {
                    page.loading = page.loading.saturating_sub(1);
                    page.imports += imports;
                });
                if imports > 0 {
                    glib::timeout_future(IMPORTING).await;
                    order.change(page, |page| page.imports = page.imports.saturating_sub(imports));
                }
            });
        });
    }

    /// A page gets a script: at once, or as soon as it has its style sheets.
    fn script(&self, page: u64, answer: impl FnOnce() + 'static) {
        let held: Held = Rc::new(Cell::new(Some(Box::new(answer))));
        let of_page = held.clone();
        self.change(page, |page| page.held.push(of_page));
        if self.0.borrow().contains_key(&page) {
            glib::timeout_add_local_once(LONGEST, move || give(&held));
        }
    }

    fn change(&self, page: u64, change: impl FnOnce(&mut Page)) {
        let is_idle = {
            let mut pages = self.0.borrow_mut();
            let page = pages.entry(page).or_default();
            change(page);
            page.loading == 0 && page.imports == 0
        };
        if is_idle {
            self.release(page);
        }
    }

    /// Answers all scripts of a page, and forgets it.
    fn release(&self, page: u64) {
        let released = self.0.borrow_mut().remove(&page);
        released.iter().flat_map(|page| &page.held).for_each(give);
    }
}

fn give(held: &Held) {
    if let Some(answer) = held.take() {
        answer();
    }
}

/// How many style sheets a style sheet imports, at most.
fn imports(sheet: &[u8]) -> usize {
    let rules = sheet.split(|byte| *byte == b'@').skip(1);
    rules
        .filter(|rule| rule.get(..6).is_some_and(|name| name.eq_ignore_ascii_case(b"import")))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gtk4::gio;

    /// Scripts that are answered, in their order.
    #[derive(Clone, Default)]
    struct Answered(Rc<RefCell<Vec<&'static str>>>);

    impl Answered {
        fn script(&self, order: &Order, page: u64, name: &'static str) {
            let answered = self.0.clone();
            order.script(page, move || answered.borrow_mut().push(name));
        }

        /// What is answered within a time.
        fn after(&self, time: Duration) -> Vec<&'static str> {
            let context = glib::MainContext::default();
            context.block_on(glib::timeout_future(time));
            self.0.borrow().clone()
        }
    }

    #[test]
    fn scripts_wait_for_sheets_and_what_they_import_but_not_for_ever() {
        // One test: there is one default context.
        let context = glib::MainContext::default();
        let _owned = context.acquire().expect("nobody else has it");
        let (order, answered) = (Order::default(), Answered::default());
        let moment = Duration::from_millis(1);
        answered.script(&order, 1, "without sheets");
        assert_eq!(answered.after(moment), ["without sheets"]);

        let sheet = gio::MemoryInputStream::new();
        order.sheet(1, &sheet, 1);
        answered.script(&order, 1, "after sheets");
        answered.script(&order, 2, "of another page");
        assert_eq!(answered.after(moment), ["without sheets", "of another page"]);
        drop(sheet);
        assert_eq!(answered.after(moment).len(), 2, "what it imports is still to come");
        let imported = gio::MemoryInputStream::new();
        order.sheet(1, &imported, 0);
        assert_eq!(answered.after(IMPORTING * 2).len(), 2);
        drop(imported);
        assert_eq!(answered.after(moment).last(), Some(&"after sheets"));

        let sheet = gio::MemoryInputStream::new();
        order.sheet(3, &sheet, 1);
        drop(sheet);
        answered.script(&order, 3, "of an import that never comes");
        assert_eq!(
            answered.after(IMPORTING * 2).last(),
            Some(&"of an import that never comes")
        );

        let _stuck = gio::MemoryInputStream::new();
        order.sheet(4, &_stuck, 0);
        answered.script(&order, 4, "late");
        assert_eq!(answered.after(LONGEST + IMPORTING).last(), Some(&"late"));
    }

    #[test]
    fn imports_are_counted() {
        assert_eq!(
            imports(b"@import url(a.css);@IMPORT 'b.css';@media print {} a@important"),
            3
        );
        let kind = |accepted, media_type| Kind::of(accepted, media_type, b"a { color: red }");
        assert_eq!(
            kind(Some("text/css,*/*;q=0.1"), Some("text/css")),
            Kind::Sheet { imports: 0 }
        );
        assert_eq!(kind(Some("*/*"), Some("text/javascript; charset=utf-8")), Kind::Script);
        assert_eq!(kind(Some("*/*"), Some("text/css")), Kind::Other);
    }
}

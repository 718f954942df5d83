//! What the engine lets pages do without asking anybody: writing to the clipboard, keeping the screen on, showing
//! notifications of a service worker. A script that
//! runs in each document before the page's own (`js/guard`) asks here first, in the app's documents and in those of
//! strangers inside it. It also tells pages that they may not know their position any more, which the runtime gives them
//! no longer then.

use crate::document::Document;
use crate::proof;
use crate::webkit::gio::prelude::*;
use crate::webkit::{Frame, WebPage, javascriptcore as js};
use crate::{assets, document, jsc};
use insula_bridge::wire::WebProcessConfig;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// What no policy-controlled feature stands for: only the grant counts.
const WITHOUT_FEATURE: [&str; 1] = ["notifications"];

thread_local! {
    /// What is not granted, as the UI process said it last.
    static REFUSED: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
    /// For the frames, what ends that which is refused.
    static ENDINGS: RefCell<HashMap<u64, js::Value>> = RefCell::default();
}

/// Guards a new document. `own` is the document if it was proven to be the app's.
pub(crate) fn document_created(
    config: &Rc<WebProcessConfig>,
    page: &WebPage,
    frame: &Frame,
    own: Option<&Rc<Document>>,
) {
    // What the app embeds is the business of whoever answers for it.
    if config.has_embedded_pages && own.is_none() && !document::has_been_in(page) {
        return;
    }
    let Some(context) = frame.js_context() else { return };
    let Some(guard) = context.evaluate_with_source_uri(assets::GUARD, assets::GUARD_NAME, 1) else {
        return;
    };
    let native = jsc::object(&context);
    jsc::set_function(&context, &native, "allows", {
        let (config, own) = (config.clone(), own.cloned());
        move |context, arguments| {
            let allows = arguments
                .first()
                .is_some_and(|name| allows(&config, own.as_deref(), &name.to_str()));
            Some(js::Value::new_boolean(context, allows))
        }
    });
    let is_stranger = js::Value::new_boolean(&context, own.is_none() && is_strangers(config, frame));
    let Some(ending) = jsc::call(&guard, &[native, is_stranger]) else {
        return;
    };
    let id = frame.id();
    if ENDINGS.with_borrow_mut(|endings| endings.insert(id, ending)).is_none() {
        frame.add_weak_ref_notify_local(move || {
            ENDINGS.with_borrow_mut(|endings| endings.remove(&id));
        });
    }
}

/// Other names are refused from now on: ends what they are for.
pub(crate) fn refuse(names: Vec<String>) {
    REFUSED.set(Some(names));
    let endings: Vec<js::Value> = ENDINGS.with_borrow(|endings| endings.values().cloned().collect());
    for ending in endings {
        jsc::call(&ending, &[]);
    }
}

/// Whether a document may use a permission: the app lists its feature, and it is granted. Strangers have what the app hands on to its iframes, never more.
fn allows(config: &WebProcessConfig, own: Option<&Document>, name: &str) -> bool {
    let is_listed = match own {
        _ if WITHOUT_FEATURE.contains(&name) => true,
        Some(own) => own.features.iter().any(|feature| feature == name),
        None => config.app.features().any(|feature| feature == name),
    };
    let is_refused = |refused: &[String]| refused.iter().any(|refused| refused == name);
    is_listed && !REFUSED.with_borrow(|refused| is_refused(refused.as_deref().unwrap_or(&config.refused)))
}

/// The app's own document may be unproven as well, before there is a page in its frame.
fn is_strangers(config: &WebProcessConfig, frame: &Frame) -> bool {
    proof::look(frame, "self.origin").is_none_or(|origin| origin.to_str() != config.app.origin())
}

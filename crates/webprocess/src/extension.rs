//! Start of the extension: what it listens to.

use crate::document::{self, Document};
use crate::webkit::{self, glib, javascriptcore};
use crate::{guard, jsc, leaving, native, proof, strangers, workers};
use insula_bridge::wire::{self, WebProcessConfig};
use std::rc::Rc;

/// Reads the configuration and starts listening for window objects.
pub(crate) fn start(extension: webkit::WebProcessExtension, user_data: &glib::Variant) {
    let config = match user_data.str().map(serde_json::from_str::<WebProcessConfig>) {
        Some(Ok(config)) if config.version == wire::VERSION => Rc::new(config),
        other => {
            glib::g_critical!(
                "insula",
                "the runtime and its web process extension do not fit together: {other:?}"
            );
            return;
        }
    };
    if !config.app.is_on_the_web() {
        share_memory();
    }
    raise_descriptor_limit();
    let Some(world) = webkit::ScriptWorld::default() else {
        return;
    };
    let of_pages = config.clone();
    world.connect_window_object_cleared(move |_, page, frame| {
        jsc::guard("window-object-cleared", (), || {
            window_object_cleared(&config, page, frame)
        });
    });
    extension.connect_page_created(move |_, page| {
        jsc::guard("page-created", (), || strangers::page_created(&of_pages, page));
        leaving::watch(page, &of_pages);
        workers::watch(page, &of_pages);
        page.connect_user_message_received(|_, message| {
            jsc::guard("user-message-received", false, || document::deliver(message))
        });
    });
    // WebKit drops its reference when the process ends; the signals above must live as long.
    std::mem::forget(extension);
}

/// A new document in a frame, before any of its scripts. The frame's previous document, if any, is over.
fn window_object_cleared(config: &Rc<WebProcessConfig>, page: &webkit::WebPage, frame: &webkit::Frame) {
    document::end_of_frame(frame.id());
    strangers::document_created(config, page, frame);
    let Some(proof) = proof::prove(config, page, frame) else {
        return guard::document_created(config, page, frame, None);
    };
    let Some(context) = frame.js_context() else { return };
    let document = Document::begin(page, frame, config, &proof);
    guard::document_created(config, page, frame, Some(&document));
    native::install(&document, &context, config, &proof);
}

/// Isolated Web Apps are cross-origin isolated: `SharedArrayBuffer` exists for them. It does not for what they embed, whose
/// processes do not come here.
fn share_memory() {
    if !javascriptcore::functions::options_set_boolean("useSharedArrayBuffer", true) {
        glib::g_warning!("insula", "this JavaScriptCore cannot share memory between threads");
    }
}

/// Every open connection of a page holds a descriptor here; the usual soft limit of 1,024 is soon reached.
fn raise_descriptor_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Best effort: without it fewer connections can be open, and the next one fails with its own error.
    let _ = setrlimit(Resource::Nofile, limit);
}

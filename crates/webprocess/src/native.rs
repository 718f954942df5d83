//! The native functions of a proven document: `call`, `notify` and `listen`.

use crate::descriptor::{self, Descriptor};
use crate::document::{self, Document};
use crate::proof::Proof;
use crate::webkit::gio::prelude::*;
use crate::webkit::{UserMessage, glib, javascriptcore as js};
use crate::{assets, jsc};
use insula_bridge::wire::{self, WebProcessConfig};
use insula_bridge::{DomError, DomErrorName};
use std::os::fd::OwnedFd;
use std::rc::Rc;

/// Evaluates the page side in a document and hands it the native object. Page scripts never see either.
pub(crate) fn install(document: &Rc<Document>, context: &js::Context, config: &WebProcessConfig, proof: &Proof) {
    let Some(main) = context.evaluate_with_source_uri(assets::PAGE, assets::PAGE_NAME, 1) else {
        return;
    };
    let native = jsc::object(context);
    jsc::set_function(context, &native, "call", {
        let document = document.clone();
        move |_, arguments| call(&document, arguments)
    });
    jsc::set_function(context, &native, "notify", {
        let document = document.clone();
        move |_, arguments| notify(&document, arguments)
    });
    jsc::set_function(context, &native, "listen", {
        let document = document.clone();
        move |_, arguments| {
            if let [listener, ..] = arguments
                && listener.is_function()
            {
                document.listen(listener.clone());
            }
            None
        }
    });
    let facts = serde_json::json!({
        "features": document.features,
        "topLevel": proof.top_level,
        "opaquePages": config.opaque_pages,
        "networkState": document::network_state(document, config),
    });
    jsc::call(&main, &[native, js::Value::from_json(context, &facts.to_string())]);
}

/// `call(method, parameters, callback)`: asks the UI process; the callback gets (error, result, descriptor).
fn call(document: &Rc<Document>, arguments: &[js::Value]) -> Option<js::Value> {
    let [method, parameters, callback] = arguments else {
        return None;
    };
    if !callback.is_function() || !document.is_alive() {
        return None;
    }
    let parameters = (document.id, method.to_str().as_str(), parameters.to_str().as_str()).to_variant();
    let (asker, callback) = (document.clone(), callback.clone());
    document.ask(wire::CALL, &parameters, move |reply| {
        jsc::guard("answer", (), || answer(&asker, &callback, reply.ok()));
    });
    None
}

/// `notify(method, parameters)`: tells the UI process.
fn notify(document: &Rc<Document>, arguments: &[js::Value]) -> Option<js::Value> {
    if let [method, parameters] = arguments
        && document.is_alive()
    {
        let parameters = (document.id, method.to_str().as_str(), parameters.to_str().as_str()).to_variant();
        document.tell(wire::NOTIFY, &parameters);
    }
    None
}

/// Calls back with what came in answer. A document that ended meanwhile hears nothing, and what came for it is closed.
fn answer(document: &Rc<Document>, callback: &js::Value, reply: Option<UserMessage>) {
    let Some(context) = callback.context() else { return };
    let (outcome, descriptor) = match reply {
        None => (Err(gone()), None),
        Some(message) => (parse_answer(&message), take_descriptor(&message)),
    };
    if !document.is_alive() {
        return;
    }
    let null = || js::Value::new_null(&context);
    let string = |text: &str| js::Value::new_string(&context, Some(text));
    let arguments = match outcome {
        Err(error) => [string(&error), null(), null()],
        Ok(result) => {
            let descriptor = descriptor.and_then(|descriptor| match Descriptor::new(descriptor) {
                Ok(descriptor) => {
                    document.own(&descriptor);
                    Some(descriptor::object(&context, &descriptor))
                }
                Err(error) => {
                    glib::g_warning!("insula", "a descriptor cannot be watched: {error}");
                    None
                }
            });
            [null(), string(&result), descriptor.unwrap_or_else(null)]
        }
    };
    jsc::call(callback, &arguments);
}

/// The result or the error, both JSON.
fn parse_answer(message: &UserMessage) -> Result<String, String> {
    match message.parameters().and_then(|it| it.get::<(bool, String)>()) {
        Some((true, result)) => Ok(result),
        Some((false, error)) => Err(error),
        None => Err(gone()),
    }
}

fn take_descriptor(message: &UserMessage) -> Option<OwnedFd> {
    let list = message.fd_list()?;
    if list.length() == 0 { None } else { list.get(0).ok() }
}

/// The runtime did not answer: the window closes, or its view is gone.
fn gone() -> String {
    let error = DomError::new(DomErrorName::AbortError, "The document is no longer active.");
    // An error is plain data and always serialises.
    serde_json::to_string(&error).unwrap_or_default()
}

//! The native functions of a proven document: `call`, `notify`, `reply` and `listen`.

use crate::descriptor::{self, Descriptor};
use crate::document::{self, Document};
use crate::proof::Proof;
use crate::webkit::gio::prelude::*;
use crate::webkit::{UserMessage, glib, javascriptcore as js};
use crate::{assets, jsc};
use insula_bridge::wire::{self, WebProcessConfig};
use insula_bridge::{DomError, DomErrorName};
use std::rc::Rc;

/// Evaluates the page side in a document and hands it the native object. Page scripts never see either.
pub(crate) fn install(document: &Rc<Document>, context: &js::Context, config: &WebProcessConfig, proof: &Proof) {
    let main = context.evaluate_with_source_uri(assets::PAGE, assets::PAGE_NAME, 1);
    if let Some(exception) = context.exception() {
        context.clear_exception();
        let report = exception.report().unwrap_or_default();
        return glib::g_critical!("insula", "the page side does not run in this engine: {report}");
    }
    let Some(main) = main else { return };
    let native = jsc::object(context);
    jsc::set_function(context, &native, "call", {
        let document = document.clone();
        move |_, arguments| call(&document, arguments)
    });
    jsc::set_function(context, &native, "notify", {
        let document = document.clone();
        move |_, arguments| notify(&document, arguments)
    });
    jsc::set_function(context, &native, "reply", {
        let document = document.clone();
        move |_, arguments| reply(&document, arguments)
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
        "chromium": config.chromium,
        "opaquePages": config.opaque_pages,
        "countsZoom": config.counts_zoom,
        "displayMode": config.display_mode,
        "losesStreams": config.loses_streams,
        "onTheWeb": config.app.is_on_the_web(),
        "networkState": document::network_state(document, config),
    });
    jsc::call(&main, &[native, js::Value::from_json(context, &facts.to_string())]);
}

/// `call(frame, method, parameters, callback)`: asks the UI process; the callback gets (error, result, descriptor).
fn call(document: &Rc<Document>, arguments: &[js::Value]) -> Option<js::Value> {
    let [frame, method, parameters, callback] = arguments else {
        return None;
    };
    if !callback.is_function() || !document.is_alive() {
        return None;
    }
    let request = request(document, frame, method, parameters);
    let (asker, callback) = (document.clone(), callback.clone());
    document.ask(wire::CALL, &request, move |reply| {
        jsc::guard("answer", (), || answer(&asker, &callback, reply.ok()));
    });
    None
}

/// `notify(frame, method, parameters)`: tells the UI process.
fn notify(document: &Rc<Document>, arguments: &[js::Value]) -> Option<js::Value> {
    if let [frame, method, parameters] = arguments
        && document.is_alive()
    {
        document.tell(wire::NOTE, &request(document, frame, method, parameters));
    }
    None
}

fn request(document: &Document, frame: &js::Value, method: &js::Value, parameters: &js::Value) -> glib::Variant {
    let (method, parameters) = (method.to_str(), parameters.to_str());
    let request: wire::Request<&str> = (document.id, whole_number(frame) as u32, &method, &parameters);
    request.to_variant()
}

/// `reply(question, answer)`: answers a question of the UI process.
fn reply(document: &Rc<Document>, arguments: &[js::Value]) -> Option<js::Value> {
    if let [question, answer] = arguments
        && document.is_alive()
    {
        let answer = answer.to_str();
        let reply: wire::Reply<&str> = (document.id, whole_number(question), &answer);
        document.tell(wire::REPLY, &reply.to_variant());
    }
    None
}

/// A number that this side has made. Whatever else the page side might give becomes one that names nothing.
fn whole_number(value: &js::Value) -> u64 {
    value.to_double() as u64
}

/// Calls back with what came in answer. A document that ended meanwhile hears nothing, and what came for it is closed.
fn answer(document: &Rc<Document>, callback: &js::Value, reply: Option<UserMessage>) {
    let Some(context) = callback.context() else { return };
    if !document.is_alive() {
        return;
    }
    let null = || js::Value::new_null(&context);
    let string = |text: &str| js::Value::new_string(&context, Some(text));
    let arguments = match reply.ok_or_else(gone).and_then(|message| read_answer(&message)) {
        Err(error) => [string(&error), null(), null()],
        Ok((result, None)) => [null(), string(&result), null()],
        Ok((result, Some(descriptor))) => {
            document.own(&descriptor);
            [null(), string(&result), descriptor::object(&context, &descriptor)]
        }
    };
    jsc::call(callback, &arguments);
}

/// The result, with the descriptor that it came with, or the error; both JSON. A result whose descriptor is lost is an
/// error: without it the page would take a body for an empty one.
fn read_answer(message: &UserMessage) -> Result<(String, Option<Rc<Descriptor>>), String> {
    let (has_succeeded, json) = message
        .parameters()
        .and_then(|it| it.get::<wire::Answer>())
        .ok_or_else(gone)?;
    if !has_succeeded {
        return Err(json);
    }
    match take_descriptor(message) {
        Ok(descriptor) => Ok((json, descriptor)),
        Err(error) => Err(error_json(
            DomErrorName::QuotaExceededError,
            format!("No descriptor is free: {error}"),
        )),
    }
}

fn take_descriptor(message: &UserMessage) -> Result<Option<Rc<Descriptor>>, String> {
    match message.fd_list() {
        Some(list) if list.length() > 0 => {
            let descriptor = list.get(0).map_err(|error| error.to_string())?;
            let descriptor = Descriptor::new(descriptor).map_err(|error| error.to_string())?;
            Ok(Some(descriptor))
        }
        _ => Ok(None),
    }
}

/// The runtime did not answer: the window closes, or its view is gone.
fn gone() -> String {
    error_json(DomErrorName::AbortError, "The document is no longer active.")
}

fn error_json(name: DomErrorName, message: impl Into<String>) -> String {
    // An error is plain data and always serialises.
    serde_json::to_string(&DomError::new(name, message)).unwrap_or_default()
}

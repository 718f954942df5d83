//! A library for tests that does to the UI process what a web process does once somebody has taken it over.
//!
//! It is loaded beside the real one and sends, from the app's own process, everything that it can think of: messages
//! without the right form, calls of documents that never were, descriptors that nobody asked for. It notes how each
//! call was answered and says in the end, on standard error, `hostile: ` and an object of numbers: of calls made, of
//! calls refused, and of the methods that were carried out. See `crates/e2e/tests/bridge.rs`.

use insula_bridge::wire::{self, WebProcessConfig};
use insula_bridge::{Call, Note};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::os::fd::AsFd;
use std::rc::Rc;
use webkit::gio::prelude::*;
use webkit::{UserMessage, WebPage, gio, glib};
use webkit_web_process_extension6 as webkit;

/// A document that the UI process is told of by this library alone.
const FORGED: u64 = 1 << 40;

/// A document that there never was.
const NOBODY: u64 = FORGED - 1;

/// Every method that exists, and some that do not.
fn methods() -> impl Iterator<Item = &'static str> {
    Call::methods()
        .chain(Note::methods())
        .chain(["permission.grant", "", "\u{1}\u{ffff}"])
}

/// Called by WebKit once it has loaded this library, with what the UI process passed along.
///
/// # Safety
/// Both pointers come from WebKit and are valid for the call.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "the name and signature that WebKit looks for")]
pub unsafe extern "C" fn webkit_web_process_extension_initialize_with_user_data(
    extension: *mut webkit::ffi::WebKitWebProcessExtension,
    user_data: *const glib::ffi::GVariant,
) {
    use glib::translate::from_glib_none;
    // SAFETY: both are valid for the call (see above) and from_glib_none takes references of its own.
    let (extension, user_data) = unsafe {
        (
            from_glib_none::<_, webkit::WebProcessExtension>(extension),
            from_glib_none::<_, glib::Variant>(user_data),
        )
    };
    let config = user_data.str().and_then(|text| serde_json::from_str(text).ok());
    let Some(config): Option<WebProcessConfig> = config else {
        return glib::g_critical!("hostile", "the configuration is not what it was");
    };
    extension.connect_page_created(move |_, page| {
        let origin = config.app.origin().to_owned();
        page.connect_document_loaded(move |page| attack(page, &origin));
    });
    std::mem::forget(extension);
}

/// How the calls were answered.
#[derive(Default)]
struct Tally {
    made: usize,
    refused: usize,
    /// By method.
    carried_out: BTreeMap<String, usize>,
}

/// One side of the conversation, and what came back.
struct Attacker {
    page: WebPage,
    tally: Rc<RefCell<Tally>>,
}

/// Everything, in the order in which it is most likely to hurt.
fn attack(page: &WebPage, origin: &str) {
    let attacker = Attacker {
        page: page.clone(),
        tally: Rc::default(),
    };
    attacker.send_what_has_no_form();
    attacker.lie_about_documents(origin);
    attacker.call_with_garbage();
    attacker.flood(origin);
    attacker.ask("end", wire::CALL, Some((0u64, "end", "{}").to_variant()), &[]);
    attacker.report_when_answered();
}

impl Attacker {
    /// Names that nobody knows, and known names with parameters of every other type.
    fn send_what_has_no_form(&self) {
        let text = |length: usize| "x".repeat(length);
        let mut nested = 0u8.to_variant();
        for _ in 0..40 {
            nested = glib::Variant::from_variant(&nested);
        }
        let parameters = [
            None,
            Some(().to_variant()),
            Some(1u32.to_variant()),
            Some(f64::NAN.to_variant()),
            Some("text".to_variant()),
            Some(vec![0xffu8; 100_000].to_variant()),
            Some(vec![String::new(); 10_000].to_variant()),
            Some((NOBODY,).to_variant()),
            Some((NOBODY, 1u32, "frame.create").to_variant()),
            Some((1u32, 1u32, "frame.create", "{}").to_variant()),
            Some((NOBODY, -1i32, "frame.create", "{}").to_variant()),
            Some((NOBODY, 1u32, "frame.create", vec![1u8]).to_variant()),
            Some((NOBODY, 1u32, "frame.create", "{}", "more").to_variant()),
            Some(("1", true, "", "").to_variant()),
            Some(nested),
        ];
        let (long, longer) = (text(1 << 20), text(64));
        let names = [
            "",
            "x",
            &long,
            &longer,
            wire::HELLO,
            wire::GOODBYE,
            wire::STRANGER,
            wire::CALL,
            wire::NOTE,
            wire::REPLY,
            wire::EVENT,
        ];
        for name in names {
            for parameters in &parameters {
                self.ask("no form", name, parameters.clone(), &[]);
            }
        }
    }

    /// Documents of others, documents twice, documents that end before they begin.
    fn lie_about_documents(&self, origin: &str) {
        let hello = |id: u64, origin: &str| {
            let hello: wire::Hello<&str> = (id, true, origin, &format!("{origin}/"), 0);
            hello.to_variant()
        };
        let foreign = [
            "",
            "null",
            "https://example.org",
            "isolated-app://",
            &origin.to_uppercase(),
        ];
        for (number, origin) in (1..).zip(foreign) {
            self.tell(wire::HELLO, &hello(FORGED + number, origin));
            self.call(FORGED + number, "network.state", "{}");
        }
        self.tell(wire::GOODBYE, &(FORGED,).to_variant());
        self.tell(wire::HELLO, &hello(FORGED, origin));
        self.tell(wire::HELLO, &hello(FORGED, origin));
        for id in [0, NOBODY, u64::MAX] {
            self.tell(wire::GOODBYE, &(id,).to_variant());
            self.call(id, "network.state", "{}");
        }
    }

    /// Every method with everything that is not its parameters, and with some that are: the user did nothing and
    /// granted nothing.
    fn call_with_garbage(&self) {
        let deep = "[".repeat(100_000);
        let deep_object = "{\"a\":".repeat(100_000);
        let long = format!("{{\"code\":\"{}\"}}", "x".repeat(wire::LONGEST_PARAMETERS));
        let garbage = [
            "",
            "null",
            "[]",
            "{",
            "1e999",
            "\"\\ud800\"",
            "{\"delta\":4294967296}",
            "{\"code\":\"1\"}",
            "{\"connection\":18446744073709551615}",
            "{\"request\":1e10}",
            "{\"url\":\"a\",\"url\":\"b\"}",
            &deep,
            &deep_object,
        ];
        for method in methods() {
            for parameters in garbage {
                self.call(FORGED, method, parameters);
                let note: wire::Request<&str> = (FORGED, 7, method, parameters);
                self.tell(wire::NOTE, &note.to_variant());
            }
        }
        for question in [0, 1, u64::MAX] {
            for answer in garbage {
                let reply: wire::Reply<&str> = (FORGED, question, answer);
                self.tell(wire::REPLY, &reply.to_variant());
            }
        }
        self.call(FORGED, "frame.executeScript", &long);
        self.call(FORGED, &"x".repeat(1 << 20), "{}");
        self.call(FORGED, "permission.query", "{\"name\":\"notifications\"}");
        self.call(FORGED, "network.request", "{}");
        self.call(FORGED, "network.upload", "{}");
        for host in [
            "127.0.0.1",
            "localhost",
            "[::1]",
            "192.168.0.1",
            "example.org",
            "\u{0}",
            "",
        ] {
            self.call(FORGED, "network.connect", &format!("{{\"host\":{host:?},\"port\":1}}"));
        }
        for url in ["http://127.0.0.1/", "file:///etc/passwd", "isolated-app://x/", "::"] {
            let parameters = format!("{{\"request\":1,\"url\":\"{url}\",\"method\":\"GET\",\"headers\":[]}}");
            self.call(FORGED, "network.fetch", &parameters);
        }
    }

    /// Many of everything, with descriptors that the UI process has to close again.
    fn flood(&self, origin: &str) {
        for number in 0..5_000u64 {
            let id = FORGED + 100 + number;
            let hello: wire::Hello<&str> = (id, false, origin, &format!("{origin}/"), 0);
            self.tell(wire::HELLO, &hello.to_variant());
            let goodbye: wire::Goodbye = (id,);
            self.tell(wire::GOODBYE, &goodbye.to_variant());
        }
        for is_there in [true, false] {
            for frame in 0..5_000u64 {
                let stranger: wire::Stranger = (FORGED + frame, is_there);
                self.tell(wire::STRANGER, &stranger.to_variant());
            }
        }
        let Ok(zeros) = std::fs::File::open("/dev/zero") else {
            return glib::g_critical!("hostile", "there is no /dev/zero");
        };
        for _ in 0..500 {
            let request: wire::Request<&str> = (FORGED, 0, "permission.query", "{\"name\":\"none\"}");
            self.ask(
                "permission.query",
                wire::CALL,
                Some(request.to_variant()),
                &[&zeros, &zeros, &zeros, &zeros],
            );
        }
    }

    fn call(&self, document: u64, method: &str, parameters: &str) {
        let frame = if method.starts_with("frame.") { 7 } else { 0 };
        let request: wire::Request<&str> = (document, frame, method, parameters);
        self.ask(method, wire::CALL, Some(request.to_variant()), &[]);
    }

    fn tell(&self, name: &str, parameters: &glib::Variant) {
        let message = UserMessage::new(name, Some(parameters));
        self.page.send_message_to_view(&message, gio::Cancellable::NONE, |_| {});
    }

    /// Sends a message and counts its answer.
    fn ask(&self, method: &str, name: &str, parameters: Option<glib::Variant>, descriptors: &[&std::fs::File]) {
        let list = gio::UnixFDList::new();
        for descriptor in descriptors {
            if let Err(error) = list.append(descriptor.as_fd()) {
                glib::g_critical!("hostile", "a descriptor cannot be sent: {error}");
            }
        }
        let message = match descriptors {
            [] => UserMessage::new(name, parameters.as_ref()),
            _ => UserMessage::with_fd_list(name, parameters.as_ref(), Some(&list)),
        };
        self.tally.borrow_mut().made += 1;
        let (tally, method) = (self.tally.clone(), method.to_owned());
        self.page
            .send_message_to_view(&message, gio::Cancellable::NONE, move |answer| {
                let answer = answer
                    .ok()
                    .and_then(|message| message.parameters()?.get::<wire::Answer>());
                let mut tally = tally.borrow_mut();
                match answer {
                    Some((true, _)) => *tally.carried_out.entry(method).or_default() += 1,
                    _ => tally.refused += 1,
                }
            });
    }

    /// Says how it went once every call has its answer.
    fn report_when_answered(self) {
        glib::timeout_add_local(std::time::Duration::from_millis(50), move || {
            let tally = self.tally.borrow();
            let answered = tally.refused + tally.carried_out.values().sum::<usize>();
            if answered < tally.made {
                return glib::ControlFlow::Continue;
            }
            let report = serde_json::json!({
                "made": tally.made, "refused": tally.refused, "carriedOut": tally.carried_out,
            });
            glib::g_warning!("hostile", "hostile: {report}");
            glib::ControlFlow::Break
        });
    }
}

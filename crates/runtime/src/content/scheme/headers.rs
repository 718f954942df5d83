//! The headers of an Isolated Web App's responses.

use gtk4::glib;
use gtk4::glib::translate::ToGlibPtr;
use std::ffi::{CStr, CString, c_char};
use std::ptr;
use webkit6::soup;

/// The policy that holds beside whatever the app sets itself.
///
/// `connect-src` comes last, so that something can be added to it.
const CONTENT_SECURITY_POLICY: &str = "base-uri 'none'; default-src 'self'; object-src 'none'; \
    frame-src 'self' https: blob: data:; \
    script-src 'self' 'wasm-unsafe-eval'; img-src 'self' https: blob: data:; \
    media-src 'self' https: blob: data:; font-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; \
    require-trusted-types-for 'script'; frame-ancestors 'self' isolated-app:; \
    connect-src 'self' https: wss: blob: data:";

/// Headers that replace the app's own.
const REPLACED: [(&str, &str); 3] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// The policy of Trusted Types with which the page side asks for the scripts of workers (`js/page/workers/policy.js`).
const WORKERS_POLICY: &str = "insula-workers";

/// Headers that are about a connection, of which there is none between the app and the engine (RFC 9110, section 7.6.1).
const OF_A_CONNECTION: [&str; 7] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What isolates the documents of an app.
#[derive(Debug)]
pub(super) struct Isolation {
    policy: String,
}

impl Isolation {
    /// That of an app which has all it is from this machine.
    pub(super) fn new() -> Self {
        Self {
            policy: CONTENT_SECURITY_POLICY.to_owned(),
        }
    }

    /// The same, but that documents may connect to more origins.
    pub(super) fn connecting_to(origins: &[String]) -> Self {
        Self {
            policy: format!("{CONTENT_SECURITY_POLICY} {}", origins.join(" ")),
        }
    }

    /// The headers that every response carries.
    pub(super) fn forced(&self) -> Vec<(String, String)> {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let mut headers: Vec<_> = REPLACED.into_iter().map(owned).collect();
        headers.push(owned(("content-security-policy", &self.policy)));
        headers
    }

    /// The headers of a response of the app's, together with the forced ones. A second Content-Security-Policy does not
    /// replace the app's: both hold. `Set-Cookie` has no meaning here, and the length is that of what is really sent.
    pub(super) fn of_response(&self, own: &[(String, String)]) -> Vec<(String, String)> {
        let dropped = |name: &str| {
            matches!(name, "set-cookie" | "content-length")
                || OF_A_CONNECTION.contains(&name)
                || REPLACED.iter().any(|(replaced, _)| *replaced == name)
        };
        let mut headers: Vec<_> = own
            .iter()
            .filter(|(name, _)| !dropped(name) && !name.starts_with(':'))
            .map(|(name, value)| match name.as_str() {
                "content-security-policy" | "content-security-policy-report-only" => {
                    (name.clone(), with_workers(value))
                }
                _ => (name.clone(), value.clone()),
            })
            .collect();
        headers.extend(self.forced());
        headers
    }
}

/// An app's own policy, in which each list of policies of Trusted Types has Insula's besides.
fn with_workers(policies: &str) -> String {
    let directive = |directive: &str| {
        let mut words = directive.split_ascii_whitespace();
        let name = words.next().unwrap_or_default();
        if !name.eq_ignore_ascii_case("trusted-types") {
            return directive.to_owned();
        }
        // Beside another name, that nothing is allowed means nothing.
        let names = words.filter(|word| !word.eq_ignore_ascii_case("'none'"));
        let words: Vec<&str> = [name].into_iter().chain(names).chain([WORKERS_POLICY]).collect();
        format!(" {}", words.join(" "))
    };
    let policy = |policy: &str| policy.split(';').map(directive).collect::<Vec<_>>().join(";");
    policies.split(',').map(policy).collect::<Vec<_>>().join(",")
}

/// The headers as WebKit takes them. Each character of a value stands for one byte (`HeaderMap::fields`).
pub(in crate::content) fn list(headers: &[(String, String)]) -> soup::MessageHeaders {
    let list = soup::MessageHeaders::new(soup::MessageHeadersType::Response);
    for (name, value) in headers {
        append(&list, name, value);
    }
    list
}

/// Adds a header to a list. Each character of the value stands for one byte.
pub(super) fn append(list: &soup::MessageHeaders, name: &str, value: &str) {
    if value.is_ascii() {
        list.append(name, value);
    } else {
        append_bytes(list, name, value);
    }
}

/// The headers of a list, in their order, with names in lower case. Each byte of a value is one character.
#[expect(
    unsafe_code,
    reason = "the bindings take every value for UTF-8, and servers send any bytes"
)]
pub(in crate::content) fn read(list: &soup::MessageHeaders) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    let mut at = soup::ffi::SoupMessageHeadersIter {
        dummy: [ptr::null_mut(); 3],
    };
    let (mut name, mut value): (*const c_char, *const c_char) = (ptr::null(), ptr::null());
    // SAFETY: the list is alive until this function returns, which does not change it.
    unsafe { soup::ffi::soup_message_headers_iter_init(&mut at, list.to_glib_none().0) };
    // SAFETY: the iterator was initialised above, and both places are there to be written to.
    while unsafe { soup::ffi::soup_message_headers_iter_next(&mut at, &mut name, &mut value) } != glib::ffi::GFALSE {
        // SAFETY: what the iterator gives are strings that end in NUL and are the list's.
        let (name, value) = unsafe { (CStr::from_ptr(name), CStr::from_ptr(value)) };
        let characters = value.to_bytes().iter().map(|byte| char::from(*byte));
        headers.push((name.to_string_lossy().to_ascii_lowercase(), characters.collect()));
    }
    headers
}

/// The bindings' own `append` would write the characters as UTF-8, and WebKit reads each byte as one character.
#[expect(unsafe_code, reason = "the bindings take text only, and this is none")]
fn append_bytes(list: &soup::MessageHeaders, name: &str, value: &str) {
    let bytes: Vec<u8> = value
        .chars()
        .filter_map(|character| u8::try_from(character).ok())
        .collect();
    // Neither has a zero byte: names are tokens, and values have no control characters.
    let (Ok(name), Ok(value)) = (CString::new(name), CString::new(bytes)) else {
        return;
    };
    // SAFETY: the list is alive for the call, which copies both strings; they are ended by zero. Soup asks for no
    // encoding: it hands on headers of servers in the same way.
    unsafe { soup::ffi::soup_message_headers_append(list.to_glib_none().0, name.as_ptr(), value.as_ptr()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_apps_policy_stays_and_isolation_cannot_be_weakened() {
        let own = [
            ("content-security-policy".to_owned(), "img-src 'none'".to_owned()),
            ("cross-origin-opener-policy".to_owned(), "unsafe-none".to_owned()),
            ("set-cookie".to_owned(), "a=1".to_owned()),
            ("content-type".to_owned(), "text/html".to_owned()),
        ];
        let headers = Isolation::new().of_response(&own);
        let values = |name: &str| {
            headers
                .iter()
                .filter(|it| it.0 == name)
                .map(|it| it.1.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            values("content-security-policy"),
            ["img-src 'none'", CONTENT_SECURITY_POLICY]
        );
        assert_eq!(values("cross-origin-opener-policy"), ["same-origin"]);
        assert_eq!(values("cross-origin-embedder-policy"), ["require-corp"]);
        assert_eq!(values("set-cookie"), [] as [&str; 0]);
        assert_eq!(values("content-type"), ["text/html"]);
    }

    #[test]
    fn a_list_of_trusted_types_has_the_policy_of_workers_besides() {
        let policies = "script-src 'self'; Trusted-Types a  b, trusted-types 'none';, trusted-types; img-src *";
        assert_eq!(
            with_workers(policies),
            "script-src 'self'; Trusted-Types a b insula-workers, trusted-types insula-workers;, trusted-types insula-workers; \
             img-src *"
        );
        let other = "require-trusted-types-for 'script';default-src *";
        assert_eq!(with_workers(other), other);
    }

    #[test]
    fn one_more_origin_is_one_to_connect_to_and_nothing_else() {
        let headers = Isolation::connecting_to(&["ws://localhost:5173".to_owned()]).forced();
        let policy = headers.iter().find(|(name, _)| name == "content-security-policy");
        let (_, policy) = policy.expect("there is a policy");
        let of_origin: Vec<&str> = policy
            .split(';')
            .filter(|directive| directive.contains("ws://localhost:5173"))
            .collect();
        assert_eq!(
            of_origin,
            [" connect-src 'self' https: wss: blob: data: ws://localhost:5173"]
        );
    }

    #[test]
    fn bytes_of_values_come_and_go_as_characters() {
        let headers = [
            ("x-place".to_owned(), "Caf\u{e9}\u{ff}".to_owned()),
            ("x-place".to_owned(), "twice".to_owned()),
        ];
        assert_eq!(read(&list(&headers)), headers);
    }
}

//! The headers of an Isolated Web App's responses.

use gtk4::glib::translate::ToGlibPtr;
use std::ffi::CString;
use webkit6::soup;

/// The policy that holds beside whatever the app sets itself.
const CONTENT_SECURITY_POLICY: &str = "base-uri 'none'; default-src 'self'; object-src 'none'; \
    frame-src 'self' https: blob: data:; connect-src 'self' https: wss: blob: data:; \
    script-src 'self' 'wasm-unsafe-eval'; img-src 'self' https: blob: data:; \
    media-src 'self' https: blob: data:; font-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; \
    require-trusted-types-for 'script'; frame-ancestors 'self' isolated-app:";

/// Headers that replace the app's own.
const REPLACED: [(&str, &str); 3] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// The headers that every response carries.
pub(super) fn forced() -> Vec<(String, String)> {
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let mut headers: Vec<_> = REPLACED.into_iter().map(owned).collect();
    headers.push(owned(("content-security-policy", CONTENT_SECURITY_POLICY)));
    headers
}

/// The headers of a response of the bundle, together with the forced ones. A second Content-Security-Policy does not
/// replace the app's: both hold. `Set-Cookie` has no meaning here, and the length is that of what is really sent.
pub(super) fn of_response(own: &[(String, String)]) -> Vec<(String, String)> {
    let dropped = |name: &str| {
        name == "set-cookie" || name == "content-length" || REPLACED.iter().any(|(replaced, _)| *replaced == name)
    };
    let mut headers: Vec<_> = own
        .iter()
        .filter(|(name, _)| !dropped(name) && !name.starts_with(':'))
        .cloned()
        .collect();
    headers.extend(forced());
    headers
}

/// The headers as WebKit takes them. Each character of a value stands for one byte (`HeaderMap::fields`).
pub(super) fn list(headers: &[(String, String)]) -> soup::MessageHeaders {
    let list = soup::MessageHeaders::new(soup::MessageHeadersType::Response);
    for (name, value) in headers {
        if value.is_ascii() {
            list.append(name, value);
        } else {
            append_bytes(&list, name, value);
        }
    }
    list
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
        let headers = of_response(&own);
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
}

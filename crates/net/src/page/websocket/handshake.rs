//! From a connection to a WebSocket (RFC 6455 §4.1). Redirects are not followed, as in browsers.

use bytes::Bytes;
use http::header::{
    CONNECTION, HOST, HeaderMap, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS,
    SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{Response, StatusCode};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::Line;
use crate::core::error::Error;
use crate::http::{Request, explain};
use crate::limits::RESPONSE_HEADER_BYTES;

/// A connection that is a WebSocket now.
pub(super) struct Shaken<Io> {
    pub(super) io: Io,
    /// What came together with the answer.
    pub(super) read: Bytes,
    /// The subprotocol that the server chose, if any.
    pub(super) protocol: String,
}

/// # Errors
/// [`Error::WebSocket`], [`Error::InvalidArgument`], those of HTTP and the network.
pub(super) async fn shake<Io: Line>(io: Io, request: &Request, protocols: &[String]) -> Result<Shaken<Io>, Error> {
    let key = generate_key();
    let wire = wire_request(request, protocols, &key)?;
    let (mut sender, connection) = http1::Builder::new()
        .title_case_headers(true)
        .max_buf_size(RESPONSE_HEADER_BYTES)
        .handshake(TokioIo::new(io))
        .await
        .map_err(|error| explain(&error))?;
    let answered = async {
        let mut response = sender.send_request(wire).await.map_err(|error| explain(&error))?;
        let protocol = check(&response, protocols, &key)?;
        let upgraded = hyper::upgrade::on(&mut response).await;
        Ok((upgraded.map_err(|error| explain(&error))?, protocol))
    };
    let carried = async { connection.with_upgrades().await.map_err(|error| explain(&error)) };
    let ((upgraded, protocol), ()) = tokio::try_join!(answered, carried)?;
    let parts = upgraded
        .downcast::<TokioIo<Io>>()
        .map_err(|_| failed("the connection was lost"))?;
    Ok(Shaken {
        io: parts.io.into_inner(),
        read: parts.read_buf,
        protocol,
    })
}

fn wire_request(request: &Request, protocols: &[String], key: &str) -> Result<http::Request<Empty<Bytes>>, Error> {
    let mut wire = http::Request::new(Empty::new());
    *wire.uri_mut() = request.path()?;
    let headers = wire.headers_mut();
    headers.insert(HOST, request.authority()?);
    headers.extend(request.headers().clone());
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    headers.insert(SEC_WEBSOCKET_KEY, value(key)?);
    if !protocols.is_empty() {
        for (at, protocol) in protocols.iter().enumerate() {
            let is_token = HeaderName::from_bytes(protocol.as_bytes()).is_ok();
            if !is_token || protocols[..at].contains(protocol) {
                let message = format!("\"{protocol}\" is no subprotocol, or there twice");
                return Err(Error::invalid(message));
            }
        }
        headers.insert(SEC_WEBSOCKET_PROTOCOL, value(&protocols.join(", "))?);
    }
    Ok(wire)
}

fn value(text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(text).map_err(|_| Error::invalid("a subprotocol cannot be sent"))
}

/// Whether the server has become one of WebSockets, and with which subprotocol.
fn check(response: &Response<Incoming>, protocols: &[String], key: &str) -> Result<String, Error> {
    let (status, headers) = (response.status(), response.headers());
    if status != StatusCode::SWITCHING_PROTOCOLS {
        return Err(failed(format!("the server answered {status}")));
    }
    check_headers(headers, protocols, key)
}

fn check_headers(headers: &HeaderMap, protocols: &[String], key: &str) -> Result<String, Error> {
    if !has_token(headers, &UPGRADE, "websocket") || !has_token(headers, &CONNECTION, "upgrade") {
        return Err(failed("the server changed to something else"));
    }
    let accept = derive_accept_key(key.as_bytes());
    if headers.get(SEC_WEBSOCKET_ACCEPT).is_none_or(|value| value != &accept) {
        return Err(failed("the server's Sec-WebSocket-Accept is wrong"));
    }
    let mut extensions = headers.get_all(SEC_WEBSOCKET_EXTENSIONS).iter();
    if extensions.any(|value| !value.as_bytes().trim_ascii().is_empty()) {
        return Err(failed("the server uses an extension that was not offered"));
    }
    let mut chosen = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    match (chosen.next(), chosen.next()) {
        (None, _) if protocols.is_empty() => Ok(String::new()),
        (None, _) => Err(failed("the server chose none of the subprotocols")),
        (Some(chosen), None) if protocols.iter().any(|it| it.as_bytes() == chosen.as_bytes()) => {
            Ok(String::from_utf8_lossy(chosen.as_bytes()).into_owned())
        }
        (Some(chosen), _) => Err(failed(format!(
            "the server chose the subprotocol {chosen:?}, which was not offered"
        ))),
    }
}

fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    let mut values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.any(|value| value.split(',').any(|it| it.trim().eq_ignore_ascii_case(token)))
}

fn failed(reason: impl Into<String>) -> Error {
    Error::WebSocket { reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_as_browsers_take_it() {
        let key = "dGhlIHNhbXBsZSBub25jZQ==";
        let good = [
            ("upgrade", "WebSocket"),
            ("connection", "keep-alive, Upgrade"),
            ("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        ];
        let check = |protocols: &[&str], other: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in &good {
                headers.insert(*name, value.parse().unwrap());
            }
            for (name, value) in other {
                headers.insert(*name, value.parse().unwrap());
            }
            let protocols: Vec<_> = protocols.iter().map(|it| (*it).to_owned()).collect();
            check_headers(&headers, &protocols, key)
        };
        assert_eq!(check(&[], &[]), Ok(String::new()));
        let chosen = ("sec-websocket-protocol", "b");
        assert_eq!(check(&["a", "b"], &[chosen]), Ok("b".to_owned()));
        for (protocols, other) in [
            (&[][..], ("upgrade", "h2c")),
            (&[], ("connection", "close")),
            (&[], ("sec-websocket-accept", "AAAA")),
            (&[], ("sec-websocket-extensions", "permessage-deflate")),
            (&[], chosen),
            (&["a"], chosen),
            (&["a"], ("x", "y")),
            (&["B"], chosen),
        ] {
            assert!(check(protocols, &[other]).is_err(), "{protocols:?} {other:?}");
        }
    }

    #[test]
    fn what_is_no_subprotocol_is_not_sent() {
        let request = Request::upgrade("ws://a.example/", &[]).unwrap();
        for protocols in [&[""][..], &["a b"], &["a,b"], &["a", "a"], &["\u{e9}"]] {
            let protocols: Vec<_> = protocols.iter().map(|it| (*it).to_owned()).collect();
            assert!(wire_request(&request, &protocols, "key").is_err(), "{protocols:?}");
        }
    }
}

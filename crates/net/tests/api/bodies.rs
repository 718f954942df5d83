//! Content codings, streaming and back-pressure of response bodies.

use std::time::Duration;

use async_compression::tokio::write::{BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
use insula_net::Error;
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::support::*;

/// Compresses `data` with the encoder that `make` puts around a buffer.
macro_rules! encode {
    ($encoder:ident, $data:expr) => {{
        let mut encoder = $encoder::new(Vec::new());
        compress(&mut encoder, $data).await;
        encoder.into_inner()
    }};
}

async fn compress(encoder: &mut (impl AsyncWrite + Unpin), data: &[u8]) {
    encoder.write_all(data).await.unwrap();
    encoder.shutdown().await.unwrap();
}

/// Fetches `coded` as a body with `coding`.
async fn fetch_coded(coding: &str, coded: Vec<u8>) -> (Vec<u8>, Result<(), Error>) {
    let header_line = format!("Content-Encoding: {coding}");
    let server = Http::start(move |_| response("200 OK", &[&header_line], &coded)).await;
    let broker = broker();
    let document = document(&broker);
    let response = fetch(&document, get(server.url("/"))).await.unwrap();
    if coding != "unheard-of" {
        assert_eq!(header(&response, "content-length"), None, "it counts the wrong bytes");
    }
    assert_eq!(header(&response, "content-encoding"), Some(coding));
    read_body(response).await
}

#[tokio::test]
async fn every_coding_is_undone() {
    let mut plain = b"the same again and again ".repeat(20_000);
    plain.extend(pattern(100_000));
    let gzip = encode!(GzipEncoder, &plain);
    let twice = [gzip.clone(), gzip.clone()].concat();
    let stacked = encode!(BrotliEncoder, &gzip);
    for (coding, coded, times) in [
        ("gzip", gzip.clone(), 1),
        ("x-gzip", gzip, 1),
        ("gzip", twice, 2),
        ("deflate", encode!(ZlibEncoder, &plain), 1),
        ("deflate", encode!(DeflateEncoder, &plain), 1),
        ("br", encode!(BrotliEncoder, &plain), 1),
        ("zstd", encode!(ZstdEncoder, &plain), 1),
        ("gzip, br", stacked, 1),
    ] {
        let (body, end) = fetch_coded(coding, coded).await;
        assert_eq!(end, Ok(()), "{coding}");
        assert!(body == plain.repeat(times), "{coding}");
    }
}

#[tokio::test]
async fn what_follows_the_last_member_of_a_gzip_file_is_ignored() {
    let plain = pattern(100_000);
    let gzip = encode!(GzipEncoder, &plain);
    for padding in [&b"\0"[..], &[0; 200_000], b"junk", b"\n"] {
        let (body, end) = fetch_coded("gzip", [&gzip[..], padding].concat()).await;
        assert_eq!(end, Ok(()), "{} bytes", padding.len());
        assert!(body == plain);
    }
}

#[tokio::test]
async fn a_length_that_counts_decoded_bytes_is_not_held_against_a_body_that_is_whole() {
    let plain = b"the same again and again ".repeat(1_000);
    let gzip = encode!(GzipEncoder, &plain);
    let brotli = encode!(BrotliEncoder, &plain);
    for (coding, coded, length, is_whole) in [
        ("gzip", &gzip[..], plain.len(), true),
        ("br", &brotli, plain.len(), true),
        ("gzip", &gzip, plain.len() + 1, false),
        ("gzip", &gzip[..gzip.len() / 2], plain.len(), false),
    ] {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {length}\r\n\r\n");
        let answer = [head.as_bytes(), coded].concat();
        let port = serve(move |mut stream| {
            let answer = answer.clone();
            async move {
                read_request(&mut stream, 0).await;
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
            }
        })
        .await;
        let broker = broker();
        let document = document(&broker);
        let response = fetch(&document, get(format!("http://127.0.0.1:{port}/")))
            .await
            .unwrap();
        let (body, end) = read_body(response).await;
        let expected = if is_whole { Ok(()) } else { Err(Error::Truncated) };
        assert_eq!(end, expected, "{coding}, {length}");
        assert!(!is_whole || body == plain);
    }
}

#[tokio::test]
async fn an_empty_body_is_a_valid_coding_of_nothing() {
    for coding in ["gzip", "deflate", "br", "zstd"] {
        assert_eq!(fetch_coded(coding, Vec::new()).await, (Vec::new(), Ok(())), "{coding}");
    }
}

#[tokio::test]
async fn an_unknown_coding_is_left_to_the_page() {
    let (body, end) = fetch_coded("unheard-of", b"as it is".to_vec()).await;
    assert_eq!((body.as_slice(), end), (&b"as it is"[..], Ok(())));
}

#[tokio::test]
async fn a_coding_that_breaks_off_or_is_garbage_is_an_error_that_names_it() {
    let plain = pattern(300_000);
    for (coding, coded) in [
        ("gzip", encode!(GzipEncoder, &plain)),
        ("deflate", encode!(ZlibEncoder, &plain)),
        ("br", encode!(BrotliEncoder, &plain)),
        ("zstd", encode!(ZstdEncoder, &plain)),
    ] {
        let half = coded[..coded.len() / 2].to_vec();
        for coded in [half, b"\x1f\x8bthis is not compressed".to_vec()] {
            let (body, end) = fetch_coded(coding, coded).await;
            let error = end.unwrap_err();
            assert!(matches!(error, Error::Decode { .. }), "{coding}: {error}");
            assert!(error.to_string().contains(coding), "{error}");
            // What was right before the fault is right.
            assert!(plain.starts_with(&body), "{coding}");
        }
    }
}

#[tokio::test]
async fn a_slow_body_arrives_as_it_is_sent() {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let fetching = document.fetch(get(format!("http://127.0.0.1:{port}/")), allow());
    let mut server = accepted.await;
    soon(read_request(&mut server, 0)).await.unwrap();
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for byte in head {
        server.write_u8(*byte).await.unwrap();
    }
    let (mut ends, mut body) = streamed(answered(soon(fetching).await.unwrap()));
    for n in 0..10 {
        server.write_all(format!("1\r\n{n}\r\n").as_bytes()).await.unwrap();
        // Before the next one is sent.
        assert_eq!(soon(body.read_u8()).await.unwrap(), b'0' + n);
    }
    server.write_all(b"0\r\n\r\n").await.unwrap();
    assert_eq!(soon(body.read(&mut [0])).await.unwrap(), 0);
    assert_eq!(end(&mut ends).await, Ok(()));
}

#[tokio::test]
async fn a_page_that_does_not_read_a_body_blocks_its_server() {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let fetching = document.fetch(get(format!("http://127.0.0.1:{port}/")), allow());
    let mut server = accepted.await;
    soon(read_request(&mut server, 0)).await.unwrap();
    server.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
    let response = answered(soon(fetching).await.unwrap());
    let chunk = vec![0; 1 << 20];
    let mut sent = 0;
    let blocked = Duration::from_millis(500);
    while let Ok(written) = tokio::time::timeout(blocked, server.write(&chunk)).await {
        sent += written.unwrap();
        assert!(sent < 64 << 20, "nothing holds the server back");
    }
    drop(server);
    let (body, end) = read_body(response).await;
    assert_eq!((body.len(), end), (sent, Ok(())));
}

#[tokio::test]
async fn a_bomb_explodes_only_as_fast_as_the_page_reads() {
    // 1 GiB of nothing in about 1 MiB.
    const SIZE: usize = 1 << 30;
    let mut encoder = GzipEncoder::new(Vec::new());
    let zeros = vec![0; 1 << 20];
    for _ in 0..SIZE / zeros.len() {
        encoder.write_all(&zeros).await.unwrap();
    }
    encoder.shutdown().await.unwrap();
    let bomb = encoder.into_inner();
    let server = Http::start(move |_| response("200 OK", &["Content-Encoding: gzip"], &bomb)).await;
    let broker = broker();
    let document = document(&broker);
    let before = resident();
    let response = fetch(&document, get(server.url("/"))).await.unwrap();
    let mut body = streamed(response).1;
    let mut buffer = vec![0; 65_536];
    let mut most = 0;
    let mut received = 0;
    while received < 64 << 20 {
        let read = soon(body.read(&mut buffer)).await.unwrap();
        assert!(read > 0 && buffer[..read].iter().all(|byte| *byte == 0));
        received += read;
        most = most.max(resident());
    }
    let grown = most.saturating_sub(before);
    assert!(grown < 24 << 20, "grew by {} KiB", grown >> 10);
    drop(body);
    until("it is closed", || document.open_connections() == 0).await;
}

/// This process's resident memory in bytes.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * rustix::param::page_size()
}

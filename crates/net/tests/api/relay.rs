//! How bytes, and the ends of streams, cross the relay.

use std::time::Duration;

use insula_net::Error;
use insula_net::page::{ConnectionId, DocumentNetwork, Ends};
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::*;

/// A document with one connection, and both of its far ends.
struct Link {
    document: DocumentNetwork,
    connection: ConnectionId,
    ends: Ends,
    page: tokio::net::UnixStream,
    server: TcpStream,
    _broker: insula_net::Broker,
}

async fn link() -> Link {
    let (port, accepted) = accept_one().await;
    let broker = broker();
    let document = document(&broker);
    let connected = connect(&document, port).await;
    Link {
        connection: connected.connection,
        ends: connected.ends,
        page: page(connected.descriptor),
        server: accepted.await,
        document,
        _broker: broker,
    }
}

fn reset(server: TcpStream) {
    SockRef::from(&server).set_linger(Some(Duration::ZERO)).unwrap();
    drop(server);
}

#[tokio::test]
async fn a_page_that_has_finished_writing_still_reads() {
    let mut link = link().await;
    link.page.write_all(b"question").await.unwrap();
    link.page.shutdown().await.unwrap();
    let mut question = String::new();
    soon(link.server.read_to_string(&mut question)).await.unwrap();
    assert_eq!(question, "question");
    link.server.write_all(b"answer").await.unwrap();
    drop(link.server);
    let mut answer = String::new();
    soon(link.page.read_to_string(&mut answer)).await.unwrap();
    assert_eq!(answer, "answer");
    assert_eq!(end(&mut link.ends).await, Ok(()));
    until("it is closed", || link.document.open_connections() == 0).await;
}

#[tokio::test]
async fn a_server_that_has_finished_writing_still_reads() {
    let mut link = link().await;
    link.server.write_all(b"greeting").await.unwrap();
    link.server.shutdown().await.unwrap();
    let mut greeting = String::new();
    soon(link.page.read_to_string(&mut greeting)).await.unwrap();
    assert_eq!(greeting, "greeting");
    // How reading ended is known while writing goes on.
    assert_eq!(end(&mut link.ends).await, Ok(()));
    link.page.write_all(b"more").await.unwrap();
    drop(link.page);
    let mut more = String::new();
    soon(link.server.read_to_string(&mut more)).await.unwrap();
    assert_eq!(more, "more");
    until("it is closed", || link.document.open_connections() == 0).await;
}

#[tokio::test]
async fn a_page_that_closes_has_its_last_bytes_delivered_before_the_end() {
    let mut link = link().await;
    // Unread bytes on both sides: the worst time to close.
    link.server.write_all(&pattern(300_000)).await.unwrap();
    let sent = pattern(700_000);
    let receive = async {
        let mut received = Vec::new();
        soon(link.server.read_to_end(&mut received)).await.map(|_| received)
    };
    let send = async {
        link.page.write_all(&sent).await.unwrap();
        drop(link.page);
    };
    let (received, ()) = tokio::join!(receive, send);
    assert!(received.unwrap() == sent);
    drop(link.server);
    until("it is closed", || link.document.open_connections() == 0).await;
}

#[tokio::test]
async fn a_page_that_closes_silently_is_noticed_even_after_it_had_finished_writing() {
    let mut link = link().await;
    link.page.shutdown().await.unwrap();
    assert_eq!(soon(link.server.read(&mut [0])).await.unwrap(), 0);
    assert_eq!(link.document.open_connections(), 1);
    drop(link.page);
    // The server says nothing at all.
    until("it is closed", || link.document.open_connections() == 0).await;
}

#[tokio::test]
async fn a_reset_by_the_server_is_an_error_after_its_last_bytes() {
    let mut link = link().await;
    link.server.write_all(b"last words").await.unwrap();
    let mut words = [0; 10];
    soon(link.page.read_exact(&mut words)).await.unwrap();
    reset(link.server);
    // The descriptor just ends; the reason is asked for.
    assert_eq!(soon(link.page.read(&mut words)).await.unwrap(), 0);
    let error = end(&mut link.ends).await.unwrap_err();
    assert_eq!(error, Error::Reset);
    assert_eq!(error.dom_name(), "NetworkError");
}

#[tokio::test]
async fn a_reset_while_the_page_writes_is_an_error() {
    let mut link = link().await;
    let server = link.server;
    let write = async {
        let chunk = vec![0; 65_536];
        while link.page.write_all(&chunk).await.is_ok() {}
    };
    let (_, ()) = tokio::join!(async { reset(server) }, soon(write));
    assert_eq!(end(&mut link.ends).await, Err(Error::Reset));
}

#[tokio::test]
async fn a_server_that_hangs_up_on_a_writing_page_still_has_its_answer_delivered() {
    let mut link = link().await;
    link.server.write_all(b"no, thank you").await.unwrap();
    link.server.shutdown().await.unwrap();
    let mut answer = String::new();
    soon(link.page.read_to_string(&mut answer)).await.unwrap();
    assert_eq!(answer, "no, thank you");
    drop(link.server);
    // The server's system answers further bytes with a reset.
    let chunk = vec![0; 65_536];
    soon(async { while link.page.write_all(&chunk).await.is_ok() {} }).await;
    assert_eq!(end(&mut link.ends).await, Err(Error::Reset));
}

#[tokio::test]
async fn a_page_that_does_not_read_blocks_the_server_and_loses_nothing() {
    let mut link = link().await;
    let chunk = pattern(1 << 20);
    let mut sent = 0;
    // Until the server has had to wait for half a second, or would have sent far too much.
    while let Ok(written) = tokio::time::timeout(
        Duration::from_millis(500),
        link.server.write(&chunk[sent % chunk.len()..]),
    )
    .await
    {
        sent += written.unwrap();
        assert!(sent < 64 << 20, "nothing holds the server back");
    }
    drop(link.server);
    let mut received = Vec::new();
    soon(link.page.read_to_end(&mut received)).await.unwrap();
    assert_eq!(received.len(), sent);
    assert!(received.chunks(chunk.len()).all(|part| *part == chunk[..part.len()]));
    assert_eq!(end(&mut link.ends).await, Ok(()));
}

/// Odd on purpose: never a multiple of a page, a buffer or a segment.
const ODD: usize = 65_521;
const LARGE: usize = 256 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_byte_of_256_mib_of_odd_writes_arrives_at_the_page() {
    let Link {
        mut server,
        page,
        document: _document,
        mut ends,
        ..
    } = link().await;
    tokio::spawn(async move {
        let data = pattern(ODD);
        let mut sent = 0;
        while sent < LARGE {
            // Writes of every length up to 64 KiB, each where the last one stopped.
            let at = sent % ODD;
            let length = (sent % 4_099 * 16 + 1).min(ODD - at).min(LARGE - sent);
            server.write_all(&data[at..at + length]).await.unwrap();
            sent += length;
        }
    });
    assert_eq!(soon(receive(page)).await, LARGE);
    assert_eq!(end(&mut ends).await, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_byte_of_256_mib_of_odd_writes_arrives_at_the_server() {
    let Link {
        server,
        mut page,
        document: _document,
        mut ends,
        ..
    } = link().await;
    tokio::spawn(async move {
        let data = pattern(ODD);
        let mut sent = 0;
        while sent < LARGE {
            let at = sent % ODD;
            let length = (sent % 4_099 * 16 + 1).min(ODD - at).min(LARGE - sent);
            page.write_all(&data[at..at + length]).await.unwrap();
            sent += length;
        }
        page.shutdown().await.unwrap();
        assert_eq!(page.read(&mut [0]).await.unwrap(), 0);
    });
    assert_eq!(soon(receive(server)).await, LARGE);
    assert_eq!(end(&mut ends).await, Ok(()));
}

async fn receive(mut stream: impl tokio::io::AsyncRead + Unpin) -> usize {
    let data = pattern(ODD);
    let mut buffer = vec![0; 262_144];
    let mut received = 0;
    loop {
        let read = stream.read(&mut buffer).await.unwrap();
        if read == 0 {
            return received;
        }
        let mut rest = &buffer[..read];
        while !rest.is_empty() {
            let at = received % ODD;
            let length = rest.len().min(ODD - at);
            assert!(rest[..length] == data[at..at + length], "wrong bytes after {received}");
            received += length;
            rest = &rest[length..];
        }
    }
}

#[tokio::test]
async fn a_busy_connection_leaves_the_others_their_turn() {
    let port = serve(|stream| async move {
        let mut stream = stream;
        let flood = match stream.read_u8().await {
            Ok(byte) => byte == b'f',
            Err(_) => return,
        };
        if flood {
            let chunk = vec![0; 1 << 20];
            while stream.write_all(&chunk).await.is_ok() {}
        } else {
            echo(stream).await;
        }
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let mut flooded = page(connect(&document, port).await.descriptor);
    flooded.write_all(b"f").await.unwrap();
    let flood = tokio::spawn(async move {
        let mut buffer = vec![0; 1 << 20];
        while flooded.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
    });
    let mut quiet = page(connect(&document, port).await.descriptor);
    quiet.write_all(b"e").await.unwrap();
    for n in 0..100 {
        quiet.write_u8(n).await.unwrap();
        assert_eq!(soon(quiet.read_u8()).await.unwrap(), n);
    }
    flood.abort();
}

#[tokio::test]
async fn more_stalled_streams_than_there_are_pipes_lose_nothing() {
    const EACH: usize = 4 << 20;
    let data = std::sync::Arc::new(pattern(EACH));
    let served = data.clone();
    let port = serve(move |mut stream| {
        let data = served.clone();
        async move {
            let _ = stream.write_all(&data).await;
        }
    })
    .await;
    let broker = broker();
    let document = document(&broker);
    let mut stalled = Vec::new();
    for _ in 0..100 {
        stalled.push(connect(&document, port).await);
    }
    for mut connected in stalled.into_iter().rev() {
        let mut received = Vec::with_capacity(EACH);
        soon(page(connected.descriptor).read_to_end(&mut received))
            .await
            .unwrap();
        assert!(received == *data);
        assert_eq!(end(&mut connected.ends).await, Ok(()));
    }
}

#[tokio::test]
async fn a_connection_that_was_released_ends_in_order() {
    let mut link = link().await;
    link.document.release(link.connection);
    drop(link.page);
    assert_eq!(soon(link.server.read(&mut [0])).await.unwrap(), 0);
    drop(link.server);
    assert_eq!(end(&mut link.ends).await, Ok(()));
    // It is told once more where writing was over later than reading.
    while let Some(again) = soon(link.ends.next()).await {
        assert_eq!(again, Ok(()));
    }
}

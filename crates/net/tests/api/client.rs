//! The network without a page: a scope, its resources, and HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use insula_net::http::{Client, Fetched, Progress, RedirectMode, Request, RequestBody, Response};
use insula_net::{Broker, Error, Gate, Scope, TcpOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::*;

/// What an updater does, for instance.
async fn download(scope: &Scope, client: &Client, url: &str, gate: Arc<dyn Gate>) -> Result<Response, Error> {
    let resource = scope.begin(gate)?;
    let request = Request::new("GET", url, &[])?;
    let fetching = client.fetch(
        &resource,
        request,
        RequestBody::None,
        RedirectMode::Follow,
        Progress::default(),
    );
    match soon(fetching).await? {
        Fetched::Response(response) => Ok(response),
        Fetched::Again(..) => panic!("it has no body"),
    }
}

fn scope(broker: &Broker) -> Scope {
    broker.scope(&app())
}

#[tokio::test]
async fn a_download_needs_no_document_and_no_descriptor() {
    let server = Http::start(|request| match request.path() {
        "/moved" => response("302 Found", &["Location: /update"], ""),
        _ => response("200 OK", &["X-Version: 2"], pattern(3_000_000)),
    })
    .await;
    let broker = broker();
    let scope = scope(&broker);
    let client = Client::new(&scope);
    let gate = Arc::new(Recording::default());
    let response = download(&scope, &client, &server.url("/moved"), gate.clone())
        .await
        .unwrap();
    assert_eq!((response.status.as_u16(), response.redirected), (200, true));
    assert_eq!(response.headers["x-version"], "2");
    let body = soon(response.body.unwrap().bytes(3_000_000)).await.unwrap();
    assert!(body == pattern(3_000_000));
    assert_eq!(gate.asked().len(), 2, "each hop is asked about");
    // The connection is kept: all of it went over one.
    assert!(server.seen().iter().all(|request| request.connection == 0));

    let response = download(&scope, &client, &server.url("/update"), allow())
        .await
        .unwrap();
    let error = soon(response.body.unwrap().bytes(1_000)).await.unwrap_err();
    assert!(error.to_string().contains("longer than 1000 bytes"), "{error}");
}

#[tokio::test]
async fn a_download_ends_with_its_permission_and_with_its_scope() {
    let port = serve(|mut stream| async move {
        read_request(&mut stream, 0).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nbeginning").await;
        let _ = stream.read(&mut [0]).await;
    })
    .await;
    let url = format!("http://127.0.0.1:{port}/");
    let broker = broker();
    for is_revoked in [true, false] {
        let scope = scope(&broker);
        let client = Client::new(&scope);
        let response = download(&scope, &client, &url, allow()).await.unwrap();
        let mut reader = response.body.unwrap().reader();
        soon(reader.read_exact(&mut [0; 9])).await.unwrap();
        let expected = if is_revoked {
            broker.recheck(&app());
            Error::Revoked
        } else {
            scope.close();
            Error::Closed
        };
        let error = soon(reader.read_u8()).await.unwrap_err();
        assert_eq!(insula_net::http::Body::error(&error), expected);
        let next = download(&scope, &client, &url, allow()).await;
        assert_eq!(next.is_ok(), is_revoked, "{next:?}");
    }
}

#[tokio::test]
async fn a_connection_is_a_stream_for_as_long_as_it_is_allowed() {
    let port = serve(echo).await;
    let broker = broker();
    let scope = scope(&broker);
    let resource = scope.begin(allow()).unwrap();
    let (send, mut receive) = tokio::sync::mpsc::channel(1);
    let talking = resource.run(async {
        let mut connection = scope
            .connect(&resource, "127.0.0.1", port, &TcpOptions::default())
            .await?;
        assert_eq!(connection.destination.port, port);
        connection.stream.write_all(b"x").await.unwrap();
        assert_eq!(connection.stream.read_u8().await.unwrap(), b'x');
        send.send(()).await.unwrap();
        let _ = connection.stream.read_u8().await;
        Ok(())
    });
    let revoking = async {
        receive.recv().await.unwrap();
        broker.recheck(&app());
    };
    let (ended, ()) = soon(async { tokio::join!(talking, revoking) }).await;
    assert_eq!(ended, Err(Error::Revoked));
}

#[tokio::test]
async fn scopes_of_an_app_end_each_for_itself() {
    let broker = broker();
    let (first, second) = (scope(&broker), scope(&broker));
    let is_done = Arc::new(AtomicBool::new(false));
    let done = is_done.clone();
    let resource = second.begin(allow()).unwrap();
    let working = second.run(async move {
        resource
            .run(async {
                while !done.load(Ordering::SeqCst) {
                    tokio::task::yield_now().await;
                }
                Ok(())
            })
            .await
    });
    drop(first);
    is_done.store(true, Ordering::SeqCst);
    assert_eq!(soon(working).await, Ok(()));
    second.close();
    assert_eq!(second.begin(allow()).map(|_| ()), Err(Error::Closed));
}

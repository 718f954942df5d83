//! What the relay costs: the same transfers over a plain TCP connection and through the broker, in
//! one run, with ratios.
//!
//! Three processes, as in the product: a server, the broker (this one), and a page's part, which
//! gets its descriptor as standard input and does non-blocking calls and `poll` on it, whether it
//! is a socketpair's end or the TCP connection itself. Rounds alternate, so that a machine that
//! slows down slows down both. Run with `cargo bench -p insula-net`.

#![expect(clippy::unwrap_used, reason = "a measurement that fails is no measurement")]
#![expect(clippy::print_stdout, reason = "this is what it is for")]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use insula_net::http::{Progress, RedirectMode};
use insula_net::page::{DocumentNetwork, FetchRequest, Fetched, RequestId, ResponseBody};
use insula_net::{AppId, BoxFuture, Broker, BrokerOptions, Denied, Destination, Gate, TcpOptions};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, send};

const BULK: usize = 256 << 20;
const ECHOES: usize = 10_000;
const ECHO: usize = 64;
const ROUNDS: usize = 5;
const CHUNK: usize = 256 << 10;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["server"] => serve(),
        ["page", job] => println!("{}", Job::parse(job).run(io::stdin().as_fd())),
        _ => compare(),
    }
}

/// What is measured.
#[derive(Clone, Copy, PartialEq)]
enum Job {
    Down,
    Up,
    Echo,
}

impl Job {
    const ALL: [Self; 3] = [Self::Down, Self::Up, Self::Echo];

    fn name(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Up => "up",
            Self::Echo => "echo",
        }
    }

    fn parse(name: &str) -> Self {
        Self::ALL.into_iter().find(|job| job.name() == name).unwrap()
    }

    /// The page's part. Returns MiB/s, or round trips a second.
    fn run(self, peer: BorrowedFd<'_>) -> f64 {
        let mut buffer = vec![1; CHUNK];
        write_all(peer, &self.name().as_bytes()[..1]);
        let start = Instant::now();
        let amount = match self {
            Self::Down => {
                read_exactly(peer, &mut buffer, BULK);
                (BULK >> 20) as f64
            }
            Self::Up => {
                for _ in 0..BULK / CHUNK {
                    write_all(peer, &buffer);
                }
                // The server says that it has everything.
                read_exactly(peer, &mut buffer, 1);
                (BULK >> 20) as f64
            }
            Self::Echo => {
                for _ in 0..ECHOES {
                    write_all(peer, &buffer[..ECHO]);
                    read_exactly(peer, &mut buffer, ECHO);
                }
                ECHOES as f64
            }
        };
        amount / start.elapsed().as_secs_f64()
    }
}

fn write_all(peer: BorrowedFd<'_>, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match send(peer, bytes, SendFlags::DONTWAIT | SendFlags::NOSIGNAL) {
            Ok(sent) => bytes = &bytes[sent..],
            Err(Errno::AGAIN) => wait(peer, PollFlags::OUT),
            Err(error) => panic!("{error}"),
        }
    }
}

fn read_exactly(peer: BorrowedFd<'_>, buffer: &mut [u8], mut length: usize) {
    while length > 0 {
        let most = length.min(buffer.len());
        match recv(peer, &mut buffer[..most], RecvFlags::DONTWAIT) {
            Ok((_, 0)) => panic!("it ended {length} bytes early"),
            Ok((_, read)) => length -= read,
            Err(Errno::AGAIN) => wait(peer, PollFlags::IN),
            Err(error) => panic!("{error}"),
        }
    }
}

fn wait(peer: BorrowedFd<'_>, flags: PollFlags) {
    poll(&mut [PollFd::from_borrowed_fd(peer, flags)], None).unwrap();
}

/// The server: does what the first byte of each connection says. `G` begins an HTTP request.
fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    for stream in listener.incoming() {
        let _ = answer(&mut stream.unwrap());
    }
}

fn answer(stream: &mut TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = vec![7; CHUNK];
    let mut first = [0];
    stream.read_exact(&mut first)?;
    match first {
        [b'd'] => (0..BULK / CHUNK).try_for_each(|_| stream.write_all(&buffer)),
        [b'u'] => {
            io::copy(&mut stream.take(BULK as u64), &mut io::sink())?;
            stream.write_all(b"k")
        }
        [b'G'] => {
            let _ = stream.read(&mut buffer)?;
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {BULK}\r\n\r\n")?;
            (0..BULK / CHUNK).try_for_each(|_| stream.write_all(&buffer))
        }
        _ => loop {
            let read = stream.read(&mut buffer)?;
            if read == 0 {
                return Ok(());
            }
            stream.write_all(&buffer[..read])?;
        },
    }
}

fn compare() {
    let mut server = start("server", Stdio::null());
    let mut port = String::new();
    BufReader::new(server.stdout.take().unwrap())
        .read_line(&mut port)
        .unwrap();
    let port: u16 = port.trim().parse().unwrap();

    let broker = Broker::start(BrokerOptions::default()).unwrap();
    let document = DocumentNetwork::open(&broker, &AppId::new("bench"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let plain = || -> OwnedFd {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_nonblocking(true).unwrap();
        stream.into()
    };
    let relayed = || -> OwnedFd {
        let options = TcpOptions {
            no_delay: true,
            ..TcpOptions::default()
        };
        let connected = document.connect("127.0.0.1", port, options, Arc::new(Open));
        runtime.block_on(connected).unwrap().descriptor
    };
    println!("medians of {ROUNDS} rounds; MiB/s of 256 MiB, and 64-byte round trips a second");
    println!("{:10}{:>10}{:>10}{:>8}", "", "plain", "broker", "ratio");
    for job in Job::ALL {
        let (mut direct, mut through) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            direct.push(page(job, plain()));
            through.push(page(job, relayed()));
        }
        report(job.name(), direct, through);
    }
    let (mut direct, mut through) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        direct.push(page(Job::Down, plain()));
        through.push(runtime.block_on(fetch(&document, port)));
    }
    report("fetch", direct, through);
    server.kill().unwrap();
    server.wait().unwrap();
}

fn report(name: &str, mut plain: Vec<f64>, mut broker: Vec<f64>) {
    let median = |values: &mut Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let (plain, broker) = (median(&mut plain), median(&mut broker));
    println!("{name:10}{plain:10.0}{broker:10.0}{:8.2}", broker / plain);
}

/// Lets a process play the page.
fn page(job: Job, descriptor: OwnedFd) -> f64 {
    let mut child = start(&format!("page {}", job.name()), Stdio::from(descriptor));
    let mut result = String::new();
    child.stdout.take().unwrap().read_to_string(&mut result).unwrap();
    child.wait().unwrap();
    result.trim().parse().unwrap()
}

fn start(role: &str, input: Stdio) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(role.split(' '))
        .stdin(input)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// A response of 256 MiB, read by a thread here: its head is only known in this process.
async fn fetch(document: &DocumentNetwork, port: u16) -> f64 {
    let request = FetchRequest {
        request: RequestId(1),
        url: format!("http://127.0.0.1:{port}/"),
        method: "GET".to_owned(),
        headers: Vec::new(),
        redirect: RedirectMode::Follow,
        with_cookies: false,
        timeout: None,
        body: None,
        progress: Progress::default(),
    };
    let start = Instant::now();
    let response = document.fetch(request, Arc::new(Open)).await.unwrap();
    let Fetched::Response(response) = response else {
        panic!("a request without a body");
    };
    let ResponseBody::Stream {
        descriptor, mut ends, ..
    } = response.body
    else {
        unreachable!("the server sends a body");
    };
    read_exactly(descriptor.as_fd(), &mut vec![0; CHUNK], BULK);
    ends.next().await.unwrap().unwrap();
    (BULK >> 20) as f64 / start.elapsed().as_secs_f64()
}

/// Lets everything pass.
struct Open;

impl Gate for Open {
    fn still_allows(&self, _: Option<&Destination>) -> bool {
        true
    }

    fn check<'a>(&'a self, _: &'a Destination) -> BoxFuture<'a, Result<(), Denied>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

//! `examples/classroom`: a screen shows what the teacher says over the network, and nobody else.

use insula_e2e::{OtherEnd, World};
use insula_testkit::{Colour, Reply, Session, Site, tcp::TcpServer, wait};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

const BLUE: Colour = Colour(0x33, 0x66, 0xcc);
const GREEN: Colour = Colour(0x22, 0xaa, 0x22);

/// The teacher's program.
fn start_teacher(secret: &str) -> OtherEnd {
    OtherEnd::start("classroom", "teacher.mjs", &["--secret", secret])
}

/// What somebody in between makes of a line from the teacher.
type Change = fn(&str) -> Vec<String>;

/// The network between the screen and the teacher.
struct Network {
    server: TcpServer,
    /// Where the teacher is; nowhere, and connections end at once.
    teacher: Arc<Mutex<Option<u16>>>,
    change: Arc<Mutex<Change>>,
}

impl Network {
    fn start() -> Self {
        let teacher = Arc::new(Mutex::new(None));
        let change: Arc<Mutex<Change>> = Arc::new(Mutex::new(|line| vec![line.to_owned()]));
        let (port, changes) = (teacher.clone(), change.clone());
        let server = TcpServer::start(move |screen| {
            let Some(port) = *port.lock().expect("no test panicked") else {
                return Ok(());
            };
            relay(&screen, port, &changes)
        });
        Self {
            server,
            teacher,
            change,
        }
    }

    fn leads_to(&self, teacher: Option<&OtherEnd>) {
        *self.teacher.lock().expect("no test panicked") = teacher.map(OtherEnd::port);
    }

    fn changes(&self, change: Change) {
        *self.change.lock().expect("no test panicked") = change;
    }
}

fn relay(screen: &TcpStream, port: u16, change: &Mutex<Change>) -> io::Result<()> {
    let teacher = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    let (mut from, mut to) = (screen.try_clone()?, teacher.try_clone()?);
    thread::spawn(move || {
        // Either side may end it.
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(std::net::Shutdown::Both);
    });
    let mut to_screen = screen.try_clone()?;
    for line in BufReader::new(teacher).lines() {
        let change = *change.lock().map_err(|_| io::Error::other("a test failed"))?;
        for line in change(&line?) {
            writeln!(to_screen, "{line}")?;
        }
    }
    screen.shutdown(std::net::Shutdown::Both)
}

/// Sites that forbid to be embedded, each in its own way.
fn site() -> Site {
    Site::start(|request| {
        let page = |colour: &str| Reply::html(format!("<!doctype html><style>html {{ background: {colour} }}</style>"));
        match request.path() {
            "/blue" => page("#3366cc").header("X-Frame-Options", "DENY"),
            "/green" => page("#22aa22").header("Content-Security-Policy", "frame-ancestors 'none'"),
            _ => Reply::not_found(),
        }
    })
}

/// Waits until the screen shows a page of its own, of this kind.
fn wait_for_own_page(session: &Session<'_>, kind: &str) {
    session.wait_for(&format!(
        "!document.getElementById('cover').hidden && document.getElementById('cover').dataset.kind === '{kind}'"
    ));
    session.until_true("nothing is seen of another page", || {
        let seen = session
            .display
            .screenshot()
            .at(session.rect("#stage").point(40.0, 40.0));
        !seen.is_near(BLUE, 3) && !seen.is_near(GREEN, 3)
    });
}

/// Conforms: CF-U2, embedding
#[test]
fn a_screen_shows_what_the_teacher_says_and_nobody_else() {
    let world = World::new();
    let site = site();
    let network = Network::start();
    let app = world.install_example("classroom");
    world.decide(&app, "grant", "local-network");
    let port = network.server.port();
    let path = format!("/?server=127.0.0.1:{port}&room=Room%2012&secret=a-long-secret");
    let session = Session::open(&world.home, &world.display, &app, Some(&path));
    wait_for_own_page(&session, "waiting");
    assert_eq!(
        session.eval("return location.search"),
        "",
        "the secret is out of the address"
    );

    let mut teacher = start_teacher("a-long-secret");
    network.leads_to(Some(&teacher));
    teacher.wait_for("Room 12: connected");
    let shows = |colour: Colour| {
        session.wait_for("document.getElementById('cover').hidden");
        session.wait_for_colour(session.rect("#page"), colour);
    };
    teacher.order(&format!("show {} The first page", site.url("/blue")));
    assert_eq!(teacher.wait_for("Room 12: shows "), site.url("/blue"));
    shows(BLUE);
    teacher.order(&format!("show {} The second page", site.url("/green")));
    assert_eq!(teacher.wait_for("Room 12: shows "), site.url("/green"));
    shows(GREEN);
    assert_eq!(
        session.eval("return document.getElementById('title').textContent"),
        "The second page"
    );
    teacher.order("attention Look at the board");
    wait_for_own_page(&session, "attention");
    teacher.order(&format!("show {}", site.url("/gone-but-answered")));
    session.wait_for("document.getElementById('cover').hidden");

    // Somebody in between changes where a page is, or says something for a second time.
    let asked = || site.requests_for("/blue").len();
    let before = asked();
    for change in [
        (|line: &str| vec![line.replace("/green", "/blue")]) as Change,
        |line| vec![line.to_owned(), line.to_owned()],
        |line| vec![line.split_once(' ').map_or(line, |(_, text)| text).to_owned()],
    ] {
        network.changes(change);
        teacher.order(&format!("show {}", site.url("/green")));
        session.wait_for("document.getElementById('link').dataset.state === 'untrusted'");
        wait_for_own_page(&session, "untrusted");
        network.changes(|line| vec![line.to_owned()]);
        shows(GREEN);
    }

    // The teacher's computer goes, and somebody who does not know the secret takes its place.
    drop(teacher);
    network.leads_to(None);
    wait_for_own_page(&session, "waiting");
    let mut impostor = start_teacher("another-secret");
    network.leads_to(Some(&impostor));
    impostor.order(&format!("show {}", site.url("/blue")));
    impostor.wait_for("a screen with another secret was sent away");
    assert!(wait::holds_for(Duration::from_secs(1), || asked() == before));
    wait_for_own_page(&session, "waiting");

    // It comes back.
    let mut teacher = start_teacher("a-long-secret");
    teacher.order(&format!("show {}", site.url("/blue")));
    network.leads_to(Some(&teacher));
    teacher.wait_for("Room 12: connected");
    assert_eq!(teacher.wait_for("Room 12: shows "), site.url("/blue"));
    shows(BLUE);
}

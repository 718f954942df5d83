//! Sockets of every kind, many of them, and what else the page does meanwhile.

use anyhow::Result;
use std::io::Read;
use std::net::{Shutdown, TcpStream};
use std::time::Instant;

use crate::app::Engine;
use crate::suites::Bench;
use crate::table::{self, Goal};
use crate::{plain, rest};

/// Connections one after the other.
const CONNECTS: u32 = 2000;

pub(crate) fn tls(bench: &Bench<'_>) -> Result<()> {
    let (server, bytes) = (bench.servers.tls(), bench.servers.bytes());
    let plain = plain::measure_over(|| server.connect(), bytes)?;
    let page = bench.insula.run("tls")?;
    for (name, unit, plain, goal) in [
        ("read", "MiB/s", plain.read, Goal::AtLeast(0.8)),
        ("write", "MiB/s", plain.write, Goal::AtLeast(0.8)),
        ("echo", "/s", plain.echo, Goal::None),
    ] {
        let ours = page.value(&format!("tls {name}"))?;
        table::row(&format!("TLS {name}"), ours, unit, Goal::None);
        table::beside("plain rustls", plain, ours / plain, goal);
    }
    Ok(())
}

pub(crate) fn udp(bench: &Bench<'_>) -> Result<()> {
    let server = bench.servers.udp();
    let page = bench.insula.run("udp")?;
    // Twice what Chromium 156 was seen to do.
    for (name, plain, goal) in [("echo", server.echo()?, 10_000.0), ("send", server.send()?, 33_400.0)] {
        let ours = page.value(&format!("udp {name}"))?;
        table::row(&format!("UDP {name} of 64 bytes"), ours, "/s", Goal::AtLeast(goal));
        table::beside("plain Rust", plain, ours / plain, Goal::None);
    }
    Ok(())
}

pub(crate) fn connects(bench: &Bench<'_>) -> Result<()> {
    let plain = connects_a_second(bench.servers.tcp_port())?;
    let page = bench.insula.run("connects")?;
    // Three times what Chromium 156 was seen to do, which is 675.
    let goal = Goal::AtLeast(2025.0);
    for (name, figure) in [("one after the other", "connects"), ("16 at once", "connects at once")] {
        let ours = page.value(figure)?;
        table::row(&format!("connects, {name}"), ours, "/s", goal);
        table::beside("plain Rust", plain, ours / plain, Goal::None);
    }
    let app = bench.insula.open("/?suite=accepts")?;
    let port = app.figures_until("listening")?.value("listening")?;
    let sockets = (0..CONNECTS).map(|_| TcpStream::connect(("127.0.0.1", port as u16)));
    // They stay open until the last one has been accepted.
    let sockets = sockets.collect::<std::io::Result<Vec<_>>>()?;
    let accepts = app.figures_until("done")?.value("accepts")?;
    drop(sockets);
    table::row("accepts", accepts, "/s", goal);
    Ok(())
}

fn connects_a_second(port: u16) -> Result<f64> {
    let start = Instant::now();
    for _ in 0..CONNECTS {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        // So that no more wait than the server has room for: it closes then.
        stream.shutdown(Shutdown::Write)?;
        stream.read_to_end(&mut Vec::new())?;
    }
    Ok(f64::from(CONNECTS) / start.elapsed().as_secs_f64())
}

pub(crate) fn small(bench: &Bench<'_>) -> Result<()> {
    let ours = bench.insula.run("smallFetches")?.value("small fetches")?;
    let engine = bench.insula.run("engineSmallFetches")?.value("engine small fetches")?;
    table::row("1,000 fetches of 1 KiB", ours, "/s", Goal::None);
    table::beside("the engine's fetch", engine, ours / engine, Goal::None);
    Ok(())
}

/// 2,000 sockets, each of which has sent something and got it back.
pub(crate) fn crowd(bench: &Bench<'_>) -> Result<()> {
    let app = bench.insula.open("/?suite=crowd")?;
    app.figures_until("ready")?;
    let before = app.tree().memory() as f64 / f64::from(1 << 20);
    let figures = app.figures_until("open")?;
    table::row(
        "2,000 sockets until all are open",
        figures.value("open")?,
        "s",
        Goal::None,
    );
    let more = app.tree().memory() as f64 / f64::from(1 << 20) - before;
    table::row("memory that they take", more, "MiB", Goal::None);
    let cpu = rest::processor(&app);
    table::row("2,000 sockets at rest", cpu, "% of a core", Goal::AtMost(0.5));
    Ok(())
}

/// How long a call of the page takes while it reads as fast as it can.
pub(crate) fn calls(bench: &Bench<'_>) -> Result<()> {
    let page = bench.insula.run("calls")?;
    for name in ["at rest", "during a download", "during an upload"] {
        let ours = page.value(&format!("call {name} 99th"))?;
        table::row(&format!("a call {name}, 99th"), ours, "ms", Goal::AtMost(10.0));
    }
    Ok(())
}

//! Measures the built program beside what it is compared with. See the README.

mod app;
mod http;
mod moments;
mod plain;
mod table;
mod websocket;

use anyhow::{Result, bail};
use app::Bench;
use table::Goal;

const SUITES: [&str; 5] = ["tcp", "fetch", "frames", "memory", "start"];

fn main() -> Result<()> {
    let mut wanted: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = wanted.iter().find(|suite| !SUITES.contains(&suite.as_str())) {
        bail!("there is no suite {unknown:?}; there are {}", SUITES.join(", "));
    }
    if wanted.is_empty() {
        wanted = SUITES.map(str::to_owned).to_vec();
    }
    let bench = Bench::new()?;
    for suite in &wanted {
        match suite.as_str() {
            "tcp" => tcp(&bench)?,
            "fetch" => fetch(&bench)?,
            "frames" => frames(&bench)?,
            "memory" => memory(&bench)?,
            _ => start(&bench)?,
        }
    }
    Ok(())
}

fn tcp(bench: &Bench) -> Result<()> {
    let plain = plain::measure(bench.tcp_port(), bench.bytes())?;
    let page = bench.run("tcp")?;
    let socket = bench.run("websocket")?;
    let throughput = (Goal::AtLeast(0.5), Goal::AtLeast(2.0));
    for (name, unit, plain, (of_plain, of_websocket)) in [
        ("read", "MiB/s", plain.read, throughput),
        ("write", "MiB/s", plain.write, throughput),
        ("echo", "/s", plain.echo, (Goal::AtLeast(0.6), Goal::None)),
    ] {
        let ours = page.value(&format!("tcp {name}"))?;
        table::row(&format!("TCP {name}"), ours, unit, Goal::None);
        table::beside("plain Rust", plain, ours / plain, of_plain);
        let websocket = socket.value(&format!("websocket {name}"))?;
        table::beside("WebSocket", websocket, ours / websocket, of_websocket);
    }
    Ok(())
}

fn fetch(bench: &Bench) -> Result<()> {
    let ours = bench.run("fetch")?.value("fetch")?;
    let engine = bench.run("engineFetch")?.value("engine fetch")?;
    table::row("fetch", ours, "MiB/s", Goal::None);
    table::beside("the engine's fetch", engine, ours / engine, Goal::None);
    Ok(())
}

fn frames(bench: &Bench) -> Result<()> {
    let cold = bench.bare_view(5)?.parsed;
    let frames = bench.run("frames")?;
    for name in ["first frame", "later frames"] {
        let ours = frames.value(name)?;
        table::row(name, ours, "ms", Goal::None);
        table::beside("a cold bare view", cold, ours / cold, Goal::AtMost(0.25));
    }
    let script = bench.run("executeScript")?.value("executeScript")?;
    table::row("executeScript", script, "ms", Goal::None);
    Ok(())
}

fn memory(bench: &Bench) -> Result<()> {
    // The goals are for machines without a GPU.
    for (frames, goal) in [(0, Goal::AtMost(240.0)), (1, Goal::None), (5, Goal::AtMost(480.0))] {
        let mebibytes = bench.memory(frames)? as f64 / f64::from(1 << 20);
        table::row(&format!("memory with {frames} frames"), mebibytes, "MiB", goal);
    }
    Ok(())
}

fn start(bench: &Bench) -> Result<()> {
    let bare = bench.bare_view(5)?.painted;
    let ours = bench.start(5)?;
    table::row("start to first paint", ours, "ms", Goal::None);
    table::beside("a bare window", bare, ours / bare, Goal::AtMost(1.2));
    Ok(())
}

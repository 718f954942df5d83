//! Measures the built program beside what it is compared with. See the README.

mod app;
mod http;
mod plain;
mod table;
mod websocket;

use anyhow::{Result, bail};
use app::Bench;

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
    for (name, plain) in [("read", plain.read), ("write", plain.write), ("echo", plain.echo)] {
        let unit = if name == "echo" { "/s" } else { "MiB/s" };
        let ours = page.value(&format!("tcp {name}"))?;
        table::row(&format!("TCP {name}"), ours, unit);
        table::beside("plain Rust", plain, ours / plain);
        let websocket = socket.value(&format!("websocket {name}"))?;
        table::beside("WebSocket", websocket, ours / websocket);
    }
    Ok(())
}

fn fetch(bench: &Bench) -> Result<()> {
    let ours = bench.run("fetch")?.value("fetch")?;
    let engine = bench.run("engineFetch")?.value("engine fetch")?;
    table::row("fetch", ours, "MiB/s");
    table::beside("the engine's fetch", engine, ours / engine);
    Ok(())
}

fn frames(bench: &Bench) -> Result<()> {
    let cold = bench.bare_view(5)?.loaded;
    let frames = bench.run("frames")?;
    for name in ["first frame", "later frames"] {
        let ours = frames.value(name)?;
        table::row(name, ours, "ms");
        table::beside("a cold bare view", cold, ours / cold);
    }
    table::row(
        "executeScript",
        bench.run("executeScript")?.value("executeScript")?,
        "ms",
    );
    Ok(())
}

fn memory(bench: &Bench) -> Result<()> {
    for frames in [0, 1, 5] {
        let bytes = bench.memory(frames)?;
        table::row(
            &format!("memory with {frames} frames"),
            bytes as f64 / (1 << 20) as f64,
            "MiB",
        );
    }
    Ok(())
}

fn start(bench: &Bench) -> Result<()> {
    let bare = bench.bare_view(5)?.painted;
    let ours = bench.start(5)?;
    table::row("start to first paint", ours, "ms");
    table::beside("a bare window", bare, ours / bare);
    Ok(())
}

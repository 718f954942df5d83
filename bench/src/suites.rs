//! What is measured, suite by suite, and what it is to reach.

use anyhow::Result;
use insula_testkit::Display;

use crate::app::{Engine, Figures, OpenApp, median};
use crate::insula::Insula;
use crate::servers::{COUNTS, Servers};
use crate::table::Goal;
use crate::{plain, rest, table};

/// How often a page is opened whose first moments are measured.
const COLD_RUNS: usize = 3;

/// What is done while an app's page has tasks of its own.
const BLOCKING: [&str; 7] = [
    "nothing",
    "executeScript",
    "content script",
    "insertCSS",
    "getZoom",
    "captureVisibleRegion",
    "reload",
];

/// What there is to measure.
pub(crate) struct Bench<'a> {
    pub(crate) display: &'a Display,
    pub(crate) insula: Insula<'a>,
    pub(crate) servers: &'a Servers,
}

pub(crate) fn tcp(bench: &Bench<'_>) -> Result<()> {
    let plain = plain::measure(bench.servers.tcp_port(), bench.servers.bytes())?;
    let page = bench.insula.run("tcp")?;
    let socket = bench.insula.run("websocket")?;
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
    let writes = bench.insula.run("writes")?;
    let (one, many) = (writes.value("one write")?, writes.value("1 MiB writes")?);
    table::row("TCP one write of 128 MiB", one, "MiB/s", Goal::None);
    table::beside("a loop of 1 MiB writes", many, one / many, Goal::AtLeast(1.0));
    // 200 MB/s.
    table::row(
        "TCP 1 KiB writes",
        writes.value("1 KiB writes")?,
        "MiB/s",
        Goal::AtLeast(191.0),
    );
    Ok(())
}

pub(crate) fn fetch(bench: &Bench<'_>) -> Result<()> {
    let ours = bench.insula.run("fetch")?.value("fetch")?;
    let engine = bench.insula.run("engineFetch")?.value("engine fetch")?;
    table::row("fetch", ours, "MiB/s", Goal::None);
    table::beside("the engine's fetch", engine, ours / engine, Goal::None);
    Ok(())
}

pub(crate) fn frames(bench: &Bench<'_>) -> Result<()> {
    let cold = bench.insula.bare_view(5)?.loaded;
    let frames = bench.insula.run("frames")?;
    for name in ["first frame", "later frames"] {
        let ours = frames.value(name)?;
        table::row(name, ours, "ms", Goal::None);
        table::beside("a cold bare view", cold, ours / cold, Goal::AtMost(0.25));
    }
    let later = bench.insula.run("framesAtOnce")?;
    for count in COUNTS {
        let markup = (0..COLD_RUNS).map(|_| {
            bench
                .insula
                .open(&format!("/markup-{count}.html"))?
                .figures_until("done")
        });
        let markup = markup.collect::<Result<Vec<_>>>()?;
        for (which, goal) in [("first", Goal::AtMost(1.3)), ("last", Goal::None)] {
            let name = format!("{which} of {count}");
            let (ours, later) = (median_of(&markup, which)?, later.value(&name)?);
            table::row(&format!("{name} in the markup"), ours, "ms", Goal::None);
            table::beside("the same made later", later, ours / later, goal);
        }
    }
    Ok(())
}

pub(crate) fn crowds(bench: &Bench<'_>) -> Result<()> {
    let cold = bench.insula.bare_view(5)?.loaded;
    let crowds = bench.insula.run("crowds")?;
    for arrangement in ["one site", "own sites"] {
        for count in [1, 5, 10, 20] {
            let name = format!("{count} of {arrangement}");
            let last = crowds.value(&name)?;
            table::row(&format!("{name} at once, the last"), last, "ms", Goal::None);
            let as_many = cold * f64::from(count);
            table::beside("as many cold bare views", as_many, last / as_many, Goal::AtMost(1.0));
        }
    }
    Ok(())
}

pub(crate) fn removed(bench: &Bench<'_>) -> Result<()> {
    let cold = bench.insula.bare_view(5)?.loaded;
    let frames = bench.insula.run("removed")?;
    for count in [0, 10, 60] {
        let after = frames.value(&format!("after {count} removed"))?;
        table::row(&format!("a frame after {count} removed ones"), after, "ms", Goal::None);
        table::beside("a cold bare view", cold, after / cold, Goal::AtMost(1.3));
    }
    Ok(())
}

pub(crate) fn members(bench: &Bench<'_>) -> Result<()> {
    // What a script of the app's costs the engine: a call that the runtime answers at once, and a script in a bare view.
    let bare = bench.insula.bare_script(500)?;
    let (took, blocked) = (bench.insula.run("members")?, bench.insula.run("blocking")?);
    let engine = bare + took.value("getZoom")?;
    for (name, goal) in [
        ("executeScript", Goal::AtMost(0.5)),
        ("content script", Goal::AtMost(0.5)),
        ("insertCSS", Goal::None),
        ("getZoom", Goal::None),
        ("captureVisibleRegion", Goal::AtMost(16.0)),
        ("reload", Goal::None),
    ] {
        let ours = took.value(name)?;
        table::row(name, ours, "ms", goal);
        if matches!(name, "executeScript" | "content script") {
            table::beside("getZoom and a bare view's script", engine, ours / engine, Goal::None);
        }
    }
    for name in BLOCKING {
        let (usual, worst) = (
            blocked.value(&format!("{name} 99th"))?,
            blocked.value(&format!("{name} worst"))?,
        );
        table::row(
            &format!("a task waits during {name}"),
            usual,
            "ms, 99th",
            Goal::AtMost(10.0),
        );
        table::remark(&format!("the worst of them {worst:.1} ms"));
    }
    Ok(())
}

pub(crate) fn idle(bench: &Bench<'_>) -> Result<()> {
    for frames in [0, 1, 5, 10] {
        let app = bench.insula.with_frames(frames, "one-site")?;
        let goal = if frames > 5 { Goal::None } else { Goal::AtMost(0.5) };
        table::row(
            &format!("idle with {frames} frames"),
            rest::processor(&app),
            "% of a core",
            goal,
        );
    }
    Ok(())
}

pub(crate) fn memory(bench: &Bench<'_>) -> Result<()> {
    let bare = memory_of("a bare view", &bench.insula.open_bare_view()?, Goal::None);
    // The goals are for machines without a GPU.
    let none = memory_of(
        "no frame",
        &bench.insula.with_frames(0, "one-site")?,
        Goal::AtMost(300.0),
    );
    for (frames, arrangement, goal) in [
        (1, "one-site", Goal::AtMost(350.0)),
        (5, "one-site", Goal::AtMost(411.0)),
        (10, "one-site", Goal::AtMost(500.0)),
        (20, "one-site", Goal::None),
        (5, "own-sites", Goal::None),
        (10, "own-sites", Goal::None),
        (20, "own-sites", Goal::None),
        (5, "own-partitions", Goal::AtMost(500.0)),
        (10, "own-partitions", Goal::None),
    ] {
        let name = format!("{frames} of {}", arrangement.replace('-', " "));
        let app = bench.insula.with_frames(frames, arrangement)?;
        let each = (memory_of(&name, &app, goal) - none) / frames as f64;
        table::row("  each of them", each, "MiB", Goal::None);
        table::beside("a bare view", bare, each / bare, Goal::None);
    }
    Ok(())
}

/// The memory of an app and all that belongs to it, in MiB.
fn memory_of(name: &str, app: &OpenApp, goal: Goal) -> f64 {
    let memory = rest::memory(app);
    table::row(&format!("memory, {name}"), memory.size, "MiB", goal);
    if memory.strangers > 0 {
        let what = "it is more: others that use WebKit share its pages";
        table::remark(&format!("{what} ({})", memory.strangers));
    }
    memory.size
}

pub(crate) fn start(bench: &Bench<'_>) -> Result<()> {
    let bare = bench.insula.bare_view(5)?.painted;
    let ours = bench.insula.start(5)?;
    table::row("start to first paint", ours, "ms", Goal::None);
    table::beside("a bare window", bare, ours / bare, Goal::AtMost(1.2));
    Ok(())
}

fn median_of(runs: &[Figures], name: &str) -> Result<f64> {
    let values = runs.iter().map(|figures| figures.value(name));
    Ok(median(values.collect::<Result<_>>()?))
}

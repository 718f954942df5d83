//! Measures the built program beside what it is compared with. See the README.

mod app;
mod growth;
mod http;
mod installing;
mod insula;
mod many;
mod moments;
mod moving;
mod network;
mod plain;
mod rest;
mod servers;
mod sheet;
mod suites;
mod table;
mod tls;
mod udp;
mod websocket;

use anyhow::{Result, bail};
use insula::Insula;
use insula_testkit::Display;
use servers::Servers;
use std::io;
use std::path::Path;
use suites::Bench;

/// Measures, and prints rows.
type Suite = fn(&Bench<'_>) -> Result<()>;

const SUITES: [(&str, Suite); 20] = [
    ("tcp", suites::tcp),
    ("fetch", suites::fetch),
    ("tls", network::tls),
    ("udp", network::udp),
    ("connects", network::connects),
    ("small", network::small),
    ("crowd", network::crowd),
    ("calls", network::calls),
    ("frames", suites::frames),
    ("idle", suites::idle),
    ("memory", suites::memory),
    ("start", suites::start),
    ("crowds", suites::crowds),
    ("removed", suites::removed),
    ("members", suites::members),
    ("growth", growth::measure),
    ("moving", moving::measure),
    ("apps", many::measure),
    ("sheet", sheet::measure),
    ("install", installing::measure),
];

fn main() -> Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let [verb, folder] = &wanted[..]
        && verb == "serve"
    {
        return serve(folder.as_ref());
    }
    let is_suite = |name: &&String| SUITES.iter().any(|(suite, _)| suite == name);
    if let Some(unknown) = wanted.iter().find(|name| !is_suite(name)) {
        bail!(
            "there is no suite {unknown:?}; there are {}",
            SUITES.map(|(name, _)| name).join(", ")
        );
    }
    let (display, servers) = (Display::start(), Servers::start()?);
    let bench = Bench {
        display: &display,
        insula: Insula::install(&display, &servers)?,
        servers: &servers,
    };
    for (name, suite) in SUITES {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            suite(&bench)?;
        }
    }
    Ok(())
}

/// Writes the app into a folder, says how its addresses end, and serves it until standard input ends: for another browser.
fn serve(folder: &Path) -> Result<()> {
    let servers = Servers::start()?;
    servers.write_app(folder)?;
    table::remark(&servers.query());
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

//! A user who has many apps, and has decided much about them.

use anyhow::Result;
use insula_testkit::AppBuilder;
use serde_json::json;
use std::fs;
use std::ops::Range;

use crate::app::median;
use crate::insula::Insula;
use crate::suites::Bench;
use crate::table::{self, Goal};

/// How many apps are installed beside the one that is started, and how many decisions are stored about them.
const APPS: [u16; 2] = [10, 1_000];
const DECISIONS: usize = 100_000;

/// How often each of the two users starts the app.
const RUNS: usize = 9;

/// A start of the app, by the user who has nothing else and by the one who has more and more, in turn.
pub(crate) fn measure(bench: &Bench<'_>) -> Result<()> {
    let other = Insula::install(bench.display, bench.servers)?;
    compare(bench, &other, "start beside 0 apps")?;
    let mut installed = 0;
    for apps in APPS {
        install(&other, installed..apps)?;
        installed = apps;
        compare(bench, &other, &format!("start beside {apps} apps"))?;
    }
    decide(&other, installed)?;
    compare(bench, &other, &format!("and {DECISIONS} decisions"))
}

fn compare(bench: &Bench<'_>, other: &Insula<'_>, name: &str) -> Result<()> {
    // What a start leaves in memory helps the next one.
    bench.insula.start(1)?;
    other.start(1)?;
    let (mut alone, mut among) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        alone.push(bench.insula.start(1)?);
        among.push(other.start(1)?);
    }
    let (alone, among) = (median(alone), median(among));
    table::row(name, among, "ms", Goal::None);
    table::beside("with nothing else installed", alone, among / alone, Goal::AtMost(1.1));
    Ok(())
}

fn app(number: u16) -> AppBuilder {
    AppBuilder::new(&format!("App {number}")).number(number + 1)
}

fn install(user: &Insula<'_>, numbers: Range<u16>) -> Result<()> {
    let folder = user.home().path("others");
    for number in numbers {
        let bundle = app(number).write_bundle(&folder);
        user.home().succeed(&["install", &bundle.display().to_string()]);
        fs::remove_file(bundle)?;
    }
    Ok(())
}

/// Decides about sites in frames of these apps, as many about each.
fn decide(user: &Insula<'_>, apps: u16) -> Result<()> {
    let of_each = DECISIONS / usize::from(apps);
    let decisions = (0..apps).flat_map(|number| {
        let embedder = app(number).origin();
        (0..of_each).map(move |site| {
            json!({ "origin": format!("https://site-{site}.example"), "embedder": embedder, "name": "geolocation",
                "state": if site % 3 == 0 { "denied" } else { "granted" }, "by": "prompt", "at": u32::MAX })
        })
    });
    let export = json!({ "format": "insula-permissions", "version": 1, "exported": 1, "sheets": [],
        "decisions": decisions.collect::<Vec<_>>() });
    let file = user.home().path("others").join("decisions.json");
    fs::write(&file, export.to_string())?;
    let file = file.display().to_string();
    let imported = user
        .home()
        .succeed(&["permissions", "--import", &file, "--json"])
        .json();
    anyhow::ensure!(imported["taken"] == DECISIONS, "{imported}");
    Ok(())
}

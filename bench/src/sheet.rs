//! How long the first-run sheet takes to appear.

use anyhow::{Result, bail};
use insula_testkit::{AppBuilder, Colour, Display, Home, Window};
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crate::app::median;
use crate::suites::Bench;
use crate::table::{self, Goal};

const RUNS: usize = 7;

/// How long one start may take, and how often it is looked at.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(2);

/// As many rows as a sheet has where no policy says otherwise.
const PERMISSIONS: [&str; 6] = [
    "unrestricted-network",
    "notifications",
    "geolocation",
    "camera",
    "microphone",
    "clipboard-read",
];

/// From the start of an app until its sheet is painted, and until its page is that lies beneath. A sheet that was not answered comes again at the next start.
pub(crate) fn measure(bench: &Bench<'_>) -> Result<()> {
    let app = AppBuilder::new("Sheet")
        .permissions(&PERMISSIONS)
        .page(include_str!("../app/small.html"))
        .file("/small.js", include_str!("../app/small.js"));
    let home = Home::new();
    let bundle = app.write_bundle(&home.path("bundles")).display().to_string();
    home.succeed(&["install", &bundle]);
    let (mut painted, mut asked) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let (page, sheet) = start(&home, bench.display)?;
        painted.push(page);
        asked.push(sheet);
    }
    let (beneath, asked) = (median(painted), median(asked));
    let alone = bench.insula.start(RUNS)?;
    table::row("the sheet, from the start", asked, "ms", Goal::None);
    table::beside(
        "first paint where there is none",
        alone,
        asked / alone,
        Goal::AtMost(1.2),
    );
    table::row("first paint beneath the sheet", beneath, "ms", Goal::None);
    table::beside("first paint where there is none", alone, beneath / alone, Goal::None);
    Ok(())
}

/// When the page says that it is painted, and when the sheet is seen, in milliseconds from before the start.
fn start(home: &Home, display: &Display) -> Result<(f64, f64)> {
    let start = Instant::now();
    let _running = home.start(display, &["--console", "Sheet"]);
    let console = home.path("").join("stdout.log");
    let (mut painted, mut asked) = (None, None);
    while start.elapsed() < PATIENCE {
        let now = || start.elapsed().as_secs_f64() * 1e3;
        if painted.is_none() && fs::read_to_string(&console)?.contains("bench: painted") {
            painted = Some(now());
        }
        if asked.is_none() && display.dialog().is_some_and(|sheet| is_painted(display, &sheet)) {
            asked = Some(now());
        }
        if let (Some(painted), Some(asked)) = (painted, asked) {
            return Ok((painted, asked));
        }
        thread::sleep(PAUSE);
    }
    bail!("the sheet did not appear: {}", home.log("stderr"))
}

/// Whether the button that ends the sheet is seen, which is the only thing with a colour near its lower edge.
fn is_painted(display: &Display, sheet: &Window) -> bool {
    let has_colour = |Colour(red, green, blue)| {
        let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
        most - least > 60
    };
    let rect = sheet.rect;
    (1..8).any(|step| {
        let row = rect.point(0.0, rect.height - 10.0 * f64::from(step));
        display.row(row, rect.width as u16).into_iter().any(has_colour)
    })
}

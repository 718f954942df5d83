//! The installation of a large bundle, beside what cannot be spared: to copy it, and to hash it once.

use anyhow::{Result, ensure};
use insula_testkit::{AppBuilder, Home};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::app::median;
use crate::suites::Bench;
use crate::table::{self, Goal};

/// So many files of a MiB each are in the bundle.
const FILES: u32 = 100;

const RUNS: usize = 7;

pub(crate) fn measure(_: &Bench<'_>) -> Result<()> {
    let home = Home::new();
    let folder = home.path("bundles");
    let small = AppBuilder::new("Small").seed(2).write_bundle(&folder);
    let large = (0..FILES).fold(AppBuilder::new("Large"), |app, number| {
        app.file(&format!("/{number}.bin"), noise(number + 1))
    });
    let large = large.write_bundle(&folder);
    let (copy, folder) = (folder.join("copy"), home.path(""));
    let mut times: [Vec<f64>; 5] = Default::default();
    for run in 0..=RUNS {
        let to_copy = timed(|| run_program("cp", &["--reflink=never", &text(&large), &text(&copy)], &folder))?;
        let to_sync = timed(|| run_program("sync", &[&text(&copy)], &folder))?;
        let to_hash = timed(|| run_program("sha512sum", &[&text(&copy)], &folder))?;
        std::fs::remove_file(&copy)?;
        let to_install = timed_install(&home, &large, "Large")?;
        let to_install_small = timed_install(&home, &small, "Small")?;
        // The first time brings everything into memory.
        if run > 0 {
            let measured = [to_copy, to_sync, to_hash, to_install, to_install_small];
            times
                .iter_mut()
                .zip(measured)
                .for_each(|(times, time)| times.push(time));
        }
    }
    let [to_copy, to_sync, to_hash, to_install, to_install_small] = times.map(median);
    table::row("install 100 MiB", to_install, "ms", Goal::None);
    let bare = to_copy + to_hash;
    table::beside("cp and sha512sum", bare, to_install / bare, Goal::AtMost(2.0));
    let kept = bare + to_sync;
    table::beside("cp, sync and sha512sum", kept, to_install / kept, Goal::AtMost(1.5));
    table::remark(&format!(
        "{to_copy:.0} ms cp, {to_sync:.0} ms sync, {to_hash:.0} ms sha512sum"
    ));
    table::row("install a small app", to_install_small, "ms", Goal::None);
    Ok(())
}

/// Milliseconds.
fn timed(work: impl FnOnce() -> Result<()>) -> Result<f64> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64() * 1e3)
}

fn timed_install(home: &Home, bundle: &Path, name: &str) -> Result<f64> {
    let bundle = text(bundle);
    let time = timed(|| {
        home.succeed(&["install", &bundle]);
        Ok(())
    })?;
    home.succeed(&["uninstall", name]);
    Ok(time)
}

fn run_program(name: &str, arguments: &[&str], folder: &Path) -> Result<()> {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(folder).stdout(Stdio::null());
    ensure!(command.status()?.success(), "{name} failed");
    Ok(())
}

/// A MiB that nothing makes smaller.
fn noise(seed: u32) -> Vec<u8> {
    let mut state = u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..(1 << 20) / 8).flat_map(|_| next()).collect()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

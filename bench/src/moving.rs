//! How far a frame lies from its place while that moves: from pictures, in pixels.

use anyhow::{Context, Result};
use insula_testkit::{Colour, Display, Point};

use crate::app::Engine;
use crate::suites::Bench;
use crate::table::{self, Goal};

/// What the page paints on both sides of the frame, and how wide.
const EDGE: Colour = Colour(0xcc, 0x22, 0x22);
const EDGE_WIDTH: usize = 60;

pub(crate) fn measure(bench: &Bench<'_>) -> Result<()> {
    let app = bench.insula.open("/?suite=moving")?;
    for (name, what) in [
        ("scrolling", "scrolling"),
        ("script", "moved by a script"),
        ("animation", "moved by an animation"),
    ] {
        app.figures_until(&format!("begin {name}"))?;
        let mut errors = Vec::new();
        while !app.has_reported(&format!("end {name}")) {
            errors.extend(error(bench.display)?);
        }
        let mean = errors.iter().sum::<usize>() as f64 / errors.len().max(1) as f64;
        let worst = errors.iter().copied().max().unwrap_or_default();
        table::row(&format!("{what}: error, mean"), mean, "pixels", Goal::None);
        table::row(&format!("{what}: error, worst"), worst as f64, "pixels", Goal::None);
        let wrong = errors.iter().filter(|error| **error > 0).count();
        table::remark(&format!("{wrong} of {} pictures are not exact", errors.len()));
    }
    Ok(())
}

/// How far the frame is from where the page has its edges, in one picture; nothing if they are not seen.
fn error(display: &Display) -> Result<Option<usize>> {
    let window = display.windows().pop().context("the app has a window")?;
    let middle = Point {
        x: window.rect.x,
        y: window.rect.y + window.rect.height / 2.0,
    };
    let row = display.row(middle, window.rect.width as u16);
    let is_edge: Vec<bool> = row.iter().map(|colour| colour.is_near(EDGE, 3)).collect();
    let Some(start) = is_edge.iter().position(|edge| *edge) else {
        return Ok(None);
    };
    let left = is_edge[start..].iter().take_while(|edge| **edge).count();
    let end = is_edge.iter().rposition(|edge| *edge).unwrap_or(start) + 1;
    // The page alone says where both edges are: as far apart as it has put them.
    let right = is_edge[..end].iter().rev().take_while(|edge| **edge).count();
    Ok((end - start == 300).then(|| left.abs_diff(EDGE_WIDTH).max(right.abs_diff(EDGE_WIDTH))))
}

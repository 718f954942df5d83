//! Decisions to and from files.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use insula_permissions::LeftOut;
use serde::Serialize;

use crate::commands::Answer;
use crate::context::Context;
use crate::output;

/// More than any export has, so that what is read is bounded; bytes.
const MOST: u64 = (64 << 20) + 1;

#[derive(Debug, Serialize)]
struct Report {
    taken: usize,
    left_out: Vec<LeftOutReport>,
}

#[derive(Debug, Serialize)]
struct LeftOutReport {
    origin: String,
    embedder: String,
    name: String,
    reason: String,
}

pub(super) fn export(file: &Path, context: &Context) -> Result<Answer> {
    let store = context.store_only_to_read()?;
    let authority = context.authority_only_to_read(&store)?;
    let text = authority.store().export()?;
    if file == Path::new("-") {
        output::print(&text)?;
        return Ok(Answer::Yes);
    }
    let cannot = || format!("cannot write `{}`", file.display());
    // What was decided is private. A file that is there is not written over.
    let mut created = File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .with_context(cannot)?;
    let written = created.write_all(text.as_bytes()).and_then(|()| created.sync_all());
    if written.is_err() {
        // A part of an export is none.
        _ = fs::remove_file(file);
    }
    written.with_context(cannot)?;
    Ok(Answer::Yes)
}

pub(super) fn import(file: &Path, json: bool, context: &Context) -> Result<Answer> {
    let cannot = || format!("cannot read `{}`", file.display());
    let mut text = Vec::new();
    if file == Path::new("-") {
        io::stdin()
            .lock()
            .take(MOST)
            .read_to_end(&mut text)
            .with_context(cannot)?;
    } else {
        // Opening a pipe waits for whoever writes into it.
        if !fs::metadata(file).with_context(cannot)?.is_file() {
            bail!("`{}` is not a regular file", file.display());
        }
        File::open(file)
            .and_then(|opened| opened.take(MOST).read_to_end(&mut text))
            .with_context(cannot)?;
    }
    let store = context.store()?;
    let imported = context
        .authority(&store)?
        .import(&text)
        .with_context(|| format!("cannot import `{}`", file.display()))?;
    if json {
        let left_out = imported.left_out.iter().map(|(subject, name, reason)| LeftOutReport {
            origin: subject.origin.to_string(),
            embedder: subject.embedder.to_string(),
            name: name.clone(),
            reason: reason.to_string(),
        });
        output::print_json(&Report {
            taken: imported.taken,
            left_out: left_out.collect(),
        })?;
        return Ok(Answer::Yes);
    }
    for (subject, name, reason) in &imported.left_out {
        // What is the same here as there is nothing to tell of.
        if *reason != LeftOut::DecidedHere {
            output::warn(&format!("`{name}` of {} is left out: {reason}", subject.origin));
        }
    }
    let here = imported
        .left_out
        .iter()
        .filter(|(_, _, reason)| *reason == LeftOut::DecidedHere)
        .count();
    let kept = match here {
        0 => String::new(),
        number => format!("; {number} were decided here already"),
    };
    output::print(&format!("Took over {} decisions{kept}\n", imported.taken))?;
    Ok(Answer::Yes)
}

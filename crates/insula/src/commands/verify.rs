use std::io;
use std::path::PathBuf;

use anyhow::{Error, Result};
use clap::Args;
use insula_apps::AppSource;
use insula_bundle::{Error as BundleError, Fault, SignedWebBundle};
use insula_manifest::{AppKind, Warning};
use serde::Serialize;

use super::Answer;
use crate::context::Context;
use crate::private_copy::PrivateCopy;
use crate::{advice, hints, output};

/// Say whether an app can be trusted to be what its author signed, and be installed
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The signed bundle
    #[arg(value_name = "FILE")]
    bundle: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The answer for programs.
#[derive(Debug, Default, Serialize)]
struct Verdict {
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// Why it is not valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Whose doing that most likely is: `author`, `delivery`, or `unsupported` for a kind that is not known here.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'static str>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hints: Vec<String>,
    /// What was ignored in the manifest, or cannot work.
    warnings: Vec<String>,
    /// The members of the manifest that Insula does not act on.
    not_acted_on: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let verdict = match verify(arguments, context) {
        // That the file cannot be read says nothing about it.
        Err(error) if error.chain().any(|cause| cause.is::<io::Error>()) => return Err(error),
        Err(error) => Verdict {
            reason: Some(output::message(&error)),
            fault: fault(&error),
            warnings: texts(output::ignored_in_manifest(&error)),
            hints: hints::of(&error),
            ..Verdict::default()
        },
        Ok(verdict) => verdict,
    };
    if arguments.json {
        output::print_json(&verdict)?;
    } else {
        for warning in &verdict.warnings {
            output::warn(&format!("manifest: {warning}"));
        }
        output::print(&text(arguments, &verdict))?;
        output::hint(&verdict.hints);
    }
    Ok(if verdict.valid { Answer::Yes } else { Answer::No })
}

fn verify(arguments: &Arguments, context: &Context) -> Result<Verdict> {
    let rotations = context.policy_set().key_rotations();
    let copy = PrivateCopy::of(&arguments.bundle)?;
    let bundle = SignedWebBundle::open(&copy.path())?.verify_under(&rotations)?;
    insula_apps::check_key(&rotations, bundle.integrity_block())?;
    let id = bundle.integrity_block().id().clone();
    let checked = insula_apps::check(&id, &AppSource::Bundle(Box::new(bundle)))?;
    let advice = advice::about(&checked.manifest, AppKind::IsolatedApp);
    Ok(Verdict {
        valid: true,
        id: Some(id.to_string()),
        name: checked.manifest.display_name().map(str::to_owned),
        version: Some(checked.version.to_string()),
        warnings: texts(checked.warnings.iter().chain(&advice)),
        not_acted_on: advice::not_acted_on(&checked.manifest),
        ..Verdict::default()
    })
}

fn texts<'a>(warnings: impl IntoIterator<Item = &'a Warning>) -> Vec<String> {
    warnings.into_iter().map(ToString::to_string).collect()
}

fn fault(error: &Error) -> Option<&'static str> {
    match error.downcast_ref::<BundleError>().map(BundleError::fault) {
        Some(Fault::Delivery) => Some("delivery"),
        Some(Fault::Unsupported) => Some("unsupported"),
        Some(Fault::Author) => Some("author"),
        Some(_) => None,
        // What is signed is what its author made.
        None => Some("author"),
    }
}

fn text(arguments: &Arguments, verdict: &Verdict) -> String {
    let path = arguments.bundle.display();
    let Some(reason) = &verdict.reason else {
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        let (name, version, id) = (part(&verdict.name), part(&verdict.version), part(&verdict.id));
        let not_acted_on = match verdict.not_acted_on.as_slice() {
            [] => String::new(),
            members => format!("Not acted on, of its manifest: {}\n", members.join(", ")),
        };
        let text = format!("`{path}` is valid: {name} {version}\nApp id: {id}\n{not_acted_on}");
        return text.lines().map(|line| format!("{}\n", output::plain(line))).collect();
    };
    format!("`{path}` is not valid: {}\n", output::plain(reason))
}

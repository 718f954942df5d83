use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use insula_apps::AppSource;
use insula_bundle::{Error as BundleError, Fault, SignedWebBundle};
use serde::Serialize;

use super::Answer;
use crate::output;

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
#[derive(Debug, Serialize)]
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
    warnings: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer> {
    let verdict = match verify(arguments) {
        // That the file cannot be read says nothing about it.
        Err(error)
            if error
                .downcast_ref::<BundleError>()
                .is_some_and(|error| error.fault() == Fault::Machine) =>
        {
            return Err(error);
        }
        Err(error) => Verdict {
            valid: false,
            id: None,
            name: None,
            version: None,
            reason: Some(output::message(&error)),
            warnings: Vec::new(),
        },
        Ok(verdict) => verdict,
    };
    if arguments.json {
        output::print_json(&verdict)?;
    } else {
        output::print(&text(arguments, &verdict))?;
    }
    Ok(if verdict.valid { Answer::Yes } else { Answer::No })
}

fn verify(arguments: &Arguments) -> Result<Verdict> {
    let bundle = SignedWebBundle::open(&arguments.bundle)?.verify()?;
    let id = bundle.integrity_block().id().clone();
    let checked = insula_apps::check(&id, &AppSource::Bundle(Box::new(bundle)))?;
    Ok(Verdict {
        valid: true,
        id: Some(id.to_string()),
        name: checked.manifest.display_name().map(str::to_owned),
        version: Some(checked.version.to_string()),
        reason: None,
        warnings: checked.warnings.iter().map(ToString::to_string).collect(),
    })
}

fn text(arguments: &Arguments, verdict: &Verdict) -> String {
    let path = arguments.bundle.display();
    let Some(reason) = &verdict.reason else {
        let warnings: String = verdict
            .warnings
            .iter()
            .map(|warning| format!("Ignored: {warning}\n"))
            .collect();
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        let (name, version, id) = (part(&verdict.name), part(&verdict.version), part(&verdict.id));
        return format!("`{path}` is valid: {name} {version}\nApp id: {id}\n{warnings}");
    };
    format!("`{path}` is not valid: {}\n", output::plain(reason))
}

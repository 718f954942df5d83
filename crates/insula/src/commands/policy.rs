mod apply;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use insula_permissions::{
    AppOrigin, Authority, Ground, Level, PermissionName, Place, PolicySet, Problem, Reason, Subject,
};
use serde::Serialize;

use super::Answer;
use super::permissions::{self, date, seconds};
use crate::context::Context;
use crate::output;

/// Check policy files, say why a permission is as it is, or install the apps that are ordered
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Check(CheckArguments),
    Explain(ExplainArguments),
    Apply(apply::Arguments),
}

/// Tell of everything that is wrong in policy files, with line and column
///
/// The exit code is 1 if there is anything. Names that are not known here are listed, and are nothing wrong: other programs
/// may have them.
#[derive(Debug, Args)]
struct CheckArguments {
    /// Files, or folders with the folders `managed` and `recommended`
    #[arg(value_name = "FILE|DIR", required = true)]
    paths: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Say which file and which key decide about an app's permissions, and what else was said
#[derive(Debug, Args)]
struct ExplainArguments {
    /// The app: its name, its id, the beginning of its id, or its origin, such as `https://example.com`
    #[arg(value_name = "APP|ORIGIN")]
    app: OsString,
    /// The permission, for example `camera` [default: all that concern the app]
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct CheckReport {
    files: Vec<String>,
    problems: Vec<ProblemReport>,
    unknown: Vec<UnknownReport>,
}

#[derive(Debug, Serialize)]
struct ProblemReport {
    #[serde(flatten)]
    place: PlaceReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    message: String,
    consequence: String,
    /// Whether every order counts all the same.
    harmless: bool,
}

#[derive(Debug, Serialize)]
struct UnknownReport {
    #[serde(flatten)]
    place: PlaceReport,
    key: String,
    /// A policy with a name that is not far from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct PlaceReport {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

#[derive(Debug, Serialize)]
struct ExplainReport {
    name: &'static str,
    state: &'static str,
    reasons: Vec<ReasonReport>,
}

#[derive(Debug, Serialize)]
struct ReasonReport {
    /// Whether it is what decides.
    counts: bool,
    says: &'static str,
    /// `policy`, `recommendation`, `user`, `one-time`, `quiet`, `device` or `default`.
    by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// The item of a list that is about the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<String>,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
    /// Why it does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    lost: Option<&'static str>,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    match &arguments.verb {
        Verb::Check(arguments) => check(arguments),
        Verb::Explain(arguments) => explain(arguments, context),
        Verb::Apply(arguments) => apply::run(arguments, context),
    }
}

fn check(arguments: &CheckArguments) -> Result<Answer> {
    let (mut files, mut sets) = (Vec::new(), Vec::new());
    for path in &arguments.paths {
        let metadata = path
            .metadata()
            .with_context(|| format!("cannot read `{}`", path.display()))?;
        let has_levels = ["managed", "recommended", "policies.json"]
            .iter()
            .any(|name| path.join(name).exists());
        match metadata.is_dir() {
            false => files.push((path.clone(), level_of(path))),
            true if has_levels => sets.push(PolicySet::load(path)),
            true => {
                let level = level_of(&path.join("a"));
                files.extend(PolicySet::files_in(path)?.into_iter().map(|file| (file, level)));
            }
        }
    }
    sets.insert(0, PolicySet::of_files(&files));
    let mut problems: Vec<&Problem> = sets.iter().flat_map(PolicySet::problems).collect();
    problems.sort_by(|first, second| first.place.cmp(&second.place));
    let report = CheckReport {
        files: sets
            .iter()
            .flat_map(PolicySet::files)
            .map(|file| file.display().to_string())
            .collect(),
        problems: problems.iter().map(|problem| problem_report(problem)).collect(),
        unknown: sets.iter().flat_map(unknown).collect(),
    };
    let answer = if report.problems.is_empty() {
        Answer::Yes
    } else {
        Answer::No
    };
    if arguments.json {
        output::print_json(&report)?;
        return Ok(answer);
    }
    for problem in problems {
        output::print(&format!("{}\n", output::plain(&problem.to_string())))?;
    }
    for unknown in &report.unknown {
        let meant = unknown
            .nearest
            .map(|meant| format!("; the nearest is `{meant}`"))
            .unwrap_or_default();
        let line = format!("{}: {}: not known here{meant}", unknown.place, unknown.key);
        output::print(&format!("note: {}\n", output::plain(&line)))?;
    }
    match (&report.problems[..], report.files.as_slice()) {
        ([], []) => bail!("there are no policy files"),
        ([], [_]) => output::print("1 file, nothing wrong\n")?,
        ([], files) => output::print(&format!("{} files, nothing wrong\n", files.len()))?,
        _ => {}
    }
    Ok(answer)
}

/// What a file would be for: it is an order, unless its folder says that it is not.
fn level_of(file: &Path) -> Level {
    let folder = file.parent().and_then(Path::file_name);
    match folder.is_some_and(|folder| folder == "recommended") {
        true => Level::Recommended,
        false => Level::Managed,
    }
}

fn problem_report(problem: &Problem) -> ProblemReport {
    ProblemReport {
        place: PlaceReport::of(&problem.place),
        key: problem.key.clone(),
        message: problem.message.clone(),
        consequence: problem.consequence.to_string(),
        harmless: problem.consequence.is_harmless(),
    }
}

fn unknown(set: &PolicySet) -> Vec<UnknownReport> {
    let is_told = |key: &str| set.problems().iter().any(|problem| problem.key.as_deref() == Some(key));
    let unknown = set
        .ignored()
        .iter()
        .filter_map(|source| Some((source.key.as_deref()?, source.place())));
    unknown
        .filter(|(key, _)| !is_told(key))
        .take(1000)
        .map(|(key, place)| UnknownReport {
            place: PlaceReport::of(&place),
            key: key.to_owned(),
            nearest: PolicySet::nearest_known(key),
        })
        .collect()
}

fn explain(arguments: &ExplainArguments, context: &Context) -> Result<Answer> {
    let origin = arguments.app.to_str().and_then(|app| app.parse::<AppOrigin>().ok());
    let (origin, authority, concerning) = match origin {
        Some(origin) => {
            let authority = context.authority_only_to_read(&context.store_only_to_read()?)?;
            (origin, authority, None)
        }
        None => {
            let (target, authority) = permissions::seen(&arguments.app, context)?;
            let concerning = authority.concerning(&target.origin, target.features().as_ref(), &target.requested())?;
            (target.origin, authority, Some(concerning))
        }
    };
    let available = || {
        PermissionName::ALL
            .iter()
            .copied()
            .filter(|name| name.is_available())
            .collect()
    };
    let names = match &arguments.name {
        Some(written) => permissions::resolve(written)?,
        None => concerning.unwrap_or_else(available),
    };
    let subject = Subject::app(origin);
    let reports: Vec<_> = names
        .into_iter()
        .map(|name| of_name(&authority, &subject, name))
        .collect::<Result<_>>()?;
    if arguments.json {
        output::print_json(&reports)?;
    } else {
        output::print(&output::table(&reports.iter().flat_map(lines).collect::<Vec<_>>()))?;
    }
    Ok(Answer::Yes)
}

fn of_name(authority: &Authority, subject: &Subject, name: PermissionName) -> Result<ExplainReport> {
    let reasons = authority.explain(subject, name)?;
    Ok(ExplainReport {
        name: name.as_str(),
        state: authority.effective(subject, name)?.state.as_str(),
        reasons: reasons.iter().map(reason).collect(),
    })
}

fn reason(reason: &Reason) -> ReasonReport {
    let since = |time: SystemTime| Some(seconds(time));
    let (by, at) = match &reason.ground {
        Ground::Device => ("device", None),
        Ground::Policy(voice) if voice.level == Level::Managed => ("policy", None),
        Ground::Policy(_) => ("recommendation", None),
        Ground::Decision(decision) => ("user", since(decision.at)),
        Ground::OneTime(grant) => ("one-time", since(grant.at)),
        Ground::Quiet(until) => ("quiet", since(*until)),
        _ => ("default", None),
    };
    let voice = match &reason.ground {
        Ground::Policy(voice) => Some(voice),
        _ => None,
    };
    ReasonReport {
        counts: reason.lost.is_none(),
        says: reason.says.as_str(),
        by,
        place: voice.map(|voice| PlaceReport::of(&voice.source.place())),
        key: voice.and_then(|voice| voice.source.key.clone()),
        pattern: voice.and_then(|voice| voice.pattern.clone()),
        at,
        lost: reason.lost,
    }
}

/// The rows about one permission: what it is, and below it everything that was said.
fn lines(report: &ExplainReport) -> Vec<Vec<String>> {
    let mut lines = vec![vec![report.name.to_owned(), report.state.to_owned()]];
    for reason in &report.reasons {
        let who = match reason.by {
            "policy" | "recommendation" => {
                let key = reason.key.as_deref().unwrap_or("the file cannot be read");
                let item = reason
                    .pattern
                    .as_ref()
                    .map(|item| format!(" (“{item}”)"))
                    .unwrap_or_default();
                let place = reason.place.as_ref().map(ToString::to_string).unwrap_or_default();
                format!("{key}{item}, {place}")
            }
            "user" => format!("you, {}", reason.at.map(date).unwrap_or_default()),
            "one-time" => "you, until the app ends".to_owned(),
            "quiet" => format!(
                "questions that were closed, until {}",
                reason.at.map(date).unwrap_or_default()
            ),
            "device" => "this device".to_owned(),
            _ => "nobody".to_owned(),
        };
        let mark = if reason.counts { "  →" } else { "   " };
        let lost = reason
            .lost
            .map(|lost| format!("does not count: {lost}"))
            .unwrap_or_default();
        lines.push(vec![mark.to_owned(), reason.says.to_owned(), who, lost]);
    }
    lines
}

impl PlaceReport {
    fn of(place: &Place) -> Self {
        Self {
            file: place.file.display().to_string(),
            line: place.position.map(|position| position.line),
            column: place.position.map(|position| position.column),
        }
    }
}

impl std::fmt::Display for PlaceReport {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.file)?;
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(formatter, ":{line}:{column}"),
            _ => Ok(()),
        }
    }
}

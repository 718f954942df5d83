use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use insula_bundle::{Error as BundleError, SignedWebBundle, WebBundle};
use insula_manifest::MANIFEST_PATH;
use serde::Serialize;

use super::Answer;
use crate::output::{self, plain, size, table};
use crate::private_copy::PrivateCopy;

/// Show what is in a bundle, whether or not it is valid
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The bundle, signed (`.swbn`) or not (`.wbn`)
    #[arg(value_name = "FILE")]
    bundle: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What a bundle says. Only where `verified` is true is any of it proven.
#[derive(Debug, Default, Serialize)]
struct Contents {
    /// `null` if the bundle is not signed, or its signatures are refused.
    id: Option<String>,
    verified: bool,
    /// Why it is not verified.
    problem: Option<String>,
    signatures: Vec<SignatureReport>,
    /// As it is in the bundle, if it is JSON.
    manifest: Option<serde_json::Value>,
    primary_url: Option<String>,
    /// Bytes of the web bundle, without its signatures; those of the file if no web bundle can be found in it.
    length: u64,
    responses: Vec<ResponseReport>,
}

#[derive(Debug, Serialize)]
struct SignatureReport {
    /// `null` if the signature is of an unknown kind.
    key_type: Option<String>,
    /// The id of an app that this key signs.
    key_id: Option<String>,
}

#[derive(Debug, Serialize)]
struct ResponseReport {
    url: String,
    status: Option<u16>,
    media_type: Option<String>,
    /// How the body is compressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_encoding: Option<String>,
    /// Where a redirect leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    length: Option<usize>,
    /// What is wrong with the response.
    problem: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer> {
    let contents = read(arguments).with_context(|| format!("cannot inspect `{}`", arguments.bundle.display()))?;
    if arguments.json {
        output::print_json(&contents)?;
    } else {
        output::print(&text(&contents))?;
    }
    Ok(Answer::Yes)
}

fn read(arguments: &Arguments) -> Result<Contents> {
    let copy = PrivateCopy::of(&arguments.bundle)?;
    let signed = match SignedWebBundle::open(&copy.path()) {
        Ok(signed) => signed,
        Err(error) => {
            // What follows a block that is refused may be readable all the same.
            let bundle = match &error {
                BundleError::NotSigned => WebBundle::open(&copy.path()),
                _ => copy.without_block().and_then(WebBundle::from_bytes),
            };
            let problem = Some(output::message(&error.into()));
            return Ok(match bundle {
                Ok(bundle) => Contents {
                    problem,
                    ..contents(&bundle, None)
                },
                Err(_) => Contents {
                    problem,
                    length: copy.length()?,
                    ..Contents::default()
                },
            });
        }
    };
    let block = signed.integrity_block();
    let signature = |signature: &insula_bundle::Signature| SignatureReport {
        key_type: signature.public_key().map(|key| key.key_type().to_string()),
        key_id: signature
            .public_key()
            .map(|key| insula_bundle::SignedWebBundleId::from_public_key(key).to_string()),
    };
    let problem = signed
        .clone()
        .verify()
        .err()
        .map(|error| output::message(&error.into()));
    Ok(Contents {
        verified: problem.is_none(),
        problem,
        signatures: block.signatures().iter().map(signature).collect(),
        ..contents(signed.unverified(), Some(block.id().to_string()))
    })
}

fn contents(bundle: &WebBundle, id: Option<String>) -> Contents {
    // Relative URLs have no slash in front.
    let path = MANIFEST_PATH.trim_start_matches('/');
    let manifest = bundle.urls().find(|url| url.ends_with(path));
    let manifest = manifest.and_then(|url| bundle.response(url).ok().flatten());
    Contents {
        id,
        verified: false,
        problem: None,
        signatures: Vec::new(),
        manifest: manifest.and_then(|response| json(response.body())),
        primary_url: bundle.primary_url().map(str::to_owned),
        length: bundle.as_bytes().len() as u64,
        responses: bundle.urls().map(|url| response(bundle, url)).collect(),
    }
}

/// Decoded as the web decodes text, which is how a manifest is read.
fn json(bytes: &[u8]) -> Option<serde_json::Value> {
    let text = String::from_utf8_lossy(bytes);
    serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(&text)).ok()
}

fn response(bundle: &WebBundle, url: &str) -> ResponseReport {
    let (response, problem) = match bundle.response(url) {
        Ok(response) => (response, None),
        Err(error) => (None, Some(error.to_string())),
    };
    let header = |name| response.as_ref()?.header(name).map(str::to_owned);
    ResponseReport {
        url: url.to_owned(),
        status: response.as_ref().map(insula_bundle::Response::status),
        media_type: header("content-type"),
        content_encoding: header("content-encoding"),
        location: header("location"),
        length: response.as_ref().map(|response| response.body().len()),
        problem,
    }
}

fn text(contents: &Contents) -> String {
    let mut text = String::new();
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(text, "{label:11} {}", plain(value));
    };
    line("App id:", contents.id.as_deref().unwrap_or("none"));
    match &contents.problem {
        None => line("Verified:", "yes"),
        Some(problem) => line("Verified:", &format!("no: {problem}")),
    }
    for signature in &contents.signatures {
        match (&signature.key_type, &signature.key_id) {
            (Some(key_type), Some(id)) => line("Signed by:", &format!("{key_type} {id}")),
            _ => line("Signed by:", "a key of an unknown kind"),
        }
    }
    if let Some(manifest) = &contents.manifest {
        let member = |name: &str| manifest.get(name).and_then(serde_json::Value::as_str);
        line("Name:", member("name").or(member("short_name")).unwrap_or("none"));
        line("Version:", member("version").unwrap_or("none"));
        if let Some(rules) = frames(manifest) {
            line("Frames:", &rules);
        }
    }
    if let Some(url) = &contents.primary_url {
        line("Primary:", url);
    }
    line("Size:", &size(contents.length));

    let origin = contents
        .id
        .as_ref()
        .map(|id| format!("isolated-app://{id}"))
        .unwrap_or_default();
    let row = |response: &ResponseReport| {
        let path = response.url.strip_prefix(&origin).filter(|path| path.starts_with('/'));
        let number = |number: Option<String>| number.unwrap_or_else(|| "-".to_owned());
        vec![
            number(response.status.map(|status| status.to_string())),
            number(response.length.map(|length| size(length as u64))),
            what(response),
            path.unwrap_or(&response.url).to_owned(),
        ]
    };
    let mut rows: Vec<_> = contents.responses.iter().map(row).collect();
    rows.sort_by(|first, second| first[3].cmp(&second[3]));
    text.push('\n');
    text + &table(&rows)
}

/// What the manifest says that frames show, if it does.
fn frames(manifest: &serde_json::Value) -> Option<String> {
    let rules = manifest.get("controlled_frame")?;
    let origins = rules.get("origins").map(|origins| {
        let origins = origins.as_array().into_iter().flatten();
        let origins: Vec<&str> = origins.filter_map(serde_json::Value::as_str).collect();
        match origins.as_slice() {
            [] => "nothing".to_owned(),
            origins => format!("only {}", origins.join(", ")),
        }
    });
    match (origins, rules.get("allow_http") == Some(&true.into())) {
        (Some(origins), false) => Some(origins),
        (Some(origins), true) => Some(format!("{origins}; http as well")),
        (None, true) => Some("http as well as https".to_owned()),
        (None, false) => None,
    }
}

/// What is in a response, or where it leads.
fn what(response: &ResponseReport) -> String {
    if let Some(location) = &response.location {
        return format!("→ {location}");
    }
    let media_type = response.media_type.as_ref().or(response.problem.as_ref());
    let media_type = media_type.map_or("-", String::as_str);
    match &response.content_encoding {
        Some(coding) => format!("{media_type} ({coding})"),
        None => media_type.to_owned(),
    }
}

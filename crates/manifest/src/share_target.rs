use serde_json::Value;
use url::Url;

use crate::FileType;
use crate::handlers::read_accept;
use crate::json::Members;
use crate::location::resolve_within;
use crate::warning::{Warnings, quote};

/// The page of an app that takes what other apps share (Web Share Target).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShareTarget {
    /// The page, within the app's scope.
    pub action: Url,
    /// How the page gets it.
    pub method: ShareMethod,
    /// The name of the field with the title.
    pub title: Option<String>,
    /// The name of the field with the text.
    pub text: Option<String>,
    /// The name of the field with the URL.
    pub url: Option<String>,
    /// The fields with files; only [`ShareMethod::PostMultipart`] has some.
    pub files: Vec<SharedFiles>,
}

/// How a page gets what is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ShareMethod {
    /// In the query of its URL.
    Get,
    /// In a form, as `application/x-www-form-urlencoded`.
    PostUrlencoded,
    /// In a form, as `multipart/form-data`.
    PostMultipart,
}

/// A field with files.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SharedFiles {
    /// The field's name.
    pub name: String,
    /// The media types of the files.
    pub accept: Vec<FileType>,
}

pub(crate) fn read(members: &Members<'_>, base: &Url, scope: &Url, warnings: &mut Warnings) -> Option<ShareTarget> {
    let map = members.object("share_target", warnings)?;
    let path = members.path("share_target");
    let target = Members::new(map, &path);
    let action = target.string("action", warnings)?;
    let action = resolve_within(action, base, scope, &target.path("action"), warnings)?;
    let method = read_method(&target, warnings)?;
    let params = target.object("params", warnings)?;
    let params_path = target.path("params");
    let params = Members::new(params, &params_path);
    let files = match method {
        ShareMethod::PostMultipart => read_files(&params, warnings),
        _ => Vec::new(),
    };
    let mut field = |name| params.string(name, warnings).map(str::to_owned);
    let (title, text, url) = (field("title"), field("text"), field("url"));
    Some(ShareTarget {
        action,
        method,
        title,
        text,
        url,
        files,
    })
}

fn read_method(target: &Members<'_>, warnings: &mut Warnings) -> Option<ShareMethod> {
    let written = target.string("method", warnings).unwrap_or("GET");
    let encoding = target.string("enctype", warnings).unwrap_or_default();
    match (
        written.to_ascii_uppercase().as_str(),
        encoding.to_ascii_lowercase().as_str(),
    ) {
        ("GET", _) => Some(ShareMethod::Get),
        ("POST", "" | "application/x-www-form-urlencoded") => Some(ShareMethod::PostUrlencoded),
        ("POST", "multipart/form-data") => Some(ShareMethod::PostMultipart),
        ("POST", _) => {
            let message = format!("{} is not an encoding of forms; ignored", quote(encoding));
            warnings.add(&target.path("enctype"), message);
            None
        }
        _ => {
            let message = format!("{} is neither GET nor POST; ignored", quote(written));
            warnings.add(&target.path("method"), message);
            None
        }
    }
}

fn read_files(params: &Members<'_>, warnings: &mut Warnings) -> Vec<SharedFiles> {
    let items: Vec<&Value> = match params.value("files") {
        Some(Value::Array(items)) => items.iter().take(20).collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let mut files = Vec::new();
    let path = params.path("files");
    for map in items.into_iter().filter_map(Value::as_object) {
        let item = Members::new(map, &path);
        if let Some(name) = item.string("name", warnings) {
            let accept = match item.value("accept") {
                // A share target lists types and endings without a map.
                Some(Value::Array(_) | Value::String(_)) | None => Vec::new(),
                Some(_) => read_accept(&item, warnings),
            };
            files.push(SharedFiles {
                name: name.to_owned(),
                accept,
            });
        }
    }
    files
}

//! What an app opens besides its own pages: links of other schemes, and files.

use serde_json::Value;
use url::Url;

use crate::json::{Members, item_path, kind, member_path};
use crate::location::resolve_within;
use crate::text::{MAXIMUM_NAME, text};
use crate::warning::{Warnings, quote};
use crate::{Icon, icon};

/// Most handlers of one kind that are read.
const MAXIMUM_HANDLERS: usize = 20;

/// Most media types of a file handler, and most file names' endings of a type, that are read.
const MAXIMUM_TYPES: usize = 50;

/// Schemes that a site may handle (HTML, "safelisted scheme"). `mailto` and the like; a site's own begin with `web+`.
const SAFELISTED: [&str; 22] = [
    "bitcoin",
    "ftp",
    "ftps",
    "geo",
    "im",
    "irc",
    "ircs",
    "magnet",
    "mailto",
    "matrix",
    "mms",
    "news",
    "nntp",
    "openpgp4fpr",
    "sftp",
    "sip",
    "sms",
    "smsto",
    "ssh",
    "tel",
    "urn",
    "webcal",
];

/// Longest scheme that is read.
const MAXIMUM_SCHEME: usize = 40;

/// A scheme whose links the app opens (`protocol_handlers`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProtocolHandler {
    /// The scheme, without a colon, in lower case.
    pub protocol: String,
    /// The page of the app that opens a link, with `%s` where the link stands.
    template: String,
}

/// Files that the app opens (`file_handlers`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileHandler {
    /// The page of the app that opens them.
    pub action: Url,
    /// What to call such files.
    pub name: Option<String>,
    /// Which files.
    pub accept: Vec<FileType>,
    /// Pictures that stand for such files.
    pub icons: Vec<Icon>,
    /// Whether several files come to one page.
    pub launch_type: LaunchType,
}

/// How many pages several files open that the user opens at once (`launch_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum LaunchType {
    /// One, for all of them.
    #[default]
    SingleClient,
    /// One for each.
    MultipleClients,
}

/// A media type of files.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileType {
    /// The media type, in lower case.
    pub media_type: String,
    /// What the names of such files end with, each with its dot, in lower case.
    pub endings: Vec<String>,
}

/// Which window takes what the app is started for (`launch_handler`'s `client_mode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ClientMode {
    /// As the user agent likes.
    #[default]
    Auto,
    /// A new one.
    NavigateNew,
    /// One that is open; it goes to what is to be opened.
    NavigateExisting,
    /// One that is open; its page is told.
    FocusExisting,
}

impl FileHandler {
    /// Whether it takes a file of this name, and of this media type as far as that is known.
    pub fn accepts(&self, name: &str, media_type: Option<&str>) -> bool {
        let name = name.to_ascii_lowercase();
        self.accept.iter().any(|accepted| match accepted.endings.as_slice() {
            [] => media_type.is_some_and(|media_type| accepted.covers(media_type)),
            endings => endings.iter().any(|ending| name.ends_with(ending) && name != *ending),
        })
    }
}

impl FileType {
    /// Whether it names more than one type, such as `image/*`.
    pub fn is_pattern(&self) -> bool {
        self.media_type.contains('*')
    }

    fn covers(&self, media_type: &str) -> bool {
        match self.media_type.strip_suffix('*') {
            Some("*/") => true,
            Some(kind) => media_type.starts_with(kind),
            None => media_type == self.media_type,
        }
    }
}

impl ProtocolHandler {
    /// The page of the app that opens a link.
    pub fn page(&self, link: &str) -> Option<Url> {
        let written: String = url::form_urlencoded::byte_serialize(link.as_bytes()).collect();
        // In a query as HTML has it: a space is `%20` here, as everything is that is not plain.
        Url::parse(&self.template.replacen("%s", &written.replace('+', "%20"), 1)).ok()
    }
}

pub(crate) fn read_protocols(
    members: &Members<'_>,
    base: &Url,
    scope: &Url,
    warnings: &mut Warnings,
) -> Vec<ProtocolHandler> {
    let mut handlers: Vec<ProtocolHandler> = Vec::new();
    for_each_object(members, "protocol_handlers", warnings, |item, warnings| {
        if let Some(handler) = read_protocol(item, base, scope, warnings) {
            if handlers.iter().any(|known| known.protocol == handler.protocol) {
                warnings.add(&item.path("protocol"), "is handled before; ignored");
            } else {
                handlers.push(handler);
            }
        }
    });
    handlers
}

fn read_protocol(members: &Members<'_>, base: &Url, scope: &Url, warnings: &mut Warnings) -> Option<ProtocolHandler> {
    let written = required(members, "protocol", warnings)?;
    let protocol = written.trim().trim_end_matches(':').to_ascii_lowercase();
    let own = protocol.strip_prefix("web+").is_some_and(|rest| {
        !rest.is_empty() && protocol.len() <= MAXIMUM_SCHEME && rest.bytes().all(|byte| byte.is_ascii_lowercase())
    });
    if !own && !SAFELISTED.contains(&protocol.as_str()) {
        let message = format!("{} is not a scheme that a site may handle; ignored", quote(written));
        warnings.add(&members.path("protocol"), message);
        return None;
    }
    let written = required(members, "url", warnings)?;
    let path = members.path("url");
    if !written.contains("%s") {
        warnings.add(&path, "has no “%s” for the link; ignored");
        return None;
    }
    let url = resolve_within(written, base, scope, &path, warnings)?;
    Some(ProtocolHandler {
        protocol,
        template: url.into(),
    })
}

pub(crate) fn read_files(members: &Members<'_>, base: &Url, scope: &Url, warnings: &mut Warnings) -> Vec<FileHandler> {
    let mut handlers = Vec::new();
    for_each_object(members, "file_handlers", warnings, |item, warnings| {
        handlers.extend(read_file_handler(item, base, scope, warnings));
    });
    handlers
}

fn read_file_handler(members: &Members<'_>, base: &Url, scope: &Url, warnings: &mut Warnings) -> Option<FileHandler> {
    let written = required(members, "action", warnings)?;
    let action = resolve_within(written, base, scope, &members.path("action"), warnings)?;
    let accept = read_accept(members, warnings);
    if accept.is_empty() {
        warnings.add(&members.path("accept"), "names no files; the handler is ignored");
        return None;
    }
    Some(FileHandler {
        action,
        name: text(members, "name", MAXIMUM_NAME, warnings),
        accept,
        icons: icon::read(members, base, warnings),
        launch_type: read_launch_type(members, warnings),
    })
}

fn read_launch_type(members: &Members<'_>, warnings: &mut Warnings) -> LaunchType {
    match members.string("launch_type", warnings) {
        None | Some("single-client") => LaunchType::SingleClient,
        Some("multiple-clients") => LaunchType::MultipleClients,
        Some(other) => {
            let message = format!(
                "{} is neither “single-client” nor “multiple-clients”; ignored",
                quote(other)
            );
            warnings.add(&members.path("launch_type"), message);
            LaunchType::SingleClient
        }
    }
}

/// `accept` of a file handler or of a share target's files: media types, each with the endings of names.
pub(crate) fn read_accept(members: &Members<'_>, warnings: &mut Warnings) -> Vec<FileType> {
    let mut types = Vec::new();
    let path = members.path("accept");
    for (media_type, endings) in members
        .object("accept", warnings)
        .into_iter()
        .flatten()
        .take(MAXIMUM_TYPES)
    {
        let path = member_path(&path, media_type);
        if !is_media_type(media_type) {
            warnings.add(&path, format!("{} is not a media type; ignored", quote(media_type)));
            continue;
        }
        let endings: Vec<&Value> = match endings {
            Value::Array(endings) => endings.iter().take(MAXIMUM_TYPES).collect(),
            one => vec![one],
        };
        let mut kept = Vec::new();
        for ending in endings {
            match ending.as_str().filter(|ending| is_ending(ending)) {
                Some(ending) => kept.push(ending.to_ascii_lowercase()),
                None => warnings.add(&path, "has something else than file name endings like “.txt”; ignored"),
            }
        }
        types.push(FileType {
            media_type: media_type.to_ascii_lowercase(),
            endings: kept,
        });
    }
    types
}

pub(crate) fn read_client_mode(members: &Members<'_>, warnings: &mut Warnings) -> ClientMode {
    let Some(map) = members.object("launch_handler", warnings) else {
        return ClientMode::Auto;
    };
    let path = members.path("launch_handler");
    let handler = Members::new(map, &path);
    // The first that is known counts, of one or of several.
    let modes: Vec<&str> = match handler.value("client_mode") {
        Some(Value::Array(modes)) => modes.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(mode)) => vec![mode],
        _ => Vec::new(),
    };
    let known = modes.into_iter().find_map(|mode| match mode {
        "auto" => Some(ClientMode::Auto),
        "navigate-new" => Some(ClientMode::NavigateNew),
        "navigate-existing" => Some(ClientMode::NavigateExisting),
        "focus-existing" => Some(ClientMode::FocusExisting),
        _ => None,
    });
    known.unwrap_or_default()
}

/// Calls back with each object in a list; what is none is told of.
fn for_each_object(
    members: &Members<'_>,
    member: &str,
    warnings: &mut Warnings,
    mut each: impl FnMut(&Members<'_>, &mut Warnings),
) {
    let path = members.path(member);
    let items = members.array(member, warnings).unwrap_or_default();
    if items.len() > MAXIMUM_HANDLERS {
        warnings.add(&path, format!("only the first {MAXIMUM_HANDLERS} are read"));
    }
    for (index, item) in items.iter().take(MAXIMUM_HANDLERS).enumerate() {
        let path = item_path(&path, index);
        match item {
            Value::Object(map) => each(&Members::new(map, &path), warnings),
            other => warnings.add(&path, format!("is {}, not an object; ignored", kind(other))),
        }
    }
}

fn required<'a>(members: &Members<'a>, member: &str, warnings: &mut Warnings) -> Option<&'a str> {
    if members.value(member).is_none() {
        warnings.add(&members.path(member), "is missing; the handler is ignored");
    }
    members.string(member, warnings)
}

/// `text/plain`, `image/*`: what can stand in a desktop's list of types.
fn is_media_type(text: &str) -> bool {
    let is_token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+*".contains(&byte))
    };
    text.len() <= 127
        && text
            .split_once('/')
            .is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

fn is_ending(text: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    text.len() <= 16
        && text
            .strip_prefix('.')
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(is_plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_taken_by_their_names_and_by_their_types_where_no_names_are_given() {
        let of = |media_type: &str, endings: &[&str]| FileType {
            media_type: media_type.into(),
            endings: endings.iter().map(|ending| (*ending).to_owned()).collect(),
        };
        let handler = FileHandler {
            action: Url::parse("https://example.com/open").unwrap(),
            name: None,
            accept: vec![of("text/plain", &[".txt", ".md"]), of("image/*", &[])],
            icons: Vec::new(),
            launch_type: LaunchType::SingleClient,
        };
        assert!(handler.accepts("Notes.TXT", None) && handler.accepts("a.b.md", Some("text/markdown")));
        assert!(handler.accepts("picture", Some("image/png")));
        assert!(!handler.accepts("notes", Some("text/plain")), "its name says nothing");
        assert!(!handler.accepts(".txt", None), "it has no name before the ending");
        assert!(!handler.accepts("picture", None) && !handler.accepts("x.txt.exe", Some("application/x-dosexec")));
        assert!(!handler.accepts("x", Some("imagery/png")));
    }
}

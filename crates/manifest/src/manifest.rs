use insula_vocabulary::{Compatibility, FrameRules};
use url::Url;

use crate::json::{Members, parse_object};
use crate::location::{is_trustworthy_download, is_within_scope, manifest_url, resolve, root, same_origin};
use crate::text::{MAXIMUM_DESCRIPTION, MAXIMUM_NAME, text};
use crate::version::ParseVersionError;
use crate::warning::{Warnings, quote};
use crate::{
    ClientMode, Color, DisplayMode, FileHandler, Icon, IwaVersion, ManifestError, PermissionsPolicy, ProtocolHandler,
    RequestedName, ShareTarget, Shortcut, Warning, color, controlled_frame, display, handlers, icon,
    permissions_policy, requested, share_target, shortcut,
};

/// A web app manifest, processed: what is not here was absent or ignored.
///
/// Members that are not read here (`screenshots`, `categories`, …) are skipped without a warning, as are unknown ones; their
/// names are in `members`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Manifest {
    /// What identifies the app, however its `start_url` changes.
    pub id: Url,
    /// The name, on one line and at most 100 characters.
    pub name: Option<String>,
    /// A name for places with little room.
    pub short_name: Option<String>,
    /// What the app is, in a sentence or two; at most 2,000 characters.
    pub description: Option<String>,
    /// The version; only Isolated Web Apps have one.
    pub version: Option<IwaVersion>,
    /// What is opened when the app starts.
    pub start_url: Url,
    /// The addresses that belong to the app: those that start with this one.
    pub scope: Url,
    /// Pictures that stand for the app, in the author's order.
    pub icons: Vec<Icon>,
    /// How much of a window the app wants.
    pub display: DisplayMode,
    /// What it would rather have, best first.
    pub display_override: Vec<DisplayMode>,
    /// What colours the window around the app.
    pub theme_color: Option<Color>,
    /// What is seen before the app's first picture.
    pub background_color: Option<Color>,
    /// Parts of the app that can be opened at once, in the author's order.
    pub shortcuts: Vec<Shortcut>,
    /// The schemes of links that the app opens.
    pub protocol_handlers: Vec<ProtocolHandler>,
    /// The files that the app opens.
    pub file_handlers: Vec<FileHandler>,
    /// What takes what other apps share.
    pub share_target: Option<ShareTarget>,
    /// Which window takes what the app is started for.
    pub client_mode: ClientMode,
    /// The language of the texts above, as a BCP 47 tag.
    pub lang: Option<String>,
    /// The direction of the texts above.
    pub dir: TextDirection,
    /// What to ask for at the first run, most important first, not yet mapped to known names.
    pub permissions: Vec<RequestedName>,
    /// The features that an Isolated Web App switches on.
    pub permissions_policy: PermissionsPolicy,
    /// Whose answers `<controlledframe>` gives: the member `compatibility` of `controlled_frame`, which is Insula's own.
    pub compatibility: Option<Compatibility>,
    /// What frames may show: the members `allow_http` and `origins` of `controlled_frame`, which are Insula's own.
    pub frame_rules: FrameRules,
    /// Where the list of newer releases is.
    pub update_manifest_url: Option<Url>,
    /// The names of all members that are there, at most 200 of them.
    pub members: Vec<String>,

    /// What was declared and not taken over; an Isolated Web App is refused for it.
    pub(crate) rejected: Rejected,
}

/// More than there are in the specifications.
const MAXIMUM_MEMBERS: usize = 200;

/// Members with values that are no use: a web app gets the default instead, an Isolated Web App is refused.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Rejected {
    pub(crate) id: Option<String>,
    pub(crate) start_url: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) version: Option<(String, ParseVersionError)>,
}

/// The member `dir`: the direction in which the manifest's texts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TextDirection {
    /// Found out from the text.
    #[default]
    Auto,
    /// Left to right.
    LeftToRight,
    /// Right to left.
    RightToLeft,
}

impl Manifest {
    /// The names of the permissions that the app says it uses: what it [asks for](Self::permissions), and to save files where
    /// it opens some.
    pub fn used_permissions(&self) -> impl Iterator<Item = &str> {
        let saves = (!self.file_handlers.is_empty()).then_some("file-system-write");
        self.permissions.iter().map(RequestedName::as_str).chain(saves)
    }

    /// Reads a manifest.
    ///
    /// `url` is where it came from, against which its addresses resolve. For an Isolated Web App the
    /// origin `isolated-app://<id>/` is enough.
    ///
    /// What is wrong with single members is in the warnings; they are ignored, as the specification
    /// says. For a signed bundle ask [`Manifest::check_isolated`] afterwards.
    ///
    /// # Errors
    ///
    /// Too large, not JSON, not an object, or an address that can be no base.
    pub fn parse(bytes: &[u8], url: &Url) -> Result<(Self, Vec<Warning>), ManifestError> {
        let base = manifest_url(url)?;
        Self::read(bytes, &base, &root(&base))
    }

    /// Reads the manifest of a web app from the page at `document` that links to it (Web Application Manifest,
    /// "processing a manifest"). The manifest may lie elsewhere; the app is of the page's origin.
    ///
    /// # Errors
    ///
    /// As for [`Manifest::parse`].
    pub fn parse_linked(bytes: &[u8], url: &Url, document: &Url) -> Result<(Self, Vec<Warning>), ManifestError> {
        Self::read(bytes, &manifest_url(url)?, &manifest_url(document)?)
    }

    fn read(bytes: &[u8], base: &Url, document: &Url) -> Result<(Self, Vec<Warning>), ManifestError> {
        let map = parse_object(bytes)?;
        let mut warnings = Warnings::default();
        let manifest = read(&Members::new(&map, "$"), base, document, &mut warnings);
        Ok((manifest, warnings.into_vec()))
    }

    /// What to call the app where there is room: `name`, else `short_name`.
    pub fn display_name(&self) -> Option<&str> {
        self.name.as_deref().or(self.short_name.as_deref())
    }
}

fn read(members: &Members<'_>, base: &Url, document: &Url, warnings: &mut Warnings) -> Manifest {
    let mut rejected = Rejected::default();
    let start_url = read_start_url(members, base, document, &mut rejected, warnings);
    let scope = read_scope(members, base, &start_url, &mut rejected, warnings);
    let (compatibility, frame_rules) = controlled_frame::read(members, warnings);
    Manifest {
        id: read_id(members, &start_url, &mut rejected, warnings),
        name: text(members, "name", MAXIMUM_NAME, warnings),
        short_name: text(members, "short_name", MAXIMUM_NAME, warnings),
        description: text(members, "description", MAXIMUM_DESCRIPTION, warnings),
        version: read_version(members, &mut rejected, warnings),
        theme_color: color::read(members, "theme_color", warnings),
        background_color: color::read(members, "background_color", warnings),
        shortcuts: shortcut::read(members, base, &scope, warnings),
        protocol_handlers: handlers::read_protocols(members, base, &scope, warnings),
        file_handlers: handlers::read_files(members, base, &scope, warnings),
        share_target: share_target::read(members, base, &scope, warnings),
        client_mode: handlers::read_client_mode(members, warnings),
        scope,
        start_url,
        icons: icon::read(members, base, warnings),
        display: display::read_display(members, warnings),
        display_override: display::read_overrides(members, warnings),
        lang: read_lang(members, warnings),
        dir: read_dir(members, warnings),
        permissions: requested::read(members, warnings),
        permissions_policy: permissions_policy::read(members, warnings),
        compatibility,
        frame_rules,
        update_manifest_url: read_update_manifest_url(members, base, warnings),
        members: members.names().take(MAXIMUM_MEMBERS).map(str::to_owned).collect(),
        rejected,
    }
}

/// Same origin as the page that linked to the manifest, else that page. The page of an app that is installed from a bundle
/// is its origin's root.
fn read_start_url(
    members: &Members<'_>,
    base: &Url,
    document: &Url,
    rejected: &mut Rejected,
    warnings: &mut Warnings,
) -> Url {
    let mut default = document.clone();
    default.set_fragment(None);
    let Some(written) = members.string("start_url", warnings).filter(|text| !text.is_empty()) else {
        return default;
    };
    let path = members.path("start_url");
    match resolve(written, base, &path, warnings) {
        Some(url) if same_origin(&url, document) => return url,
        Some(_) => warnings.add(
            &path,
            format!("{} belongs to another origin; “{default}” is used", quote(written)),
        ),
        None => {}
    }
    rejected.start_url = Some(written.to_owned());
    default
}

/// Resolved against the origin of `start_url`, of the same origin, without a fragment.
fn read_id(members: &Members<'_>, start_url: &Url, rejected: &mut Rejected, warnings: &mut Warnings) -> Url {
    let mut default = start_url.clone();
    default.set_fragment(None);
    let Some(written) = members.string("id", warnings) else {
        return default;
    };
    if written.is_empty() {
        return default;
    }
    let path = members.path("id");
    match resolve(written, &root(start_url), &path, warnings) {
        Some(mut url) if same_origin(&url, start_url) => {
            url.set_fragment(None);
            return url;
        }
        Some(_) => {
            let message = format!("{} belongs to another origin; ignored", quote(written));
            warnings.add(&path, message);
        }
        None => {}
    }
    rejected.id = Some(written.to_owned());
    default
}

/// Must contain `start_url`; the default is the folder that it lies in.
fn read_scope(
    members: &Members<'_>,
    base: &Url,
    start_url: &Url,
    rejected: &mut Rejected,
    warnings: &mut Warnings,
) -> Url {
    let default = start_url.join(".").unwrap_or_else(|_| root(start_url));
    let Some(written) = members.string("scope", warnings).filter(|text| !text.is_empty()) else {
        return default;
    };
    let path = members.path("scope");
    match resolve(written, base, &path, warnings) {
        Some(mut url) if is_within_scope(start_url, &url) => {
            url.set_query(None);
            url.set_fragment(None);
            return url;
        }
        Some(_) => warnings.add(
            &path,
            format!("{} does not contain the start_url; “{default}” is used", quote(written)),
        ),
        None => {}
    }
    rejected.scope = Some(written.to_owned());
    default
}

fn read_version(members: &Members<'_>, rejected: &mut Rejected, warnings: &mut Warnings) -> Option<IwaVersion> {
    let written = members.string("version", warnings)?;
    match written.parse() {
        Ok(version) => Some(version),
        Err(reason) => {
            let message = format!("{} is not a version: {reason}; ignored", quote(written));
            warnings.add(&members.path("version"), message);
            rejected.version = Some((written.to_owned(), reason));
            None
        }
    }
}

fn read_lang(members: &Members<'_>, warnings: &mut Warnings) -> Option<String> {
    let written = members.string("lang", warnings)?;
    let mut subtags = written.split('-');
    let language = subtags.next().unwrap_or_default();
    let alphanumeric = |tag: &str| (1..=8).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric());
    let well_formed = written.len() <= 64
        && (1..=8).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && subtags.all(alphanumeric);
    if !well_formed {
        let message = format!("{} is not a language tag like “en-GB”; ignored", quote(written));
        warnings.add(&members.path("lang"), message);
        return None;
    }
    Some(written.to_owned())
}

fn read_dir(members: &Members<'_>, warnings: &mut Warnings) -> TextDirection {
    match members.string("dir", warnings).map(str::trim) {
        None | Some("auto") => TextDirection::Auto,
        Some("ltr") => TextDirection::LeftToRight,
        Some("rtl") => TextDirection::RightToLeft,
        Some(other) => {
            let message = format!("{} is not “ltr”, “rtl” or “auto”; ignored", quote(other));
            warnings.add(&members.path("dir"), message);
            TextDirection::Auto
        }
    }
}

fn read_update_manifest_url(members: &Members<'_>, base: &Url, warnings: &mut Warnings) -> Option<Url> {
    let written = members.string("update_manifest_url", warnings)?;
    let path = members.path("update_manifest_url");
    let url = resolve(written, base, &path, warnings)?;
    if !is_trustworthy_download(&url) {
        warnings.add(&path, format!("{} is not an https address; ignored", quote(written)));
        return None;
    }
    Some(url)
}

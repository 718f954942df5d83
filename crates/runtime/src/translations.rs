//! The user's language: what Insula says itself is translated by gettext.
//!
//! The English texts are the keys. `cargo xtask generate translations` gathers them into `po/insula.pot` from the calls of
//! [`tr`], [`tr_with`] and [`tr_count`], from the `.ui` files and from the table of permissions; `cargo xtask tidy` complains
//! about a language in `po/` that lacks one.

use gtk4::glib;
use std::ffi::{CString, OsString};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// The name of the texts among those of other programs. The `.ui` files say it, too.
const DOMAIN: &str = "insula";

/// A text in the user's language. What is in braces is a place for [`tr_with`].
pub(crate) fn tr(text: &str) -> String {
    // gettext answers the empty text with what its file says of itself.
    if text.is_empty() {
        return String::new();
    }
    glib::dgettext(Some(DOMAIN), text).into()
}

/// A text in which each `{name}` has the value of that name.
pub(crate) fn tr_with(text: &str, values: &[(&str, &str)]) -> String {
    filled(&tr(text), values)
}

/// One of two texts, as the user's language speaks of so many; in them `{count}` is the number.
pub(crate) fn tr_count(one: &str, many: &str, count: usize) -> String {
    let text = glib::dngettext(Some(DOMAIN), one, many, count as libc::c_ulong);
    filled(&text, &[("count", &count.to_string())])
}

/// Puts values in their places, each once: a value may have braces of its own.
pub(crate) fn filled(text: &str, values: &[(&str, &str)]) -> String {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some(start) = rest.find('{') {
        let (before, from) = rest.split_at(start);
        filled.push_str(before);
        let named = from[1..].split_once('}');
        let value = named.and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((*value, after))
        });
        match value {
            Some((value, after)) => {
                filled.push_str(value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = &from[1..];
            }
        }
    }
    filled + rest
}

/// Takes the user's language from the environment, and finds the texts in it. Before GTK starts.
#[expect(unsafe_code, reason = "glib has no safe way to say where translations lie")]
pub(crate) fn load() {
    use libc::{c_char, setlocale};
    unsafe extern "C" {
        fn bindtextdomain(domain: *const c_char, folder: *const c_char) -> *mut c_char;
        fn bind_textdomain_codeset(domain: *const c_char, codeset: *const c_char) -> *mut c_char;
    }
    let folder = folder().and_then(|folder| CString::new(OsString::from(folder).into_vec()).ok());
    let domain = CString::new(DOMAIN).expect("it has no zero in it");
    // SAFETY: the texts end with zeros and live until the calls return, which copy them. GTK sets the locale the same way
    // when it starts; nobody reads it on another thread before that.
    unsafe {
        setlocale(libc::LC_ALL, c"".as_ptr());
        if let Some(folder) = folder {
            bindtextdomain(domain.as_ptr(), folder.as_ptr());
        }
        bind_textdomain_codeset(domain.as_ptr(), c"UTF-8".as_ptr());
    }
}

/// Where translations are: beside the program when built from source, in the system's folder when installed. Without one,
/// gettext looks where the system has those of all programs.
fn folder() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let own = program.parent()?;
    let places = [own.join("locale"), own.join("../share/locale")];
    places.into_iter().find(|place| has_translations(place))
}

fn has_translations(folder: &Path) -> bool {
    let languages = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files = languages.map(|language| language.path().join("LC_MESSAGES/insula.mo"));
    files.any(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn values_stand_where_their_names_stood() {
        for (text, expected) in [
            ("{app} by {host}", "{host} by example.org"),
            ("{host}", "example.org"),
            ("{other} {host", "{other} {host"),
            ("{ {host} }", "{ example.org }"),
            ("", ""),
        ] {
            assert_eq!(filled(text, &[("app", "{host}"), ("host", "example.org")]), expected);
        }
    }
}

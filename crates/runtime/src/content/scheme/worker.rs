//! The first lines of an app's workers.
//!
//! The engine has no way to put something before a worker's script. So the page side asks for the script by a marked URL
//! (`js/page/workers/marker.js`), and what answers it, in the place of the script, runs Insula's part and then the script, which
//! is loaded by its own URL: its strictness, its relative URLs and its errors are as if it had been there from the start.

use super::{SCHEME, finish};
use crate::environment;
use gtk4::glib;
use insula_bridge::wire::{WORKER_PATH, WORKER_URL};
use url::Url;
use webkit6::{URISchemeRequest, WebContext};

/// A bundle of modules, whose value is a function that answers what to give to `importScripts`.
const BUNDLE: &str = include_str!("../../../../../js/generated/worker.js");

/// What a worker's script is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// A classic script.
    Classic,
    /// A module.
    Module,
}

impl Script {
    /// Whether a URL asks for the beginning of a worker.
    pub(super) fn of(url: &Url) -> Option<Self> {
        let rest = url.fragment()?.strip_prefix("insula-worker-")?;
        match rest.split_once('-')?.0 {
            "classic" => Some(Self::Classic),
            "module" => Some(Self::Module),
            _ => None,
        }
    }

    /// What begins the worker whose script is at a URL.
    pub(super) fn beginning(self, url: &Url) -> String {
        match self {
            Self::Classic => format!("importScripts({});\n", call()),
            Self::Module => {
                let mut script = url.clone();
                script.set_fragment(None);
                // Both are strings of ASCII without control characters, as JSON has them.
                let (prelude, script) = (prelude(url), serde_json::Value::from(script.as_str()));
                format!("import {prelude};\nimport {script};\n")
            }
        }
    }
}

/// The script by which a worker gets the network, if that is what a URL asks for.
pub(super) fn network_at(url: &Url) -> Option<String> {
    (url.path() == WORKER_PATH).then(|| format!("{};\n", call()))
}

/// Makes a context serve that script to the workers of a site. It says nothing of the app, and gives nothing by itself.
pub(super) fn register(context: &WebContext) {
    let Some((scheme, _)) = WORKER_URL.split_once(':') else {
        return;
    };
    if let Some(security) = context.security_manager() {
        security.register_uri_scheme_as_secure(scheme);
        security.register_uri_scheme_as_cors_enabled(scheme);
    }
    context.register_uri_scheme(scheme, |request| {
        crate::guard("the workers' scheme", (), || serve(request));
    });
}

fn serve(request: &URISchemeRequest) {
    let is_known = request.uri().as_deref() == Some(WORKER_URL);
    let (status, script) = if is_known {
        (200, format!("{};\n", call()))
    } else {
        (404, String::new())
    };
    // It is loaded by documents of any origin and with any policy about what is embedded.
    let headers = [
        ("content-type", "text/javascript; charset=utf-8"),
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    finish(request, status, &headers, &glib::Bytes::from_owned(script.into_bytes()));
}

fn prelude(url: &Url) -> serde_json::Value {
    let host = url.host_str().unwrap_or_default();
    format!("{SCHEME}://{host}{WORKER_PATH}").into()
}

/// The bundle, called, as an expression.
fn call() -> String {
    let function = BUNDLE.trim_end().trim_end_matches(';');
    format!("{function}({})", environment::loses_streams())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn what_begins_a_worker_is_asked_for_by_a_marked_url() {
        let of = |fragment: &str| Script::of(&url(&format!("isolated-app://a/w.js{fragment}")));
        assert_eq!(of("#insula-worker-classic-00-110-granted;"), Some(Script::Classic));
        assert_eq!(of("#insula-worker-module-00-110-prompt;#part"), Some(Script::Module));
        for other in [
            "",
            "#",
            "#part",
            "#insula-worker-",
            "#insula-worker-other-",
            "?insula-worker-module-",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn a_module_is_imported_by_its_own_url_after_insulas_part() {
        let url = url("isolated-app://a/sub/w%22.js?a=\"b\"#insula-worker-module-00-110-prompt;");
        assert_eq!(
            Script::Module.beginning(&url),
            "import \"isolated-app://a/.well-known/insula/worker.js\";\nimport \"isolated-app://a/sub/w%22.js?a=%22b%22\";\n"
        );
        assert!(network_at(&url).is_none());
    }

    #[test]
    fn a_classic_script_is_imported_by_what_the_bundle_answers() {
        let beginning = Script::Classic.beginning(&url("isolated-app://a/w.js"));
        assert!(beginning.starts_with("importScripts(//") || beginning.starts_with("importScripts(("));
        assert!(beginning.ends_with("})()(false));\n") || beginning.ends_with("})()(true));\n"));
    }
}

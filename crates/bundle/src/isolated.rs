//! What an app's bundle must fulfil beyond being a web bundle.

use std::collections::HashMap;

use url::{ParseError, Url};

use crate::error::{Error, UrlProblem};
use crate::id::SignedWebBundleId;
use crate::path::canonical;
use crate::web_bundle::{Location, WebBundle};

impl WebBundle {
    /// Checks everything that an app's bundle must fulfil besides its signatures: the index has only
    /// URLs of this app, there is no primary URL, and every response is well-formed.
    pub fn check_app(&self, id: &SignedWebBundleId) -> Result<(), Error> {
        paths(self, id)?;
        self.check_responses()
    }
}

/// The index by path. Fails if a URL is not one of the app's own, or if two are the same.
pub(crate) fn paths(bundle: &WebBundle, id: &SignedWebBundleId) -> Result<HashMap<String, Location>, Error> {
    if bundle.primary_url().is_some() {
        return Err(Error::PrimaryUrl);
    }
    let origin = id.origin_url();
    let mut paths = HashMap::with_capacity(bundle.index().len());
    for (url, location) in bundle.index() {
        let path = path(&origin, url).map_err(|problem| Error::UnsuitableUrl {
            url: url.clone(),
            problem,
        })?;
        if paths.insert(path, *location).is_some() {
            return Err(Error::DuplicateUrl { url: url.clone() });
        }
    }
    Ok(paths)
}

/// The path of a URL of this app, in the one spelling that the URL standard gives it. A relative
/// URL is resolved against the origin.
fn path(origin: &Url, url: &str) -> Result<String, UrlProblem> {
    let url = origin.join(url).map_err(|error| match error {
        ParseError::InvalidPort => UrlProblem::Port,
        _ => UrlProblem::Invalid,
    })?;
    let is_of_origin = [
        (url.scheme() == origin.scheme(), UrlProblem::OtherScheme),
        // The scheme is not special to our parser, so it leaves capitals in a host; browsers' parsers do not.
        (
            url.host_str().map(str::to_ascii_lowercase).as_deref() == origin.host_str(),
            UrlProblem::OtherHost,
        ),
        (
            url.username().is_empty() && url.password().is_none(),
            UrlProblem::Credentials,
        ),
        (url.port().is_none(), UrlProblem::Port),
        (url.query().is_none(), UrlProblem::Query),
        (url.fragment().is_none(), UrlProblem::Fragment),
    ];
    match is_of_origin.into_iter().find(|(fulfilled, _)| !fulfilled) {
        Some((_, problem)) => Err(problem),
        // The scheme has an authority, so that its empty path is the root, as it is for https.
        None if url.path().is_empty() => Ok("/".to_owned()),
        None => Ok(canonical(url.path()).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_one_spelling() {
        let origin = SignedWebBundleId::development([1; 32]).origin_url();
        let check = |url: &str, expected: Result<&str, UrlProblem>| {
            let found = path(&origin, &url.replace("ORIGIN", origin.as_str().trim_end_matches('/')));
            assert_eq!(found.as_deref(), expected.as_ref().map(|text| *text), "{url}");
        };
        check("ORIGIN", Ok("/"));
        check("ORIGIN/", Ok("/"));
        check("/", Ok("/"));
        check("a/../b.js", Ok("/b.js"));
        check("ORIGIN/a%20b/ü", Ok("/a%20b/%C3%BC"));
        check("ORIGIN/a b", Ok("/a%20b"));
        check("https://example.com/", Err(UrlProblem::OtherScheme));
        check("isolated-app://other/", Err(UrlProblem::OtherHost));
        check("ORIGIN:80/", Err(UrlProblem::Port));
        check("ORIGIN:x/", Err(UrlProblem::Port));
        check("ORIGIN/?", Err(UrlProblem::Query));
        check("ORIGIN/#", Err(UrlProblem::Fragment));
        check("isolated-app://[/", Err(UrlProblem::Invalid));
        check(&origin.as_str().replace("://", "://me@"), Err(UrlProblem::Credentials));
        check(
            &origin.as_str().replace("://", "://:secret@"),
            Err(UrlProblem::Credentials),
        );
        check(&origin.as_str().to_uppercase(), Ok("/"));
        check("ORIGIN/a^b", Ok("/a%5Eb"));
        check("ORIGIN/a%5Eb", Ok("/a%5Eb"));
    }
}

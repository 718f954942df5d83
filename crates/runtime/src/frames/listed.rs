//! Where a frame's top document may come from, where the manifest lists it, as a filter of the engine's.
//!
//! When the engine asks where a page goes, it does not say whether it asks for the top document. Its filters know: they
//! tell loads of the top document apart, wherever those lead.

use insula_vocabulary::{HostPattern, OriginPattern, PortPattern};
use serde_json::{Value, json};

/// The rules of a filter, as WebKit's content blockers have them: of those that apply to a URL the last one counts.
pub(super) fn rules(origins: &[OriginPattern]) -> Value {
    let rule = |filter: String, action: &str| {
        json!({
            "trigger": { "url-filter": filter, "resource-type": ["document"], "load-context": ["top-frame"] },
            "action": { "type": action },
        })
    };
    let listed = origins.iter().flat_map(filters).chain(["^about:".to_owned()]);
    let pass = listed.map(|filter| rule(filter, "ignore-previous-rules"));
    [rule(".*".to_owned(), "block")].into_iter().chain(pass).collect()
}

/// The URLs of a pattern's origins, and what their pages make. The engine writes URLs in one way only: with the host in
/// lower case, and without the usual port.
fn filters(pattern: &OriginPattern) -> Vec<String> {
    let hosts = match pattern.host() {
        HostPattern::Any => vec![r"[^/@:\[]+".to_owned(), r"\[[0-9a-f:.]+\]".to_owned()],
        HostPattern::Exactly(host) => vec![escaped(&host.to_string())],
        HostPattern::Within(name) => vec![format!(r"([^/@:\[]*\.)?{}", escaped(name))],
    };
    let mut filters = Vec::new();
    for scheme in pattern.schemes() {
        let port = match pattern.port() {
            PortPattern::Any => "(:[0-9]+)?".to_owned(),
            PortPattern::Exactly(port) if (*scheme, port) != ("http", 80) && (*scheme, port) != ("https", 443) => {
                format!(":{port}")
            }
            PortPattern::Usual | PortPattern::Exactly(_) => String::new(),
        };
        for host in &hosts {
            for before in ["", "blob:"] {
                filters.push(format!("^{before}{scheme}://([^/@]*@)?{host}{port}/"));
            }
        }
    }
    filters
}

/// A host as a regular expression.
fn escaped(host: &str) -> String {
    let mut escaped = String::new();
    for character in host.chars() {
        // What else may be in a host stands for itself, and some of it would be something else with a backslash.
        if !character.is_ascii_alphanumeric() && !matches!(character, '-' | '_' | ':') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use gtk4::glib;
    use insula_vocabulary::FrameRules;
    use url::Url;

    /// Whether the last of the rules that applies to a URL blocks it.
    fn blocks(rules: &Value, url: &str) -> bool {
        let rules = rules.as_array().unwrap().iter().rev();
        let mut applying = rules.filter(|rule| {
            let filter = rule["trigger"]["url-filter"].as_str().unwrap();
            let (compile, find) = (glib::RegexCompileFlags::CASELESS, glib::RegexMatchFlags::DEFAULT);
            glib::Regex::match_simple(filter, url, compile, find)
        });
        applying.next().expect("the first applies to all")["action"]["type"] == "block"
    }

    #[test]
    fn the_filter_blocks_what_the_list_has_not() {
        for (written, urls) in [
            (
                "https://example.com http://127.0.0.1:8080",
                "https://example.com/ https://a:b@example.com/x?y https://example.com:8443/ http://example.com/ \
                 https://example.com@evil.example/ https://example.com.evil.example/ https://exampleacom/ \
                 https://evil.example/https://example.com/ https://evil.example/?@example.com/ http://127.0.0.1:8080/ \
                 http://127.0.0.1/ blob:https://example.com/1 blob:https://evil.example/1 about:blank data:text/html,x",
            ),
            (
                "https://*.example.com:* http://[::1]:81",
                "https://example.com/ https://a.b.example.com:1/ https://notexample.com/ https://example.com.evil.example/ \
                 https://a@b.example.com/ https://evil.example:80@a.example.com/ http://[::1]:81/ http://[::1]/",
            ),
            (
                "*://example.com:443",
                "https://example.com/ http://example.com:443/ http://example.com/ https://example.com:80/",
            ),
            (
                "https://*",
                "https://a/ https://[::1]/ https://a.b.c/ https://a:1/ https://[::1]:1/ http://a/",
            ),
            ("", "https://a/ about:blank"),
        ] {
            let origins: Vec<OriginPattern> = written.split_whitespace().map(|it| it.parse().unwrap()).collect();
            let filter = rules(&origins);
            let list = FrameRules {
                origins: Some(origins),
                ..FrameRules::default()
            };
            for url in urls.split_whitespace() {
                let is_listed = list.list(&Url::parse(url).unwrap());
                assert_eq!(blocks(&filter, url), !is_listed, "{written}: {url}");
            }
        }
    }
}

//! What a jar holds (RFC 6265bis, "Storage Model" and "Retrieval Model"), without clock or disk.

use std::collections::HashMap;

use http::HeaderValue;
use url::Url;

use super::PublicSuffixes;
use super::cookie::{Cookie, domain_matches, is_trustworthy};
use crate::limits::HEADER_BYTES;

/// Cookies of one domain.
pub(super) const OF_A_DOMAIN: usize = 180;

/// Cookies in all.
pub(super) const IN_ALL: usize = 3000;

/// The cookies of an app.
#[derive(Debug, Default)]
pub(super) struct Store {
    by_domain: HashMap<String, Vec<Cookie>>,
    count: usize,
    /// The number of what happened last: a cookie came, or was sent.
    last: u64,
}

impl Store {
    /// What was kept.
    pub(super) fn of(kept: Vec<Cookie>, now: i64) -> Self {
        let mut store = Self::default();
        for cookie in kept {
            store.last = store.last.max(cookie.created).max(cookie.used);
            store.insert(cookie);
        }
        store.remove_over(now);
        store.bound();
        store
    }

    /// What stays when the app ends.
    pub(super) fn kept(&self, now: i64) -> Vec<Cookie> {
        let all = self.by_domain.values().flatten();
        let mut kept: Vec<_> = all
            .filter(|cookie| cookie.expires.is_some() && !cookie.is_over(now))
            .cloned()
            .collect();
        kept.sort_by_key(|cookie| cookie.created);
        kept
    }

    /// Takes the `Set-Cookie` headers of a response from `url`, and says whether something has changed that stays.
    pub(super) fn receive<'a>(
        &mut self,
        url: &Url,
        headers: impl Iterator<Item = &'a [u8]>,
        suffixes: &dyn PublicSuffixes,
        now: i64,
    ) -> bool {
        let mut is_changed = false;
        for header in headers {
            if let Some(cookie) = Cookie::parse(header, url, suffixes, now) {
                is_changed |= self.set(url, cookie, now);
            }
        }
        is_changed | self.remove_over(now) | self.bound()
    }

    /// The `Cookie` header of a request to `url`. Cookies for which it has no room are left out.
    pub(super) fn header(&mut self, url: &Url, now: i64) -> Option<HeaderValue> {
        self.last += 1;
        let last = self.last;
        let domains = self
            .by_domain
            .iter_mut()
            .filter(|(domain, _)| domain_matches(url, domain));
        let mut matching: Vec<&mut Cookie> = domains
            .flat_map(|(_, cookies)| cookies)
            .filter(|cookie| !cookie.is_over(now) && cookie.is_for(url))
            .collect();
        matching.sort_by_key(|cookie| (usize::MAX - cookie.path.len(), cookie.created));
        let mut header = String::new();
        for cookie in matching {
            if header.len() + cookie.name.len() + cookie.value.len() + 3 > HEADER_BYTES {
                continue;
            }
            cookie.used = last;
            if !header.is_empty() {
                header.push_str("; ");
            }
            header.push_str(&cookie.name);
            header.push('=');
            header.push_str(&cookie.value);
        }
        if header.is_empty() {
            return None;
        }
        // No cookie has a character in it that no header has.
        HeaderValue::from_bytes(header.as_bytes()).ok()
    }

    fn set(&mut self, url: &Url, mut cookie: Cookie, now: i64) -> bool {
        let is_unprotected = !cookie.secure && !is_trustworthy(url);
        let mut all = self.by_domain.values().flatten();
        if is_unprotected && all.any(|it| it.secure && !it.is_over(now) && it.is_shadowed_by(&cookie)) {
            return false;
        }
        self.last += 1;
        cookie.created = self.last;
        cookie.used = self.last;
        let stays = cookie.expires.is_some();
        let replaced = self.take(&cookie);
        if let Some(replaced) = &replaced {
            cookie.created = replaced.created;
        }
        self.insert(cookie);
        stays || replaced.is_some_and(|it| it.expires.is_some())
    }

    fn insert(&mut self, cookie: Cookie) {
        self.count += 1;
        self.by_domain.entry(cookie.domain.clone()).or_default().push(cookie);
    }

    fn take(&mut self, cookie: &Cookie) -> Option<Cookie> {
        let cookies = self.by_domain.get_mut(&cookie.domain)?;
        let at = cookies.iter().position(|it| it.is_same(cookie))?;
        self.count -= 1;
        Some(cookies.swap_remove(at))
    }

    /// Removes what is over, and says whether there was any.
    fn remove_over(&mut self, now: i64) -> bool {
        let before = self.count;
        self.by_domain.retain(|_, cookies| {
            cookies.retain(|cookie| !cookie.is_over(now));
            !cookies.is_empty()
        });
        self.count = self.by_domain.values().map(Vec::len).sum();
        self.count < before
    }

    /// Removes those that were not sent for the longest time, where there are too many.
    fn bound(&mut self) -> bool {
        let before = self.count;
        for cookies in self.by_domain.values_mut() {
            if cookies.len() > OF_A_DOMAIN {
                // Those that are secrets last.
                cookies.sort_by_key(|cookie| (cookie.secure, cookie.used));
                cookies.drain(..cookies.len() - OF_A_DOMAIN);
            }
        }
        self.count = self.by_domain.values().map(Vec::len).sum();
        if self.count > IN_ALL {
            let mut uses: Vec<_> = self.by_domain.values().flatten().map(|cookie| cookie.used).collect();
            uses.sort_unstable();
            // Cookies that were sent together were used together: a few more may go than have to.
            let last = uses[self.count - IN_ALL - 1];
            self.by_domain.retain(|_, cookies| {
                cookies.retain(|cookie| cookie.used > last);
                !cookies.is_empty()
            });
            self.count = self.by_domain.values().map(Vec::len).sum();
        }
        self.count < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::TopLevel;

    const NOW: i64 = 1_800_000_000;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn set(store: &mut Store, from: &str, headers: &[&str]) -> bool {
        let headers = headers.iter().map(|header| header.as_bytes());
        store.receive(&url(from), headers, &TopLevel, NOW)
    }

    fn sent(store: &mut Store, to: &str) -> String {
        let header = store.header(&url(to), NOW);
        header.map_or_else(String::new, |it| String::from_utf8(it.as_bytes().to_vec()).unwrap())
    }

    #[test]
    fn longer_paths_come_first_then_older_cookies_and_a_new_value_keeps_the_place() {
        let mut store = Store::default();
        set(
            &mut store,
            "https://a.example/x/y",
            &[
                "one=1; Path=/",
                "two=2; Path=/",
                "deep=3",
                "up=4; Domain=a.example; Path=/",
            ],
        );
        set(&mut store, "https://a.example/", &["one=new; Path=/"]);
        assert_eq!(
            sent(&mut store, "https://a.example/x/z"),
            "deep=3; one=new; two=2; up=4"
        );
        assert_eq!(sent(&mut store, "https://b.a.example/"), "up=4");
        assert_eq!(sent(&mut store, "https://example/"), "");
    }

    #[test]
    fn what_is_over_is_not_sent_and_a_cookie_is_taken_back_by_one_that_is_over() {
        let mut store = Store::default();
        assert!(set(&mut store, "https://a.example/", &["n=v; Max-Age=10", "m=w"]));
        assert_eq!(store.header(&url("https://a.example/"), NOW + 10).unwrap(), "m=w");
        assert!(set(&mut store, "https://a.example/", &["n=; Max-Age=0"]));
        assert_eq!(sent(&mut store, "https://a.example/"), "m=w");
        set(
            &mut store,
            "https://a.example/",
            &["m=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"],
        );
        assert_eq!(sent(&mut store, "https://a.example/"), "");
    }

    #[test]
    fn only_what_has_a_time_stays() {
        let mut store = Store::default();
        assert!(!set(&mut store, "https://a.example/", &["session=1"]));
        assert!(set(
            &mut store,
            "https://a.example/",
            &["kept=2; Max-Age=10; Secure; Path=/x"]
        ));
        let mut again = Store::of(store.kept(NOW), NOW);
        assert_eq!(sent(&mut again, "https://a.example/x"), "kept=2");
        assert_eq!(Store::of(store.kept(NOW), NOW + 10).count, 0);
    }

    #[test]
    fn what_comes_unprotected_takes_no_secrets_place() {
        let mut store = Store::default();
        set(
            &mut store,
            "https://a.example/",
            &["id=real; Secure; Domain=a.example; Path=/in"],
        );
        set(
            &mut store,
            "http://a.example/",
            &["id=fake; Domain=a.example; Path=/in/side"],
        );
        set(&mut store, "http://b.a.example/", &["id=fake; Path=/in"]);
        assert_eq!(sent(&mut store, "https://b.a.example/in/side"), "id=real");
        set(&mut store, "http://a.example/", &["id=other; Path=/"]);
        assert_eq!(sent(&mut store, "https://a.example/in"), "id=real; id=other");
    }

    #[test]
    fn a_domain_has_180_and_the_app_3000_and_what_was_not_used_goes() {
        let mut store = Store::default();
        set(
            &mut store,
            "https://a.example/",
            &["secret=1; Secure", "used=1", "unused=1"],
        );
        sent(&mut store, "https://a.example/");
        for i in 0..OF_A_DOMAIN - 2 {
            set(&mut store, "https://a.example/", &[&format!("n{i}=v")]);
            if i % 50 == 0 {
                set(&mut store, "https://a.example/", &["used=2"]);
            }
        }
        assert_eq!(store.count, OF_A_DOMAIN);
        let header = sent(&mut store, "https://a.example/");
        assert!(header.contains("secret=1") && header.contains("used=2"), "{header}");
        assert!(!header.contains("unused"), "{header}");
        for i in 0..IN_ALL + 100 {
            set(&mut store, &format!("https://h{i}.example/"), &["n=v"]);
        }
        assert_eq!(store.count, IN_ALL);
        assert_eq!(sent(&mut store, "https://a.example/"), "");
        assert_eq!(sent(&mut store, &format!("https://h{}.example/", IN_ALL + 99)), "n=v");
    }

    #[test]
    fn a_header_has_no_more_than_a_server_may_be_sent() {
        let mut store = Store::default();
        let value = "v".repeat(4000);
        for i in 0..OF_A_DOMAIN {
            set(&mut store, "https://a.example/", &[&format!("n{i}={value}")]);
        }
        let header = sent(&mut store, "https://a.example/");
        assert!(
            header.len() <= HEADER_BYTES && header.len() > HEADER_BYTES - 5000,
            "{}",
            header.len()
        );
    }
}

//! When which sites were shown in a partition. What they keep is no younger than that.

use std::collections::HashMap;

/// How many sites that are shown no more are remembered.
const MOST: usize = 10_000;

/// Since when, and until when, a partition's frames showed which sites. A site is named by its registrable domain.
#[derive(Debug)]
pub struct Visits {
    /// Nothing is known of what was before, in milliseconds since 1970.
    known_from: f64,
    /// How many documents are shown.
    shown: HashMap<String, usize>,
    /// When the last one went.
    left: HashMap<String, f64>,
}

impl Visits {
    /// Nothing is shown `now`, in milliseconds since 1970.
    pub fn new(now: f64) -> Self {
        Self {
            known_from: now,
            shown: HashMap::new(),
            left: HashMap::new(),
        }
    }

    /// A document of a site is shown.
    pub fn enter(&mut self, site: &str) {
        *self.shown.entry(site.to_owned()).or_default() += 1;
    }

    /// A document of a site is shown no more.
    pub fn leave(&mut self, now: f64, site: &str) {
        let Some(count) = self.shown.get_mut(site) else { return };
        *count -= 1;
        if *count > 0 {
            return;
        }
        self.shown.remove(site);
        if self.left.len() >= MOST {
            self.left.clear();
            self.known_from = now;
        }
        self.left.insert(site.to_owned(), now);
    }

    /// Whether a site may have written anything at a time or later.
    pub fn may_have_written(&self, since: f64, site: &str) -> bool {
        since < self.known_from
            || self.shown.contains_key(site)
            || self.left.get(site).is_some_and(|left| *left >= since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_may_write_while_one_of_its_documents_is_shown() {
        let mut visits = Visits::new(1000.0);
        assert!(visits.may_have_written(999.0, "a.example"));
        assert!(!visits.may_have_written(1000.0, "a.example"));
        visits.enter("a.example");
        visits.enter("a.example");
        visits.leave(2000.0, "a.example");
        assert!(visits.may_have_written(5000.0, "a.example"));
        visits.leave(6000.0, "a.example");
        assert!(visits.may_have_written(6000.0, "a.example"));
        assert!(!visits.may_have_written(6001.0, "a.example"));
        assert!(!visits.may_have_written(2000.0, "b.example"));
    }

    #[test]
    fn what_is_forgotten_may_have_written() {
        let mut visits = Visits::new(0.0);
        for site in 0..=MOST {
            let (time, site) = (site as f64, site.to_string());
            visits.enter(&site);
            visits.leave(time, &site);
        }
        assert!(visits.left.len() <= MOST);
        assert!(visits.may_have_written(MOST as f64 - 1.0, "0"));
        assert!(!visits.may_have_written(MOST as f64, "0"));
    }
}

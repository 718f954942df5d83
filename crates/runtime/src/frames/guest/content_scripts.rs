//! `addContentScripts`: an app's scripts and style sheets in all documents that will be loaded.
//!
//! The engine gets one script, with all of them in it, that decides in each document which are for it
//! (`js/frame/select.js`): the engine's own patterns know neither ports nor queries.

use super::Guest;
use super::courier::WORLD;
use crate::guard;
use gtk4::glib;
use insula_bridge::{ContentScript, DomError, DomErrorName};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use webkit6::{UserContentInjectedFrames, UserContentManager, UserScript, UserScriptInjectionTime};

/// How many content scripts a frame has at the most, and how long they are together, in bytes. As `content-script-details.js`
/// has it.
const MOST: usize = 10_000;
const LONGEST: usize = 16 << 20;

/// The content scripts of a frame.
#[derive(Default)]
pub(super) struct ContentScripts {
    scripts: RefCell<Ordered>,
    /// What the engine has of them.
    installed: RefCell<Option<UserScript>>,
    /// Whether that is not what they are now.
    is_stale: Cell<bool>,
}

/// Content scripts in the order in which their names came.
#[derive(Default)]
struct Ordered {
    scripts: Vec<ContentScript>,
    /// Where each is, by its name.
    places: HashMap<String, usize>,
    /// How long they are together.
    length: usize,
}

impl Ordered {
    /// Adds some, each in the place of one of the same name.
    ///
    /// # Errors
    /// They would be too many or too long; none is added then.
    fn add(&mut self, added: Vec<ContentScript>) -> Result<(), DomError> {
        // Each name once: the last one counts.
        let lengths: HashMap<&str, usize> = added.iter().map(|it| (it.name.as_str(), it.length())).collect();
        let replaced = |name: &&&str| self.places.contains_key(**name);
        let gone = |name: &&str| self.places.get(*name).map_or(0, |place| self.scripts[*place].length());
        let count = self.scripts.len() + lengths.len() - lengths.keys().filter(replaced).count();
        let length = self.length + lengths.values().sum::<usize>() - lengths.keys().map(gone).sum::<usize>();
        if count > MOST || length > LONGEST {
            return Err(DomError::new(
                DomErrorName::QuotaExceededError,
                format!(
                    "A frame has {MOST} content scripts at the most, of {} MiB together.",
                    LONGEST >> 20
                ),
            ));
        }
        self.length = length;
        for script in added {
            match self.places.get(&script.name) {
                Some(place) => self.scripts[*place] = script,
                None => {
                    self.places.insert(script.name.clone(), self.scripts.len());
                    self.scripts.push(script);
                }
            }
        }
        Ok(())
    }

    /// Takes those with these names away, or all.
    fn remove(&mut self, names: Option<&[String]>) {
        let Some(names) = names else {
            *self = Self::default();
            return;
        };
        let names: HashSet<&str> = names.iter().map(String::as_str).collect();
        self.scripts.retain(|script| !names.contains(script.name.as_str()));
        let places = self.scripts.iter().enumerate();
        self.places = places.map(|(place, script)| (script.name.clone(), place)).collect();
        self.length = self.scripts.iter().map(ContentScript::length).sum();
    }
}

impl ContentScripts {
    /// Tells the engine, if it has not been told: the next document is to have them as they are now.
    fn tell(&self, content: &UserContentManager) {
        if !self.is_stale.replace(false) {
            return;
        }
        if let Some(installed) = self.installed.take() {
            content.remove_script(&installed);
        }
        let scripts = &self.scripts.borrow().scripts;
        if scripts.is_empty() {
            return;
        }
        let frames = match scripts.iter().any(|script| script.all_frames) {
            true => UserContentInjectedFrames::AllFrames,
            false => UserContentInjectedFrames::TopFrame,
        };
        let script = UserScript::for_world(
            &source(scripts),
            frames,
            UserScriptInjectionTime::Start,
            WORLD,
            &[],
            &[],
        );
        content.add_script(&script);
        self.installed.replace(Some(script));
    }
}

/// The script that hands them to `js/frame/courier.js`, which has come into the document before.
fn source(scripts: &[ContentScript]) -> String {
    // Plain data always serialises. A text is read faster than a literal.
    let json = serde_json::to_string(scripts).unwrap_or_default();
    let text = serde_json::Value::from(json);
    format!("globalThis[Symbol.for('insula.document')]?.inject(JSON.parse({text}));")
}

impl Guest {
    /// Adds content scripts to the documents that will be loaded.
    ///
    /// # Errors
    /// They would be too many or too long.
    pub(crate) fn add_content_scripts(self: &Rc<Self>, added: Vec<ContentScript>) -> Result<(), DomError> {
        self.content_scripts.scripts.borrow_mut().add(added)?;
        self.content_scripts_changed();
        Ok(())
    }

    /// Takes content scripts away from the documents that will be loaded: those with names, or all.
    pub(crate) fn remove_content_scripts(self: &Rc<Self>, names: Option<&[String]>) {
        self.content_scripts.scripts.borrow_mut().remove(names);
        self.content_scripts_changed();
    }

    /// However often they change, the engine is told once in a turn, and before a document is asked for.
    fn content_scripts_changed(self: &Rc<Self>) {
        if self.content_scripts.is_stale.replace(true) {
            return;
        }
        let weak = Rc::downgrade(self);
        glib::idle_add_local_full(glib::Priority::HIGH, move || {
            guard("content scripts", (), || {
                if let Some(guest) = weak.upgrade() {
                    guest.tell_content_scripts();
                }
            });
            glib::ControlFlow::Break
        });
    }

    /// Sees to it that the next document has the content scripts as they are now.
    pub(super) fn tell_content_scripts(&self) {
        self.content_scripts.tell(&self.content);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insula_bridge::RunAt;

    fn script(name: &str, code: &str) -> ContentScript {
        ContentScript {
            name: name.to_owned(),
            matches: Vec::new(),
            exclude_matches: Vec::new(),
            include_globs: Vec::new(),
            exclude_globs: Vec::new(),
            url_patterns: Vec::new(),
            exclude_url_patterns: Vec::new(),
            all_frames: false,
            match_about_blank: false,
            run_at: RunAt::DocumentIdle,
            js: vec![code.to_owned()],
            css: Vec::new(),
        }
    }

    fn codes(scripts: &Ordered) -> Vec<String> {
        scripts.scripts.iter().map(|script| script.js[0].clone()).collect()
    }

    #[test]
    fn one_takes_the_place_of_another_of_its_name() {
        let mut scripts = Ordered::default();
        scripts
            .add(vec![script("a", "1"), script("b", "2")])
            .expect("they are few");
        scripts
            .add(vec![script("c", "3"), script("a", "4")])
            .expect("they are few");
        assert_eq!(codes(&scripts), ["4", "2", "3"]);
        scripts.remove(Some(&["a".to_owned(), "unknown".to_owned()]));
        assert_eq!(codes(&scripts), ["2", "3"]);
        scripts.remove(None);
        assert!(codes(&scripts).is_empty());
    }

    #[test]
    fn they_are_bounded_in_number_and_length_and_what_is_refused_changes_nothing() {
        let mut scripts = Ordered::default();
        let many = (0..MOST).map(|number| script(&number.to_string(), "")).collect();
        scripts.add(many).expect("there is room");
        assert!(scripts.add(vec![script("another", "")]).is_err());
        scripts
            .add(vec![script("0", "1")])
            .expect("it takes the place of another");
        let long = "x".repeat(LONGEST);
        assert!(scripts.add(vec![script("0", &long)]).is_err());
        assert_eq!(codes(&scripts)[0], "1");
    }

    #[test]
    fn no_text_ends_the_script_that_has_it() {
        let source = source(&[script("a", "'</script>\u{2028}\0\\")]);
        assert!(source.ends_with("\"));"), "{source}");
        assert!(!source.contains('\0'));
    }
}

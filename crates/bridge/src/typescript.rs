//! The tables as TypeScript: what the page's side is checked against.

use crate::{BadgeNote, LaunchCall, LaunchEvent, PermissionCall, PermissionEvent, StageEvent, StageNote, frame};
use crate::{FrameCall, FrameEvent, FrameNote, NetworkCall, NetworkEvent, NetworkNote};
use std::collections::BTreeMap;
use std::fmt::Write;
use ts_rs::{Config, TS, TypeVisitor};

/// `js/generated/bridge.d.ts`, but for its first line.
pub fn declarations() -> String {
    let mut types = Types::new();
    FrameCall::declare(&mut types);
    FrameNote::declare(&mut types);
    StageNote::declare(&mut types);
    NetworkCall::declare(&mut types);
    NetworkNote::declare(&mut types);
    PermissionCall::declare(&mut types);
    LaunchCall::declare(&mut types);
    BadgeNote::declare(&mut types);
    FrameEvent::declare(&mut types);
    StageEvent::declare(&mut types);
    NetworkEvent::declare(&mut types);
    PermissionEvent::declare(&mut types);
    LaunchEvent::declare(&mut types);
    frame::declare_questions(&mut types);
    types.text()
}

/// What the rows have come to so far.
pub(crate) struct Types {
    config: Config,
    calls: String,
    notes: String,
    events: String,
    questions: String,
    /// The types that rows name, by their names.
    named: BTreeMap<String, String>,
}

impl Types {
    fn new() -> Self {
        Self {
            config: Config::new().with_large_int("number"),
            calls: String::new(),
            notes: String::new(),
            events: String::new(),
            questions: String::new(),
            named: BTreeMap::new(),
        }
    }

    /// The shape of a row's parameters.
    pub(crate) fn shape_of<T: TS + 'static>(&mut self) -> String {
        T::visit_dependencies(self);
        T::inline(&self.config)
    }

    /// The name of a type, which is declared by the way.
    pub(crate) fn name_of<T: TS + 'static>(&mut self) -> String {
        self.visit::<T>();
        T::name(&self.config)
    }

    pub(crate) fn request(&mut self, docs: &[&str], method: &str, params: &str, answer: Option<String>) {
        match answer {
            Some(answer) => row(
                &mut self.calls,
                docs,
                method,
                &format!("{{ params: {params}, answer: {answer} }}"),
            ),
            None => row(&mut self.notes, docs, method, params),
        }
    }

    pub(crate) fn event(&mut self, docs: &[&str], event: &str, params: &str) {
        row(&mut self.events, docs, event, params);
    }

    pub(crate) fn question(&mut self, docs: &[&str], question: &str, params: &str, answer: &str) {
        row(
            &mut self.questions,
            docs,
            question,
            &format!("{{ params: {params}, answer: {answer} }}"),
        );
    }

    fn text(self) -> String {
        let mut text = String::new();
        for (heading, name, rows) in [
            ("What a page asks, and is answered.", "Calls", self.calls),
            ("What a page tells.", "Notes", self.notes),
            ("What a page is told.", "Events", self.events),
            ("What a page is asked, and answers later.", "Questions", self.questions),
        ] {
            push(
                &mut text,
                format_args!("\n/** {heading} */\nexport interface {name} {{\n{rows}}}\n"),
            );
        }
        for declaration in self.named.values() {
            push(&mut text, format_args!("\nexport {declaration}\n"));
        }
        text
    }
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Types of the language have no place of their own.
        if T::output_path().is_none() || self.named.contains_key(&T::ident(&self.config)) {
            return;
        }
        self.named
            .insert(T::ident(&self.config), without_comments(&T::decl(&self.config)));
        T::visit_dependencies(self);
    }
}

/// A declaration on one line. What its members mean is said in Rust.
fn without_comments(declaration: &str) -> String {
    let mut text = String::new();
    let mut rest = declaration;
    while let Some((before, comment)) = rest.split_once("/**") {
        text.push_str(before.trim_end_matches('\n'));
        rest = comment
            .split_once("*/")
            .map_or("", |(_, after)| after.trim_start_matches('\n'));
    }
    text + rest
}

fn row(rows: &mut String, docs: &[&str], name: &str, value: &str) {
    let docs = docs.join("");
    push(rows, format_args!("  /**{docs} */\n  \"{name}\": {value};\n"));
}

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    _ = text.write_fmt(arguments);
}

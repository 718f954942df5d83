//! What WebKit writes for a console message: `URL:LINE:COLUMN: CONSOLE SOURCE TYPE LEVEL message`, where the source is
//! left out for the console's own methods, the type for a mere message, and the level for most types.

use crate::terminal;
use url::{Position, Url};

/// A message of a page's console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    level: String,
    /// The method that makes more of it than a message: `table`, `trace`, `startgroup`…; `log` otherwise.
    kind: String,
    source: String,
    text: String,
    /// How many bytes of the text are missing at its end.
    cut: usize,
    url: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
}

impl Message {
    /// Reads one; nothing for what is none.
    pub(super) fn parse(written: &str) -> Option<Self> {
        let written = written.strip_suffix('\n').unwrap_or(written);
        let (first, further) = written.split_at(written.find('\n').unwrap_or(written.len()));
        let (place, rest) = match first.strip_prefix("CONSOLE ") {
            Some(rest) => ("", rest),
            None => first.split_once(": CONSOLE ")?,
        };
        let mut text = rest;
        let source = take(&mut text, |word| !is_kind(word) && !is_level(word));
        let kind = take(&mut text, is_kind);
        // WebKit leaves the level out where the type implies it.
        let level = take(&mut text, |word| is_level(word) && (kind.is_none() || word != "LOG"));
        if kind.is_none() && level.is_none() {
            return None;
        }
        let (url, line, column) = parse_place(place);
        Some(Self {
            level: level.unwrap_or("log").to_lowercase(),
            kind: kind.unwrap_or("log").to_lowercase(),
            source: source.unwrap_or("console-api").to_lowercase(),
            text: format!("{text}{further}"),
            cut: 0,
            url: Some(url).filter(|url| !url.is_empty()).map(str::to_owned),
            line,
            column,
        })
    }

    /// Whether the stack of the call follows it.
    pub(super) fn is_trace(&self) -> bool {
        self.kind == "trace"
    }

    /// Whether another message comes from a page of the same origin.
    pub(super) fn is_of_origin_of(&self, other: &Self) -> bool {
        let origin =
            |message: &Self| Some(Url::parse(message.url.as_deref()?).ok()?[..Position::BeforePath].to_owned());
        origin(self).is_some_and(|origin_here| origin(other) == Some(origin_here))
    }

    /// The message, of whose text so many bytes were not kept.
    pub(super) fn without(self, cut: usize) -> Self {
        Self { cut, ..self }
    }

    /// About how many bytes it occupies.
    pub(super) fn size(&self) -> usize {
        self.text.len() + self.url.as_ref().map_or(0, String::len)
    }

    /// One line of JSON.
    pub(super) fn to_json(&self) -> String {
        let mut message = serde_json::json!({
            "level": self.level,
            "type": self.kind,
            "source": self.source,
            "message": self.text,
            "url": self.url,
            "line": self.line,
            "column": self.column,
        });
        if self.cut > 0 {
            message["cut"] = self.cut.into();
        }
        terminal::json(&message.to_string())
    }
}

/// The parts of `URL:LINE:COLUMN`. Where a script is not understood at all, there is no column; elsewhere there may be neither.
fn parse_place(place: &str) -> (&str, Option<u32>, Option<u32>) {
    let last = |text: &'_ str| -> Option<(usize, u32)> {
        let (before, number) = text.rsplit_once(':')?;
        Some((before.len(), number.parse().ok()?))
    };
    let Some((end, last_number)) = last(place) else {
        return (place, None, None);
    };
    match last(&place[..end]) {
        Some((end, line)) => (&place[..end], Some(line), Some(last_number)),
        None => (&place[..end], Some(last_number), None),
    }
}

/// Takes the first word away if it is `wanted`.
fn take<'a>(text: &mut &'a str, wanted: impl Fn(&str) -> bool) -> Option<&'a str> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    wanted(word).then(|| {
        *text = rest;
        word
    })
}

fn is_level(word: &str) -> bool {
    matches!(word, "LOG" | "INFO" | "WARN" | "ERROR" | "DEBUG")
}

fn is_kind(word: &str) -> bool {
    matches!(
        word,
        "DIR"
            | "DIRXML"
            | "TABLE"
            | "TRACE"
            | "STARTGROUP"
            | "STARTGROUPCOLLAPSED"
            | "ENDGROUP"
            | "CLEAR"
            | "ASSERT"
            | "TIMING"
            | "PROFILE"
            | "PROFILEEND"
            | "IMAGE"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(written: &str) -> String {
        Message::parse(written).expect("a message").to_json()
    }

    #[test]
    fn a_message_with_its_place() {
        assert_eq!(
            json("isolated-app://abc/app.js:12:9: CONSOLE LOG hello: world\n"),
            r#"{"column":9,"level":"log","line":12,"message":"hello: world","source":"console-api","type":"log","url":"isolated-app://abc/app.js"}"#
        );
    }

    #[test]
    fn a_place_may_lack_its_end() {
        let url = "isolated-app://abc/app.js";
        assert_eq!(parse_place("isolated-app://abc/app.js:12:9"), (url, Some(12), Some(9)));
        assert_eq!(parse_place("isolated-app://abc/app.js:12"), (url, Some(12), None));
        assert_eq!(parse_place(url), (url, None, None));
        assert_eq!(parse_place(""), ("", None, None));
        assert_eq!(
            parse_place("http://127.0.0.1:80/:3:4"),
            ("http://127.0.0.1:80/", Some(3), Some(4))
        );
    }

    #[test]
    fn the_engines_own_messages_name_their_source() {
        let line = json("CONSOLE JS ERROR TypeError: undefined is not a function");
        assert!(
            line.contains(r#""level":"error""#) && line.contains(r#""source":"js""#),
            "{line}"
        );
    }

    #[test]
    fn more_than_messages_are_messages_too() {
        let is = |line: &str, level: &str, kind: &str, source: &str, text: &str| {
            let message: serde_json::Value = serde_json::from_str(&json(line)).expect("a message");
            let of = ["level", "type", "source", "message"].map(|member| message[member].as_str().unwrap_or_default());
            assert_eq!(of, [level, kind, source, text]);
        };
        is(
            "CONSOLE TABLE [object Object]",
            "log",
            "table",
            "console-api",
            "[object Object]",
        );
        is(
            "CONSOLE STARTGROUP LOG of lines",
            "log",
            "startgroup",
            "console-api",
            "LOG of lines",
        );
        is("CONSOLE ENDGROUP", "log", "endgroup", "console-api", "");
        is("CONSOLE ASSERT ERROR no", "error", "assert", "console-api", "no");
        is(
            "CONSOLE SECURITY ERROR Refused to load",
            "error",
            "log",
            "security",
            "Refused to load",
        );
    }

    #[test]
    fn lines_that_follow_belong_to_the_message() {
        let text = |written| Message::parse(written).expect("a message").text;
        assert_eq!(text("CONSOLE LOG one\nCONSOLE LOG two\n"), "one\nCONSOLE LOG two");
        assert_eq!(text("CONSOLE LOG ends\n\n"), "ends\n");
        assert_eq!(text("CONSOLE TRACE\n0: f(a.js:1:2)\n"), "\n0: f(a.js:1:2)");
        assert_eq!(Message::parse("Gtk-WARNING\na: CONSOLE LOG no\n"), None);
    }
}

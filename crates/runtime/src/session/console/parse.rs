//! What WebKit writes for a console message: `URL:LINE:COLUMN: CONSOLE SOURCE TYPE LEVEL message`, where the source is
//! left out for the console's own methods, the type for a mere message, and the level for most types.

/// A message of a page's console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    level: String,
    /// The method that makes more of it than a message: `table`, `trace`, `startgroup`…; `log` otherwise.
    kind: String,
    source: String,
    text: String,
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
        // The level of a type is only said when it is another one.
        let level = take(&mut text, |word| is_level(word) && (kind.is_none() || word != "LOG"));
        if kind.is_none() && level.is_none() {
            return None;
        }
        let mut parts = place.rsplitn(3, ':');
        let (column, line_number, url) = (parts.next(), parts.next(), parts.next());
        let number = |text: Option<&str>| text.and_then(|text| text.parse().ok());
        let (url, line, column) = match (number(line_number), number(column)) {
            (Some(line), Some(column)) => (url, Some(line), Some(column)),
            _ => (Some(place), None, None),
        };
        Some(Self {
            level: level.unwrap_or("log").to_lowercase(),
            kind: kind.unwrap_or("log").to_lowercase(),
            source: source.unwrap_or("console-api").to_lowercase(),
            text: format!("{text}{further}"),
            url: url.filter(|url| !url.is_empty()).map(str::to_owned),
            line,
            column,
        })
    }

    /// Whether the stack of the call follows it.
    pub(super) fn is_trace(&self) -> bool {
        self.kind == "trace"
    }

    /// One line of JSON.
    pub(super) fn to_json(&self) -> String {
        serde_json::json!({
            "level": self.level,
            "type": self.kind,
            "source": self.source,
            "message": self.text,
            "url": self.url,
            "line": self.line,
            "column": self.column,
        })
        .to_string()
    }
}

/// Takes the first word away if it is such a one.
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

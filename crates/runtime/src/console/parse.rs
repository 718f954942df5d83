//! The lines that WebKit writes for console messages: `URL:LINE:COLUMN: CONSOLE SOURCE LEVEL message`.

/// A message of a page's console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    level: String,
    source: String,
    text: String,
    url: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
}

impl Message {
    /// One line of JSON.
    pub(super) fn to_json(&self) -> String {
        serde_json::json!({
            "level": self.level,
            "source": self.source,
            "message": self.text,
            "url": self.url,
            "line": self.line,
            "column": self.column,
        })
        .to_string()
    }
}

/// What a line turned out to be.
#[derive(Debug)]
pub(super) enum Output {
    /// A whole message of a console.
    Console(Message),
    /// A line of something else: GTK and WebKit write warnings.
    Other(String),
}

/// Puts lines together: a message may have several.
#[derive(Debug, Default)]
pub(super) struct Parser {
    pending: Option<Message>,
}

impl Parser {
    /// Takes a line; `more` tells whether another one is there already, which may belong to the same message.
    pub(super) fn line(&mut self, line: &str, more: bool) -> Vec<Output> {
        let mut complete = Vec::new();
        match parse(line) {
            Some(message) => complete.extend(self.pending.replace(message).map(Output::Console)),
            None => match &mut self.pending {
                Some(pending) => {
                    pending.text.push('\n');
                    pending.text.push_str(line);
                }
                None => complete.push(Output::Other(line.to_owned())),
            },
        }
        if !more {
            complete.extend(self.pending.take().map(Output::Console));
        }
        complete
    }
}

fn parse(line: &str) -> Option<Message> {
    let (place, rest) = match line.strip_prefix("CONSOLE ") {
        Some(rest) => ("", rest),
        None => line.split_once(": CONSOLE ")?,
    };
    // The source may be two words ("JS ERROR" has none of its own): levels are known.
    let words: Vec<&str> = rest.splitn(3, ' ').collect();
    let is_level = |word: &str| matches!(word, "LOG" | "INFO" | "WARN" | "ERROR" | "DEBUG");
    let (source, level, text) = match words[..] {
        [level, ..] if is_level(level) => ("console-api", level, rest[level.len()..].trim_start()),
        [source, level, ..] if is_level(level) => (source, level, rest[source.len() + 1 + level.len()..].trim_start()),
        _ => return None,
    };
    let mut parts = place.rsplitn(3, ':');
    let (column, line_number, url) = (parts.next(), parts.next(), parts.next());
    let number = |text: Option<&str>| text.and_then(|text| text.parse().ok());
    let (url, line, column) = match (number(line_number), number(column)) {
        (Some(line), Some(column)) => (url, Some(line), Some(column)),
        _ => (Some(place), None, None),
    };
    Some(Message {
        level: level.to_lowercase(),
        source: source.to_lowercase(),
        text: text.to_owned(),
        url: url.filter(|url| !url.is_empty()).map(str::to_owned),
        line,
        column,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(lines: &[(&str, bool)]) -> Vec<String> {
        let mut parser = Parser::default();
        let outputs = lines.iter().flat_map(|(line, more)| parser.line(line, *more));
        outputs
            .map(|output| match output {
                Output::Console(message) => message.to_json(),
                Output::Other(line) => line,
            })
            .collect()
    }

    #[test]
    fn a_message_with_its_place() {
        assert_eq!(
            json(&[("isolated-app://abc/app.js:12:9: CONSOLE LOG hello: world", false)]),
            [
                r#"{"column":9,"level":"log","line":12,"message":"hello: world","source":"console-api","url":"isolated-app://abc/app.js"}"#
            ]
        );
    }

    #[test]
    fn the_engines_own_messages_name_their_source() {
        let [line] = &json(&[("CONSOLE JS ERROR TypeError: undefined is not a function", false)])[..] else {
            panic!()
        };
        assert!(
            line.contains(r#""level":"error""#) && line.contains(r#""source":"js""#),
            "{line}"
        );
    }

    #[test]
    fn what_no_console_wrote_stays_as_it_is() {
        assert_eq!(
            json(&[("(insula:1): Gtk-WARNING **: no theme", false)]),
            ["(insula:1): Gtk-WARNING **: no theme"]
        );
    }

    #[test]
    fn lines_that_follow_belong_to_the_message() {
        let lines = json(&[("CONSOLE LOG one", true), ("two", true), ("CONSOLE LOG three", false)]);
        assert_eq!(lines.len(), 2);
        assert!(lines[0].contains(r#""message":"one\ntwo""#), "{}", lines[0]);
    }
}

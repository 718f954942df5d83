//! What a policy file says, and where: its text as programs of other systems write it, and the places of its values.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::problem::{Place, Position};
use super::relaxed_json;

/// A file that was read: plain JSON, in which every line and column is where it was.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) file: PathBuf,
    plain: Vec<u8>,
    /// Where each line begins, as a byte.
    lines: Vec<usize>,
    /// How many characters there are before each block, so that a place in a text of one long line is found quickly.
    characters: Vec<usize>,
}

/// Bytes of a block.
const BLOCK: usize = 1024;

/// Where a value begins, and where those inside it do, as bytes of the text.
#[derive(Debug, Clone)]
pub(super) enum Spans {
    /// A text, a number, or one of the three words.
    Leaf(usize),
    /// A list.
    List(usize, Vec<Self>),
    /// An object: each name as it is written, where that begins, and its value.
    Object(usize, Vec<(String, usize, Self)>),
}

/// A file with something in it.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) text: Text,
    pub(super) map: Map<String, Value>,
    pub(super) spans: Spans,
    /// What in it is no JSON and was read as it is meant.
    pub(super) slips: Vec<String>,
}

impl Text {
    fn new(file: &Path, plain: Vec<u8>) -> Self {
        let begins = plain.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let lines = [0].into_iter().chain(begins.map(|(end, _)| end + 1)).collect();
        let mut characters = vec![0];
        for block in plain.chunks(BLOCK) {
            characters.push(characters.last().unwrap_or(&0) + count(block));
        }
        Self {
            file: file.to_owned(),
            plain,
            lines,
            characters,
        }
    }

    /// How many characters there are before a byte.
    fn characters_before(&self, byte: usize) -> usize {
        let block = byte / BLOCK;
        self.characters.get(block).copied().unwrap_or_default() + count(&self.plain[block * BLOCK..byte])
    }

    /// The place of a byte, in lines and characters as editors count them.
    pub(super) fn place(&self, byte: usize) -> Place {
        let byte = byte.min(self.plain.len());
        let line = self.lines.partition_point(|begin| *begin <= byte);
        let begin = self.lines.get(line - 1).copied().unwrap_or_default();
        let column = self.characters_before(byte) - self.characters_before(begin) + 1;
        Place {
            file: self.file.clone(),
            position: Some(Position { line, column }),
        }
    }
}

/// How many characters begin in a part of a text.
fn count(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

impl Spans {
    /// Where it begins.
    pub(super) fn start(&self) -> usize {
        match self {
            Self::Leaf(start) | Self::List(start, _) | Self::Object(start, _) => *start,
        }
    }

    /// Where an item of a list begins, or a member of an object that stands for one.
    pub(super) fn item(&self, index: usize) -> Option<usize> {
        match self {
            Self::List(_, items) => items.get(index).map(Self::start),
            Self::Object(_, members) => members.get(index).map(|(_, _, value)| value.start()),
            Self::Leaf(_) => None,
        }
    }

    /// Where the name of a member of an object begins.
    pub(super) fn member(&self, name: &str) -> Option<usize> {
        let Self::Object(_, members) = self else { return None };
        let (_, at, _) = members.iter().rfind(|(its_name, _, _)| its_name == name)?;
        Some(*at)
    }
}

/// Reads what is in a file; nothing when that is nothing but blanks and comments.
///
/// # Errors
///
/// It is no JSON object: the place, and what is wrong there.
pub(super) fn read(file: &Path, bytes: &[u8]) -> Result<Option<Document>, (Place, String)> {
    let mut slips = Vec::new();
    let nowhere = || Place::of(file);
    let decoded = decode(bytes, &mut slips).map_err(|message| (nowhere(), message))?;
    let (plain, more) = relaxed_json::to_plain(&decoded);
    slips.extend(more);
    let text = Text::new(file, plain);
    if text.plain.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    match serde_json::from_slice(&text.plain) {
        Ok(Value::Object(map)) => {
            let spans = Walk::new(&text.plain).value();
            Ok(Some(Document {
                map,
                spans,
                slips,
                text,
            }))
        }
        Ok(_) => Err((text.place(0), "it is not a JSON object".to_owned())),
        Err(error) => Err(broken(&text, &error)),
    }
}

/// The text in UTF-8, without a byte order mark.
fn decode(bytes: &[u8], slips: &mut Vec<String>) -> Result<Vec<u8>, String> {
    let decode_as = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let text = String::from_utf16(&pairs.iter().copied().map(unit).collect::<Vec<_>>());
        text.ok().filter(|_| rest.is_empty()).map(String::into_bytes)
    };
    let decoded = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => return Ok(rest.to_vec()),
        [0xff, 0xfe, rest @ ..] => decode_as(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => decode_as(rest, u16::from_be_bytes),
        // Without a mark: a text of JSON begins with a character of ASCII.
        [first, 0, _, 0, ..] if *first != 0 => decode_as(bytes, u16::from_le_bytes),
        [0, first, 0, _, ..] if *first != 0 => decode_as(bytes, u16::from_be_bytes),
        _ => return Ok(bytes.to_vec()),
    };
    let decoded = decoded.ok_or("it begins as UTF-16 and is not; save it as UTF-8")?;
    slips.push("it is in UTF-16; JSON is in UTF-8".to_owned());
    Ok(decoded)
}

/// What is wrong with a text, in words for those who have copied it from somewhere.
fn broken(text: &Text, error: &serde_json::Error) -> (Place, String) {
    // Of a line that is too short the end is meant.
    let begin = text
        .lines
        .get(error.line().saturating_sub(1))
        .copied()
        .unwrap_or_default();
    let byte = (begin + error.column().saturating_sub(1)).min(text.plain.len());
    let said = error.to_string();
    let said = said[..said.rfind(" at line ").unwrap_or(said.len())].to_owned();
    let rest = String::from_utf8_lossy(&text.plain[byte..text.plain.len().min(byte + 16)]).into_owned();
    let is_registry = text.plain.starts_with(b"Windows Registry Editor") || text.plain.starts_with(b"REGEDIT");
    let advice = match rest.chars().next() {
        _ if is_registry => "; it is a file of Windows' registry, of which JSON has to be made",
        _ if text.plain.starts_with(b"<") => "; it is XML, of which JSON has to be made",
        Some('“' | '”' | '„' | '‘' | '’') => "; quotation marks in JSON are straight (\")",
        Some('\'') => "; quotation marks in JSON are double (\")",
        Some('\u{a0}') => "; there is a no-break space",
        Some('T' | 'F' | 'N') => "; JSON's words are `true`, `false` and `null`",
        _ => "",
    };
    (text.place(byte), format!("{said}{advice}"))
}

/// Goes through a text that is JSON for sure: it has been parsed, which bounds its depth as well.
struct Walk<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0 }
    }

    fn value(&mut self) -> Spans {
        let start = self.next();
        match self.text.get(start) {
            Some(b'{') => Spans::Object(
                start,
                self.several(b'}', |walk| {
                    let begin = walk.next();
                    let name = walk.string();
                    // The colon.
                    walk.next();
                    walk.at += 1;
                    (name, begin, walk.value())
                }),
            ),
            Some(b'[') => Spans::List(start, self.several(b']', Self::value)),
            Some(b'"') => {
                self.string();
                Spans::Leaf(start)
            }
            _ => {
                let is_end = |byte: &u8| byte.is_ascii_whitespace() || b",]}".contains(byte);
                let length = self.text[start..].iter().position(is_end);
                self.at = length.map_or(self.text.len(), |length| start + length);
                Spans::Leaf(start)
            }
        }
    }

    /// What is between two brackets.
    fn several<T>(&mut self, end: u8, one: impl Fn(&mut Self) -> T) -> Vec<T> {
        let mut several = Vec::new();
        self.at += 1;
        loop {
            let next = self.next();
            match self.text.get(next) {
                Some(&byte) if byte == end => break,
                Some(b',') => self.at += 1,
                Some(_) => several.push(one(self)),
                None => return several,
            }
        }
        self.at += 1;
        several
    }

    fn string(&mut self) -> String {
        let end = relaxed_json::end_of_string(self.text, self.at);
        let written = &self.text[self.at..end];
        self.at = end;
        serde_json::from_slice(written).unwrap_or_default()
    }

    /// Where the next thing is that is no blank.
    fn next(&mut self) -> usize {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(bytes: &[u8]) -> Document {
        read(Path::new("a.json"), bytes).unwrap().unwrap()
    }

    #[test]
    fn every_value_is_where_it_is_written() {
        let text = "{ // ä\n  \"one\": [1, \"\\\"]\", {\"b\": null}],\r\n\t\"zw\u{f6}i\": true }";
        let document = document(text.as_bytes());
        let Spans::Object(_, members) = &document.spans else {
            panic!()
        };
        let position = |byte| document.text.place(byte).position.unwrap();
        let at = |line, column| Position { line, column };
        let names: Vec<_> = members
            .iter()
            .map(|(name, begin, value)| (name.as_str(), position(*begin), position(value.start())))
            .collect();
        assert_eq!(
            names,
            [("one", at(2, 3), at(2, 10)), ("zw\u{f6}i", at(3, 2), at(3, 10))]
        );
        let items: Vec<_> = (0..4).map(|index| members[0].2.item(index).map(position)).collect();
        assert_eq!(items, [Some(at(2, 11)), Some(at(2, 14)), Some(at(2, 21)), None]);
    }

    #[test]
    fn utf_16_is_read_whichever_way_it_is_written() {
        let text = "{ \"a\": \"\u{e4}\u{1f600}\" }";
        for (mark, order) in [("\u{feff}", true), ("\u{feff}", false), ("", true), ("", false)] {
            let units = format!("{mark}{text}").encode_utf16().collect::<Vec<_>>();
            let bytes = |unit: &u16| if order { unit.to_le_bytes() } else { unit.to_be_bytes() };
            let document = document(&units.iter().flat_map(bytes).collect::<Vec<_>>());
            assert_eq!(document.map["a"], "\u{e4}\u{1f600}");
            assert_eq!(document.slips.len(), 1);
        }
        assert!(read(Path::new("a.json"), &[0xff, 0xfe, b'{', 0, b'}']).is_err());
        assert!(read(Path::new("a.json"), &[0xff, 0xfe, 0, 0xd8]).is_err());
    }

    #[test]
    fn what_was_copied_from_somewhere_is_told_of_in_words() {
        for (text, said, position) in [
            ("{\n  \u{201c}A\u{201d}: 1 }", "straight", (2, 3)),
            ("{ 'A': 1 }", "double", (1, 3)),
            ("{ \"ä\": True }", "`true`", (1, 8)),
            ("Windows Registry Editor Version 5.00\r\n", "registry", (1, 1)),
            ("<?xml version=\"1.0\"?>", "XML", (1, 1)),
            ("{ \"A\": 1", "EOF", (1, 8)),
        ] {
            let (place, message) = read(Path::new("a.json"), text.as_bytes()).unwrap_err();
            assert!(message.contains(said), "{text}: {message}");
            let found = place.position.unwrap();
            assert_eq!((found.line, found.column), position, "{text}: {message}");
        }
    }

    #[test]
    fn no_bytes_break_the_reader() {
        for bytes in [
            &b"{\"\xff\": 1}"[..],
            b"\xef\xbb\xbf",
            b"\0",
            b"\0\0\0\0",
            b"{\0}\0",
            b"\xff\xfe",
            b"\"",
            b"{\"a\":\"\\",
        ] {
            _ = read(Path::new("a.json"), bytes);
        }
        let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
        assert!(read(Path::new("a.json"), &[b"{\"a\":".as_slice(), &deep, b"}"].concat()).is_err());
    }
}

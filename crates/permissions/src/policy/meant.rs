//! Values as they are meant: the slips that are made in every forum, where only one thing can be meant by them.

use std::collections::BTreeMap;

use serde_json::Value;

/// What is meant by a value, and what is wrong with how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meant<T> {
    pub(super) value: T,
    pub(super) slip: Option<&'static str>,
}

impl<T> Meant<T> {
    fn written(value: T) -> Self {
        Self { value, slip: None }
    }

    fn slipped(value: T, slip: &'static str) -> Self {
        Self {
            value,
            slip: Some(slip),
        }
    }
}

/// A number that is not negative.
pub(super) fn number(value: &Value) -> Option<Meant<u64>> {
    match value {
        Value::Number(number) => match (number.as_u64(), number.as_f64()) {
            (Some(number), _) => Some(Meant::written(number)),
            (None, Some(float)) if float.fract() == 0.0 && (0.0..1e9).contains(&float) => {
                Some(Meant::slipped(float as u64, "a whole number has no point"))
            }
            _ => None,
        },
        Value::String(text) => {
            let text = text.trim().to_ascii_lowercase();
            let number = match text.strip_prefix("dword:").or(text.strip_prefix("0x")) {
                Some(digits) => u64::from_str_radix(digits, 16).ok(),
                None => text.parse().ok(),
            };
            Some(Meant::slipped(number?, "a number has no quotation marks"))
        }
        _ => None,
    }
}

/// Yes or no.
pub(super) fn boolean(value: &Value) -> Option<Meant<bool>> {
    if let Value::Bool(value) = value {
        return Some(Meant::written(*value));
    }
    if let Some(text) = value.as_str()
        && let Ok(value) = text.trim().to_ascii_lowercase().parse()
    {
        return Some(Meant::slipped(value, "true and false have no quotation marks"));
    }
    let slip = "it must be true or false";
    match number(value)?.value {
        0 => Some(Meant::slipped(false, slip)),
        1 => Some(Meant::slipped(true, slip)),
        _ => None,
    }
}

/// A list. What is written as one text is one item, a list in a text, or items with commas between them.
pub(super) fn list(value: &Value) -> Option<Meant<Vec<Value>>> {
    match value {
        Value::Array(items) => Some(Meant::written(items.clone())),
        Value::Object(members) if !members.is_empty() => {
            let number = |(name, value): (&String, &Value)| Some((name.parse::<u32>().ok()?, value.clone()));
            let items: Option<BTreeMap<u32, Value>> = members.iter().map(number).collect();
            let items = items.filter(|items| items.len() == members.len())?;
            Some(Meant::slipped(
                items.into_values().collect(),
                "a list is written in brackets: [\"…\", \"…\"]",
            ))
        }
        Value::String(text) => {
            let slip = "a list is written in brackets: [\"…\"]";
            let text = text.trim();
            if text.starts_with(['[', '{']) {
                let inner: Value = serde_json::from_str(text).ok()?;
                let items = inner.as_array()?.clone();
                return Some(Meant::slipped(items, "a list has no quotation marks around it"));
            }
            let items = text
                .split([',', ';', '\n'])
                .map(str::trim)
                .filter(|item| !item.is_empty());
            let items: Vec<Value> = items.map(Value::from).collect();
            // Nothing could be a slip for anything.
            (!items.is_empty()).then(|| Meant::slipped(items, slip))
        }
        _ => None,
    }
}

/// An object, which may be written as a text.
pub(super) fn object(value: &Value) -> Option<Meant<serde_json::Map<String, Value>>> {
    match value {
        Value::Object(object) => Some(Meant::written(object.clone())),
        Value::String(text) => match serde_json::from_str(text).ok()? {
            Value::Object(object) => Some(Meant::slipped(object, "an object has no quotation marks around it")),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value<T>(meant: Option<Meant<T>>) -> Option<(T, bool)> {
        meant.map(|meant| (meant.value, meant.slip.is_some()))
    }

    #[test]
    fn what_can_mean_only_one_thing_is_read_and_told_of() {
        for (written, expected) in [
            (json!(2), Some((2, false))),
            (json!("2"), Some((2, true))),
            (json!(" 2 "), Some((2, true))),
            (json!(2.0), Some((2, true))),
            (json!("dword:00000002"), Some((2, true))),
            (json!("0x2"), Some((2, true))),
            (json!(2.5), None),
            (json!(-1), None),
            (json!("two"), None),
            (json!(""), None),
            (json!(true), None),
            (json!([2]), None),
        ] {
            assert_eq!(value(number(&written)), expected, "{written}");
        }
        for (written, expected) in [
            (json!(false), Some((false, false))),
            (json!(0), Some((false, true))),
            (json!(1), Some((true, true))),
            (json!("False"), Some((false, true))),
            (json!("1"), Some((true, true))),
            (json!("dword:00000000"), Some((false, true))),
            (json!(2), None),
            (json!("no"), None),
            (json!(""), None),
            (json!([]), None),
        ] {
            assert_eq!(value(boolean(&written)), expected, "{written}");
        }
        for (written, expected) in [
            (json!(["a"]), Some((vec![json!("a")], false))),
            (json!([]), Some((vec![], false))),
            (
                json!({ "2": "b", "1": "a", "10": "c" }),
                Some((vec![json!("a"), json!("b"), json!("c")], true)),
            ),
            (json!("a"), Some((vec![json!("a")], true))),
            (json!("a, b;c"), Some((vec![json!("a"), json!("b"), json!("c")], true))),
            (json!(r#"["a", "b"]"#), Some((vec![json!("a"), json!("b")], true))),
            (json!("[\"a\""), None),
            (json!(""), None),
            (json!({}), None),
            (json!({ "1": "a", "01": "b" }), None),
            (json!({ "a": 1 }), None),
            (json!(true), None),
        ] {
            assert_eq!(value(list(&written)), expected, "{written}");
        }
    }
}

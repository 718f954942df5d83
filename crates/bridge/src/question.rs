//! What a page is asked, and answers later.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// A question on the wire; none has the number of another in the life of the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct QuestionId(pub u64);

/// A question to a page. Whoever asks always gets an answer: [`Question::unanswered`], when the document ends, the
/// frame goes, the time is over, or the page says what is no answer.
pub trait Question: Serialize {
    /// Its name on the wire.
    const NAME: &'static str;
    /// How long the page has; for ever without.
    const DEADLINE: Option<Duration>;
    /// What the page answers with.
    type Answer: DeserializeOwned;
    /// The answer when there is none.
    fn unanswered() -> Self::Answer;
}

/// Reads what a page has answered.
pub fn read_answer<Q: Question>(json: &str) -> Q::Answer {
    if json.len() > crate::wire::LONGEST_PARAMETERS {
        return Q::unanswered();
    }
    serde_json::from_str(json).unwrap_or_else(|_| Q::unanswered())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dialog, DialogAnswer};

    #[test]
    fn what_is_no_answer_is_none() {
        let read = read_answer::<Dialog>;
        assert_eq!(
            read(r#"{"action":"ok","text":"a"}"#),
            DialogAnswer::Ok { text: "a".into() }
        );
        for nonsense in ["", "null", "{}", r#"{"action":"ok"}"#, r#"{"action":"shred"}"#] {
            assert_eq!(read(nonsense), Dialog::unanswered(), "{nonsense}");
        }
    }
}

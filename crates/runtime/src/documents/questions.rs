//! Questions to pages, and their answers.

use gtk4::glib;
use insula_bridge::{Question, QuestionId, read_answer};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::marker::PhantomData;

/// The questions that pages have not answered.
#[derive(Default)]
pub(super) struct Questions {
    last: Cell<u64>,
    /// With the document that is asked. A sender that is dropped is an answer too: none.
    open: RefCell<HashMap<QuestionId, (u64, async_channel::Sender<String>)>>,
}

/// What a question comes to.
pub(crate) struct Answer<Q> {
    answer: Option<async_channel::Receiver<String>>,
    question: PhantomData<Q>,
}

impl Questions {
    /// A new question to a document.
    pub(super) fn open<Q: Question>(&self, document: u64) -> (QuestionId, Answer<Q>) {
        let id = QuestionId(self.last.get() + 1);
        self.last.set(id.0);
        let (answered, answer) = async_channel::bounded(1);
        let mut open = self.open.borrow_mut();
        // Whoever asked and does not wait any more needs no answer.
        open.retain(|_, (_, answered)| !answered.is_closed());
        open.insert(id, (document, answered));
        let answer = Answer {
            answer: Some(answer),
            question: PhantomData,
        };
        (id, answer)
    }

    /// A document has answered. Only the document that was asked does.
    pub(super) fn answered(&self, document: u64, question: QuestionId, answer: String) {
        let mut open = self.open.borrow_mut();
        if open.get(&question).is_some_and(|(asked, _)| *asked == document)
            && let Some((_, answered)) = open.remove(&question)
        {
            let _ = answered.try_send(answer);
        }
    }

    /// A document has ended: what it was asked it does not answer.
    pub(super) fn forget_document(&self, document: u64) {
        self.open.borrow_mut().retain(|_, (asked, _)| *asked != document);
    }
}

impl<Q: Question> Answer<Q> {
    /// The answer of nobody.
    pub(super) fn unanswered() -> Self {
        Self {
            answer: None,
            question: PhantomData,
        }
    }

    /// Waits for the answer, or for the time in which there is none.
    pub(crate) async fn receive(self) -> Q::Answer {
        let Some(answer) = self.answer else {
            return Q::unanswered();
        };
        let answered = async {
            match answer.recv().await {
                Ok(json) => read_answer::<Q>(&json),
                Err(_) => Q::unanswered(),
            }
        };
        match Q::DEADLINE {
            None => answered.await,
            Some(deadline) => glib::future_with_timeout(deadline, answered)
                .await
                .unwrap_or_else(|_| Q::unanswered()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insula_bridge::{Dialog, DialogAnswer};

    fn answer_of(answer: Answer<Dialog>) -> DialogAnswer {
        glib::MainContext::new().block_on(answer.receive())
    }

    #[test]
    fn only_the_document_that_was_asked_answers() {
        let questions = Questions::default();
        let (id, answer) = questions.open::<Dialog>(1);
        questions.answered(2, id, r#"{"action":"unhandled"}"#.into());
        questions.answered(1, QuestionId(id.0 + 1), r#"{"action":"unhandled"}"#.into());
        questions.answered(1, id, r#"{"action":"ok","text":"a"}"#.into());
        questions.answered(1, id, r#"{"action":"ok","text":"b"}"#.into());
        assert_eq!(answer_of(answer), DialogAnswer::Ok { text: "a".into() });
    }

    #[test]
    fn the_end_of_its_document_answers_a_question() {
        let questions = Questions::default();
        let (_, answer) = questions.open::<Dialog>(1);
        questions.forget_document(1);
        assert_eq!(answer_of(answer), Dialog::unanswered());
        assert_eq!(answer_of(Answer::unanswered()), Dialog::unanswered());
    }
}

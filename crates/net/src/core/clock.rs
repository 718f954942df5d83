//! Time limits of the page's own. The time in which the user is asked does not count.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::sleep;

use crate::lock;

/// When a resource's gate was asked.
#[derive(Debug, Default)]
pub(crate) struct Asking {
    questions: Mutex<Questions>,
    answered: Notify,
}

#[derive(Debug, Default)]
struct Questions {
    /// How many wait for an answer.
    open: usize,
    /// Since when there has been one of them.
    since: Option<Instant>,
    /// How long there were some before.
    before: Duration,
}

impl Asking {
    /// The gate is asked from now on.
    pub(crate) fn begin(&self) -> Question<'_> {
        let mut questions = lock(&self.questions);
        questions.open += 1;
        questions.since.get_or_insert_with(Instant::now);
        Question(self)
    }

    /// How long it was asked, and whether it is now.
    fn told(&self) -> (Duration, bool) {
        let questions = lock(&self.questions);
        let current = questions.since.map_or(Duration::ZERO, |since| since.elapsed());
        (questions.before + current, questions.open > 0)
    }
}

/// The gate is asked, until this is dropped.
#[derive(Debug)]
pub(crate) struct Question<'a>(&'a Asking);

impl Drop for Question<'_> {
    fn drop(&mut self) {
        let mut questions = lock(&self.0.questions);
        questions.open -= 1;
        if questions.open == 0
            && let Some(since) = questions.since.take()
        {
            questions.before += since.elapsed();
        }
        drop(questions);
        self.0.answered.notify_waiters();
    }
}

/// How long something takes, but for questions.
#[derive(Debug)]
pub(crate) struct Clock<'a> {
    asking: &'a Asking,
    begun: Instant,
    /// How long was asked until then.
    asked: Duration,
    /// What was spent until then.
    before: Duration,
}

impl<'a> Clock<'a> {
    /// Starts for what has spent some time before.
    pub(crate) fn start(asking: &'a Asking, before: Duration) -> Self {
        Self {
            asking,
            begun: Instant::now(),
            asked: asking.told().0,
            before,
        }
    }

    /// The time that was spent.
    pub(crate) fn spent(&self) -> Duration {
        let asked = self.asking.told().0.saturating_sub(self.asked);
        self.before + self.begun.elapsed().saturating_sub(asked)
    }

    /// Waits until so much is spent.
    pub(crate) async fn reaches(&self, limit: Duration) {
        loop {
            // First: an answer that comes between looking and waiting is not missed.
            let answered = self.asking.answered.notified();
            let (_, is_asking) = self.asking.told();
            match limit.checked_sub(self.spent()) {
                _ if is_asking => answered.await,
                None | Some(Duration::ZERO) => return,
                Some(rest) => sleep(rest).await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::timeout;

    #[tokio::test]
    async fn the_time_in_which_somebody_is_asked_does_not_count() {
        let asking = Asking::default();
        let clock = Clock::start(&asking, Duration::ZERO);
        let limit = Duration::from_millis(20);
        let question = asking.begin();
        assert!(timeout(limit * 4, clock.reaches(limit)).await.is_err());
        drop(question);
        assert!(clock.spent() < limit);
        clock.reaches(limit).await;
        assert!(clock.spent() >= limit);
    }

    #[tokio::test]
    async fn what_was_spent_before_counts() {
        let asking = Asking::default();
        let clock = Clock::start(&asking, Duration::from_secs(60));
        clock.reaches(Duration::from_secs(60)).await;
    }
}

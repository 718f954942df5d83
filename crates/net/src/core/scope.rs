//! What one owner has open on the network: a document of an app, an updater, a partition of frames.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll};

use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use super::error::Error;
use super::gate::Gate;
use super::life::Life;
use super::quota::{Keeper, Quota};
use super::resource::{Resource, Resources};
use super::services::Services;
use crate::lock;

/// Everything that one owner opens. Dropping it, or [`close`](Self::close), ends all of it.
///
/// What is asynchronous here needs a tokio runtime, any; [`run`](Self::run) takes it to the broker's own.
#[derive(Debug)]
pub struct Scope {
    shared: Arc<Shared>,
}

impl Scope {
    pub(crate) fn new(services: Arc<Services>, quota: Arc<Quota>) -> Self {
        let shared = Arc::new(Shared {
            services,
            quota,
            life: Life::of_scope(),
            resources: Arc::default(),
            keepers: Mutex::default(),
        });
        Self { shared }
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Begins something that goes to the network and needs `gate` for that. It can be taken back from now on.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn begin(&self, gate: Arc<dyn Gate>) -> Result<Arc<Resource>, Error> {
        self.shared.begin(gate)
    }

    /// Does `work` on the broker's threads. The answer can be awaited by any executor.
    pub fn run<T>(&self, work: impl Future<Output = Result<T, Error>> + Send + 'static) -> Answer<T>
    where
        T: Send + 'static,
    {
        self.shared.run(0, work)
    }

    /// Ends everything at once. What is begun later fails with [`Error::Closed`].
    pub fn close(&self) {
        self.shared.life.close();
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        self.close();
    }
}

/// The part of a scope that its tasks share.
pub(crate) struct Shared {
    pub(crate) services: Arc<Services>,
    pub(crate) quota: Arc<Quota>,
    pub(crate) life: Life,
    resources: Arc<Resources>,
    keepers: Mutex<Vec<Weak<dyn Keeper>>>,
}

impl Shared {
    /// # Errors
    /// [`Error::Closed`].
    pub(crate) fn begin(&self, gate: Arc<dyn Gate>) -> Result<Arc<Resource>, Error> {
        self.check_open()?;
        Ok(self.resources.begin(self.life.child(), gate))
    }

    /// # Errors
    /// [`Error::Closed`].
    pub(crate) fn check_open(&self) -> Result<(), Error> {
        if self.life.is_over() {
            Err(Error::Closed)
        } else {
            Ok(())
        }
    }

    /// Has `keeper` asked when permissions change, and when sockets run out.
    pub(crate) fn add_keeper(&self, keeper: Weak<dyn Keeper>) {
        lock(&self.keepers).push(keeper.clone());
        self.quota.add_keeper(keeper);
    }

    /// Reads the system's certificates where waiting for a disk holds nobody up.
    pub(crate) async fn load_tls(&self) {
        let services = self.services.clone();
        // Fails only when the broker stops; then so does the caller.
        let _ = tokio::task::spawn_blocking(move || {
            services.tls();
        })
        .await;
    }

    /// Does `work`, whose parameters have so many bytes, on the broker's threads.
    pub(crate) fn run<T>(
        &self,
        bytes: usize,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Answer<T>
    where
        T: Send + 'static,
    {
        let permit = match self.quota.call(bytes) {
            Ok(permit) => permit,
            Err(error) => return Answer::ready(Err(error)),
        };
        let (sender, receiver) = oneshot::channel();
        let task = self.services.handle().spawn(async move {
            let result = work.await;
            drop(permit);
            // Nobody listens any more: what was opened is dropped, and so closed.
            let _ = sender.send(result);
        });
        Answer {
            receiver,
            task: Some(task.abort_handle()),
        }
    }

    /// Ends what its gates do not allow any more.
    pub(crate) fn recheck(&self) {
        self.resources.recheck();
        let keepers: Vec<_> = lock(&self.keepers).iter().filter_map(Weak::upgrade).collect();
        for keeper in keepers {
            keeper.recheck();
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Shared")
            .field("is_closed", &self.life.is_over())
            .finish_non_exhaustive()
    }
}

/// A result on its way from the broker's threads. Dropping it cancels the work.
#[derive(Debug)]
#[must_use = "dropping an answer cancels the work"]
pub struct Answer<T> {
    receiver: oneshot::Receiver<Result<T, Error>>,
    task: Option<AbortHandle>,
}

impl<T> Answer<T> {
    pub(crate) fn ready(result: Result<T, Error>) -> Self {
        let (sender, receiver) = oneshot::channel();
        let _ = sender.send(result);
        Self { receiver, task: None }
    }
}

impl<T> Future for Answer<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.receiver)
            .poll(context)
            // The task is gone without an answer: the broker's threads are.
            .map(|received| received.unwrap_or(Err(Error::Closed)))
    }
}

impl<T> Drop for Answer<T> {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

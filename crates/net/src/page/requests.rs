//! What a page calls the things that it can abort.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::core::error::Error;
use crate::core::resource::Resource;
use crate::lock;

/// What a page calls one of its fetches or sockets, to be able to abort it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// What of a document can be aborted.
#[derive(Debug, Default)]
pub(crate) struct Requests(Mutex<HashMap<RequestId, Arc<Resource>>>);

impl Requests {
    /// Lets the page abort `resource` by a name, until the answer is dropped.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`], if the name is taken.
    pub(crate) fn register(
        self: &Arc<Self>,
        request: RequestId,
        resource: &Arc<Resource>,
    ) -> Result<Registered, Error> {
        let mut requests = lock(&self.0);
        if requests.contains_key(&request) {
            let message = format!("request {} is already under way", request.0);
            return Err(Error::InvalidArgument(message));
        }
        requests.insert(request, resource.clone());
        Ok(Registered {
            requests: self.clone(),
            request,
        })
    }

    /// Aborts what has a name, if it is still there.
    pub(crate) fn abort(&self, request: RequestId) {
        // Not under the lock: what ends may be dropped here.
        let resource = lock(&self.0).get(&request).cloned();
        if let Some(resource) = resource {
            resource.abort();
        }
    }
}

/// Something under the name by which the page can abort it, from its start to its end.
#[derive(Debug)]
pub(crate) struct Registered {
    requests: Arc<Requests>,
    request: RequestId,
}

impl Drop for Registered {
    fn drop(&mut self) {
        lock(&self.requests.0).remove(&self.request);
    }
}

//! Pages of an app that come from the network, when they do not come: what failed, in words, and a way to try again.

use crate::app_view::AppView;
use crate::content::notice;
use crate::frames::net_error;
use crate::guard;
use crate::translations::{filled, tr};
use gtk4::gio;
use gtk4::gio::prelude::*;
use gtk4::glib;
use insula_frame::NetError;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use url::Url;
use webkit6::prelude::*;

/// Shows a page in the place of one of the app's that could not be loaded.
pub(super) fn follow(view: &AppView, app: &str) {
    let retry = Retry::new(view);
    let app: Rc<str> = app.into();
    view.connect_load_failed({
        let (app, retry) = (app.clone(), retry.clone());
        move |view, _, url, error| {
            guard("load-failed", false, || {
                let failed = net_error::name_of(error, url);
                failed != NetError::Aborted && show(view, &app, url, failed, &retry)
            })
        }
    });
    view.connect_load_failed_with_tls_errors(move |view, url, _, errors| {
        guard("load-failed-with-tls-errors", false, || {
            show(view, &app, url, net_error::name_of_certificate(errors), &retry)
        })
    });
}

/// Answers whether there is such a page: what does not come from the network is answered by the runtime in any case.
fn show(view: &AppView, app: &str, url: &str, failed: NetError, retry: &Rc<Retry>) -> bool {
    let parsed = Url::parse(url)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"));
    let Some(host) = parsed.as_ref().and_then(Url::host_str) else {
        return false;
    };
    let is_online = gio::NetworkMonitor::default().is_network_available();
    let (heading, sentence) = words(app, host, failed, is_online);
    let page = notice::page(&heading, &sentence, Some((url, &tr("Try again"))));
    retry.note(url);
    view.load_alternate_html(&page, url, None);
    true
}

/// What to say. Without a network nothing is said of the site, which may be there.
pub(crate) fn words(app: &str, host: &str, failed: NetError, is_online: bool) -> (String, String) {
    let with = |text: &str| filled(text, &[("app", app), ("host", host)]);
    if !is_online {
        return (
            tr("You are offline"),
            with(&tr(
                "{app} comes from {host}, and this device has no network at the moment. The page is loaded as soon as it has.",
            )),
        );
    }
    let sentence = match failed {
        NetError::NameNotResolved => {
            tr("{host} cannot be found. The address may be wrong, or the name service does not work.")
        }
        NetError::ConnectionRefused => tr("{host} refuses the connection. Your own network works."),
        NetError::TimedOut => tr("{host} does not answer in time."),
        NetError::AddressUnreachable => tr("There is no way to {host} from your network."),
        NetError::ConnectionReset | NetError::EmptyResponse => tr("{host} has broken off the connection."),
        NetError::CertificateDateInvalid => {
            tr("{host} cannot prove who it is: its certificate has run out, or the clock of this device is wrong.")
        }
        NetError::CertificateCommonNameInvalid => {
            tr("{host} cannot prove who it is: its certificate is another site’s.")
        }
        NetError::CertificateAuthorityInvalid
        | NetError::CertificateInvalid
        | NetError::CertificateRevoked
        | NetError::CertificateWeakSignatureAlgorithm => tr(
            "{host} cannot prove who it is: nobody whom this device trusts vouches for it. Somebody may be listening.",
        ),
        NetError::SslProtocolError => tr("{host} and this device find no secure way to talk to each other."),
        NetError::TooManyRedirects => tr("{host} sends from one address to the next without an end."),
        NetError::BlockedByClient | NetError::UnsafePort => {
            tr("This address of {host} is not one that an app may load.")
        }
        _ => tr("The page of {host} could not be loaded."),
    };
    (with(&tr("{app} cannot be reached")), with(&sentence))
}

/// Loads a page again that failed, as soon as there is a network again.
struct Retry {
    failed: RefCell<Option<String>>,
    monitor: gio::NetworkMonitor,
    handler: RefCell<Option<glib::SignalHandlerId>>,
}

impl Retry {
    fn new(view: &AppView) -> Rc<Self> {
        let monitor = gio::NetworkMonitor::default();
        let retry = Rc::new(Self {
            failed: RefCell::default(),
            monitor: monitor.clone(),
            handler: RefCell::default(),
        });
        let (weak, view) = (Rc::downgrade(&retry), view.downgrade());
        // It is told of every change, not only of the network's coming.
        let was_available = Cell::new(monitor.is_network_available());
        let handler = monitor.connect_network_changed(move |_, is_available| {
            let has_come = !was_available.replace(is_available) && is_available;
            if let (true, Some(retry), Some(view)) = (has_come, weak.upgrade(), view.upgrade())
                && let Some(url) = retry.failed.take()
                && view.uri().is_some_and(|shown| shown == url)
            {
                view.load_uri(&url);
            }
        });
        retry.handler.replace(Some(handler));
        retry
    }

    fn note(&self, url: &str) {
        self.failed.replace(Some(url.to_owned()));
    }
}

impl Drop for Retry {
    fn drop(&mut self) {
        if let Some(handler) = self.handler.take() {
            self.monitor.disconnect(handler);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::words;
    use insula_frame::NetError;

    #[test]
    fn every_failure_says_which_host_it_is_about() {
        for failed in [
            NetError::NameNotResolved,
            NetError::ConnectionRefused,
            NetError::CertificateDateInvalid,
            NetError::CertificateInvalid,
            NetError::HttpResponseCodeFailure,
        ] {
            let (heading, sentence) = words("Mail", "mail.example", failed, true);
            assert_eq!(heading, "Mail cannot be reached");
            assert!(sentence.contains("mail.example"), "{failed:?}: {sentence}");
        }
        let (heading, sentence) = words("Mail", "mail.example", NetError::NameNotResolved, false);
        assert_eq!(heading, "You are offline");
        assert!(
            sentence.contains("mail.example") && !sentence.contains('{'),
            "{sentence}"
        );
    }
}

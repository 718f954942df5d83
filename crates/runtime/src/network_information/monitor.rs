//! GLib's network monitor: the desktop portal's inside a sandbox, the kernel's routes elsewhere. It does not know by what
//! the device is connected.

use super::bus::Changed;
use super::situation;
use gtk4::gio::prelude::*;
use gtk4::gio::{NetworkConnectivity, NetworkMonitor};
use gtk4::glib::SignalHandlerId;
use insula_bridge::{Connectivity, NetworkInformation};

/// The monitor, listened to until it is dropped.
pub(super) struct Monitor {
    monitor: NetworkMonitor,
    handlers: Vec<SignalHandlerId>,
}

impl Monitor {
    /// Tells of each change from now on.
    pub(super) fn listen(changed: &Changed) -> Self {
        let monitor = NetworkMonitor::default();
        let tell = |changed: &Changed| {
            let changed = changed.clone();
            move |_: &NetworkMonitor| _ = changed.try_send(())
        };
        let handlers = vec![
            monitor.connect_network_available_notify(tell(changed)),
            monitor.connect_network_metered_notify(tell(changed)),
            monitor.connect_connectivity_notify(tell(changed)),
        ];
        Self { monitor, handlers }
    }

    pub(super) fn read(&self) -> NetworkInformation {
        let online = self.monitor.is_network_available();
        let connectivity = match self.monitor.connectivity() {
            NetworkConnectivity::Local => Connectivity::None,
            NetworkConnectivity::Limited => Connectivity::Limited,
            NetworkConnectivity::Portal => Connectivity::Portal,
            NetworkConnectivity::Full => Connectivity::Full,
            _ => Connectivity::Unknown,
        };
        situation::without_network_manager(online, self.monitor.is_network_metered(), connectivity)
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        for handler in self.handlers.drain(..) {
            self.monitor.disconnect(handler);
        }
    }
}

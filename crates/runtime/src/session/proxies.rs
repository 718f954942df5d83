//! The proxies that the app's own connections go through: those of the environment, or else of the desktop's settings.

use gtk4::gio;
use gtk4::gio::prelude::*;
use insula_net::{BoxFuture, EnvironmentProxies, Error, Proxy, ProxyResolver, Scheme, Way};
use std::sync::Arc;

/// What the user and the administrator have set.
pub(super) struct SystemProxies {
    environment: Option<EnvironmentProxies>,
}

impl SystemProxies {
    /// Reads the environment. The desktop's settings are looked at for each connection: they change.
    pub(super) fn read() -> Self {
        Self {
            environment: EnvironmentProxies::read(),
        }
    }
}

impl ProxyResolver for SystemProxies {
    fn find<'a>(&'a self, scheme: Scheme, host: &'a str, port: u16) -> BoxFuture<'a, Result<Vec<Way>, Error>> {
        match &self.environment {
            Some(environment) => environment.find(scheme, host, port),
            None => Box::pin(desktop(scheme, host, port)),
        }
    }
}

async fn desktop(scheme: Scheme, host: &str, port: u16) -> Result<Vec<Way>, Error> {
    let schemes: &[&str] = match scheme {
        Scheme::Http => &["http"],
        Scheme::Https => &["https"],
        // A proxy for everything, or one that tunnels for https and so for anything.
        Scheme::Tcp => &["none", "https"],
    };
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    for scheme in schemes {
        let uri = format!("{scheme}://{host}:{port}");
        // The desktop's settings may name a script that has to run. GIO's resolvers may be used on any thread.
        let asked = gio::spawn_blocking(move || gio::ProxyResolver::default().lookup(&uri, gio::Cancellable::NONE));
        let found = match asked.await {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => return Err(of_settings(error.message())),
            Err(_) => return Err(of_settings("they could not be read")),
        };
        let ways = ways(found.iter().map(AsRef::as_ref))?;
        if ways.iter().any(Option::is_some) {
            return Ok(ways);
        }
    }
    Ok(vec![None])
}

/// Reads GIO's answer. It names a proxy once for each version of SOCKS; those that are not supported are left out,
/// unless there is nothing else.
fn ways<'a>(found: impl Iterator<Item = &'a str>) -> Result<Vec<Way>, Error> {
    let mut ways = Vec::new();
    let mut failure = None;
    for uri in found {
        match uri {
            "direct://" => ways.push(None),
            uri => match Proxy::parse(uri) {
                Ok(proxy) => ways.push(Some(Arc::new(proxy))),
                Err(error) => failure = Some(error),
            },
        }
    }
    match failure {
        Some(error) if ways.is_empty() => Err(error),
        _ => Ok(ways),
    }
}

fn of_settings(reason: &str) -> Error {
    Error::Proxy {
        proxy: "of the desktop's settings".to_owned(),
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::ways;

    #[test]
    fn of_a_proxys_versions_the_supported_ones_are_taken() {
        let read = |found: &[&str]| {
            let ways = ways(found.iter().copied()).map_err(|error| error.to_string())?;
            Ok(ways.iter().map(|way| format!("{way:?}")).collect::<Vec<_>>())
        };
        let socks = ["socks5://a:1", "socks4a://a:1", "socks4://a:1", "direct://"];
        assert_eq!(read(&socks), Ok(vec!["Some(Socks5 a:1)".to_owned(), "None".to_owned()]));
        assert_eq!(read(&["direct://"]), Ok(vec!["None".to_owned()]));
        let refused: Result<_, String> = read(&socks[1..3]);
        assert!(refused.unwrap_err().contains("socks4"));
    }
}

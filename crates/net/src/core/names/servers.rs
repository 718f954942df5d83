//! Which name servers there are.

use std::fs::{self, File};
use std::io::Read;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::core::error::Error;

/// The longest file that is read. What an administrator has written is far shorter.
const LONGEST: u64 = 64 * 1024;

/// Name servers that are used (resolv.conf(5), `MAXNS`).
const SERVERS: usize = 3;

/// Who is asked for records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameServers {
    /// The system's, as `/etc/resolv.conf` says at the moment.
    System,
    /// Those that a file of its kind says, at a port.
    File {
        /// The file.
        path: PathBuf,
        /// The port of all of them.
        port: u16,
    },
    /// These.
    Fixed(Vec<SocketAddr>),
}

/// The file that is there at a moment, as far as that tells it from one that is there at another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    device: u64,
    inode: u64,
    length: u64,
    modified: (i64, i64),
}

impl NameServers {
    /// What would change with the servers. It takes one system call.
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        let metadata = fs::metadata(self.file()?.0).ok()?;
        Some(Stamp {
            device: metadata.dev(),
            inode: metadata.ino(),
            length: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        })
    }

    /// The servers, best first.
    ///
    /// # Errors
    /// [`Error::NameServer`]: none is named, or the file cannot be read.
    pub(crate) fn read(&self) -> Result<Vec<SocketAddr>, Error> {
        let (path, port) = match (self, self.file()) {
            (Self::Fixed(servers), _) => return Ok(servers.clone()),
            (_, Some(file)) => file,
            (_, None) => return Ok(Vec::new()),
        };
        let none = |reason: String| Error::NameServer {
            servers: path.display().to_string(),
            reason,
        };
        let mut text = Vec::new();
        let read = File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut text));
        read.map_err(|error| none(format!("it cannot be read: {error}")))?;
        let servers = parse(&String::from_utf8_lossy(&text));
        if servers.is_empty() {
            return Err(none("it names no server".to_owned()));
        }
        Ok(servers
            .into_iter()
            .map(|server| SocketAddr::new(server, port))
            .collect())
    }

    fn file(&self) -> Option<(&Path, u16)> {
        match self {
            Self::System => Some((Path::new("/etc/resolv.conf"), 53)),
            Self::File { path, port } => Some((path, *port)),
            Self::Fixed(_) => None,
        }
    }
}

/// The `nameserver` lines (resolv.conf(5)). A link-local address is no use without its zone, which cannot be given along.
fn parse(text: &str) -> Vec<IpAddr> {
    let servers = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let is_server = words.next() == Some("nameserver");
        is_server.then(|| words.next()?.parse().ok()).flatten()
    });
    servers.take(SERVERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_three_name_servers_of_a_file_count() {
        let text = "# comment\nsearch example.com\nnameserver 192.0.2.1 # ours\n nameserver\t2001:db8::1\n\
                    nameserver fe80::1%eth0\nnameserver\nnameservers 192.0.2.2\n;nameserver 192.0.2.3\n\
                    nameserver 192.0.2.4\nnameserver 192.0.2.5\noptions edns0";
        let expected: Vec<IpAddr> = ["192.0.2.1", "2001:db8::1", "192.0.2.4"]
            .map(|text| text.parse().unwrap())
            .into();
        assert_eq!(parse(text), expected);
    }

    #[test]
    fn a_file_that_is_not_there_names_nobody_and_is_named_itself() {
        let servers = NameServers::File {
            path: "/nowhere/resolv.conf".into(),
            port: 53,
        };
        let error = servers.read().unwrap_err();
        assert_eq!(error.dom_name(), "NetworkError");
        assert!(error.to_string().contains("/nowhere/resolv.conf"), "{error}");
    }
}

//! The groups that a page's bound socket hears, and what else it says of multicast (Direct Sockets, `MulticastController`).

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, Weak};

use insula_vocabulary::AddressSpace;
use rustix::net::netdevice::name_to_index;
use rustix::net::sockopt::set_ip_multicast_if_with_ifindex;
use socket2::{InterfaceIndexOrAddress, Socket};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::core::error::Error;
use crate::core::gate::Destination;
use crate::core::interfaces;
use crate::core::resource::Resource;
use crate::core::services::SourceGroups;
use crate::limits::GROUPS_PER_SOCKET;
use crate::lock;
use crate::page::connection::ConnectionId;

/// How a socket sends to groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MulticastOptions {
    /// How many networks its datagrams may pass; 1 without.
    pub time_to_live: Option<u8>,
    /// Whether this machine hears what it sends, if it is in the group; it does without.
    pub loopback: Option<bool>,
    /// Of a bound socket, whether others may be bound to the same place if they allow it too.
    pub allow_address_sharing: bool,
    /// The name of the network interface that its datagrams leave by; the system chooses without.
    pub interface: Option<String>,
}

/// A group, from all who send to it or from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The group's address.
    pub group: IpAddr,
    /// The only one who is heard.
    pub source: Option<IpAddr>,
    /// The name of the network interface by which it is joined; the system chooses without.
    pub interface: Option<String>,
}

/// The bound sockets of a document, as far as they have to do with groups.
#[derive(Debug, Default)]
pub(crate) struct Groups(Mutex<HashMap<ConnectionId, Weak<Member>>>);

/// A bound socket. Its groups are left when it is closed, this and the one that serves.
pub(crate) struct Member {
    socket: Socket,
    port: u16,
    /// What it passes the gate as, and ends with.
    resource: Arc<Resource>,
    source_groups: Option<Arc<dyn SourceGroups>>,
    memberships: Mutex<Vec<Entry>>,
    /// Fires when the socket is not served any more.
    over: CancellationToken,
}

struct Entry {
    membership: Membership,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Joining,
    Joined,
}

impl MulticastOptions {
    /// Before the socket is bound, or connected.
    pub(super) fn apply(&self, socket: &Socket, is_ipv6: bool, is_only_ipv6: bool) -> io::Result<()> {
        let interface = self.interface.as_deref().map(|name| index(socket, name)).transpose()?;
        if is_ipv6 {
            socket.set_multicast_all_v6(false)?;
            if let Some(hops) = self.time_to_live {
                socket.set_multicast_hops_v6(hops.into())?;
            }
            if let Some(loopback) = self.loopback {
                socket.set_multicast_loop_v6(loopback)?;
            }
            if let Some(interface) = interface {
                socket.set_multicast_if_v6(interface)?;
            }
        }
        if !is_ipv6 || !is_only_ipv6 {
            // Otherwise Linux gives a socket what comes to any group that any program has joined.
            socket.set_multicast_all_v4(false)?;
            if let Some(limit) = self.time_to_live {
                socket.set_multicast_ttl_v4(limit.into())?;
            }
            if let Some(loopback) = self.loopback {
                socket.set_multicast_loop_v4(loopback)?;
            }
            if let Some(interface) = interface {
                let any = Ipv4Addr::UNSPECIFIED;
                set_ip_multicast_if_with_ifindex(socket, &any, &any, interface)?;
            }
        }
        Ok(())
    }

    /// The bytes of what the page said.
    pub(super) fn size(&self) -> usize {
        self.interface.as_ref().map_or(0, String::len)
    }
}

impl Membership {
    /// The checks that need no socket.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`].
    pub fn check(&self) -> Result<(), Error> {
        let Self { group, source, .. } = self;
        if !group.is_multicast() {
            return Err(Error::invalid(format!("{group} is not the address of a group")));
        }
        match source {
            Some(source) if source.is_ipv4() != group.is_ipv4() => {
                Err(Error::invalid("sourceAddress is of another family than the group"))
            }
            Some(source) if source.is_multicast() || source.is_unspecified() => Err(Error::invalid(format!(
                "sourceAddress {source} is not the address of a sender"
            ))),
            _ => Ok(()),
        }
    }

    pub(crate) fn size(&self) -> usize {
        self.interface.as_ref().map_or(0, String::len)
    }

    /// For people.
    fn name(&self) -> String {
        let Self {
            group,
            source,
            interface,
        } = self;
        let of = source.map(|source| format!(" of {source}")).unwrap_or_default();
        let by = interface.as_ref().map(|name| format!(" by {name}")).unwrap_or_default();
        format!("{group}{of}{by}")
    }
}

impl Groups {
    /// Knows a socket for as long as that is kept.
    pub(super) fn add(&self, connection: ConnectionId, member: &Arc<Member>) {
        let mut known = lock(&self.0);
        known.retain(|_, member| member.strong_count() > 0);
        known.insert(connection, Arc::downgrade(member));
    }

    /// # Errors
    /// [`Error::UnknownConnection`].
    pub(crate) fn find(&self, connection: ConnectionId) -> Result<Arc<Member>, Error> {
        let member = lock(&self.0).get(&connection).and_then(Weak::upgrade);
        member.ok_or(Error::UnknownConnection(connection.0))
    }
}

impl Member {
    /// # Errors
    /// [`Error::System`].
    pub(super) fn new(
        socket: &Socket,
        port: u16,
        resource: &Arc<Resource>,
        source_groups: Option<Arc<dyn SourceGroups>>,
    ) -> Result<Self, Error> {
        let socket = socket.try_clone();
        Ok(Self {
            socket: socket.map_err(|error| Error::system("no descriptor for the socket", &error))?,
            port,
            resource: resource.clone(),
            source_groups,
            memberships: Mutex::default(),
            over: CancellationToken::new(),
        })
    }

    /// To be dropped when the socket is not served any more.
    pub(super) fn serving(&self) -> DropGuard {
        self.over.clone().drop_guard()
    }

    /// Does `work` for as long as the socket is open.
    ///
    /// # Errors
    /// Those of `work`; [`Error::Revoked`], [`Error::Closed`] or [`Error::Aborted`] when the socket ended before.
    pub(crate) async fn run(&self, work: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
        let work = async {
            tokio::select! {
                biased;
                () = self.over.cancelled() => Err(Error::Aborted),
                result = work => result,
            }
        };
        self.resource.run(work).await
    }

    /// Joins a group, once the gate has let it, which the user may be asked about.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`], [`Error::InvalidState`], [`Error::TooManyGroups`], [`Error::Group`],
    /// [`Error::NotSupported`], those of a denial.
    pub(crate) async fn join(&self, membership: &Membership) -> Result<(), Error> {
        membership.check()?;
        self.begin(membership)?;
        let joined = async {
            self.resource.pass_also(&self.destination(membership.group)).await?;
            self.change(membership, true).await
        };
        // Whatever ends it before leaves no entry behind.
        let entry = Joining {
            member: self,
            membership,
        };
        joined.await?;
        entry.succeed();
        Ok(())
    }

    /// Leaves a group.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`], [`Error::InvalidState`], [`Error::Group`].
    pub(crate) async fn leave(&self, membership: &Membership) -> Result<(), Error> {
        membership.check()?;
        let is_it = |entry: &Entry| entry.membership == *membership && entry.state == State::Joined;
        if !lock(&self.memberships).iter().any(is_it) {
            return Err(Error::InvalidState(format!("{} is not joined", membership.name())));
        }
        self.change(membership, false).await?;
        lock(&self.memberships).retain(|entry| !is_it(entry));
        Ok(())
    }

    /// Notes that a group is being joined.
    fn begin(&self, membership: &Membership) -> Result<(), Error> {
        let mut memberships = lock(&self.memberships);
        for Entry {
            membership: known,
            state,
        } in memberships.iter()
        {
            if known.group != membership.group || known.interface != membership.interface {
                continue;
            }
            let name = known.name();
            if known.source == membership.source {
                return Err(Error::InvalidState(match state {
                    State::Joined => format!("{name} is joined already"),
                    State::Joining => format!("{name} is being joined already"),
                }));
            }
            if known.source.is_none() || membership.source.is_none() {
                let message = format!("{name} is joined, and a group is joined of all senders or of single ones");
                return Err(Error::InvalidState(message));
            }
        }
        if memberships.len() >= GROUPS_PER_SOCKET {
            let limit = GROUPS_PER_SOCKET;
            return Err(Error::TooManyGroups { limit });
        }
        memberships.push(Entry {
            membership: membership.clone(),
            state: State::Joining,
        });
        Ok(())
    }

    /// What the gate is asked about: the members of a group are around this machine, as far as anybody knows.
    fn destination(&self, group: IpAddr) -> Arc<Destination> {
        Arc::new(Destination {
            host: group.to_string(),
            port: self.port,
            space: AddressSpace::Local,
            addresses: vec![(group, self.port).into()],
        })
    }

    /// Has the system join a group, or leave it.
    async fn change(&self, membership: &Membership, join: bool) -> Result<(), Error> {
        let failed = |error: &io::Error| Error::group(&membership.name(), join, error);
        let (socket, name) = (&self.socket, membership.interface.as_deref());
        let interface = name.map(|name| index(socket, name)).transpose();
        let interface = interface.map_err(|error| failed(&error))?;
        let number = InterfaceIndexOrAddress::Index(interface.unwrap_or_default());
        let changed = match (membership.group, membership.source) {
            (IpAddr::V4(group), None) if join => socket.join_multicast_v4_n(&group, &number),
            (IpAddr::V4(group), None) => socket.leave_multicast_v4_n(&group, &number),
            (IpAddr::V6(group), None) if join => socket.join_multicast_v6(&group, interface.unwrap_or_default()),
            (IpAddr::V6(group), None) => socket.leave_multicast_v6(&group, interface.unwrap_or_default()),
            (IpAddr::V4(group), Some(IpAddr::V4(source))) => {
                let local = match name {
                    Some(name) => address_of(name).await.map_err(|error| failed(&error))?,
                    None => Ipv4Addr::UNSPECIFIED,
                };
                match join {
                    true => socket.join_ssm_v4(&source, &group, &local),
                    false => socket.leave_ssm_v4(&source, &group, &local),
                }
            }
            (IpAddr::V6(group), Some(IpAddr::V6(source))) => match &self.source_groups {
                Some(system) => system.change(socket.as_fd(), join, group, source, interface.unwrap_or_default()),
                None => {
                    let message = "groups of IPv6 cannot be joined of single senders here";
                    return Err(Error::NotSupported(message.to_owned()));
                }
            },
            // The check has refused it.
            (_, Some(_)) => return Err(Error::invalid("sourceAddress is of another family than the group")),
        };
        changed.map_err(|error| failed(&error))
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Member")
            .field("socket", &self.socket)
            .finish_non_exhaustive()
    }
}

/// The entry of a group that is being joined; it goes unless that succeeds.
struct Joining<'a> {
    member: &'a Member,
    membership: &'a Membership,
}

impl Joining<'_> {
    fn succeed(self) {
        for entry in lock(&self.member.memberships).iter_mut() {
            if entry.membership == *self.membership {
                entry.state = State::Joined;
            }
        }
    }
}

impl Drop for Joining<'_> {
    fn drop(&mut self) {
        lock(&self.member.memberships)
            .retain(|entry| entry.membership != *self.membership || entry.state == State::Joined);
    }
}

/// The number of an interface.
fn index(socket: &Socket, name: &str) -> io::Result<u32> {
    let none = || io::Error::other(format!("there is no network interface {name:?}"));
    // The kernel's names are no longer (`IFNAMSIZ`), and an empty one is another's.
    if name.is_empty() || name.len() >= 16 {
        return Err(none());
    }
    name_to_index(socket, name).map_err(|_| none())
}

/// The address by which IPv4 names an interface where it takes no number.
async fn address_of(name: &str) -> io::Result<Ipv4Addr> {
    let all = interfaces::list().await?;
    let mut named = all.iter().filter(|interface| interface.name == name);
    let addresses = named.next().into_iter().flat_map(|interface| &interface.addresses);
    let found = addresses.filter_map(|entry| match entry.address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    });
    found
        .take(1)
        .next()
        .ok_or_else(|| io::Error::other(format!("the network interface {name:?} has no address of IPv4")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_says_of_sending_to_groups_is_set_for_both_families() {
        use socket2::{Domain, Type};
        let options = MulticastOptions {
            time_to_live: Some(7),
            loopback: Some(false),
            interface: Some("lo".to_owned()),
            ..MulticastOptions::default()
        };
        let v4 = Socket::new(Domain::IPV4, Type::DGRAM, None).unwrap();
        options.apply(&v4, false, false).unwrap();
        assert_eq!(
            (
                v4.multicast_ttl_v4().unwrap(),
                v4.multicast_loop_v4().unwrap(),
                v4.multicast_all_v4().unwrap()
            ),
            (7, false, false)
        );
        let v6 = Socket::new(Domain::IPV6, Type::DGRAM, None).unwrap();
        options.apply(&v6, true, false).unwrap();
        assert_eq!((v6.multicast_hops_v6().unwrap(), v6.multicast_if_v6().unwrap()), (7, 1));
        assert_eq!(
            (v6.multicast_ttl_v4().unwrap(), v6.multicast_loop_v6().unwrap()),
            (7, false)
        );
        // Without a word it is as Direct Sockets has it.
        let other = Socket::new(Domain::IPV4, Type::DGRAM, None).unwrap();
        MulticastOptions::default().apply(&other, false, false).unwrap();
        assert_eq!(
            (other.multicast_ttl_v4().unwrap(), other.multicast_loop_v4().unwrap()),
            (1, true)
        );
    }

    #[test]
    fn what_is_no_group_or_no_sender_is_the_pages_mistake() {
        for (group, source, is_right) in [
            ("224.0.0.251", None, true),
            ("ff02::fb", None, true),
            ("232.1.1.1", Some("192.0.2.1"), true),
            ("ff3e::1", Some("2001:db8::1"), true),
            ("192.0.2.1", None, false),
            ("::1", None, false),
            ("::ffff:224.0.0.251", None, false),
            ("255.255.255.255", None, false),
            ("232.1.1.1", Some("2001:db8::1"), false),
            ("232.1.1.1", Some("232.1.1.2"), false),
            ("232.1.1.1", Some("0.0.0.0"), false),
        ] {
            let membership = Membership {
                group: group.parse().unwrap(),
                source: source.map(|source| source.parse().unwrap()),
                interface: None,
            };
            let name = membership.check().map_err(|error| error.dom_name().to_owned());
            let expected = if is_right { Ok(()) } else { Err("TypeError".to_owned()) };
            assert_eq!(name, expected, "{group} {source:?}");
        }
    }
}

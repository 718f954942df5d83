//! Groups of IPv6 of single senders (RFC 3678 §5.1), which take a call of the C library's.

use insula_net::SourceGroups;
use std::io;
use std::net::Ipv6Addr;
use std::os::fd::{AsRawFd, BorrowedFd};

/// The system's.
pub(super) struct SystemSourceGroups;

#[expect(unsafe_code, reason = "no library of Rust's has the call")]
impl SourceGroups for SystemSourceGroups {
    fn change(
        &self,
        socket: BorrowedFd<'_>,
        join: bool,
        group: Ipv6Addr,
        source: Ipv6Addr,
        interface: u32,
    ) -> io::Result<()> {
        let name = match join {
            true => libc::MCAST_JOIN_SOURCE_GROUP,
            false => libc::MCAST_LEAVE_SOURCE_GROUP,
        };
        let request = libc::group_source_req {
            gsr_interface: interface,
            gsr_group: storage(group),
            gsr_source: storage(source),
        };
        let length = size_of::<libc::group_source_req>() as libc::socklen_t;
        // SAFETY: the descriptor is open, and the system reads `length` bytes of a value that lives until it returns.
        let result = unsafe {
            libc::setsockopt(
                socket.as_raw_fd(),
                libc::IPPROTO_IPV6,
                name,
                (&raw const request).cast(),
                length,
            )
        };
        match result {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

/// An address in the form that has room for one of any family.
#[expect(unsafe_code, reason = "no library of Rust's has the call")]
fn storage(address: Ipv6Addr) -> libc::sockaddr_storage {
    let named = libc::sockaddr_in6 {
        sin6_family: libc::AF_INET6 as libc::sa_family_t,
        sin6_port: 0,
        sin6_flowinfo: 0,
        sin6_addr: libc::in6_addr {
            s6_addr: address.octets(),
        },
        sin6_scope_id: 0,
    };
    // SAFETY: it consists of numbers, for which zeros are values.
    let mut storage: libc::sockaddr_storage = unsafe { std::mem::zeroed() };
    // SAFETY: it is as large, and aligned, as is needed for an address of any family.
    unsafe { (&raw mut storage).cast::<libc::sockaddr_in6>().write(named) };
    storage
}

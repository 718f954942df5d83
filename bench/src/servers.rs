//! The servers that the app talks to, and the app itself as a folder.

use anyhow::Result;
use insula_testkit::tcp::TcpServer;
use std::fs;
use std::io;
use std::net::Ipv4Addr;
use std::path::Path;

use crate::tls::Secured;
use crate::udp::UdpServer;
use crate::{http, plain, tls, udp, websocket};

/// How many frames stand in the markup of a page of the app, `/markup-N.html`, and how many sites there are for them.
pub(crate) const COUNTS: [usize; 4] = [1, 3, 5, 10];

/// How many MiB a transfer has.
const MIB: u64 = 256;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/app");

/// Servers on this machine.
pub(crate) struct Servers {
    tcp: TcpServer,
    tls: Secured,
    udp: UdpServer,
    http: TcpServer,
    websocket: TcpServer,
    sites: Vec<TcpServer>,
}

impl Servers {
    /// Starts them.
    pub(crate) fn start() -> Result<Self> {
        Ok(Self {
            tcp: plain::serve(),
            tls: tls::serve()?,
            udp: udp::serve()?,
            http: http::serve(Ipv4Addr::LOCALHOST),
            websocket: websocket::serve(),
            sites: (2..22)
                .map(|last| http::serve(Ipv4Addr::new(127, 0, 0, last)))
                .collect(),
        })
    }

    /// The port of the TCP server.
    pub(crate) fn tcp_port(&self) -> u16 {
        self.tcp.port()
    }

    /// The same server behind TLS.
    pub(crate) fn tls(&self) -> &Secured {
        &self.tls
    }

    /// The UDP server.
    pub(crate) fn udp(&self) -> &UdpServer {
        &self.udp
    }

    /// How many bytes a transfer has.
    pub(crate) fn bytes(&self) -> u64 {
        MIB << 20
    }

    /// The small page, alone.
    pub(crate) fn small_page(&self) -> String {
        format!("http://{}/small.html", self.http.address())
    }

    /// Where the app finds them: what its addresses end with.
    pub(crate) fn query(&self) -> String {
        let sites: Vec<String> = self.sites.iter().map(|site| site.address().to_string()).collect();
        format!(
            "tcp={}&tls={}&pin={}&udp={}&http={}&ws={}&mib={MIB}&sites={}",
            self.tcp.port(),
            self.tls.server.port(),
            self.tls.pin(),
            self.udp.port(),
            self.http.port(),
            self.websocket.port(),
            sites.join(","),
        )
    }

    /// Writes the app into a folder: its files, and a page for each number of frames in the markup.
    pub(crate) fn write_app(&self, folder: &Path) -> Result<()> {
        copy_folder(Path::new(FOLDER), folder)?;
        for count in COUNTS {
            let frames: String = (0..count).map(|index| self.frame(index)).collect();
            let page = format!(
                "<!doctype html><html lang=en><meta charset=utf-8><title>{count} in markup</title>\
                 <script src=/markup.js></script><body>{frames}"
            );
            fs::write(folder.join(format!("markup-{count}.html")), page)?;
        }
        Ok(())
    }

    fn frame(&self, index: usize) -> String {
        let url = format!("http://{}/page?{index}", self.http.address());
        format!(
            "<controlledframe src=\"{url}\" style=\"display: block; width: 300px; height: 50px\"></controlledframe>"
        )
    }
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let copy = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &copy)?;
        } else {
            fs::copy(entry.path(), copy)?;
        }
    }
    Ok(())
}

//! The arrows between crates point one way: pure ← services ← runtime ← program.

use std::collections::{HashMap, HashSet, VecDeque};

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, Node, Package, PackageId};

/// A crate may depend on crates of its own layer and of those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    /// No I/O, no runtime, no toolkit.
    Pure,
    /// May use files, databases and sockets; no toolkit.
    Service,
    /// May use WebKit.
    Engine,
    /// The program and the repository's tools.
    Program,
    /// Tests and measurements of the whole: nothing else uses it, but as a development dependency.
    Test,
}

/// Every crate of the workspace. A new one is added here, which is when to think about its layer.
const LAYERS: [(&str, Layer); 17] = [
    ("insula-bridge", Layer::Pure),
    ("insula-bundle", Layer::Pure),
    ("insula-frame", Layer::Pure),
    ("insula-manifest", Layer::Pure),
    ("insula-vocabulary", Layer::Pure),
    ("insula-apps", Layer::Service),
    ("insula-delivery", Layer::Service),
    ("insula-desktop", Layer::Service),
    ("insula-net", Layer::Service),
    ("insula-permissions", Layer::Service),
    ("insula-runtime", Layer::Engine),
    ("insula-webprocess", Layer::Engine),
    ("insula", Layer::Program),
    ("xtask", Layer::Program),
    ("insula-bench", Layer::Test),
    ("insula-e2e", Layer::Test),
    ("insula-testkit", Layer::Test),
];

/// Beginnings of the names of toolkit crates.
const TOOLKIT: [&str; 8] = [
    "gtk",
    "gdk",
    "gsk",
    "glib",
    "gio",
    "webkit",
    "javascriptcore",
    "libadwaita",
];

/// The only crates that name WebKit.
const WEBKIT_USERS: [&str; 2] = ["insula-runtime", "insula-webprocess"];

pub(super) fn check(metadata: &Metadata) -> Result<Vec<String>> {
    let graph = Graph::new(metadata)?;
    let mut complaints = Vec::new();
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        let Some(layer) = layer_of(name) else {
            complaints.push(format!(
                "{name}: is in no layer; add it to LAYERS in xtask/src/tidy/arrows.rs"
            ));
            continue;
        };
        complaints.extend(check_neighbours(package, layer));
        complaints.extend(graph.check_tree(package, layer));
    }
    Ok(complaints)
}

fn layer_of(package: &str) -> Option<Layer> {
    LAYERS
        .iter()
        .find(|(name, _)| *name == package)
        .map(|(_, layer)| *layer)
}

/// What a crate names itself.
fn check_neighbours(package: &Package, layer: Layer) -> Vec<String> {
    let name = package.name.as_str();
    let mut complaints = Vec::new();
    for dependency in &package.dependencies {
        let used = dependency.name.as_str();
        if is_webkit(used) && !WEBKIT_USERS.contains(&name) {
            complaints.push(format!("{name}: names {used}; only {WEBKIT_USERS:?} may"));
        }
        let is_for_tests = dependency.kind == DependencyKind::Development;
        match layer_of(used) {
            Some(used_layer) if used_layer > layer && !is_for_tests => complaints.push(format!(
                "{name} ({layer:?}): depends on {used} ({used_layer:?}); arrows point to earlier \
                 layers"
            )),
            _ => {}
        }
    }
    complaints
}

fn is_webkit(package: &str) -> bool {
    package.starts_with("webkit") || package.starts_with("javascriptcore")
}

/// Why a crate of a layer must not have a package anywhere below it; `None` if it may.
fn forbidden(layer: Layer, package: &str) -> Option<&'static str> {
    let is_toolkit = TOOLKIT.iter().any(|beginning| package.starts_with(beginning));
    match layer {
        Layer::Pure if is_toolkit || package == "tokio" => Some("a pure crate has neither a toolkit nor tokio"),
        Layer::Service if is_toolkit => Some("a service has no toolkit"),
        _ => None,
    }
}

/// Normal dependencies, as cargo has resolved them.
struct Graph<'a> {
    nodes: HashMap<&'a PackageId, &'a Node>,
    names: HashMap<&'a PackageId, &'a str>,
}

impl<'a> Graph<'a> {
    fn new(metadata: &'a Metadata) -> Result<Self> {
        let resolve = metadata.resolve.as_ref().context("cargo metadata resolved nothing")?;
        Ok(Self {
            nodes: resolve.nodes.iter().map(|node| (&node.id, node)).collect(),
            names: metadata
                .packages
                .iter()
                .map(|package| (&package.id, package.name.as_str()))
                .collect(),
        })
    }

    /// Every package below a crate, with the way that leads to it.
    fn check_tree(&self, package: &'a Package, layer: Layer) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut seen = HashSet::from([&package.id]);
        let mut queue = VecDeque::from([(&package.id, package.name.to_string())]);
        while let Some((id, way)) = queue.pop_front() {
            for next in self.normal_dependencies(id) {
                if !seen.insert(next) {
                    continue;
                }
                let name = self.names.get(next).copied().unwrap_or("?");
                let way = format!("{way} → {name}");
                match forbidden(layer, name) {
                    Some(reason) => complaints.push(format!("{way}: {reason}")),
                    None => queue.push_back((next, way)),
                }
            }
        }
        complaints
    }

    fn normal_dependencies(&self, id: &PackageId) -> impl Iterator<Item = &'a PackageId> {
        let dependencies = self.nodes.get(id).map_or(&[][..], |node| &node.deps);
        dependencies
            .iter()
            .filter(|dependency| {
                dependency
                    .dep_kinds
                    .iter()
                    .any(|kind| kind.kind == DependencyKind::Normal)
            })
            .map(|dependency| &dependency.pkg)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pure_crate_may_not_reach_a_toolkit_or_tokio() {
        assert!(forbidden(Layer::Pure, "gtk4-sys").is_some());
        assert!(forbidden(Layer::Pure, "tokio").is_some());
        assert!(forbidden(Layer::Pure, "serde").is_none());
        assert!(forbidden(Layer::Service, "tokio").is_none());
        assert!(forbidden(Layer::Service, "webkit6").is_some());
        assert!(forbidden(Layer::Engine, "webkit6").is_none());
    }
}

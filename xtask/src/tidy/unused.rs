//! Dependencies that are declared and never named.
//!
//! A crate counts as used where its identifier stands in the sources outside of comments. That is a
//! simple test, and a sufficient one: what it finds unused is unused.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, Package};

/// Dependencies that are declared for another reason than being named: crate, dependency, reason.
const EXCEPTIONS: [(&str, &str, &str); 1] = [(
    "insula-runtime",
    "gtk4-sys",
    "pins the version that Debian 12's GTK can build",
)];

pub(super) fn check(metadata: &Metadata, root: &Path) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    let mut declared = HashSet::new();
    for package in metadata.workspace_packages() {
        declared.extend(
            package
                .dependencies
                .iter()
                .map(|it| it.rename.as_ref().unwrap_or(&it.name).clone()),
        );
        complaints.extend(check_package(package)?);
    }
    for name in shared_dependencies(root)? {
        if !declared.contains(&name) {
            complaints.push(format!("Cargo.toml: {name} is used by no crate of the workspace"));
        }
    }
    Ok(complaints)
}

fn check_package(package: &Package) -> Result<Vec<String>> {
    let folder = package.manifest_path.parent().context("a manifest lies in no folder")?;
    let folder = folder.as_std_path();
    let product = sources(folder, &["src"])?;
    let tests = sources(folder, &["src", "tests", "benches", "examples"])?;
    let build = fs::read_to_string(folder.join("build.rs")).unwrap_or_default();
    let mut complaints = Vec::new();
    for dependency in &package.dependencies {
        let name = dependency.rename.as_ref().unwrap_or(&dependency.name);
        let identifier = name.replace('-', "_");
        let (text, place) = match dependency.kind {
            DependencyKind::Development => (&tests, "the tests, benches or examples"),
            DependencyKind::Build => (&build, "build.rs"),
            _ => (&product, "src"),
        };
        let is_excepted = EXCEPTIONS
            .iter()
            .any(|(owner, used, _)| *owner == package.name.as_str() && used == name);
        if !is_excepted && !names(text, &identifier) {
            complaints.push(format!("{}: {name} is not named in {place}", package.name));
        }
    }
    Ok(complaints)
}

/// All Rust sources in some folders, without lines that are comments.
fn sources(root: &Path, folders: &[&str]) -> Result<String> {
    let mut text = String::new();
    let mut waiting: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).collect();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                waiting.push(entry?.path());
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
            for line in source.lines().filter(|line| !line.trim_start().starts_with("//")) {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    Ok(text)
}

/// Whether an identifier stands in a text as a word of its own.
fn names(text: &str, identifier: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(identifier).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + identifier.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// The names in `[workspace.dependencies]`.
fn shared_dependencies(root: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(root.join("Cargo.toml"))?;
    let section = text
        .split_once("[workspace.dependencies]")
        .map_or("", |(_, rest)| rest.split("\n[").next().unwrap_or_default());
    let names = section
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name.trim().to_owned());
    Ok(names.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_counts_as_a_word_only() {
        assert!(names("use serde::Serialize;", "serde"));
        assert!(names("let x = rusqlite::Connection;", "rusqlite"));
        assert!(!names("use serde_json::Value;", "serde"));
        assert!(!names("use my_serde::Value;", "serde"));
    }
}

//! Has GLib, a library that the system brings, find the functions by which the runtime sees how processes end
//! (`crates/runtime/src/content/ends.rs`).

fn main() {
    for name in ["waitid", "waitpid"] {
        println!("cargo::rustc-link-arg-bins=-Wl,--undefined={name},--export-dynamic-symbol={name}");
    }
    println!("cargo::rerun-if-changed=build.rs");
}

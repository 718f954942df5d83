//! Verification of a bundle of 100 MB beside a bare SHA-512 of the same bytes.
//!
//! Verifying is hashing and little else: the goal is 0.95 of the throughput of the hash alone. Run it with
//! `cargo bench -p insula-bundle`, which ends with the ratio.

use std::fs::File;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use insula_bundle::{BundleBuilder, Content, HeaderMap, IntegrityBlock, SignedWebBundle, SigningKey, WebBundle};
use sha2::{Digest, Sha512};

const RESPONSES: usize = 1000;
const RESPONSE_LENGTH: usize = 100_000;

/// A signed bundle of a thousand responses, 100 MB in all.
fn write_bundle(path: &Path) {
    let key = SigningKey::from_ed25519_seed(&[1; 32]);
    let mut builder = BundleBuilder::new();
    for number in 0..RESPONSES {
        let headers = HeaderMap::new(200).and_then(|headers| headers.with("content-type", "text/plain"));
        let body = vec![number as u8; RESPONSE_LENGTH];
        builder
            .add(
                &format!("/{number}"),
                headers.expect("valid headers"),
                Content::Bytes(body),
            )
            .expect("no duplicates");
    }
    let bundle = WebBundle::from_bytes(builder.build().expect("no files")).expect("a valid bundle");
    let block = IntegrityBlock::sign(&bundle, &key.id(), &[key]).expect("a fit bundle");
    let mut file = File::create(path).expect("a writable folder");
    file.write_all(&block).expect("space");
    file.write_all(bundle.as_bytes()).expect("space");
}

fn verify(path: &Path) {
    black_box(
        SignedWebBundle::open(path)
            .and_then(SignedWebBundle::verify)
            .expect("a valid bundle"),
    );
}

fn hash(path: &Path) {
    let bundle = SignedWebBundle::open(path).expect("a valid bundle");
    black_box(Sha512::digest(bundle.unverified().as_bytes()));
}

fn benchmarks(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("large.swbn");
    write_bundle(&path);

    let mut group = criterion.benchmark_group("bundle of 100 MB");
    group
        .sample_size(10)
        .throughput(Throughput::Bytes((RESPONSES * RESPONSE_LENGTH) as u64));
    group.bench_function("verify", |bencher| bencher.iter(|| verify(&path)));
    group.bench_function("sha512", |bencher| bencher.iter(|| hash(&path)));
    group.bench_function("open", |bencher| bencher.iter(|| SignedWebBundle::open(&path)));
    group.finish();

    print_ratio(&path);
}

#[expect(clippy::print_stdout, reason = "the ratio is what this program is for")]
/// The best of several runs of each in turn, so that both see the same machine.
fn print_ratio(path: &Path) {
    let time = |work: fn(&Path)| {
        let start = Instant::now();
        work(path);
        start.elapsed()
    };
    let (mut verified, mut hashed) = (Duration::MAX, Duration::MAX);
    for _ in 0..25 {
        verified = verified.min(time(verify));
        hashed = hashed.min(time(hash));
    }
    let megabytes = (RESPONSES * RESPONSE_LENGTH) as f64 / 1e6;
    println!(
        "verify {:.0} MB/s, SHA-512 {:.0} MB/s, ratio {:.3}",
        megabytes / verified.as_secs_f64(),
        megabytes / hashed.as_secs_f64(),
        hashed.as_secs_f64() / verified.as_secs_f64(),
    );
}

criterion_group!(benches, benchmarks);
criterion_main!(benches);

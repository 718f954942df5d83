//! How long a check takes, the opening of a store and the making of a sheet, with as much in them as there ever is.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use insula_permissions::{
    AppOrigin, Authority, Caller, Catalog, FILE_NAME, FeatureSet, FirstRun, Operation, PermissionName, PermissionState,
    PolicySet, Store,
};

const DECISIONS: usize = 100_000;
const NAMES: usize = 10_000;

fn app(number: usize) -> AppOrigin {
    format!("https://app-{number}.example").parse().expect("an origin")
}

/// A store with so many decisions: ten about each app.
fn fill(path: &Path) {
    let names: Vec<PermissionName> = PermissionName::ALL.iter().copied().take(10).collect();
    let entry = |number: usize| {
        let (app, name) = (app(number / names.len()), names[number % names.len()]);
        let state = if number.is_multiple_of(3) { "denied" } else { "granted" };
        serde_json::json!({ "origin": app.as_str(), "embedder": app.as_str(), "name": name.as_str(), "state": state,
            "by": "prompt", "at": u32::MAX })
    };
    let mut decisions: Vec<_> = (0..DECISIONS).map(entry).collect();
    // An import does not grant it.
    decisions
        .iter_mut()
        .filter(|it| it["name"] == "unrestricted-network")
        .for_each(|it| it["state"] = "denied".into());
    let export = serde_json::json!({ "format": "insula-permissions", "version": 1, "exported": 1, "decisions": decisions,
        "sheets": [] });
    let authority = Authority::new(Store::open(path).expect("a store"), PolicySet::default());
    let imported = authority.import(export.to_string().as_bytes()).expect("an import");
    assert_eq!(imported.taken, DECISIONS);
}

fn caller(app: AppOrigin) -> Caller {
    Caller {
        origin: app,
        installed: true,
        secure_context: true,
        top_level: true,
        features: FeatureSet::default(),
        user_activation: true,
    }
}

fn stored(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE_NAME);
    fill(&path);
    let authority = Authority::new(Store::open(&path).expect("a store"), PolicySet::default());
    let caller = caller(app(5000));
    let operation = Operation::Use(PermissionName::Camera);
    criterion.bench_function("check/100,000 decisions", |bencher| {
        bencher.iter(|| authority.check(black_box(&caller), black_box(&operation)));
    });
    criterion.bench_function("open/100,000 decisions", |bencher| {
        bencher.iter(|| Store::open(&path).expect("a store"));
    });
    criterion.bench_function("open and read/100,000 decisions", |bencher| {
        bencher.iter(|| Authority::new(Store::open(&path).expect("a store"), PolicySet::default()));
    });
    criterion.bench_function("open and read one app's/100,000 decisions", |bencher| {
        bencher.iter(|| Authority::about(app(5000), Store::open(&path).expect("a store"), PolicySet::default()));
    });
    criterion.bench_function("export/100,000 decisions", |bencher| {
        bencher.iter(|| authority.store().export().expect("an export"));
    });
    let state = [PermissionState::Granted, PermissionState::Denied];
    let subject = insula_permissions::Subject::app(app(5000));
    let mut turn = 0;
    let authority = Authority::about(app(5000), Store::open(&path).expect("a store"), PolicySet::default());
    criterion.bench_function("decide/100,000 decisions", |bencher| {
        bencher.iter(|| {
            turn += 1;
            let by = insula_permissions::DecidedBy::Settings;
            authority
                .decide(&subject, PermissionName::Camera, state[turn % 2], by)
                .expect("a decision");
        });
    });
}

fn sheet(criterion: &mut Criterion) {
    let known = PermissionName::ALL.iter().map(|name| name.as_str().to_owned());
    let mut names: Vec<String> = (0..NAMES - PermissionName::ALL.len())
        .map(|number| format!("permission-{number}"))
        .collect();
    names.extend(known);
    let (app, policy) = (app(1), PolicySet::default());
    criterion.bench_function("sheet/10,000 names", |bencher| {
        bencher.iter(|| FirstRun::new(&app, &FeatureSet::default(), black_box(&names), &[], &policy));
    });
    criterion.bench_function("catalog/10,000 names", |bencher| {
        bencher.iter(|| Catalog::new(&app, &FeatureSet::default(), black_box(&names)));
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(3));
    targets = stored, sheet
}
criterion_main!(benches);

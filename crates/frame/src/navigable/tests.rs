use super::*;

fn happen(navigable: &mut Navigable, happened: impl IntoIterator<Item = Happened>) -> Vec<Effect> {
    happened.into_iter().flat_map(|it| navigable.step(it)).collect()
}

fn url(text: &str) -> String {
    text.to_owned()
}

fn asked(address: &str) -> Happened {
    Happened::Asked {
        url: url(address),
        by: AskedBy::Url,
    }
}

fn load(address: &str) -> [Happened; 5] {
    [
        asked(address),
        Happened::Navigating { url: url(address) },
        Happened::Began,
        Happened::Requested {
            resource: ResourceId(1),
            url: url(address),
            is_main: true,
        },
        Happened::Committed { url: url(address) },
    ]
}

fn told(effects: &[Effect]) -> Vec<&'static str> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Tell(event) => Some(event.name()),
            _ => None,
        })
        .collect()
}

#[test]
fn scripts_wait_for_the_first_document_only() {
    let mut navigable = Navigable::default();
    assert_eq!(navigable.document(), Err(NoDocument::NotYet));
    let effects = happen(&mut navigable, load("https://a/"));
    assert!(effects.contains(&Effect::Ready));
    assert_eq!((navigable.document(), navigable.url()), (Ok(()), "https://a/"));
    let effects = happen(&mut navigable, load("https://b/"));
    assert!(!effects.contains(&Effect::Ready) && effects.contains(&Effect::DocumentEnded));
}

#[test]
fn a_load_that_came_to_nothing_leaves_the_initial_document() {
    let mut navigable = Navigable::default();
    happen(&mut navigable, load("https://a/").into_iter().take(4));
    let failed = Happened::Failed {
        url: url("https://a/"),
        error: NetError::Aborted,
    };
    assert!(navigable.step(failed).contains(&Effect::Ready));
    assert_eq!(navigable.document(), Ok(()));
}

#[test]
fn a_failed_load_shows_a_page_without_scripts() {
    let mut navigable = Navigable::default();
    happen(&mut navigable, load("https://a/").into_iter().take(4));
    let (url, error) = (url("https://a/"), NetError::ConnectionRefused);
    let effects = navigable.step(Happened::Failed {
        url: url.clone(),
        error,
    });
    assert_eq!(
        effects.last(),
        Some(&Effect::ShowErrorPage {
            url: url.clone(),
            error
        })
    );
    assert_eq!(navigable.failed_url(), Some(url.as_str()));
    happen(
        &mut navigable,
        [
            Happened::Began,
            Happened::Committed { url: url.clone() },
            Happened::Finished,
        ],
    );
    assert_eq!(navigable.document(), Err(NoDocument::ErrorPage));
    assert_eq!(navigable.failed_url(), Some(url.as_str()));
    happen(&mut navigable, load("https://b/"));
    assert_eq!(navigable.failed_url(), None);
}

fn requested(address: &str) -> Happened {
    Happened::Requested {
        resource: ResourceId(1),
        url: url(address),
        is_main: true,
    }
}

fn aborted(address: &str) -> Happened {
    Happened::Failed {
        url: url(address),
        error: NetError::Aborted,
    }
}

/// What is told, each with its URL.
fn story(effects: &[Effect]) -> Vec<String> {
    let told = effects.iter().filter_map(|effect| match effect {
        Effect::Tell(event) => Some(event),
        _ => None,
    });
    told.map(|event| match event {
        FrameEvent::LoadStart { url, .. } => format!("start {url}"),
        FrameEvent::LoadAbort { url, .. } => format!("abort {url}"),
        FrameEvent::LoadCommit { url, .. } => format!("commit {url}"),
        other => other.name().to_owned(),
    })
    .collect()
}

#[test]
fn each_load_that_another_takes_the_place_of_is_told_once() {
    // The engine tells of all of them, of some of them, or only of the last.
    let engine: [&[Happened]; 3] = [
        &[
            Happened::Began,
            requested("b"),
            aborted("b"),
            Happened::Began,
            requested("c"),
            aborted("c"),
            Happened::Began,
            requested("d"),
        ],
        &[Happened::Began, aborted("b"), requested("d"), Happened::Began],
        &[Happened::Began, requested("d")],
    ];
    for tells in engine {
        let mut navigable = Navigable::default();
        happen(&mut navigable, load("a").into_iter().chain([Happened::Finished]));
        let mut effects = happen(&mut navigable, [asked("b"), asked("c"), asked("d")]);
        effects.extend(happen(&mut navigable, tells.iter().cloned()));
        effects.extend(navigable.step(Happened::Committed { url: url("d") }));
        assert_eq!(
            story(&effects),
            ["start b", "abort b", "start c", "abort c", "start d", "commit d"],
            "{tells:?}"
        );
        assert!(!navigable.is_asked());
    }
}

#[test]
fn a_load_that_is_stopped_before_it_begins_has_come_to_nothing() {
    let mut navigable = Navigable::default();
    let effects = happen(&mut navigable, [asked("a"), Happened::Stopped]);
    assert_eq!(story(&effects), ["start a", "abort a", "frame.loadstop"]);
    assert!(effects.contains(&Effect::Stop) && effects.contains(&Effect::Ready));
    assert!(!navigable.is_asked());
    // The engine may tell of it all the same.
    assert_eq!(happen(&mut navigable, [Happened::Began, aborted("a")]), []);
}

#[test]
fn what_is_stopped_while_another_still_loads_ends_both() {
    let mut navigable = Navigable::default();
    happen(&mut navigable, load("a").into_iter().take(4));
    let effects = happen(&mut navigable, [asked("b"), Happened::Stopped, aborted("a")]);
    assert_eq!(story(&effects), ["abort a", "start b", "abort b", "frame.loadstop"]);
}

#[test]
fn a_reload_that_is_asked_for_twice_is_one() {
    let mut navigable = Navigable::default();
    happen(&mut navigable, load("a").into_iter().chain([Happened::Finished]));
    let reload = || Happened::Asked {
        url: url("a"),
        by: AskedBy::Reload,
    };
    assert_eq!(happen(&mut navigable, [reload(), reload()]), [Effect::Ask, Effect::Ask]);
    // Another load takes its place.
    assert_eq!(story(&navigable.step(asked("b"))), ["start a", "abort a"]);
}

#[test]
fn what_is_kept_from_loading_is_not_asked_for_again() {
    let mut navigable = Navigable::default();
    happen(&mut navigable, load("https://a/"));
    assert_eq!(navigable.step(asked("https://b/")), [Effect::Ask]);
    let (url, error) = (url("https://b/"), NetError::BlockedByLocalNetworkAccessChecks);
    let effects = navigable.step(Happened::Unreachable {
        url: url.clone(),
        error,
    });
    assert_eq!(
        effects.last(),
        Some(&Effect::ShowErrorPage {
            url: url.clone(),
            error
        })
    );
    let effects = happen(
        &mut navigable,
        [Happened::Began, Happened::Committed { url }, Happened::Finished],
    );
    assert!(!effects.contains(&Effect::Ask), "{effects:?}");
    assert!(!navigable.is_asked());
}

#[test]
fn what_is_asked_for_before_an_error_page_is_there_waits_for_that() {
    let failed = || {
        let mut navigable = Navigable::default();
        happen(&mut navigable, load("https://a/").into_iter().take(4));
        navigable.step(Happened::Failed {
            url: url("https://a/"),
            error: NetError::ConnectionReset,
        });
        assert_eq!(happen(&mut navigable, [asked("https://b/"), Happened::Began]), []);
        navigable
    };
    let mut navigable = failed();
    let effects = navigable.step(Happened::Committed { url: url("https://a/") });
    assert_eq!(
        (told(&effects), effects.last()),
        (vec!["frame.loadcommit"], Some(&Effect::Ask))
    );
    // If that page cannot be shown, nothing is to wait for.
    let effects = failed().step(Happened::Failed {
        url: url("https://a/"),
        error: NetError::Failed,
    });
    assert_eq!(effects, [Effect::Ask]);
}

#[test]
fn a_place_where_no_frame_may_go_leads_to_the_blank_page() {
    let mut navigable = Navigable::default();
    happen(&mut navigable, load("https://a/").into_iter().take(4));
    let effects = navigable.step(Happened::Failed {
        url: url("http://b/"),
        error: NetError::Failed,
    });
    assert_eq!(effects.last(), Some(&Effect::LoadBlank));
    happen(&mut navigable, load("https://a/").into_iter().take(4));
    let effects = navigable.step(Happened::Failed {
        url: url("tel:1"),
        error: NetError::Failed,
    });
    let error = NetError::UnsafeRedirect;
    assert_eq!(
        effects.last(),
        Some(&Effect::ShowErrorPage {
            url: url("https://a/"),
            error
        }),
        "where a server leads"
    );
    happen(&mut navigable, load("https://a/"));
    let effects = navigable.step(Happened::Refused {
        url: url("file:///"),
        error: NetError::DisallowedUrlScheme,
    });
    assert_eq!(told(&effects), ["frame.loadabort"]);
    assert_eq!(effects.last(), Some(&Effect::LoadBlank));
}

#[test]
fn documents_inside_are_followed_to_where_they_are_shown() {
    let mut navigable = Navigable::default();
    happen(&mut navigable, load("https://a/"));
    let (resource, inside) = (ResourceId(2), url("https://b/"));
    let effects = happen(
        &mut navigable,
        [
            Happened::Navigating { url: inside.clone() },
            Happened::Requested {
                resource,
                url: inside,
                is_main: false,
            },
        ],
    );
    assert_eq!(told(&effects), ["frame.loadstart"]);
    assert_eq!(effects.last(), Some(&Effect::Follow(resource)));
    let effects = happen(
        &mut navigable,
        [
            Happened::ResourceMoved {
                resource,
                url: url("https://c/"),
            },
            Happened::CommittedInside {
                url: url("https://c/#d"),
            },
        ],
    );
    assert_eq!(told(&effects), ["frame.loadredirect", "frame.loadcommit"]);
    let effects = navigable.step(Happened::CommittedInside {
        url: url("about:srcdoc"),
    });
    assert_eq!(told(&effects), ["frame.loadstart", "frame.loadcommit"]);
}

#[test]
fn another_resource_is_no_document() {
    let mut navigable = Navigable::default();
    happen(&mut navigable, load("https://a/"));
    let effects = navigable.step(Happened::Requested {
        resource: ResourceId(2),
        url: url("https://a/picture"),
        is_main: false,
    });
    assert_eq!(effects, []);
}

#[test]
fn a_step_within_the_document_is_told_once() {
    let mut navigable = Navigable::default();
    happen(
        &mut navigable,
        load("https://a/").into_iter().chain([Happened::Finished]),
    );
    let step = || Happened::Settled {
        url: url("https://a/#b"),
        is_asked: false,
    };
    assert_eq!(told(&navigable.step(step())), ["frame.loadcommit", "frame.loadstop"]);
    assert_eq!(navigable.step(step()), []);
}

#[test]
fn a_step_that_the_app_asked_for_has_come_about_without_a_load() {
    let mut navigable = Navigable::default();
    happen(
        &mut navigable,
        load("https://a/")
            .into_iter()
            .chain([Happened::Finished, asked("https://a/#app's")]),
    );
    let step = |path, is_asked| Happened::Settled {
        url: url(path),
        is_asked,
    };
    navigable.step(step("https://a/#page's", false));
    assert!(navigable.is_asked());
    navigable.step(step("https://a/#app's", true));
    assert!(!navigable.is_asked());
}

#[test]
fn a_page_whose_process_dies_is_gone_and_says_so() {
    let mut navigable = Navigable::default();
    happen(
        &mut navigable,
        load("https://a/").into_iter().chain([Happened::Finished]),
    );
    let died = || Happened::ProcessEnded {
        on_purpose: false,
        loading: None,
    };
    let url = url("https://a/");
    assert_eq!(
        navigable.step(died()),
        [Effect::DocumentEnded, Effect::ShowGonePage { url: url.clone() }]
    );
    assert_eq!(navigable.document(), Err(NoDocument::ErrorPage));
    let effects = happen(
        &mut navigable,
        [
            Happened::Began,
            Happened::Committed { url: url.clone() },
            Happened::Finished,
        ],
    );
    assert_eq!(told(&effects), [""; 0]);
    assert_eq!(navigable.gone(), Some(url.as_str()), "it can be loaded again");
}

#[test]
fn what_is_asked_for_while_a_page_says_that_the_page_is_gone_waits_for_that() {
    let url = || url("https://a/");
    let died = |loading| Happened::ProcessEnded {
        on_purpose: false,
        loading,
    };
    let gone = || {
        let mut navigable = Navigable::default();
        happen(
            &mut navigable,
            load("https://a/").into_iter().chain([Happened::Finished]),
        );
        navigable.step(died(None));
        assert_eq!(happen(&mut navigable, [asked("https://b/"), Happened::Began]), []);
        assert!(navigable.is_asked());
        navigable
    };
    let committed = || Happened::Committed { url: url() };

    let mut navigable = gone();
    assert_eq!(navigable.step(committed()), [Effect::DocumentEnded, Effect::Ask]);
    let effects = happen(
        &mut navigable,
        [Happened::Finished, Happened::Began, committed(), Happened::Finished],
    );
    assert_eq!(
        told(&effects),
        [
            "frame.loadstart",
            "frame.loadcommit",
            "frame.contentload",
            "frame.loadstop"
        ]
    );
    assert_eq!((navigable.document(), navigable.gone()), (Ok(()), None));

    let aborted = Happened::Failed {
        url: url(),
        error: NetError::Aborted,
    };
    assert_eq!(gone().step(aborted), [Effect::Ask]);
    assert_eq!(gone().step(died(Some(url()))), [Effect::DocumentEnded, Effect::Ask]);

    let mut navigable = gone();
    assert_eq!(navigable.step(Happened::Stopped), []);
    assert_eq!(navigable.step(committed()), [Effect::DocumentEnded]);
}

#[test]
fn a_process_that_cannot_even_say_that_the_page_is_gone_is_not_tried_for_ever() {
    let mut navigable = Navigable::default();
    happen(&mut navigable, load("https://a/"));
    let died = |loading| Happened::ProcessEnded {
        on_purpose: false,
        loading,
    };
    navigable.step(died(None));
    assert_eq!(navigable.step(died(Some(url("https://a/")))), [Effect::DocumentEnded]);
    assert_eq!(navigable.document(), Err(NoDocument::ErrorPage));
    assert_eq!(navigable.step(asked("https://b/")), [Effect::Ask]);
}

#[test]
fn a_load_whose_process_dies_has_failed() {
    let mut navigable = Navigable::default();
    navigable.step(asked("https://b/"));
    let effects = navigable.step(Happened::ProcessEnded {
        on_purpose: false,
        loading: Some(url("https://a/")),
    });
    assert_eq!(told(&effects), ["frame.loadstart", "frame.loadabort"]);
}

#[test]
fn a_certificate_is_asked_about_again_before_it_is_just_invalid() {
    let begun = || {
        let mut navigable = Navigable::default();
        happen(&mut navigable, load("https://a/").into_iter().take(4));
        navigable
    };
    let dropped = || Happened::Dropped { url: url("https://a/") };
    let again = Effect::LoadAgain { url: url("https://a/") };
    let abort = |effects: &[Effect]| match &effects[0] {
        Effect::Tell(FrameEvent::LoadAbort { reason, .. }) => *reason,
        other => panic!("{other:?}"),
    };

    let mut navigable = begun();
    assert_eq!(happen(&mut navigable, [dropped(), Happened::Began]), [again]);
    let effects = navigable.step(Happened::Failed {
        url: url("https://a/"),
        error: NetError::CertificateDateInvalid,
    });
    assert_eq!(abort(&effects), "ERR_CERT_DATE_INVALID");

    let mut navigable = begun();
    for _ in 0..3 {
        assert_eq!(happen(&mut navigable, [dropped(), Happened::Began]).len(), 1);
    }
    assert_eq!(abort(&navigable.step(dropped())), "ERR_CERT_INVALID");
}

#[test]
fn what_the_app_asked_for_outlives_a_process_that_is_ended_on_purpose() {
    let ended = |on_purpose| Happened::ProcessEnded {
        on_purpose,
        loading: Some(url("https://b/")),
    };
    let shows_a = || {
        let mut navigable = Navigable::default();
        happen(
            &mut navigable,
            load("https://a/").into_iter().chain([Happened::Finished]),
        );
        navigable
    };
    let again = [Effect::DocumentEnded, Effect::Ask];

    // A busy page has kept it from beginning.
    let mut navigable = shows_a();
    assert_eq!(navigable.step(asked("https://b/")), [Effect::Ask]);
    assert_eq!(navigable.step(ended(true)), again);
    let effects = happen(&mut navigable, load("https://b/").into_iter().skip(1));
    assert_eq!(told(&effects), ["frame.loadstart", "frame.loadcommit"]);

    // It has begun: the app hears of one load.
    let mut navigable = shows_a();
    happen(&mut navigable, load("https://b/").into_iter().take(4));
    for _ in 0..2 {
        assert_eq!(navigable.step(ended(true)), again);
        let effects = happen(&mut navigable, load("https://b/").into_iter().skip(1).take(3));
        assert_eq!(told(&effects), [""; 0]);
    }
    let effects = navigable.step(Happened::Committed { url: url("https://b/") });
    assert_eq!(told(&effects), ["frame.loadcommit"]);

    // It is over once it has been stopped, or has killed its process.
    let mut navigable = shows_a();
    happen(
        &mut navigable,
        load("https://b/").into_iter().take(4).chain([Happened::Stopped]),
    );
    assert!(!navigable.step(ended(true)).contains(&Effect::Ask));
    let mut navigable = shows_a();
    navigable.step(asked("https://b/"));
    assert!(!navigable.step(ended(false)).contains(&Effect::Ask));
}

#[test]
fn what_a_page_began_ends_with_its_process() {
    let mut navigable = Navigable::default();
    happen(&mut navigable, load("https://a/"));
    // As by a link.
    happen(&mut navigable, load("https://b/").into_iter().skip(1).take(3));
    assert!(!navigable.is_the_apps());
    let effects = navigable.step(Happened::ProcessEnded {
        on_purpose: true,
        loading: Some(url("https://b/")),
    });
    assert_eq!(told(&effects), ["frame.loadabort"]);
    assert!(!effects.contains(&Effect::Ask));
}

#[test]
fn what_is_not_listed_fails_as_such_wherever_the_engine_stopped_it() {
    let rules = FrameRules {
        origins: Some(vec!["https://a".parse().unwrap()]),
        ..FrameRules::default()
    };
    for error in [NetError::Failed, NetError::Aborted, NetError::NameNotResolved] {
        let mut navigable = Navigable::new(rules.clone());
        happen(&mut navigable, load("https://a/"));
        happen(&mut navigable, load("https://b/").into_iter().take(4));
        let effects = navigable.step(Happened::Failed {
            url: url("https://b/"),
            error,
        });
        let page = Effect::ShowErrorPage {
            url: url("https://b/"),
            error: NetError::BlockedByClient,
        };
        assert_eq!((told(&effects), effects.last()), (vec!["frame.loadabort"], Some(&page)));
    }
}

use AddressSpace::{Local, Loopback, Public};
use State::{DeniedByOrganization, DeniedByUser, Granted, Unreadable};
use Verdict::{Allow, Ask, Deny};

use super::*;
use crate::{AppOrigin, FeatureSet, Support};

const ISOLATED: &str = "isolated-app://aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic";

/// An installed Isolated Web App's top document just after a click.
fn isolated(features: &[&str]) -> Caller {
    caller(ISOLATED, features)
}

/// An installed https app's top document just after a click.
fn web() -> Caller {
    caller("https://example.com", &[])
}

fn caller(origin: &str, features: &[&str]) -> Caller {
    Caller {
        origin: origin.parse::<AppOrigin>().unwrap(),
        installed: true,
        secure_context: true,
        top_level: true,
        features: features.iter().copied().collect::<FeatureSet>(),
        user_activation: true,
    }
}

/// What is decided: the names given, else the default.
fn states(decided: &[(PermissionName, State)]) -> impl Fn(PermissionName) -> State {
    move |name| match decided.iter().find(|(decided, _)| *decided == name) {
        Some((_, state)) => *state,
        None if name.support() == Support::PolicyOnly => Granted,
        None => State::Prompt,
    }
}

#[track_caller]
fn expect(caller: &Caller, operation: Operation, decided: &[(PermissionName, State)], expected: Verdict) {
    let verdict = Verdict::from(check(caller, &operation, &states(decided)));
    assert_eq!(verdict, expected, "{operation:?} by {caller:?} with {decided:?}");
}

fn socket(address: AddressSpace) -> Operation {
    Operation::OpenSocket { address }
}

fn fetch(address: AddressSpace) -> Operation {
    Operation::Fetch { address }
}

fn public_address(address: AddressSpace) -> Operation {
    Operation::SeePublicAddress { address }
}

fn resolve(address: AddressSpace) -> Operation {
    Operation::ResolveName { address }
}

fn load_in_frame(address: AddressSpace) -> Operation {
    Operation::LoadInFrame { address }
}

const GRANT: (PermissionName, State) = (UnrestrictedNetwork, Granted);

#[test]
fn a_request_needs_all_its_conditions_together() {
    for bits in 0..32 {
        let on = |bit: u32| bits & (1 << bit) != 0;
        let mut caller = isolated(if on(0) { &["unrestricted-network"] } else { &[] });
        caller.installed = on(1);
        caller.secure_context = on(2);
        caller.top_level = on(3);
        caller.user_activation = on(4);
        let ruling = check(&caller, &Operation::RequestUnrestrictedNetwork, &states(&[]));
        match ruling.into() {
            Ask(UnrestrictedNetwork) => assert_eq!(bits, 31),
            Deny(denial) => {
                assert_ne!(bits, 31);
                assert_eq!(denial.name(), "NotAllowedError");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_request_that_is_decided_is_answered_without_asking() {
    let request = Operation::RequestUnrestrictedNetwork;
    let mut caller = web();
    expect(&caller, request, &[], Ask(UnrestrictedNetwork));
    caller.user_activation = false;
    expect(&caller, request, &[], Deny(Denial::NoUserActivation));
    expect(&caller, request, &[GRANT], Allow);
    let denied = Denial::DeniedByUser(UnrestrictedNetwork);
    expect(&caller, request, &[(UnrestrictedNetwork, DeniedByUser)], Deny(denied));
    let denied = Denial::DeniedByOrganization(UnrestrictedNetwork);
    expect(
        &caller,
        request,
        &[(UnrestrictedNetwork, DeniedByOrganization)],
        Deny(denied),
    );
    assert!(denied.is_decision());
}

#[test]
fn how_the_device_is_connected_is_told_with_the_grant_only() {
    let watch = Operation::WatchNetworkInformation;
    let app = isolated(&["unrestricted-network"]);
    expect(&app, watch, &[], Deny(Denial::NotGranted(UnrestrictedNetwork)));
    expect(&app, watch, &[GRANT], Allow);
    expect(&web(), watch, &[GRANT], Allow);
    let denied = Denial::DeniedByUser(UnrestrictedNetwork);
    expect(&app, watch, &[(UnrestrictedNetwork, DeniedByUser)], Deny(denied));
    let disabled = Denial::FeatureDisabled("unrestricted-network");
    expect(&isolated(&["direct-sockets"]), watch, &[GRANT], Deny(disabled));
}

#[test]
fn fetch_works_with_the_grant_only_and_never_asks_for_it() {
    let app = isolated(&["unrestricted-network"]);
    let missing = Denial::NotGranted(UnrestrictedNetwork);
    expect(&app, fetch(Public), &[], Deny(missing));
    expect(&app, fetch(Public), &[GRANT], Allow);
    expect(&web(), fetch(Public), &[GRANT], Allow);
    let other = isolated(&["direct-sockets"]);
    let disabled = Denial::FeatureDisabled("unrestricted-network");
    expect(&other, fetch(Public), &[GRANT], Deny(disabled));
    expect(
        &app,
        fetch(Public),
        &[(UnrestrictedNetwork, Unreadable)],
        Deny(Denial::DecisionsUnreadable),
    );
}

#[test]
fn under_the_grant_near_addresses_have_their_own_switch() {
    let app = isolated(&["unrestricted-network"]);
    for operation in [fetch as fn(AddressSpace) -> Operation, socket] {
        expect(&app, operation(Loopback), &[GRANT], Ask(LoopbackNetwork));
        expect(&app, operation(Local), &[GRANT], Ask(LocalNetwork));
        expect(&app, operation(Local), &[GRANT, (LocalNetwork, Granted)], Allow);
        expect(
            &app,
            operation(Loopback),
            &[GRANT, (LocalNetwork, Granted)],
            Ask(LoopbackNetwork),
        );
        for (address, name) in [(Local, LocalNetwork), (Loopback, LoopbackNetwork)] {
            let blocked = Deny(Denial::AddressBlocked(name));
            expect(&app, operation(address), &[GRANT, (name, DeniedByUser)], blocked);
        }
    }
}

#[test]
fn sockets_need_the_manifests_feature_or_the_grant() {
    let disabled = Denial::FeatureDisabled("direct-sockets");
    expect(&isolated(&["direct-sockets"]), socket(Public), &[], Allow);
    expect(&isolated(&[]), socket(Public), &[], Deny(disabled));
    expect(&isolated(&[]), socket(Public), &[GRANT], Deny(disabled));
    let app = isolated(&["unrestricted-network"]);
    expect(&app, socket(Public), &[], Deny(Denial::NotGranted(UnrestrictedNetwork)));
    expect(&app, socket(Public), &[GRANT], Allow);
    expect(
        &web(),
        socket(Public),
        &[],
        Deny(Denial::NotGranted(UnrestrictedNetwork)),
    );
    expect(&web(), socket(Public), &[GRANT], Allow);
}

#[test]
fn a_socket_to_a_near_address_is_listed_and_then_asked_for() {
    let blocked = || Deny(Denial::AddressBlocked(LoopbackNetwork));
    let bare = isolated(&["direct-sockets"]);
    expect(&bare, socket(Loopback), &[(LoopbackNetwork, Granted)], blocked());
    let app = isolated(&["direct-sockets", "loopback-network"]);
    expect(&app, socket(Loopback), &[], Ask(LoopbackNetwork));
    expect(&app, socket(Loopback), &[(LoopbackNetwork, Granted)], Allow);
    expect(&app, socket(Loopback), &[(LoopbackNetwork, DeniedByUser)], blocked());
    expect(
        &app,
        socket(Loopback),
        &[(LoopbackNetwork, DeniedByOrganization)],
        blocked(),
    );
    let blocked = Deny(Denial::AddressBlocked(LocalNetwork));
    expect(&app, socket(Local), &[(LocalNetwork, Granted)], blocked);
}

#[test]
fn sockets_can_be_switched_off_although_the_manifest_lists_them() {
    for (state, denial) in [
        (DeniedByUser, Denial::DeniedByUser(DirectSockets)),
        (DeniedByOrganization, Denial::DeniedByOrganization(DirectSockets)),
    ] {
        let decided = [GRANT, (DirectSockets, state)];
        expect(&isolated(&["direct-sockets"]), socket(Public), &decided, Deny(denial));
        expect(&web(), socket(Public), &decided, Deny(denial));
    }
}

#[test]
fn a_call_uses_the_permissions_that_carry_it_and_no_others() {
    let decided = [
        GRANT,
        (LocalNetwork, Granted),
        (LoopbackNetwork, Granted),
        (Notifications, Granted),
    ];
    let both = ["direct-sockets", "unrestricted-network"];
    let granted = ["unrestricted-network"];
    let listed = ["direct-sockets", "unrestricted-network", "local-network"];
    for (features, operation, expected) in [
        (&both[..], socket(Public), &[DirectSockets][..]),
        (&granted, socket(Public), &[UnrestrictedNetwork]),
        (&granted, socket(Local), &[UnrestrictedNetwork, LocalNetwork]),
        (&listed, socket(Local), &[DirectSockets, LocalNetwork]),
        (
            &listed,
            socket(Loopback),
            &[DirectSockets, UnrestrictedNetwork, LoopbackNetwork],
        ),
        (&both, fetch(Public), &[UnrestrictedNetwork]),
        (&both, fetch(Loopback), &[UnrestrictedNetwork, LoopbackNetwork]),
        (&both, Operation::RequestUnrestrictedNetwork, &[]),
        (&both, Operation::SeeInterfaces, &[UnrestrictedNetwork]),
        (&both, public_address(Public), &[UnrestrictedNetwork]),
        (&both, public_address(Local), &[UnrestrictedNetwork, LocalNetwork]),
        (&both, resolve(Public), &[UnrestrictedNetwork]),
        (&both, resolve(Local), &[UnrestrictedNetwork, LocalNetwork]),
        (&["controlled-frame"], Operation::EmbedFrame, &[ControlledFrame]),
        (&["controlled-frame"], load_in_frame(Public), &[ControlledFrame]),
        (
            &["controlled-frame"],
            load_in_frame(Loopback),
            &[ControlledFrame, LoopbackNetwork],
        ),
        (&[], Operation::Use(Notifications), &[Notifications]),
    ] {
        let ruling = check(&isolated(features), &operation, &states(&decided));
        let uses = expected.to_vec();
        assert_eq!(ruling, Ruling::Allow { uses }, "{operation:?} with {features:?}");
    }
}

#[test]
fn a_frame_is_embedded_only_by_an_isolated_app_that_lists_it() {
    let disabled = Denial::FeatureDisabled("controlled-frame");
    let app = isolated(&["controlled-frame"]);
    expect(&app, Operation::EmbedFrame, &[], Allow);
    expect(&isolated(&[]), Operation::EmbedFrame, &[], Deny(disabled));
    expect(&web(), Operation::EmbedFrame, &[], Deny(disabled));
    let denied = Denial::DeniedByOrganization(ControlledFrame);
    expect(
        &app,
        Operation::EmbedFrame,
        &[(ControlledFrame, DeniedByOrganization)],
        Deny(denied),
    );
}

#[test]
fn a_frame_loads_from_near_addresses_as_the_user_decides_listed_or_not() {
    let app = isolated(&["controlled-frame"]);
    expect(&app, load_in_frame(Public), &[], Allow);
    for (address, name) in [(Local, LocalNetwork), (Loopback, LoopbackNetwork)] {
        expect(&app, load_in_frame(address), &[], Ask(name));
        expect(&app, load_in_frame(address), &[(name, Granted)], Allow);
        for state in [DeniedByUser, DeniedByOrganization] {
            let blocked = Deny(Denial::AddressBlocked(name));
            expect(&app, load_in_frame(address), &[(name, state)], blocked);
            expect(&app, load_in_frame(Public), &[(name, state)], Allow);
        }
        let unreadable = Deny(Denial::DecisionsUnreadable);
        expect(&app, load_in_frame(address), &[(name, Unreadable)], unreadable);
    }
    // The one does not stand for the other.
    expect(
        &app,
        load_in_frame(Loopback),
        &[(LocalNetwork, Granted)],
        Ask(LoopbackNetwork),
    );
    // Whoever may embed nothing may load nothing either, and is not asked.
    let denied = Deny(Denial::DeniedByUser(ControlledFrame));
    let decided = [(ControlledFrame, DeniedByUser), (LoopbackNetwork, Granted)];
    expect(&app, load_in_frame(Loopback), &decided, denied);
    for address in [Public, Local, Loopback] {
        let disabled = Deny(Denial::FeatureDisabled("controlled-frame"));
        expect(&isolated(&[]), load_in_frame(address), &[], disabled);
    }
}

#[test]
fn nothing_privileged_works_outside_an_installed_secure_app() {
    let features = [
        "controlled-frame",
        "unrestricted-network",
        "direct-sockets",
        "loopback-network",
    ];
    let decided = [GRANT, (LoopbackNetwork, Granted)];
    for operation in [
        Operation::EmbedFrame,
        load_in_frame(Loopback),
        Operation::RequestUnrestrictedNetwork,
        fetch(Public),
        socket(Loopback),
        Operation::SeeInterfaces,
        public_address(Loopback),
        resolve(Loopback),
    ] {
        let mut caller = isolated(&features);
        expect(&caller, operation, &decided, Allow);
        caller.installed = false;
        expect(&caller, operation, &decided, Deny(Denial::NotInstalled));
        caller.installed = true;
        caller.secure_context = false;
        expect(&caller, operation, &decided, Deny(Denial::InsecureContext));
    }
}

#[test]
fn a_child_frame_of_an_https_app_has_no_part_in_the_grant() {
    let mut child = web();
    child.top_level = false;
    for operation in [
        fetch(Public),
        socket(Public),
        Operation::RequestUnrestrictedNetwork,
        Operation::SeeInterfaces,
        public_address(Public),
        resolve(Public),
    ] {
        expect(&child, operation, &[GRANT], Deny(Denial::NotTopLevel));
    }
    assert_eq!(network_state(&child, &states(&[GRANT])), NetworkState::Unavailable);
    let mut child = isolated(&["unrestricted-network"]);
    child.top_level = false;
    expect(&child, fetch(Public), &[GRANT], Allow);
}

#[test]
fn the_engines_questions_follow_the_manifest_and_the_decisions() {
    let camera = Operation::Use(Camera);
    let app = isolated(&["camera"]);
    expect(&app, camera, &[], Ask(Camera));
    expect(&app, camera, &[(Camera, Granted)], Allow);
    expect(
        &app,
        camera,
        &[(Camera, DeniedByUser)],
        Deny(Denial::DeniedByUser(Camera)),
    );
    expect(
        &isolated(&[]),
        camera,
        &[(Camera, Granted)],
        Deny(Denial::FeatureDisabled("camera")),
    );
    expect(&web(), camera, &[], Ask(Camera));
    expect(&isolated(&[]), Operation::Use(Notifications), &[], Ask(Notifications));
    expect(&web(), Operation::Use(Nfc), &[], Deny(Denial::NotAvailable(Nfc)));
    expect(&web(), Operation::Use(Fullscreen), &[], Allow);
}

#[test]
fn the_network_state_has_four_values() {
    let app = isolated(&["unrestricted-network"]);
    for (decided, expected) in [
        (vec![], NetworkState::Prompt),
        (vec![GRANT], NetworkState::Granted),
        (vec![(UnrestrictedNetwork, DeniedByUser)], NetworkState::Denied),
        (vec![(UnrestrictedNetwork, Unreadable)], NetworkState::Denied),
    ] {
        assert_eq!(network_state(&app, &states(&decided)), expected);
    }
    assert_eq!(
        network_state(&isolated(&[]), &states(&[GRANT])),
        NetworkState::Unavailable
    );
}

#[test]
fn the_addresses_of_the_device_and_records_of_names_are_seen_by_the_grant_alone() {
    let app = isolated(&["unrestricted-network", "direct-sockets", "local-network"]);
    for operation in [Operation::SeeInterfaces, public_address(Public), resolve(Public)] {
        expect(&app, operation, &[GRANT], Allow);
        expect(
            &app,
            operation,
            &[(DirectSockets, Granted)],
            Deny(Denial::NotGranted(UnrestrictedNetwork)),
        );
        for state in [DeniedByUser, DeniedByOrganization] {
            let decided = [(UnrestrictedNetwork, state), (LocalNetwork, Granted)];
            let denial = state.denial(UnrestrictedNetwork).unwrap();
            expect(&app, operation, &decided, Deny(denial));
        }
    }
    expect(&app, public_address(Local), &[GRANT], Ask(LocalNetwork));
    expect(&app, resolve(Local), &[GRANT], Ask(LocalNetwork));
}

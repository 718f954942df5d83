//! An app that the organisation keeps open.

use insula_e2e::World;
use insula_testkit::{Accessible, AppBuilder, AssistiveTechnology, process, wait};
use serde_json::json;
use std::fs;
use std::time::Duration;

const SENTENCE: &str = "Board cannot be closed: your organization keeps it open.";

/// Closes itself at a click.
fn app() -> AppBuilder {
    AppBuilder::new("Board")
        .page("<!doctype html><html lang=en><title>Ready</title><script src=/app.js></script>")
        .file(
            "/app.js",
            "addEventListener('click', () => { document.title = 'clicked'; close(); })",
        )
}

fn is_said(reader: &AssistiveTechnology) -> bool {
    fn is_in(inside: &Accessible) -> bool {
        inside.name == SENTENCE || inside.children.iter().any(is_in)
    }
    reader.programs().iter().any(is_in)
}

/// Limit: forced-close
#[test]
fn an_app_that_the_organization_keeps_open_says_so_instead_of_closing_until_the_policy_changes() {
    let mut world = World::new();
    let reader = AssistiveTechnology::start(&mut world.home);
    let id = world.install(&app());
    let policy = json!({ "WebAppSettings": [{
        "manifest_id": app().origin(),
        "run_on_os_login": "run_windowed",
        "prevent_close_after_run_on_os_login": true,
    }] });
    world.home.write_policy("managed", &policy);
    let mut running = world.home.start(&world.display, &[&id]);
    world.wait_for_title("Ready");
    let window = world.app_window();
    world.display.wait_for_focus(&window);
    world.display.settled();
    let stays = |attempt: &dyn Fn()| {
        wait::until_true("nothing is said", || !is_said(&reader));
        attempt();
        wait::until_true("it is said why it stays", || is_said(&reader));
        let is_there = || world.display.windows().iter().any(|open| open.id == window.id);
        assert!(wait::holds_for(Duration::from_millis(1500), is_there));
    };
    stays(&|| world.display.close(&window));
    let close_itself = || {
        world.display.click(window.rect.point(200.0, 300.0));
        world.wait_for_title("clicked");
    };
    stays(&close_itself);
    let refused = world.home.run(&["control", &id, "close"]);
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(
        refused.stderr.contains("your organization keeps it open"),
        "{refused:?}"
    );

    // What was ordered is not loosened by a policy that cannot be read, whenever that comes to be known.
    let slip = world.home.policy().join("managed/slip.json");
    fs::write(&slip, "{").expect("a policy file");
    world.home.write_policy("managed", &json!({}));
    stays(&|| world.display.close(&window));
    fs::remove_file(&slip).expect("a policy file");
    wait::until_true("it can be closed once the policy is another", || {
        world.display.close(&window);
        running.child().try_wait().is_ok_and(|status| status.is_some())
    });

    world.home.write_policy("managed", &policy);
    let mut running = world.home.start(&world.display, &[&id]);
    world.wait_for_title("Ready");
    // As when the user logs out.
    process::terminate(running.id());
    wait::until("the program ends", || running.child().try_wait().ok()?);

    // The policies may be broken at the next start.
    fs::write(&slip, "{").expect("a policy file");
    world.home.write_policy("managed", &json!({}));
    let _running = world.home.start(&world.display, &[&id]);
    world.wait_for_title("Ready");
    world.display.settled();
    world.display.close(&world.app_window());
    wait::until_true("it is said why it stays", || is_said(&reader));
}

//! Where links out of an app lead: to the user's browser, in the user's environment, without a word to the network.

use insula_e2e::World;
use insula_testkit::{AppBuilder, Reply, Site, tcp::ClosedPort, wait};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

#[test]
fn links_out_of_the_app_open_in_the_users_browser() {
    let world = World::new();
    let opened = world.install_opener(&["http", "https", "mailto"]);
    let site = Site::start(|_| Reply::html("<title>Outside</title>"));
    let closed = ClosedPort::new();
    let nobody = format!("https://127.0.0.1:{}/", closed.port());
    let page = "<!doctype html><meta charset=utf-8><title>Links</title>\
        <p><a id=same href='SITE'>same window</a>\
        <p><a id=unreachable href='NOBODY'>same window, nobody there</a>\
        <p><a id=new href='https://example.org/new' target=_blank>new window</a>\
        <p><a id=mail href='mailto:somebody@example.org'>mail</a>";
    let page = page.replace("SITE", &site.url("/same")).replace("NOBODY", &nobody);
    let session = world.open(&AppBuilder::new("Links").page(&page));
    let outside = || std::fs::read_to_string(&opened).unwrap_or_default();
    for (link, url) in [
        ("#new", "https://example.org/new"),
        ("#mail", "mailto:somebody@example.org"),
        ("#same", &site.url("/same")),
        ("#unreachable", &nobody),
    ] {
        session.click(link);
        session.until_true(&format!("{url} opens outside"), || {
            outside().lines().any(|line| line == url)
        });
    }
    assert_eq!(session.eval("return location.pathname + document.title"), "/Links");
    assert!(
        site.requests().is_empty(),
        "the app itself asked: {:?}",
        site.requests()
    );
    assert_environment_is_the_users(&opened);
}

#[test]
fn without_a_registered_browser_the_desktops_own_script_is_asked() {
    let mut world = World::new();
    let opened = world.home.path("home").join("opened");
    let script = world.home.path("bin").join("xdg-open");
    let lines = format!(
        "#!/bin/sh\nenv > {0}.environment\necho \"$1\" >> {0}\n",
        opened.display()
    );
    std::fs::write(&script, lines).expect("a script");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).expect("it can be run");
    let path = std::env::var("PATH").unwrap_or_default();
    let folder = script.parent().expect("it is in a folder").display();
    world.home.set_variable("PATH", &format!("{folder}:{path}"));
    let page = "<!doctype html><title>Link</title><a id=link href='https://example.org/' target=_blank>a link</a>";
    let session = world.open(&AppBuilder::new("Link").page(page));
    session.click("#link");
    session.until_true("it opens outside", || {
        std::fs::read_to_string(&opened).is_ok_and(|opened| opened == "https://example.org/\n")
    });
    assert_environment_is_the_users(&opened);
}

#[test]
fn leaving_the_app_asks_nothing_of_the_network() {
    // Without WebDriver, under which the engine loads another site's page in the same process.
    let world = World::new();
    let opened = world.install_opener(&["http", "https", "mailto"]);
    let site = Site::start(|_| Reply::html("<title>Outside</title>"));
    let script = format!(
        "addEventListener('click', () => {{ location = '{}' }}); console.log('result: ready')",
        site.url("/outside")
    );
    let app = AppBuilder::new("Leaving")
        .page("<!doctype html><meta charset=utf-8><title>Here</title><script src=/leave.js></script>")
        .file("/leave.js", script);
    let id = world.install(&app);
    let _running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("result: ready");
    for times in 1..=2 {
        let window = wait::until("the app has a window", || world.display.windows().pop());
        world.display.wait_for_focus(&window);
        world.display.settled();
        world.display.click(window.rect.centre());
        wait::until_true("the browser is started, and the page is still there", || {
            std::fs::read_to_string(&opened)
                .is_ok_and(|lines| lines == format!("{}\n", site.url("/outside")).repeat(times))
        });
    }
    assert!(
        site.requests().is_empty(),
        "the app itself asked: {:?}",
        site.requests()
    );
}

/// What this runtime and WebKit are told by their environment is not for the programs that links open.
fn assert_environment_is_the_users(opened: &Path) {
    let environment = std::fs::read_to_string(opened.with_extension("environment")).expect("a program was started");
    let is_ours = |name: &str| {
        ["MALLOC_", "GSK_", "WEBKIT_SKIA_", "JSC_"]
            .iter()
            .any(|ours| name.starts_with(ours))
    };
    let leaked: Vec<&str> = environment.lines().filter(|line| is_ours(line)).collect();
    assert_eq!(leaked, [] as [&str; 0]);
}

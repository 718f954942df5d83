//! Where links out of an app lead: to the user's browser, in the user's environment, without a word to the network.

use insula_e2e::World;
use insula_testkit::{AppBuilder, Authority, Reply, Site, tcp::ClosedPort, wait};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

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
        if link == "#mail" {
            // Programs other than the browser are asked about.
            world.display.wait_for_dialog();
            assert!(!outside().contains("mailto"));
            world.display.key("alt+o");
        }
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

/// A site that tries, from iframes inside its own and by script, to start programs on the user's desktop: unasked, and four
/// times at each click.
fn hostile_site(authority: &Authority) -> Site {
    let page = "<!doctype html><meta charset=utf-8><body style='height: 400px'>
        <iframe src='mailto:plain@example.org'></iframe>
        <iframe sandbox src='mailto:sandboxed@example.org'></iframe>
        <iframe src='insula-leave:https://example.org/prefix'></iframe>
        <iframe name=inner></iframe>
        <script>
        const leave = (where) => {
          for (const [target, url] of [['inner', 'mailto:'], ['_top', 'https://example.org/'], ['_blank', 'https://example.org/'], ['inner', 'mailto:']]) {
            const link = Object.assign(document.createElement('a'), { target, href: url + where });
            document.body.append(link);
            link.click();
          }
        };
        setInterval(() => leave('unasked'), 100);
        onpointerup = () => leave('clicked');
        </script>";
    Site::start_tls(authority, move |_| {
        Reply::html(page)
            .header("Cross-Origin-Resource-Policy", "cross-origin")
            .header("Cross-Origin-Embedder-Policy", "require-corp")
    })
}

#[test]
fn a_stranger_in_the_app_starts_no_program_without_a_click_and_the_users_word() {
    let mut world = World::new();
    let opened = world.install_opener(&["http", "https", "mailto"]);
    let authority = Authority::new();
    world.home.trust(&authority);
    let site = hostile_site(&authority);
    let page = "<!doctype html><meta charset=utf-8><title>Host</title><style>body { margin: 0 }</style>
        <iframe id=stranger width=1000 height=600 src='SITE'></iframe><script src=/main.js></script>";
    let app = AppBuilder::new("Host")
        .page(&page.replace("SITE", &site.url("/")))
        .file("/main.js", "stranger.onload = () => console.log('result: loaded')");
    let id = world.install(&app);
    let _running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("result: loaded");
    let outside = || std::fs::read_to_string(&opened).unwrap_or_default();
    let nothing = || outside().is_empty() && world.display.dialog().is_none();
    let unasked = "a program was started or asked about without a click";
    assert!(
        wait::holds_for(Duration::from_secs(1), nothing),
        "{unasked}: {}",
        outside()
    );

    // The user is asked once for each click, is told what for, and nothing has happened by then.
    let window = world.app_window();
    world.display.click(window.rect.centre());
    world.display.wait_for_dialog();
    assert_eq!(outside(), "");
    world.display.key("Escape");
    wait::until_true("the question goes", || world.display.dialog().is_none());
    assert!(
        wait::holds_for(Duration::from_secs(1), nothing),
        "it came again: {}",
        outside()
    );

    world.display.click(window.rect.centre());
    world.display.wait_for_dialog();
    world.display.key("alt+o");
    let once = || outside().lines().count() == 1 && world.display.dialog().is_none();
    wait::until_true("what the user said yes to opens", once);
    assert!(wait::holds_for(Duration::from_secs(1), once), "{}", outside());
    assert!(outside().ends_with("clicked\n"), "{}", outside());
}

#[test]
fn an_app_leaves_for_nowhere_before_the_user_has_done_something() {
    let world = World::new();
    let opened = world.install_opener(&["http", "https", "mailto"]);
    let script = "const leave = (url) => new Promise((resolve) => { location = url; setTimeout(resolve, 300) });
        await leave('https://example.org/');
        await leave('mailto:somebody@example.org');
        await leave('insula-leave:https://example.org/');
        addEventListener('click', () => setTimeout(() => { location = 'https://example.org/later' }, 2000));
        console.log('result: tried')";
    let app = AppBuilder::new("Eager")
        .page("<!doctype html><meta charset=utf-8><title>Eager</title><script type=module src=/main.js></script>")
        .file("/main.js", script);
    let id = world.install(&app);
    let _running = world.home.start(&world.display, &["--console", &id]);
    world.home.wait_for_message("result: tried");
    assert!(!opened.exists() && world.display.dialog().is_none());
    // What the app does long after a click may be what the user wanted: that is asked.
    world.display.click(world.app_window().rect.centre());
    world.display.wait_for_dialog();
    assert!(!opened.exists());
    world.display.key("alt+o");
    wait::until_true("it opens", || {
        std::fs::read_to_string(&opened).is_ok_and(|lines| lines == "https://example.org/later\n")
    });
}

#[test]
fn keys_that_a_page_has_the_user_tap_start_no_program() {
    let world = World::new();
    let opened = world.install_opener(&["mailto"]);
    let page = "<!doctype html><meta charset=utf-8><title>Links</title>\
        <a id=mail href='mailto:somebody@example.org'>mail</a>";
    let session = world.open(&AppBuilder::new("Links").page(page));
    let tapped = ["alt+o", "Return", "space"];
    world.display.wait_for_focus(&session.window());
    tapped.iter().for_each(|key| world.display.key(key));
    session.click("#mail");
    let question = world.display.wait_for_dialog();
    // At once, and slowly.
    for pause in [0, 900] {
        for key in tapped {
            world.display.key(key);
            let stays = || world.display.dialog().is_some_and(|dialog| dialog.id == question.id);
            assert!(wait::holds_for(Duration::from_millis(pause), stays), "{key} answered");
        }
    }
    assert!(!opened.exists());
    // Who lets go and reads can answer by keys.
    assert!(wait::holds_for(Duration::from_millis(3200), || {
        world.display.dialog().is_some()
    }));
    world.display.key("alt+o");
    wait::until_true("it opens", || {
        std::fs::read_to_string(&opened).is_ok_and(|lines| lines == "mailto:somebody@example.org\n")
    });
}

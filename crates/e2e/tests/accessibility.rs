//! What somebody learns of an app and its frames who cannot see them.

use insula_e2e::{World, app_with_frames, load, plain_site};
use insula_testkit::accessibility::role;
use insula_testkit::{Accessible, AppBuilder, AssistiveTechnology, Rect, Session, wait};

const BODY: &str = "<h1>Desk</h1>
    <controlledframe title=Shop></controlledframe>
    <controlledframe id=second aria-label=Bank></controlledframe>
    <button>After</button>";

/// The app's page, and its frames, as a screen reader finds them in the app's window.
fn documents(reader: &AssistiveTechnology) -> Option<(Vec<Accessible>, Accessible)> {
    let programs = reader.programs();
    let stage = programs.iter().find_map(stage_in)?;
    let mut documents = stage.children.clone();
    // What is painted last comes last.
    let page = documents.pop()?;
    Some((documents, page))
}

/// What holds documents.
fn stage_in(inside: &Accessible) -> Option<&Accessible> {
    match inside
        .children
        .iter()
        .any(|child| role::DOCUMENTS.contains(&child.role))
    {
        true => Some(inside),
        false => inside.children.iter().find_map(stage_in),
    }
}

fn wait_for(
    session: &Session<'_>,
    reader: &AssistiveTechnology,
    what: &str,
    mut is_so: impl FnMut(&[Accessible], &Accessible) -> bool,
) {
    let mut last = None;
    let found = wait::within(wait::LONG, || {
        last = documents(reader);
        let (frames, page) = last.as_ref()?;
        is_so(frames, page).then_some(())
    });
    if found.is_none() {
        let programs = reader.programs();
        panic!("{what}: {last:#?} of {programs:#?}\n{}", session.complaints());
    }
}

/// Conforms: accessible-name, accessible-place
/// Limit: screen-readers
#[test]
fn a_screen_reader_finds_the_frames_of_an_app() {
    let mut world = World::new();
    let reader = AssistiveTechnology::start(&mut world.home);
    let session = world.open(&app_with_frames(BODY));
    let site = plain_site("#3366cc", "<button>Inside</button>");
    load(&session, &site.url("/"));
    session.eval_with(
        "log.length = 0; document.querySelector('#second').src = args[0]",
        &[site.url("/second").into()],
    );
    session.wait_for("has('loadstop', 'second')");

    wait_for(
        &session,
        &reader,
        "they are in the order of the page",
        |frames, page| {
            let names: Vec<_> = frames.iter().map(|frame| frame.name.as_str()).collect();
            names == ["Shop", "Bank"] && page.name == "Frames"
        },
    );
    let at = session.rect("#second");
    let page = session.page();
    wait_for(&session, &reader, "each lies where its element is", |frames, app| {
        let expected = Rect {
            x: at.x - page.x + app.rect.x,
            y: at.y - page.y + app.rect.y,
            ..at
        };
        frames[1].rect.is_near(expected, 1.0)
    });
    wait_for(
        &session,
        &reader,
        "what the page is called is said as well",
        |frames, _| frames.iter().all(|frame| frame.description == "Plain"),
    );

    session.eval("document.querySelector('#second').removeAttribute('aria-label')");
    wait_for(
        &session,
        &reader,
        "a frame without a name has its page's",
        |frames, _| frames[1].name == "Plain",
    );
    session.eval("document.querySelector('#second').focus()");
    wait_for(
        &session,
        &reader,
        "the frame is known to have the keyboard",
        |frames, _| frames[1].is_focused && !frames[0].is_focused || frames[1].find(role::BUTTON).is_some(),
    );

    let reaches_pages = world.engine() >= (2, 52);
    wait_for(
        &session,
        &reader,
        "what is inside is told where GTK lets it",
        |frames, page| {
            let has =
                |inside: &Accessible, name: &str| inside.all(role::BUTTON).iter().any(|button| button.name == name);
            let mut inside = frames
                .iter()
                .map(|frame| has(frame, "Inside"))
                .chain([has(page, "After")]);
            match reaches_pages {
                true => inside.all(|it| it),
                false => !inside.any(|it| it),
            }
        },
    );
    session.eval("document.querySelector('#second').remove()");
    wait_for(&session, &reader, "one that has gone is not there", |frames, _| {
        frames.len() == 1
    });
}

/// The whole sheet is there for a screen reader, and the keyboard decides it.
#[test]
fn a_screen_reader_and_the_keyboard_decide_the_sheet() {
    let mut world = World::new();
    let reader = AssistiveTechnology::start(&mut world.home);
    let app = AppBuilder::new("Mail").permissions(&["unrestricted-network", "notifications", "push"]);
    let id = world.install(&app);
    world
        .home
        .write_policy("managed", &serde_json::json!({ "DefaultNotificationsSetting": 2 }));
    let _running = world.home.start(&world.display, &[&id]);
    let dialog = world.display.wait_for_dialog();
    world.display.wait_for_focus(&dialog);
    let sheet = wait::within(wait::LONG, || {
        let programs = reader.programs();
        let windows = programs.iter().flat_map(|program| program.children.clone());
        windows
            .into_iter()
            .find(|window| window.name == "Mail asks for permissions")
    });
    let sheet = sheet.unwrap_or_else(|| panic!("the sheet is not read: {:#?}", reader.programs()));
    for said in [
        "Connect to any server or device, see your network addresses",
        "Allow: Connect to any server or device, see your network addresses",
        "Deny: Connect to any server or device, see your network addresses",
        "Ask later: Connect to any server or device, see your network addresses",
        "This permission is controlled by your organization.",
        "1 permission is not available on this device",
        "Allow all",
    ] {
        assert!(is_read(&sheet, said), "“{said}” is not read: {sheet:#?}");
    }
    // What the organisation decides, and what is not there, has nothing to press.
    for said in ["Allow: Show notifications", "Allow: Receive push messages"] {
        assert!(!is_read(&sheet, said), "{said}");
    }
    assert!(
        sheet.find_focused().is_some_and(|it| it.name == "Continue"),
        "{sheet:#?}"
    );
    world.tab_to(&reader, "This permission is controlled by your organization.");
    world.tab_to(
        &reader,
        "Allow: Connect to any server or device, see your network addresses",
    );
    world.display.key("space");
    world.display.settled();
    assert_eq!(
        world.decision(&id, "unrestricted-network"),
        "prompt",
        "not before “Continue”"
    );
    world.tab_to(&reader, "Continue");
    world.display.key("space");
    wait::until_true("it is decided", || {
        world.decision(&id, "unrestricted-network") == "granted"
    });
}

fn is_read(inside: &Accessible, said: &str) -> bool {
    inside.name == said || inside.children.iter().any(|child| is_read(child, said))
}

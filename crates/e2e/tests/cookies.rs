//! The cookies of an app, and how long it waits for servers.

use insula_e2e::{World, files_with};
use insula_testkit::{AppBuilder, Reply, Session, Site, wait};
use serde_json::json;

/// What the server sees of the app's cookies.
const SEEN: &str =
    "return await (await navigator.unrestrictedNetwork.fetch(args[0], { unaCredentials: 'app' })).text()";

fn site() -> Site {
    Site::start(|request| match request.path() {
        "/in" => Reply::text("in")
            .header(
                "Set-Cookie",
                "stays=yes-it-does; Max-Age=3600; HttpOnly; SameSite=Strict",
            )
            .header("Set-Cookie", "goes=1")
            .header("Set-Cookie", "everywhere=1; Domain=test"),
        "/silent" => Reply::Silence,
        _ => Reply::text(request.header("cookie").unwrap_or("none").to_owned()),
    })
}

#[test]
fn an_app_has_cookies_of_its_own_which_outlive_it_and_go_with_it() {
    let (world, site) = (World::new(), site());
    let app = AppBuilder::new("Reader").page("<!doctype html><meta charset=utf-8><title>Reader</title><body>");
    let id = world.install(&app);
    world.decide(&id, "grant", "unrestricted-network");
    world.decide(&id, "grant", "loopback-network");
    let session = Session::open(&world.home, &world.display, &id, None);
    let seen = session.eval_with(
        "const [login, page, silent] = args;
         const get = (url, init) => navigator.unrestrictedNetwork.fetch(url, init);
         const set = (await get(login, { unaCredentials: 'app' })).headers.getSetCookie();
         const late = await get(silent, { timeout: 300 }).catch(({ name, message }) => [name, message]);
         return [
           set.length,
           await (await get(page)).text(),
           await (await get(page, { unaCredentials: 'app' })).text(),
           await (await get(page, { unaCredentials: 'app', headers: { Cookie: 'own=1' } })).text(),
           document.cookie,
           late,
         ]",
        &[
            json!(site.url("/in")),
            json!(site.url("/page")),
            json!(site.url("/silent")),
        ],
    );
    let expected = [
        json!(3),
        json!("none"),
        json!("stays=yes-it-does; goes=1"),
        json!("own=1"),
        json!(""),
        json!(["TimeoutError", "no answer came within the timeout of 300 ms"]),
    ];
    assert_eq!(seen, json!(expected));
    drop(session);

    let session = Session::open(&world.home, &world.display, &id, None);
    assert_eq!(
        session.eval_with(SEEN, &[json!(site.url("/page"))]),
        "stays=yes-it-does"
    );
    drop(session);
    let kept = || files_with(&world.home.data(), b"yes-it-does");
    assert_eq!(kept().len(), 1, "{:?}", kept());
    wait::until_true("it can be removed", || world.home.run(&["uninstall", &id]).code == 0);
    assert_eq!(kept().len(), 0, "{:?}", kept());
}

//! Text that an app looks for in a frame.

use insula_e2e::{World, app_with_frames, in_frame, load, plain_site};
use insula_testkit::{Session, Site};
use serde_json::{Value, json};

/// Three cats, one of them far below and one in a document inside, and a link.
fn site() -> Site {
    plain_site(
        "#ffffff",
        "<p id=first style='position: absolute; left: 20px; top: 40px'>A cat and a dog</p>
         <iframe srcdoc='<p>Another cat' style='position: absolute; left: 20px; top: 100px'></iframe>
         <p style='position: absolute; left: 20px; top: 2000px'>A Cat <a href=/link onclick='event.preventDefault(); document.title = \"followed\"'>upstairs</a></p>
         <script>for (const type of ['focus', 'blur']) addEventListener(type, () => document.title = type)</script>",
    )
}

fn find(session: &Session<'_>, arguments: &str) -> Value {
    session.eval(&format!(
        "return await document.querySelector('controlledframe').find({arguments})"
    ))
}

/// How many there are, and which one it is.
fn counts(session: &Session<'_>, arguments: &str) -> (Value, Value) {
    let found = find(session, arguments);
    assert_eq!(found["canceled"], false, "{found}");
    (found["numberOfMatches"].clone(), found["activeMatchOrdinal"].clone())
}

/// Conforms: find(), stopFinding()
#[test]
fn an_app_finds_text_in_a_frame() {
    let world = World::new();
    let site = site();
    let session = world.open(&app_with_frames("<controlledframe></controlledframe><input id=words>"));
    load(&session, &site.url("/"));
    session.click("#words");
    session.display.type_text("x");
    session.wait_for("words.value === 'x'");
    it_goes_from_one_to_the_next(&session);
    letters_are_heeded_if_that_is_wanted(&session);
    it_says_where_that_is(&session);
    what_is_found_stays_or_goes(&session);
    a_second_search_takes_the_place_of_the_first(&session);
    // The keyboard is where it was.
    session.display.type_text("y");
    session.wait_for("words.value === 'xy'");
    assert_eq!(in_frame(&session, "document.title"), "followed");
}

fn it_goes_from_one_to_the_next(session: &Session<'_>) {
    for (arguments, ordinal) in [
        ("'cat'", 1),
        ("'cat', {}", 2),
        ("'cat', null", 3),
        ("'cat'", 1),
        ("'cat', { backward: true }", 3),
        ("'cat', { backward: true }", 2),
    ] {
        assert_eq!(counts(session, arguments), (json!(3), json!(ordinal)), "{arguments}");
    }
    assert_eq!(counts(session, "'dog'"), (json!(1), json!(1)));
    assert_eq!(counts(session, "'cat', { backward: true }"), (json!(3), json!(3)));
    assert_eq!(counts(session, "'unicorn'"), (json!(0), json!(0)));
    assert_eq!(counts(session, "''"), (json!(0), json!(0)));
}

fn letters_are_heeded_if_that_is_wanted(session: &Session<'_>) {
    assert_eq!(counts(session, "'Cat', { matchCase: true }"), (json!(1), json!(1)));
    assert_eq!(counts(session, "'Cat', { matchCase: false }"), (json!(3), json!(1)));
}

fn it_says_where_that_is(session: &Session<'_>) {
    let found = find(session, "'A cat and a dog'");
    let expected = in_frame(
        session,
        "const range = document.createRange(); range.selectNodeContents(document.querySelector('#first'));
         const { left, top, width, height } = range.getBoundingClientRect(); ({ left, top, width, height })",
    );
    assert_eq!(found["selectionRect"], expected);
    let told = session.eval(
        "return await new Promise((resolve) => document.querySelector('controlledframe').find('dog', {}, resolve))",
    );
    assert!(
        told["selectionRect"]["left"].as_f64() > found["selectionRect"]["left"].as_f64(),
        "{told}"
    );
    // What is far below is brought into view.
    let found = find(session, "'upstairs'");
    let top = found["selectionRect"]["top"].as_f64().unwrap_or(-1.0);
    assert!((0.0..300.0).contains(&top), "{found}");
    assert!(in_frame(session, "scrollY").as_f64() > Some(1000.0));
}

fn what_is_found_stays_or_goes(session: &Session<'_>) {
    let selected = || in_frame(session, "String(getSelection())");
    assert_eq!(selected(), "upstairs");
    let stop = |action: &str| {
        session.eval(&format!(
            "return document.querySelector('controlledframe').stopFinding({action})"
        ))
    };
    assert_eq!(stop(""), Value::Null);
    assert_eq!(selected(), "upstairs");
    stop("'activate'");
    session.until_true("the link is followed", || {
        in_frame(session, "document.title") == "followed"
    });
    find(session, "'upstairs'");
    stop("'keep'");
    assert_eq!(selected(), "upstairs");
    find(session, "'upstairs'");
    stop("'clear'");
    session.until_true("nothing is selected", || selected() == "");
    for call in [
        "stopFinding('away')",
        "find()",
        "find('a', 5)",
        "find(Symbol())",
        "find('a', {}, 5)",
        "find('x'.repeat(1e6))",
    ] {
        let body = format!(
            "try {{ await document.querySelector('controlledframe').{call} }} catch (error) {{ return error.name }}"
        );
        assert_eq!(session.eval(&body), "TypeError", "{call}");
    }
}

fn a_second_search_takes_the_place_of_the_first(session: &Session<'_>) {
    let found = session.eval(
        "const it = document.querySelector('controlledframe');
         const all = await Promise.all([it.find('cat'), it.find('dog'), it.find('cat')]);
         return all.map(({ canceled, numberOfMatches }) => [canceled, numberOfMatches])",
    );
    assert_eq!(found, json!([[true, 0], [true, 0], [false, 3]]));
    // What is not answered when the page goes is not answered any more.
    let gone = session.eval(
        "const it = document.querySelector('controlledframe').cloneNode();
         document.body.append(it);
         await new Promise((resolve) => it.addEventListener('loadstop', resolve, { once: true }));
         const found = it.find('cat');
         it.remove();
         try { return (await found).canceled } catch ({ name }) { return name }",
    );
    assert!(gone == "AbortError" || gone == true, "{gone}");
}

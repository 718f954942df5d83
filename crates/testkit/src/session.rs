//! One app, running: WebDriver inside, a user outside.

use std::time::Duration;

use serde_json::{Value, json};

use crate::display::{Desktop, Display, Window};
use crate::home::{self, Home};
use crate::process::ProcessTree;
use crate::screenshot::{Colour, Screenshot};
use crate::trust::Authority;
use crate::wait;
use crate::webdriver::{DriverError, WebDriver};

/// A point on the screen, or in a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// A rectangle on the screen, or in a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Rect {
    /// The point in its middle.
    pub fn centre(self) -> Point {
        Point {
            x: self.x + self.width / 2.0,
            y: self.y + self.height / 2.0,
        }
    }

    /// A point at a distance from its top left corner.
    pub fn point(self, x: f64, y: f64) -> Point {
        Point {
            x: self.x + x,
            y: self.y + y,
        }
    }

    /// The rectangle that is smaller by this much on every side.
    pub fn inset(self, by: f64) -> Self {
        Self {
            x: self.x + by,
            y: self.y + by,
            width: self.width - 2.0 * by,
            height: self.height - 2.0 * by,
        }
    }

    /// Whether every edge lies within `tolerance` of the other's.
    pub fn is_near(self, other: Self, tolerance: f64) -> bool {
        let near = |one: f64, two: f64| (one - two).abs() <= tolerance;
        near(self.left(), other.left())
            && near(self.top(), other.top())
            && near(self.right(), other.right())
            && near(self.bottom(), other.bottom())
    }

    /// Left edge.
    pub fn left(self) -> f64 {
        self.x
    }

    /// Top edge.
    pub fn top(self) -> f64 {
        self.y
    }

    /// Right edge.
    pub fn right(self) -> f64 {
        self.x + self.width
    }

    /// Bottom edge.
    pub fn bottom(self) -> f64 {
        self.y + self.height
    }
}

/// An app that runs on a display.
///
/// Its console is part of what the program writes to standard output: see [`console`](Self::console).
#[derive(Debug)]
pub struct Session<'a> {
    // Dropped first: the program ends before its display.
    driver: WebDriver,
    /// The user's folders.
    pub home: &'a Home,
    /// Where it runs.
    pub display: &'a Display,
    app_handle: String,
}

impl<'a> Session<'a> {
    /// Opens an app: what `insula run` is given, and after `--` the path in it.
    pub fn open(home: &'a Home, display: &'a Display, app: &str, path: Option<&str>) -> Self {
        Self::start(home, display, app, path, None)
    }

    /// The same, in a world where the system trusts an authority.
    pub fn open_trusting(home: &'a Home, display: &'a Display, app: &str, authority: &Authority) -> Self {
        Self::start(home, display, app, None, Some(authority))
    }

    fn start(
        home: &'a Home,
        display: &'a Display,
        app: &str,
        path: Option<&str>,
        authority: Option<&Authority>,
    ) -> Self {
        let (program, mut arguments) = match authority {
            Some(authority) => authority.wrap(&home::program()),
            None => (home::program(), Vec::new()),
        };
        arguments.extend(home.folder_arguments().into_iter().map(Into::into));
        arguments.extend(["run", "--automation", app].map(Into::into));
        arguments.extend(path.into_iter().flat_map(|path| ["--".into(), path.into()]));
        let log = |name: &str| std::fs::File::create(home.log_file(name)).expect("a log");
        let driver = WebDriver::start(&program, &arguments, |command| {
            home.environment(command);
            display.admit(command);
            command.stdout(log("stdout")).stderr(log("stderr"));
        });
        let driver = driver.unwrap_or_else(|error| panic!("the app did not start: {error:?}\n{}", home.log("stderr")));
        let app_handle = driver.handle();
        let session = Self {
            driver,
            home,
            display,
            app_handle,
        };
        wait::until_true("the app's page has loaded", || {
            let state = session
                .driver
                .run("return document.readyState + location.protocol", &[]);
            state.is_ok_and(|state| state == "completeisolated-app:")
        });
        session
    }

    /// WebDriver itself.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// The app's own view, among [`WebDriver::handles`].
    pub fn app_handle(&self) -> &str {
        &self.app_handle
    }

    /// The program and everything that it started.
    pub fn tree(&self) -> ProcessTree {
        let driver = self.driver.tree();
        let program = driver.named("insula");
        ProcessTree::of(
            *program
                .first()
                .unwrap_or_else(|| panic!("the program has ended:\n{}", self.complaints())),
        )
    }

    /// What went wrong, as far as the program has said.
    pub fn complaints(&self) -> String {
        format!("{}{}", self.home.log("stderr"), self.home.log("stdout"))
    }

    /// Runs the body of an asynchronous function in the app's page. Panics when it throws.
    pub fn eval(&self, body: &str) -> Value {
        self.eval_with(body, &[])
    }

    /// The same with `args`.
    pub fn eval_with(&self, body: &str, args: &[Value]) -> Value {
        self.try_eval(body, args)
            .unwrap_or_else(|error| panic!("{body}\n{error:?}\n{}", self.complaints()))
    }

    /// Runs the body of an asynchronous function in the app's page.
    ///
    /// # Errors
    /// It threw.
    pub fn try_eval(&self, body: &str, args: &[Value]) -> Result<Value, DriverError> {
        self.driver.run(body, args)
    }

    /// What the body throws, as `name: message`. Panics when it throws nothing.
    pub fn thrown(&self, body: &str, args: &[Value]) -> String {
        match self.try_eval(body, args) {
            Err(error) => error.message,
            Ok(value) => panic!("this should have thrown, but gave {value}: {body}"),
        }
    }

    /// Waits until `condition` gives a value. When it does not, says what the program said, and keeps a picture.
    pub fn until<T>(&self, what: &str, condition: impl FnMut() -> Option<T>) -> T {
        wait::within(wait::LONG, condition).unwrap_or_else(|| {
            let path = save_failure(&self.display.screenshot());
            panic!("this did not happen: {what}; see {path}\n{}", self.complaints())
        })
    }

    /// Waits until `condition` holds, like [`until`](Self::until).
    pub fn until_true(&self, what: &str, mut condition: impl FnMut() -> bool) {
        self.until(what, || condition().then_some(()));
    }

    /// Waits until an expression in the app's page is true.
    pub fn wait_for(&self, expression: &str) {
        self.wait_within(wait::LONG, expression);
    }

    /// Waits until an expression in the app's page is true, for a limited time.
    pub fn wait_within(&self, time: Duration, expression: &str) {
        let body = format!("return Boolean({expression})");
        let happened = wait::within(time, || (self.try_eval(&body, &[]) == Ok(json!(true))).then_some(()));
        if happened.is_none() {
            let path = save_failure(&self.display.screenshot());
            panic!("not within {time:?}: {expression}; see {path}\n{}", self.complaints());
        }
    }

    /// The app's window.
    pub fn window(&self) -> Window {
        self.until("the app's window opens", || {
            self.display
                .windows()
                .into_iter()
                .find(|window| !window.is_dialog && window.class.starts_with("insula"))
        })
    }

    /// Where the first element of a selector lies on the screen.
    pub fn rect(&self, selector: &str) -> Rect {
        let rect = self.eval_with(
            "const { x, y, width, height } = document.querySelector(args[0]).getBoundingClientRect();
             return [x, y, width, height]",
            &[json!(selector)],
        );
        let number = |index: usize| rect[index].as_f64().expect("a rectangle has numbers");
        let page = self.page();
        Rect {
            x: page.x + number(0),
            y: page.y + number(1),
            width: number(2),
            height: number(3),
        }
    }

    /// Where the app's page lies on the screen: the window without its title bar and its borders, which are the same on
    /// the left, on the right and below.
    pub fn page(&self) -> Rect {
        let size = self.eval("return [innerWidth, innerHeight]");
        let (width, height) = (
            size[0].as_f64().unwrap_or_default(),
            size[1].as_f64().unwrap_or_default(),
        );
        let window = self.window().rect;
        let border = (window.width - width) / 2.0;
        Rect {
            x: window.x + border,
            y: window.bottom() - border - height,
            width,
            height,
        }
    }

    /// Clicks in the middle of an element, as a user does.
    pub fn click(&self, selector: &str) {
        self.display.click(self.rect(selector).centre());
    }

    /// Runs a script's body when the user clicks: adds a button over everything, clicks it, takes it away and answers
    /// what the script gave.
    ///
    /// # Errors
    /// The script threw.
    pub fn on_click(&self, body: &str, args: &[Value]) -> Result<Value, DriverError> {
        self.prepare_click(body, args);
        self.click("#testkit-button");
        self.clicked()
    }

    /// The first half of [`on_click`](Self::on_click): the button is there, and nobody has clicked it yet.
    pub fn prepare_click(&self, body: &str, args: &[Value]) {
        let script = format!(
            "const button = document.createElement('button');
             button.id = 'testkit-button';
             button.style = 'position: fixed; left: 0; top: 0; width: 60px; height: 40px; z-index: 1000000';
             window.testkitClick = new Promise((resolve) => {{
               button.onclick = () => {{
                 resolve((async () => {{ {body} }})().then((value) => ({{ value }}),
                   (error) => ({{ error: `${{error.name}}: ${{error.message}}` }})));
                 button.remove();
               }};
             }});
             document.body.append(button);"
        );
        self.eval_with(&script, args);
    }

    /// The last half of [`on_click`](Self::on_click): waits for what the script gives.
    ///
    /// # Errors
    /// The script threw.
    pub fn clicked(&self) -> Result<Value, DriverError> {
        let outcome = self.eval("return await testkitClick");
        match outcome["error"].as_str() {
            Some(message) => Err(DriverError {
                code: "thrown".to_owned(),
                message: message.to_owned(),
            }),
            None => Ok(outcome["value"].clone()),
        }
    }

    /// Waits until the middle of a rectangle has a colour.
    pub fn wait_for_colour(&self, rect: Rect, colour: Colour) {
        let mut last = None;
        let matches = |picture: &Screenshot| picture.at(rect.centre()).is_near(colour, 3);
        let happened = wait::within(wait::LONG, || {
            let picture = self.display.screenshot();
            let matches = matches(&picture);
            last = Some(picture);
            matches.then_some(())
        });
        if happened.is_none()
            && let Some(picture) = last
        {
            let seen = picture.at(rect.centre());
            let path = save_failure(&picture);
            panic!(
                "{rect:?} is {seen:?}, not {colour:?}; see {path}\n{}",
                self.complaints()
            );
        }
    }

    /// Runs the body of an asynchronous function in the document of the first frame: in the page's own world, as the
    /// page's own script, where [`eval`](Self::eval) with `executeScript` would run in a world beside it. The page's
    /// policy must allow inline scripts.
    pub fn eval_in_page(&self, body: &str, args: &[Value]) -> Value {
        let code = format!(
            "new Promise((resolve, reject) => {{
               const script = document.createElement('script');
               script.textContent = `(async (args) => {{ ${{{body}}} }})(${{{args}}}).then(
                 (value) => ({{ value }}), (error) => ({{ error: String(error) }}))
                 .then((outcome) => dispatchEvent(new MessageEvent('testkit', {{ data: JSON.stringify(outcome) }})))`;
               addEventListener('testkit', ({{ data }}) => resolve(JSON.parse(data)), {{ once: true }});
               document.documentElement.append(script);
               script.remove();
             }})",
            body = json!(body),
            args = json!(json!(args).to_string()),
        );
        let outcome = self.eval_with(
            "return await document.querySelector('controlledframe').executeScript({ code: args[0] })",
            &[json!(code)],
        );
        match outcome.get("error") {
            Some(error) => panic!("{body}\n{error}"),
            None => outcome["value"].clone(),
        }
    }

    /// Runs something in the frame whose URL begins so, and comes back to the app.
    pub fn in_frame<T>(&self, url: &str, work: impl Fn(&WebDriver) -> T) -> T {
        self.until("WebDriver can look into the frame's view", || {
            self.driver
                .handles()
                .into_iter()
                .filter(|handle| *handle != self.app_handle)
                .find(|handle| {
                    self.driver.switch_to(handle);
                    self.driver.url().starts_with(url)
                })
        });
        let result = work(&self.driver);
        self.driver.switch_to(&self.app_handle);
        result
    }
}

/// Keeps a picture of a failure where it is found after the test, and says where.
pub fn save_failure(picture: &Screenshot) -> String {
    let folder = home::program().with_file_name("test-pictures");
    let name = std::thread::current().name().unwrap_or("test").replace("::", "-");
    let path = folder.join(format!("{name}.png"));
    picture.save(&path);
    path.display().to_string()
}

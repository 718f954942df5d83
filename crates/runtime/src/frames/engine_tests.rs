//! What the engine makes of a frame's filters, and of a view that is kept ready.

use super::near::{Kind, Near, NearFilters};
use super::warm::Warm;
use crate::app_view::AppView;
use crate::content::contexts;
use crate::engine_harness::{Engine, with_engine};
use crate::stage::Stage;
use gtk4::glib::{self, MainContext};
use insula_frame::Partition;
use insula_testkit::{ProcessTree, Reply, Site};
use insula_vocabulary::FrameRules;
use std::rc::Rc;
use std::time::Duration;
use webkit6::prelude::*;
use webkit6::{NetworkSession, UserContentManager, WebView};

/// A page that loads what it is told to in some ways, and notes in its title in which of them it got it.
const PAGE: &str = "<!doctype html><title>begun</title><script>
    const way = (name, promise) => promise.then(() => { document.title += ` ${name}` }, () => {});
    const shown = (name, src) => new Promise((resolve, reject) =>
      document.head.append(Object.assign(document.createElement(name), { src, onload: resolve, onerror: reject })));
    const load = async (url) => {
      document.title = 'begun';
      await way('fetch', fetch(url, { mode: 'no-cors' }));
      await way('script', shown('script', url));
      await way('beacon', fetch(url, { mode: 'no-cors', method: 'POST', keepalive: true }));
      document.title += ' done';
    };
  </script>";

fn filters(folder: &std::path::Path) -> Rc<NearFilters> {
    let filters = NearFilters::new(folder, &FrameRules::default());
    assert!(MainContext::default().block_on(filters.ready()), "they are compiled");
    filters
}

#[test]
fn a_view_loads_from_near_addresses_while_no_filter_lies_on_it() {
    with_engine(|engine| {
        let site = Site::start(|_| Reply::of("text/javascript", ""));
        let folder = tempfile::tempdir().expect("a folder");
        let (filters, content) = (filters(folder.path()), UserContentManager::new());
        let near = Near::closed(&filters, &content);
        let session = NetworkSession::new_ephemeral();
        let view = WebView::builder()
            .web_context(&contexts::for_frames())
            .network_session(&session)
            .user_content_manager(&content)
            .build();
        engine.show(&view);
        view.load_html(PAGE, Some("http://example.org/"));
        engine.wait_for_title(&view, "begun");
        let local = site.url("/").replace("127.0.0.1", "localhost");
        // The engine's processes learn of a filter one after the other.
        let becomes = |url: &str, expected: &str| {
            engine.until(&format!("{url} is “{expected}”"), || {
                engine.run(&view, &format!("void load('{url}')"));
                engine.wait_for_title(&view, "done");
                (view.title().unwrap_or_default() == expected).then_some(())
            });
        };
        for url in [&site.url("/"), &local] {
            becomes(url, "begun done");
        }
        // Each kind has its own.
        near.keep(Kind::Local, false);
        becomes(&site.url("/"), "begun done");
        assert!(
            site.requests().is_empty(),
            "a filter that lies on the view from the start lets nothing through"
        );
        near.keep(Kind::Loopback, false);
        becomes(&site.url("/"), "begun fetch script beacon done");
        becomes(&local, "begun fetch script beacon done");
        near.close();
        becomes(&site.url("/"), "begun done");
    });
}

/// How many web processes there are.
fn processes() -> usize {
    ProcessTree::of(std::process::id()).named("WebKitWebProcess").len()
}

/// A stage in a window, whose app has no page, and what makes views on it.
fn warm(engine: &Engine, folder: &std::path::Path, keep: Duration) -> Warm {
    let app: AppView = glib::Object::new();
    let stage = Stage::new(&app);
    engine.show(&stage);
    let (context, settings) = (contexts::for_frames(), contexts::frame_settings(false));
    Warm::new(
        &stage,
        context,
        settings,
        &NearFilters::new(folder, &FrameRules::default()),
        false,
        keep,
    )
}

#[test]
fn a_view_is_ready_for_its_partition_alone_and_its_process_runs() {
    with_engine(|engine| {
        let folder = tempfile::tempdir().expect("a folder");
        let warm = warm(engine, folder.path(), Duration::from_secs(600));
        let (own, other) = (NetworkSession::new_ephemeral(), NetworkSession::new_ephemeral());
        let partition: Partition = "other".parse().expect("it is a partition");
        let before = processes();
        warm.prepare(&Partition::default(), &own);
        engine.until("its process runs", || (processes() == before + 1).then_some(()));
        drop(warm.take(&partition, &other));
        drop(warm.take(&Partition::default(), &other));
        assert!(warm.is_ready(), "neither was for whom it is ready");
        let taken = warm.take(&Partition::default(), &own);
        assert!(!warm.is_ready());
        assert_eq!(taken.widget.network_session(), Some(own));
        taken.widget.load_html("<title>here</title>", None);
        engine.wait_for_title(&taken.widget, "here");
        assert_eq!(
            processes(),
            before + 1,
            "it shows its page in the process that was ready"
        );
    });
}

#[test]
fn a_view_that_nobody_needs_goes_with_its_process() {
    with_engine(|engine| {
        let folder = tempfile::tempdir().expect("a folder");
        let warm = warm(engine, folder.path(), Duration::from_secs(1));
        let before = processes();
        warm.prepare(&Partition::default(), &NetworkSession::new_ephemeral());
        engine.until("its process runs", || (processes() == before + 1).then_some(()));
        engine.until("nobody needed it", || (!warm.is_ready()).then_some(()));
        engine.until("its process has ended", || (processes() == before).then_some(()));
    });
}

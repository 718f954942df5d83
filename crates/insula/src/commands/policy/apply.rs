//! The orders to install apps, carried out.

use anyhow::{Error, Result, anyhow, bail};
use clap::Args;
use insula_apps::{AppId, InstalledApp, Ordered, Outcome, SignedWebBundleId, Store, WebAppId};
use insula_delivery::{Attendance, Error as DeliveryError, Found, Order, Wanted};
use insula_net::Error as Unreached;
use insula_permissions::{ForceInstalledIsolatedWebApp, ForceInstalledWebApp, PolicySet};
use insula_runtime::Forced;
use serde::Serialize;
use url::{Origin, Url};

use super::super::{Answer, uninstall};
use crate::context::{self, Context};
use crate::delivery::Delivery;
use crate::{output, unfinished};

/// Install the apps that your organization orders, and remove those that it orders no more
///
/// Carries out `WebAppInstallForceList`, `IsolatedWebAppInstallForceList` and `WebAppSettings`. An app that an order brought
/// goes with it, with what it stored; one that you had installed before stays. Nothing is removed while a policy cannot be
/// read. It is made to be run whenever the user logs in.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What became of an order, or of an app that had one.
#[derive(Debug, Serialize)]
struct Row {
    /// The app's name, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// What the policy names; of one that it names no more, what it named.
    url: Url,
    /// `installed`, `updated`, `present`, `removed`, `left` (to the user) or `failed`.
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// What carries out orders.
struct Work<'a> {
    context: &'a Context,
    store: Store,
    policy: PolicySet,
    delivery: Option<Delivery>,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Answer> {
    let (store, policy) = (context.store()?, context.told_policy());
    unfinished::finish(context, &store)?;
    let has_orders = !Forced::all(&policy).is_empty();
    let work = Work {
        context,
        delivery: has_orders.then(|| Delivery::begin(&store)).transpose()?,
        store,
        policy,
    };
    let (mut rows, mut failures) = (Vec::new(), Vec::new());
    for forced in Forced::all(&work.policy) {
        match work.carry_out(forced) {
            Ok((result, app)) => rows.push(Row::of(&app, forced.url(), result)),
            Err(error) => {
                rows.push(Row::failed(None, forced.url(), &error));
                failures.push((forced.url().origin(), error));
            }
        }
    }
    let are_all_known = context.knows_orders(&work.policy);
    rows.extend(work.let_go(are_all_known, &failures)?);
    work.settle_desktop()?;
    if arguments.json {
        output::print_json(&rows)?;
    } else if rows.is_empty() {
        output::print("Your organization orders no apps\n")?;
    } else {
        output::print(&output::table(&rows.iter().map(Row::cells).collect::<Vec<_>>()))?;
    }
    let is_offline = |(_, error): &(Origin, Error)| match error.downcast_ref() {
        Some(DeliveryError::Network { source, .. }) => matches!(
            **source,
            Unreached::Resolve { .. }
                | Unreached::Refused { .. }
                | Unreached::Unreachable { .. }
                | Unreached::TimedOut { .. }
                | Unreached::Proxy { .. }
        ),
        _ => false,
    };
    if !are_all_known {
        bail!("not all policies can be read: orders may be missing, and no app was removed");
    }
    if !failures.is_empty() && failures.iter().all(is_offline) {
        bail!("the network cannot be reached: what could not be fetched stays as it is until this is run again");
    }
    if rows.iter().any(|row| row.error.is_some()) {
        bail!("not every order could be carried out");
    }
    Ok(Answer::Yes)
}

impl Work<'_> {
    /// What became of an order, and the app.
    fn carry_out(&self, forced: Forced<'_>) -> Result<(&'static str, InstalledApp)> {
        let listing = self.store.list()?;
        let installed = listing.apps.into_iter().find(|app| forced.names(app));
        let (result, app) = match (forced, installed) {
            (Forced::Isolated(forced), None) => self.install(forced)?,
            (Forced::Isolated(isolated), Some(app)) => {
                self.note(&app, &mark(forced, &app.origin_url(), Some(&app)))?;
                self.update(isolated, &forced.order(), app)?
            }
            (Forced::Site(site), Some(app)) if is_as_ordered(site, &app) => ("present", app),
            (Forced::Site(site), _) => self.install_site(site)?,
        };
        self.show(&app)?;
        Ok((result, app))
    }

    fn delivery(&self) -> Result<&Delivery> {
        self.delivery.as_ref().ok_or_else(|| anyhow!("nothing is ordered"))
    }

    fn install(&self, forced: &ForceInstalledIsolatedWebApp) -> Result<(&'static str, InstalledApp)> {
        let (delivery, order) = (self.delivery()?, Forced::Isolated(forced).order());
        if order.is_unreadable {
            return Err(DeliveryError::UnreadableOrder.into());
        }
        let id: AppId = forced.web_bundle_id().parse()?;
        let url = forced.update_manifest_url.clone();
        let Found::Releases(_, releases, warnings) = delivery.look(url.clone())? else {
            return Err(DeliveryError::NoReleases { url }.into());
        };
        for warning in &warnings {
            output::warn(&format!("update manifest: {warning}"));
        }
        let channel = &forced.update_channel;
        let Some(release) = releases.first(channel, order.pinned) else {
            match &forced.pinned_version {
                Some(version) => bail!("`{url}` has no release {version}"),
                None => bail!("`{url}` has no release in the channel `{channel}`"),
            }
        };
        let bundle = delivery.release(release)?;
        let origin = id.isolated().map(SignedWebBundleId::origin_url);
        let ordered = mark(Forced::Isolated(forced), &origin.unwrap_or(url), None);
        let installed = context::install_with(&self.store, bundle.path(), |options| {
            options
                .expecting_app(&id)
                .expecting_version(release.version)
                .updates(order.updates.clone())
                .ordered(ordered.clone())
        })?;
        Ok((done(installed.outcome), installed.app))
    }

    /// Has the version that is pinned, or one that is signed with the app's new key; else an app updates itself.
    fn update(
        &self,
        forced: &ForceInstalledIsolatedWebApp,
        order: &Order,
        app: InstalledApp,
    ) -> Result<(&'static str, InstalledApp)> {
        let awaits_another_key = self.store.awaits_another_key(&app);
        let is_as_pinned = order.pinned.is_none_or(|pinned| {
            let version = app.version();
            let is_higher = version.is_some_and(|version| version > pinned.version);
            version == Some(pinned.version) || (is_higher && !pinned.allow_downgrade)
        });
        if is_as_pinned && !awaits_another_key {
            return Ok(("present", app));
        }
        let (delivery, launchable) = (self.delivery()?, self.store.launch(&app.id)?);
        let wanted = Wanted {
            app: &app,
            manifest: &launchable.manifest,
            order,
            awaits_another_key,
        };
        let Some(update) = delivery.update(wanted)? else {
            let url = &forced.update_manifest_url;
            match order.pinned.map(|pinned| pinned.version) {
                None => bail!("`{url}` has no release to be signed with the app's new key"),
                Some(version) if app.rejected == Some(version) => {
                    bail!("version {version} did not start, and is not installed again")
                }
                Some(version) => bail!("`{url}` has no release {version}"),
            }
        };
        let fetched = delivery.fetch(update)?;
        let installed = fetched.install(&self.store, wanted, Attendance::Attended)?;
        Ok((done(installed.outcome), installed.app))
    }

    fn install_site(&self, forced: &ForceInstalledWebApp) -> Result<(&'static str, InstalledApp)> {
        let order = Forced::Site(forced).order();
        let site = self.delivery()?.site(forced.url.clone(), &order)?;
        let (manifest, _) = site.as_new().manifest()?;
        let installed = self.store.installed(&AppId::Web(WebAppId::of(&manifest.id)));
        let earlier = installed.ok().flatten();
        let ordered = mark(Forced::Site(forced), &forced.url, earlier.as_ref());
        let installed = context::install_site(&self.store, site.as_new(), |options| options.ordered(ordered.clone()))?;
        self.note(&installed.app, &ordered)?;
        Ok((done(installed.outcome), installed.app))
    }

    /// Writes down the order of an app that was there already.
    fn note(&self, app: &InstalledApp, ordered: &Ordered) -> Result<()> {
        if app.ordered.as_ref() != Some(ordered) {
            self.store.note_order(&app.id, Some(ordered.clone()))?;
        }
        Ok(())
    }

    /// Removes what was ordered and is no more.
    fn let_go(&self, are_all_known: bool, failures: &[(Origin, Error)]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for app in self.store.list()?.apps {
            let Some(ordered) = &app.ordered else { continue };
            // Another order that could not be carried out may be about it, under another address.
            let may_be_meant = failures.iter().any(|(origin, _)| *origin == app.origin_url().origin());
            if Forced::of(&self.policy, &app).is_some() || may_be_meant {
                continue;
            }
            rows.push(match self.let_one_go(&app, ordered.was_there, are_all_known) {
                Ok(result) => Row::of(&app, &ordered.url, result),
                Err(error) => Row::failed(Some(&app), &ordered.url, &error),
            });
        }
        Ok(rows)
    }

    fn let_one_go(&self, app: &InstalledApp, was_there: bool, are_all_known: bool) -> Result<&'static str> {
        if !are_all_known {
            bail!("no policy that can be read names it: it stays, because one may that cannot");
        }
        if was_there {
            self.store.note_order(&app.id, None)?;
            return Ok("left");
        }
        uninstall::remove_whole(self.context, &self.store, &app.id, &app.name)?;
        Ok("removed")
    }

    /// Puts an app into the menu that is ordered.
    fn show(&self, app: &InstalledApp) -> Result<()> {
        let settings = self.policy.settings_of(&app.origin_url());
        let desktop = self.context.desktop();
        if let Some(desktop) = desktop.filter(|desktop| !desktop.has(&app.id))
            && !settings.force_unregister_os_integration
        {
            context::show_on_desktop(Some(&desktop), &self.policy, &self.store.launch(&app.id)?);
        }
        Ok(())
    }

    /// Does what `WebAppSettings` says of all apps. What cannot be read may say it otherwise: nothing changes then.
    fn settle_desktop(&self) -> Result<()> {
        let Some(desktop) = self.context.desktop().filter(|_| self.policy.knows_web_app_settings()) else {
            return Ok(());
        };
        for app in self.store.list()?.apps {
            let settings = self.policy.settings_of(&app.origin_url());
            if settings.force_unregister_os_integration {
                desktop.hide(&app.id)?;
            }
            desktop.start_at_login(&app.id, &app.name, settings.run_on_os_login)?;
        }
        Ok(())
    }
}

/// Whether nothing has to be fetched of a site.
fn is_as_ordered(forced: &ForceInstalledWebApp, app: &InstalledApp) -> bool {
    let has_name = forced.custom_name.as_ref().is_none_or(|name| *name == app.name);
    has_name && app.ordered.as_ref() == Some(&mark(Forced::Site(forced), &forced.url, Some(app)))
}

/// What is written down of an order. `earlier` is the app as it is installed, whoever had it installed.
fn mark(forced: Forced<'_>, url: &Url, earlier: Option<&InstalledApp>) -> Ordered {
    let order = forced.order();
    Ordered {
        url: url.clone(),
        name: order.name,
        icon: order.icon.map(|icon| icon.sha256),
        was_there: earlier.is_some_and(|app| app.ordered.as_ref().is_none_or(|ordered| ordered.was_there)),
    }
}

fn done(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Installed => "installed",
        Outcome::Unchanged => "present",
        _ => "updated",
    }
}

impl Row {
    fn of(app: &InstalledApp, url: &Url, result: &'static str) -> Self {
        Self {
            name: Some(app.name.clone()),
            id: Some(app.id.to_string()),
            url: url.clone(),
            result,
            version: app.version().map(|version| version.to_string()),
            error: None,
        }
    }

    fn failed(app: Option<&InstalledApp>, url: &Url, error: &Error) -> Self {
        Self {
            name: app.map(|app| app.name.clone()),
            id: app.map(|app| app.id.to_string()),
            url: url.clone(),
            result: "failed",
            version: None,
            error: Some(output::message(error)),
        }
    }

    fn cells(&self) -> Vec<String> {
        let what = self.name.clone().unwrap_or_else(|| self.url.to_string());
        let said = match self.result {
            "installed" => "is installed",
            "updated" => "is as it is ordered now",
            "present" => "is there",
            "removed" => "is removed: it is ordered no more",
            "left" => "is ordered no more, and stays: you had it before",
            _ => self.error.as_deref().unwrap_or_default(),
        };
        vec![what, self.version.clone().unwrap_or_default(), said.to_owned()]
    }
}

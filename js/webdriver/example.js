// A test of an app with the WebDriver client that everybody uses, as docs/testing-apps.md describes it.
//
//   node example.js DRIVER-URL BROWSER-NAME PROGRAM ARGUMENT…
//
// It clicks the app's button, looks at what the app says then, looks into its first frame, and prints both.

import { argv } from "node:process";
import { Builder, By, until } from "selenium-webdriver";

const [, , driver, browserName, binary, ...args] = argv;

const app = await new Builder()
  .usingServer(driver)
  .withCapabilities({ browserName, "webkitgtk:browserOptions": { binary, args } })
  .build();
try {
  const button = await app.wait(until.elementLocated(By.css("button")));
  // WebKit's driver has no clicks and keys on GTK 4: scripts click.
  await app.executeScript("arguments[0].click()", button);
  const said = await app.findElement(By.css("output")).getText();

  // The app's window is where a session begins; its frames are further windows.
  const own = await app.getWindowHandle();
  const frame = await app.wait(async () => (await app.getAllWindowHandles()).find((handle) => handle !== own));
  await app.switchTo().window(String(frame));
  await app.wait(until.titleIs("Site"));
  const shown = await app.findElement(By.css("h1")).getText();
  console.log(JSON.stringify({ said, shown }));
} finally {
  await app.quit();
}

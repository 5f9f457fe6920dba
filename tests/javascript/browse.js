// Uses the explorer as a person would, in a headless Chromium. Arguments: the page's address, an API key, the browser's
// executable, a directory for its profile and pictures. Prints what was seen.
import { chromium } from "playwright-core";

const [url, key, executablePath, directory] = process.argv.slice(2);
const browser = await chromium.launchPersistentContext(`${directory}/profile`, {
  executablePath,
  headless: true,
  viewport: { width: 1300, height: 800 },
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
browser.setDefaultTimeout(8_000);
const seen = { elsewhere: [], complaints: [] };

async function open(fragment = "") {
  const page = await browser.newPage();
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith("http") && host !== new URL(url).host) seen.elsewhere.push(request.url());
  });
  page.on("console", (message) => message.type() === "error" && seen.complaints.push(message.text()));
  page.on("pageerror", (error) => seen.complaints.push(String(error)));
  await page.goto(url + fragment);
  return page;
}

// GraphiQL reads a document 100 ms after it is shown. A click that comes earlier, as no person's does, is taken for the
// document of the tab before, and the menu that it opens is in the way of the next click.
const moment = (page) => page.waitForTimeout(250);

async function choose(page, tab) {
  await moment(page);
  await page.getByRole("tab", { name: tab }).click();
}

async function until(page, sign, act) {
  for (let attempt = 0; attempt < 5; attempt++) {
    await page.keyboard.press("Escape");
    await moment(page);
    await act();
    const appeared = await sign.waitFor({ timeout: 2_000 }).then(() => true, () => false);
    if (appeared) return;
  }
  await page.screenshot({ path: `${directory}/in-vain.png` });
  throw new Error(`waited in vain for ${sign}; see ${directory}/in-vain.png`);
}

const variables = (page) => page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror");

async function fillVariables(page, values) {
  await variables(page).evaluate((element, text) => element.CodeMirror.setValue(text), JSON.stringify(values));
  await moment(page);
}

async function readVariables(page) {
  await moment(page);
  return JSON.parse(await variables(page).evaluate((element) => element.CodeMirror.getValue()));
}

const execute = (page) => page.getByRole("button", { name: /Execute query/ }).click();
const answer = (page, text) => page.locator(".result-window").getByText(text);

async function run(page, operation, values) {
  const choice = page.getByRole("menuitem", { name: operation });
  await until(page, choice, async () => {
    await fillVariables(page, values);
    await execute(page);
  });
  await choice.click();
}

// One window subscribes; its key comes with the link and leaves the address bar.
const watcher = await open(`#key=${encodeURIComponent(key)}`);
await watcher.getByText("Key accepted.").waitFor();
seen.address = watcher.url();
seen.variables = [await readVariables(watcher)];
await choose(watcher, "LeadFeed");
seen.variables.push(await readVariables(watcher));
await until(watcher, watcher.getByRole("button", { name: /Stop query/ }), async () => {
  await fillVariables(watcher, { leadId: "lead_1" });
  await execute(watcher);
});

// Another one is given the key in the field, lists leads and changes a status.
const writer = await open();
seen.withoutKey = await writer.locator("#key-state").textContent();
await writer.getByLabel("API key").fill(key);
await writer.keyboard.press("Enter");
await writer.getByText("Key accepted.").waitFor();
await choose(writer, "Leads");
await run(writer, "Leads", {});
await answer(writer, '"Lead lead_1"').waitFor();
await run(writer, "ChangeStatus", { input: { leadId: "lead_1", status: "Won" } });
await answer(watcher, '"Won"').waitFor();

// The documentation shows that introspection passed the limits.
await writer.getByRole("button", { name: "Show Documentation Explorer" }).click();
await writer.getByText("Root Types").waitFor();
await watcher.screenshot({ path: `${directory}/watcher.png` });
await writer.screenshot({ path: `${directory}/writer.png` });
await browser.close();
console.log(JSON.stringify(seen));

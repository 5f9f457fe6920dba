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
browser.setDefaultTimeout(15_000);
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

// GraphiQL reads a document's operations a moment after it is shown; until then its button does something else.
async function clickUntil(button, sign) {
  for (;;) {
    await button.click();
    const appeared = await sign.waitFor({ timeout: 1_000 }).then(() => true, () => false);
    if (appeared) return;
  }
}

async function fillVariables(page, variables) {
  const editor = page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror");
  await editor.evaluate((element, text) => element.CodeMirror.setValue(text), JSON.stringify(variables, null, 2));
}

const execute = (page) => page.getByRole("button", { name: /Execute query/ });
const answer = (page) => page.locator(".result-window");

async function run(page, operation) {
  const choice = page.getByRole("menuitem", { name: operation });
  await clickUntil(execute(page), choice);
  await choice.click();
}

// One window subscribes; its key comes with the link and leaves the address bar.
const watcher = await open(`#key=${encodeURIComponent(key)}`);
await watcher.getByText("Key accepted.").waitFor();
seen.address = watcher.url();
await watcher.getByRole("tab", { name: "LeadFeed" }).click();
await fillVariables(watcher, { leadId: "lead_1" });
await clickUntil(execute(watcher), watcher.getByRole("button", { name: /Stop query/ }));

// Another one is given the key in the field, lists leads and changes a status.
const writer = await open();
seen.withoutKey = await writer.locator("#key-state").textContent();
await writer.getByLabel("API key").fill(key);
await writer.keyboard.press("Enter");
await writer.getByText("Key accepted.").waitFor();
await writer.getByRole("tab", { name: "Leads" }).click();
await run(writer, "Leads");
await answer(writer).getByText('"Lead lead_1"').waitFor();
await fillVariables(writer, { input: { leadId: "lead_1", status: "Won" } });
await run(writer, "ChangeStatus");
await answer(watcher).getByText('"Won"').waitFor();

// The documentation shows that introspection passed the limits.
await writer.getByRole("button", { name: "Show Documentation Explorer" }).click();
await writer.getByText("Root Types").waitFor();
await watcher.screenshot({ path: `${directory}/watcher.png` });
await writer.screenshot({ path: `${directory}/writer.png` });
await browser.close();
console.log(JSON.stringify(seen));

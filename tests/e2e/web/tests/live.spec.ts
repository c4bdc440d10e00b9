// What the page shows of the live document, and how it keeps up.
import { expect, test } from "./mock";

test("the state of the node", async ({ page, mock }) => {
  await page.goto(mock.url);
  const header = page.getByRole("banner");
  await expect(header.getByRole("heading", { name: "line-3" })).toBeVisible();
  for (const text of ["Ready", "Live", "slack", "adaptive", "0.1.0", "2 h 15 min"]) {
    await expect(header.getByText(text, { exact: true })).toBeVisible();
  }
  const archive = page.getByRole("article", { name: "archive" });
  await expect(archive.getByText("embedder:1 · priority 0")).toBeVisible();
  await expect(archive.getByRole("listitem").filter({ hasText: "queue full oldest" })).toContainText("8");
  await expect(archive.getByRole("img", { name: /budget 1 s/ })).toBeVisible();
  await expect(page.getByRole("img", { name: /^Batches of the last ten seconds: .*faces/ })).toHaveCount(2);
  const model = page.getByRole("row").filter({ hasText: "plates" });
  await expect(model).toContainText("unavailable");
  await expect(model).toContainText("the graph has no output");
  await expect(page.getByRole("region", { name: "Resources" })).toContainText("2.89 GiB of 7.64 GiB");
});

test("a new document replaces the old one, unless the page is paused", async ({ page, mock }) => {
  await page.goto(mock.url);
  const name = page.getByRole("heading", { level: 1 });
  await expect(name).toHaveText("line-3");
  mock.change({ node: "line-4" });
  await expect(name).toHaveText("line-4");
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByText("Paused", { exact: true })).toBeVisible();
  mock.change({ node: "line-5" });
  // Other decisions can be looked for meanwhile; by the time they come, the document has come too.
  await page.getByRole("combobox", { name: "End" }).selectOption("infeasible");
  await expect(page.getByRole("cell", { name: "on time", exact: true })).toHaveCount(0);
  await expect(name).toHaveText("line-4");
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(name).toHaveText("line-5");
});

test("what needs attention is said first, also to screen readers", async ({ page, mock }) => {
  mock.change({ ready: false, reason: "model plates is loading", configuration: { generation: 3, error: "line 4: no key 'polcy'" } });
  await page.goto(mock.url);
  await expect(page.getByRole("main")).toContainText("Not ready. model plates is loading");
  await expect(page.getByRole("main")).toContainText("no. 3 stays in force. line 4: no key 'polcy'");
  await expect(page.getByRole("status")).toHaveText("Connected. Not ready: model plates is loading");
});

test("a node that has nothing yet", async ({ page, mock }) => {
  mock.change({ scheduler: null, tasks: [], slots: [], models: [], resources: null });
  await page.goto(mock.url);
  await expect(page.getByText("No task is configured")).toBeVisible();
  await expect(page.getByText("No model is in the repository.")).toBeVisible();
  await expect(page.getByText("Not read yet.")).toBeVisible();
});

test("a lost connection is visible, and comes back by itself", async ({ page, mock }) => {
  await page.goto(mock.url);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  mock.down();
  await expect(page.getByRole("banner").getByText("Disconnected")).toBeVisible();
  await expect(page.getByRole("status")).toContainText("The numbers are old");
  await expect(page.getByRole("article", { name: "labels" })).toBeVisible();
  mock.up();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await expect(page.getByText("Disconnected")).toHaveCount(0);
});

test("a lost connection comes back at once when asked to", async ({ page, mock }) => {
  await page.clock.install();
  await page.goto(mock.url);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  // From here on no attempt is made by the clock.
  await page.clock.pauseAt(Date.now() + 2000);
  mock.down();
  await page.getByRole("button", { name: "Try now" }).waitFor();
  mock.up();
  await page.getByRole("button", { name: "Try now" }).click();
  // Long enough to render, too short for an attempt.
  await page.clock.runFor(100);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
});

test("silence counts as a lost connection", async ({ page, mock }) => {
  await page.clock.install();
  await page.goto(mock.url);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  mock.silence();
  await page.clock.runFor(8100);
  await expect(page.getByRole("banner").getByText("Disconnected")).toBeVisible();
});

test("nothing is asked of anybody else", async ({ page, mock }) => {
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(mock.url)) elsewhere.push(request.url());
  });
  await page.goto(mock.url);
  await expect(page.getByRole("article", { name: "labels" })).toBeVisible();
  await expect(page.getByRole("link", { name: /^Story of/ }).first()).toBeVisible();
  expect(elsewhere).toEqual([]);
});

// Tokens, colours, sizes and accessibility.
import type { Page } from "@playwright/test";
import { violations } from "./axe";
import { expect, test } from "./mock";

const background = (page: Page) =>
  page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test("a node that wants a token", async ({ page, mock }) => {
  mock.guard("s3cret");
  await page.goto(mock.url);
  const input = page.getByLabel("Token");
  await expect(input).toBeFocused();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.type("wrong");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toHaveText("this token is not known");
  await input.fill("s3cret");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "line-3" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "line-3" })).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain("s3cret");
  expect(page.url()).toBe(mock.url);
});

test("a token that is withdrawn", async ({ page, mock }) => {
  await page.goto(mock.url);
  await expect(page.getByRole("heading", { name: "line-3" })).toBeVisible();
  mock.guard("s3cret");
  // The page may ask by itself before the choice makes it ask; then there is nothing to choose.
  const token = page.getByLabel("Token");
  const task = page.getByRole("combobox", { name: "Task" });
  const chosen = task.selectOption("labels").catch(() => undefined);
  await Promise.race([chosen, token.waitFor()]);
  await expect(token).toBeVisible();
});

test("colours follow the system until one is chosen", async ({ page, mock }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(mock.url);
  await expect(page.getByRole("article", { name: "labels" })).toBeVisible();
  const light = await background(page);
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await background(page);
  expect(dark).not.toBe(light);
  await page.getByLabel("Colours").selectOption("light");
  expect(await background(page)).toBe(light);
  await page.reload();
  await expect(page.getByRole("article", { name: "labels" })).toBeVisible();
  expect(await background(page)).toBe(light);
});

test("the first stop of the keyboard leads to the tasks", async ({ page, mock }) => {
  await page.goto(mock.url);
  await expect(page.getByRole("article", { name: "labels" })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the tasks" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#tasks")).toBeFocused();
});

for (const width of [360, 768, 1360, 2560]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`${width} pixels, ${colorScheme}: fits, and accessible`, async ({ page, mock }) => {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      await page.goto(mock.url);
      await page.getByRole("button", { name: "Simulate" }).click();
      await expect(page.getByText("How far to trust it")).toBeVisible();
      await expect(page.getByRole("link", { name: /^Story of/ }).first()).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect(await violations(page)).toEqual([]);
      await page.getByRole("link", { name: /^Story of/ }).first().click();
      await expect(page.getByRole("dialog")).toContainText("What happened");
      expect(await violations(page)).toEqual([]);
    });
  }
}

const ko = "b1c00075-0000-4000-8000-000000000000";
const pages = [
  { name: "stations", hash: "#/stations", ready: "Frames in 54" },
  { name: "items", hash: "#/items", ready: "Older" },
  { name: "item", hash: `#/items/${ko}`, ready: "95.6 ms" },
  { name: "editor", hash: "#/stations/left", ready: "No problems." },
];
for (const { name, hash, ready } of pages) {
  for (const [width, colorScheme] of [
    [360, "light"],
    [360, "dark"],
    [1360, "light"],
    [2560, "dark"],
  ] as const) {
    test(`${name}, ${width} pixels, ${colorScheme}: fits, and accessible`, async ({ page, mock }) => {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      await page.goto(mock.url + hash);
      await expect(page.getByText(ready).first()).toBeVisible();
      if (name === "editor") {
        await page.getByRole("textbox", { name: /Configuration/ }).fill("cameras:\n  wrong: 1\n");
        await expect(page.getByRole("button", { name: "Line 2" })).toBeVisible();
      }
      if (name === "item") {
        await page.getByRole("button", { name: /^lot/ }).click();
        await page.getByText("JSON", { exact: true }).click();
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect(await violations(page)).toEqual([]);
    });
  }
}

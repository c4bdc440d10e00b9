// The pictures in docs/images: made anew with SLUICE_SCREENSHOTS=docs/images.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "./mock";

// As seen from the repository's root.
const root = fileURLToPath(new URL("../../../../", import.meta.url));
const folder = path.resolve(root, process.env.SLUICE_SCREENSHOTS ?? "");
test.skip(!process.env.SLUICE_SCREENSHOTS, "SLUICE_SCREENSHOTS is not set");

const shots = [
  { name: "dashboard-light", viewport: { width: 1360, height: 1000 }, colorScheme: "light" },
  { name: "dashboard-dark", viewport: { width: 1360, height: 1000 }, colorScheme: "dark" },
  { name: "dashboard-phone", viewport: { width: 360, height: 1500 }, colorScheme: "light" },
] as const;

for (const { name, viewport, colorScheme } of shots) {
  test(name, async ({ page, mock }) => {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await page.goto(mock.url);
    await expect(page.getByRole("row").nth(8)).toBeVisible();
    await page.getByRole("combobox", { name: "Policy" }).selectOption("edf");
    await page.getByRole("button", { name: "Simulate" }).click();
    await expect(page.getByText("How far to trust it")).toBeVisible();
    if (viewport.width > 360) {
      // As tall as the page, rather than a full-page picture: that has the header in its midst.
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width: viewport.width, height });
    }
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.screenshot({ path: path.join(folder, `${name}.png`) });
  });
}

test("dashboard-story", async ({ page, mock }) => {
  await page.setViewportSize({ width: 1360, height: 860 });
  await page.goto(mock.url);
  await page.getByRole("combobox", { name: "End" }).selectOption("shed");
  await page.getByRole("link", { name: /^Story of/ }).first().click();
  await expect(page.getByText("What would have helped")).toBeVisible();
  await page.screenshot({ path: path.join(folder, "dashboard-story.png") });
});

const pages = [
  { name: "stations", hash: "#/stations", colorScheme: "light", height: 760 },
  { name: "stations-item", hash: "#/items/b1c00075-0000-4000-8000-000000000000", colorScheme: "dark", height: 960 },
  { name: "stations-editor", hash: "#/stations/label-line", colorScheme: "light", height: 720 },
] as const;

for (const { name, hash, colorScheme, height } of pages) {
  test(name, async ({ page, mock }) => {
    mock.change({ scheduler: { policy: "slack", shedder: "adaptive", shedding: false, slots: 2 } });
    await page.setViewportSize({ width: 1360, height });
    await page.emulateMedia({ colorScheme });
    await page.goto(mock.url + hash);
    if (name === "stations-editor") {
      const text = page.getByRole("textbox", { name: /^Configuration/ });
      await text.fill((await text.inputValue()).replace("pattern:", "wrong:"));
      await page.getByRole("button", { name: /^Line/ }).waitFor();
    } else {
      await expect(page.getByRole("img", { name: /^front, with/ })).toBeVisible();
    }
    if (name === "stations-item") await page.getByRole("row").filter({ hasText: "lot" }).first().hover();
    await page.screenshot({ path: path.join(folder, `${name}.png`) });
  });
}

// The list of items, and the explanation of one.
import { expect, test } from "./mock";
import type { Page } from "@playwright/test";

const links = (page: Page) => page.getByRole("link", { name: /^Item b1c/ });
const ko = "#/items/b1c00075-0000-4000-8000-000000000000";

test("pages of the list, back and forth", async ({ page, mock }) => {
  await page.goto(mock.url);
  await page.getByRole("link", { name: "Items" }).click();
  await expect(links(page)).toHaveCount(50);
  await expect(links(page).first()).toHaveText("b1c00077");
  const pages = page.getByRole("navigation", { name: "Pages of the list" });
  await pages.getByRole("link", { name: "Older" }).click();
  await expect(links(page).first()).toHaveText("b1c00045");
  await pages.getByRole("link", { name: "Older" }).click();
  await expect(links(page)).toHaveCount(20);
  await expect(pages.getByRole("link", { name: "Older" })).toHaveCount(0);
  await page.goBack();
  await expect(links(page).first()).toHaveText("b1c00045");
  await pages.getByRole("link", { name: "Newest" }).click();
  await expect(links(page).first()).toHaveText("b1c00077");
});

test("filters, which the address keeps", async ({ page, mock }) => {
  await page.goto(`${mock.url}#/items`);
  await page.getByRole("combobox", { name: "Decision" }).selectOption("KO");
  await expect(links(page)).toHaveCount(24);
  await expect(page.getByRole("cell", { name: "OK", exact: true })).toHaveCount(0);
  await page.getByRole("combobox", { name: "Station" }).selectOption("door");
  await expect(page.getByText("No item is like that.")).toBeVisible();
  expect(new URL(page.url()).hash).toBe("#/items?station=door&decision=KO");
  await page.reload();
  await expect(page.getByRole("combobox", { name: "Decision" })).toHaveValue("KO");
  await page.goBack();
  await expect(links(page)).toHaveCount(24);
});

test.describe("in another time zone", () => {
  test.use({ timezoneId: "Asia/Tokyo" });
  test("times are those of the place", async ({ page, mock }) => {
    await page.goto(`${mock.url}#/items`);
    await page.getByLabel("From").fill("2026-11-22T21:07");
    await expect(links(page)).toHaveCount(15);
    await page.getByLabel("Until").fill("2026-11-22T21:08");
    await expect.poll(() => mock.station.calls.at(-1)).toContain("until=2026-11-22T12%3A08%3A00.000Z");
    expect(mock.station.calls.at(-1)).toContain("from=2026-11-22T12%3A07%3A00.000Z");
    await expect(page.getByRole("row").nth(1)).toContainText("21:07:56");
  });
});

test("an item is found and opened with the keyboard alone", async ({ page, mock }) => {
  await page.goto(`${mock.url}#/items`);
  await links(page).nth(2).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: /^Item b1c00075-/ })).toBeVisible();
  await page.goBack();
  await expect(links(page)).toHaveCount(50);
});

test("a verdict points out the objects behind it", async ({ page, mock }) => {
  await page.goto(mock.url + ko);
  await expect(page.getByRole("img", { name: /L0T 1317/ })).toBeVisible();
  const lit = page.locator(".overlay .lit");
  await expect(page.locator(".overlay g")).toHaveCount(4);
  await expect(lit).toHaveCount(0);

  const why = page.getByRole("region", { name: "Why" });
  await why.getByRole("row").filter({ hasText: "is not past" }).hover();
  await expect(lit).toHaveText(["EXP 2027-03 0.95"]);
  await expect(page.getByRole("row", { name: /^read-2/ })).toHaveClass("lit");
  await page.mouse.move(0, 0);
  await expect(lit).toHaveCount(0);

  // With the keyboard; pressed, it stays.
  const rule = why.getByRole("button", { name: /^lot/ });
  await rule.focus();
  await expect(lit).toHaveText(["L0T 1317 0.98"]);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await why.getByRole("button", { name: /^expiry/ }).blur();
  await expect(rule).toHaveAttribute("aria-pressed", "true");
  await expect(lit).toHaveText(["L0T 1317 0.98"]);
});

test("an item's objects, times, actions and document", async ({ page, mock }) => {
  await page.goto(mock.url + ko);
  const objects = page.getByRole("region", { name: "Objects" }).getByRole("row");
  await expect(objects).toHaveText([/Found on/, /^text-1.*the image/, /^read-1.*98.0 %text-1/, /^text-2.*the image/, /^read-2.*text-2/]);
  const timing = page.getByRole("region", { name: "Timing" });
  await expect(timing.getByRole("row", { name: /^inference/ })).toContainText("from 15.3 ms");
  await expect(timing.getByRole("row", { name: /^read/ })).toContainText("46 ms");
  await expect(page.getByRole("region", { name: "Actions" }).getByRole("listitem")).toHaveText([/done log/, /done mqtt/]);
  await page.getByText("JSON", { exact: true }).click();
  await expect(page.getByText('"station_config": "label-line"')).toBeVisible();
});

test("an item that failed says at which stage", async ({ page, mock }) => {
  await page.goto(`${mock.url}#/items/b1c00076-0000-4000-8000-000000000000`);
  const errors = page.getByRole("region", { name: "Errors" });
  await expect(errors.getByRole("listitem")).toHaveText(["Capture: front frames/: no such folder"]);
  await expect(page.getByText("No picture was kept.")).toBeVisible();
  await expect(page.getByRole("region", { name: "Actions" })).toContainText("the broker refused the connection");
  await expect(page.getByText("Nothing was measured.")).toBeVisible();
});

test("an item is followed until it is done", async ({ page, mock }) => {
  const done = mock.station.items[0]!;
  mock.station.items[0] = { ...done, state: "Inference", decision: "", verdict: null, inferences: {}, dimensions: {} };
  await page.goto(`${mock.url}#/items/${done.id}`);
  await expect(page.getByText("Inference…")).toBeVisible();
  await expect(page.getByText("Nothing was found.")).toBeVisible();
  await expect(page.getByText("a picture of this item is not known")).toBeVisible();
  mock.station.items[0] = done;
  await expect(page.getByText("Nothing was found.")).toHaveCount(0);
  await expect(page.locator(".decided .chip")).toHaveText("OK");
  await expect(page.getByRole("img", { name: /^front, with/ })).toBeVisible();
});

test("whatever was read is text", async ({ page, mock }) => {
  const evil = '<img src=x onerror="document.title=1"><b>bold</b>';
  const item = structuredClone(mock.station.items[0]!);
  item.inferences["front"]!["read"]!["read-1"]!.text = evil;
  item.verdict!.reason = evil;
  mock.station.items[0] = item;
  await page.goto(`${mock.url}#/items/${item.id}`);
  await expect(page.locator(".decided")).toContainText(evil);
  await expect(page.getByRole("row", { name: /^read-1/ })).toContainText(evil);
  await expect(page.locator(".overlay")).toContainText(evil);
});

test("no item, and none of that name", async ({ page, mock }) => {
  mock.station.items = [];
  await page.goto(`${mock.url}#/items`);
  await expect(page.getByText("No item yet.")).toBeVisible();
  await page.goto(`${mock.url}#/items/gone`);
  await expect(page.getByRole("alert")).toHaveText("item gone is not known");
});

// The editor of a station, and a try of it.
import { expect, test } from "./mock";
import type { Page } from "@playwright/test";
import { picture } from "../mock/stations";

const area = (page: Page) => page.getByRole("textbox", { name: /^Configuration/ });

/** What the page asks, and how it is answered from now on. */
function answerDialogs(page: Page, accept: () => boolean): string[] {
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.message());
    void (accept() ? dialog.accept() : dialog.dismiss());
  });
  return asked;
}

test("a problem is shown at its line", async ({ page, mock }) => {
  await page.goto(`${mock.url}#/stations/label-line`);
  await expect(area(page)).toHaveValue(/^# The line that reads labels/);
  await expect(page.getByText("No problems.")).toBeVisible();
  const lines = Array.from({ length: 80 }, (_, i) => (i === 59 ? "  wrong<b>x</b>: yes" : `# ${i + 1}`));
  await area(page).fill(lines.join("\n"));
  await expect(page.getByText("1 problem:")).toBeVisible();
  await expect(page.locator(".code .wrong")).toHaveText("60");
  // Text, whatever is in it.
  await expect(page.getByText("unknown key 'wrong<b>x</b>'")).toBeVisible();
  await page.getByRole("button", { name: "Line 60" }).click();
  await expect(area(page)).toBeFocused();
  const selected = await area(page).evaluate((text: HTMLTextAreaElement) =>
    text.value.slice(text.selectionStart, text.selectionEnd),
  );
  expect(selected).toBe("  wrong<b>x</b>: yes");
  await expect(page.locator(".code .wrong")).toBeInViewport();
});

test("a change is saved, and a wrong one is not", async ({ page, mock }) => {
  await page.goto(`${mock.url}#/stations/label-line`);
  const save = page.getByRole("button", { name: "Save" });
  await expect(save).toBeDisabled();
  await area(page).fill("wrong: 1\n");
  await save.click();
  await expect(page.getByText("Not saved: see the problems.")).toBeVisible();
  expect(mock.station.configs.get("label-line")).toContain("# The line");
  await area(page).fill("rule: { type: any }\n");
  await page.keyboard.press("Control+s");
  await expect(page.getByText("Saved. It is in force.")).toBeVisible();
  expect(mock.station.configs.get("label-line")).toBe("rule: { type: any }\n");
  await expect(save).toBeDisabled();
});

test("what may not be done says so, and loses nothing", async ({ page, mock }) => {
  mock.station.readOnly = true;
  await page.goto(`${mock.url}#/stations/label-line`);
  await area(page).fill("rule: { type: any }\n");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("this token's role does not allow it")).toBeVisible();
  await expect(area(page)).toHaveValue("rule: { type: any }\n");
  await page.getByRole("button", { name: "Revert" }).click();
  await expect(area(page)).toHaveValue(/^# The line that reads labels/);
});

test("a text that is not saved is not left without being asked", async ({ page, mock }) => {
  let leave = false;
  const asked = answerDialogs(page, () => leave);
  await page.goto(`${mock.url}#/stations`);
  await page.getByRole("link", { name: "Edit label-line" }).click();
  await area(page).fill("mine: 1\n");
  await page.getByRole("link", { name: "Items", exact: true }).click();
  await expect.poll(() => asked).toEqual(["The changes of label-line are not saved. Leave them?"]);
  await expect(area(page)).toHaveValue("mine: 1\n");
  expect(new URL(page.url()).hash).toBe("#/stations/label-line");
  leave = true;
  await page.getByRole("link", { name: "Items", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Items" })).toBeVisible();
  await page.goto(`${mock.url}#/stations/label-line`);
  await expect(area(page)).toHaveValue(/^# The line that reads labels/);
  expect(asked.length).toBe(2);
});

test("signing in again keeps the text", async ({ page, mock }) => {
  await page.goto(`${mock.url}#/stations/label-line`);
  await expect(page.getByText("No problems.")).toBeVisible();
  mock.guard("s3cret");
  // The check of the text is refused.
  await area(page).fill("mine: 1\n");
  await page.getByLabel("Token").fill("s3cret");
  await page.keyboard.press("Enter");
  await expect(area(page)).toHaveValue("mine: 1\n");
  await expect(page.getByText("not saved", { exact: true })).toBeVisible();
});

test("a station of the configuration file is read only", async ({ page, mock }) => {
  await page.goto(`${mock.url}#/stations/door`);
  await expect(page.getByText("read only")).toBeVisible();
  await expect(area(page)).toHaveAttribute("readonly");
  await expect(page.getByRole("button", { name: "Save" })).toHaveCount(0);
});

test("a new station is written, and removed", async ({ page, mock }) => {
  answerDialogs(page, () => true);
  await page.goto(`${mock.url}#/stations/packing`);
  await expect(page.getByRole("heading", { name: "New station packing" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Try it" })).toHaveCount(0);
  await expect(area(page)).toHaveValue(/model: text-detection \}/);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "packing", exact: true })).toBeVisible();
  expect(mock.station.configs.get("packing")).toContain("cameras:");
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: "Stations" })).toBeVisible();
  expect(mock.station.configs.has("packing")).toBe(false);
});

test("a try is as the first camera until another one is chosen", async ({ page, mock }) => {
  await page.goto(`${mock.url}#/stations/left`);
  await expect(page.getByLabel("As camera")).toHaveValue("top");
});

test("a try draws what was found on the picture given", async ({ page, mock }) => {
  await page.goto(`${mock.url}#/stations/label-line`);
  await page.getByLabel("Picture").setInputFiles({ name: "a.svg", mimeType: "image/svg+xml", buffer: Buffer.from(picture(2)) });
  await page.getByRole("button", { name: "Try it" }).click();
  const result = page.getByRole("region", { name: "What it would decide" });
  await expect(result.getByRole("img", { name: "front, with text, L0T 1202, text, EXP 2027-03" })).toBeVisible();
  await expect(result.locator(".overlay g")).toHaveCount(4);
  await expect(result).toContainText("no text matches LOT [0-9]{4}");
  expect(mock.station.calls).toContain("POST /api/v1/stations/label-line/try?camera=front");
  await page.getByLabel("Picture").setInputFiles({ name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") });
  await page.getByRole("button", { name: "Try it" }).click();
  await expect(page.getByRole("alert")).toHaveText("the body is neither a JPEG nor a PNG image");
  await expect(result).toHaveCount(0);
});

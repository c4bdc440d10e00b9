// The overview of the stations.
import { expect, test } from "./mock";
import type { Page } from "@playwright/test";
import { stations } from "../mock/stations";

const card = (page: Page, name: string) => page.getByRole("article", { name });

test("a station's picture with its boxes, its decision and its states", async ({ page, mock }) => {
  await page.goto(mock.url);
  await page.getByRole("link", { name: "Stations" }).click();
  await expect(page).toHaveTitle("Stations – line-3 – Sluice");
  const line = card(page, "label-line");
  const picture = line.getByRole("img", { name: "front, with text, L0T 1317, text, EXP 2027-03" });
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(640);
  await expect(line).toContainText('front is KO: no text matches LOT [0-9]{4}: "L0T 1317", "EXP 2027-03"');
  await expect(line.locator(".decided .chip")).toHaveText("KO");
  await expect(line.getByRole("img", { name: /^Decisions of the last hour: \d+ OK, \d+ KO, \d+ NO DECISION/ })).toBeVisible();
  await expect(line).toContainText("Queue 2 of 64");
  await expect(line.getByRole("listitem").filter({ hasText: "mqtt" })).toContainText("211 done2 waiting1 failedthe broker refused");

  // A box lies where the object is on the picture, however large that is shown.
  const at = (await picture.boundingBox())!;
  const box = (await line.locator(".overlay g").filter({ hasText: "EXP 2027-03" }).locator(".edge").boundingBox())!;
  const scale = at.width / 640;
  expect(box.x + box.width / 2 - at.x).toBeCloseTo(320 * scale, 0);
  expect(box.y + box.height / 2 - at.y).toBeCloseTo(218 * scale, 0);

  const boxes = page.getByRole("button", { name: "Boxes" });
  await expect(boxes).toHaveAttribute("aria-pressed", "true");
  await boxes.click();
  await expect(line.locator(".overlay")).toHaveCount(0);
  await expect(picture).toBeVisible();
});

test("frames of a stream: what came in and what became of it", async ({ page, mock }) => {
  await page.goto(`${mock.url}#/stations`);
  const door = card(page, "door");
  await expect(door).toContainText("Frames in 54\u202f000");
  for (const part of [/on time 51.200/, /late 300/, /superseded 2.300/, /shed 200/]) {
    await expect(door.getByRole("listitem").filter({ hasText: part })).toBeVisible();
  }
  await expect(door.getByRole("button", { name: /^Trigger/ })).toHaveCount(0);
});

test("what is found on a stream's frames is drawn by the daemon", async ({ page, mock }) => {
  await page.goto(`${mock.url}#/stations`);
  await expect(card(page, "door").getByRole("img", { name: "hall" })).toBeVisible();
  expect(mock.station.pictures).toContain("door/hall drawn");
  expect(mock.station.pictures).not.toContain("door/hall");
  await page.getByRole("button", { name: "Boxes" }).click();
  await expect.poll(() => mock.station.pictures).toContain("door/hall");
});

test("boxes are of the picture that is shown, or not shown", async ({ page, mock }) => {
  const all = stations("left");
  mock.station.stations = all;
  await page.goto(`${mock.url}#/stations`);
  const overlay = card(page, "label-line").locator(".overlay g");
  await expect(overlay).toHaveCount(4);
  // The next one is taken, and its item is not there yet.
  all[0]!.cameras[0]!.last_captured = "2026-11-22T12:07:59.000Z";
  await expect(overlay).toHaveCount(0);
});

test("a trigger by hand leads to its item", async ({ page, mock }) => {
  await page.goto(`${mock.url}#/stations`);
  await page.getByRole("button", { name: "Trigger label-line" }).click();
  await card(page, "label-line").getByRole("link", { name: "item b1c00078" }).click();
  await expect(page.getByRole("heading", { name: "Item b1c00078-0000-4000-8000-000000000000" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("Triggered byapi");
  expect(mock.station.calls[0]).toBe("POST /api/v1/trigger?station=label-line");
});

test("a refused trigger says why", async ({ page, mock }) => {
  await page.goto(`${mock.url}#/stations`);
  await page.getByRole("button", { name: "Trigger left" }).click();
  await expect(card(page, "left")).toContainText("the queue is full");
  mock.station.readOnly = true;
  await page.getByRole("button", { name: "Trigger label-line" }).click();
  await expect(card(page, "label-line")).toContainText("this token's role does not allow it");
});

test("another station becomes the active one", async ({ page, mock }) => {
  await page.goto(`${mock.url}#/stations`);
  await expect(card(page, "left")).toContainText("the active one");
  await expect(page.getByRole("button", { name: "Trigger right" })).toHaveCount(0);
  await page.getByRole("button", { name: "Make active: right" }).click();
  await expect(card(page, "right")).toContainText("the active one");
  await expect(card(page, "left")).toContainText("not active");
});

test("a camera that fails says why, and has no picture", async ({ page, mock }) => {
  await page.setViewportSize({ width: 1360, height: 1200 });
  await page.goto(`${mock.url}#/stations`);
  const left = card(page, "left");
  await expect(left).toContainText("/dev/video1: no such device; trying again in 8 s");
  await expect(left).toContainText("a picture of this camera is not known");
});

test("pictures are asked for again while they are on the screen, and not on a paused page", async ({ page, mock }) => {
  await page.setViewportSize({ width: 360, height: 700 });
  await page.clock.install();
  await page.goto(`${mock.url}#/stations`);
  await expect(page.getByRole("img", { name: /^front, with/ })).toBeVisible();
  const asked = (camera: string) => mock.station.pictures.filter((each) => each === camera).length;
  const before = asked("label-line/front");
  await page.clock.runFor(600);
  await expect.poll(() => asked("label-line/front")).toBeGreaterThan(before);
  expect(asked("right/top")).toBe(0);
  await card(page, "right").getByText("top", { exact: true }).scrollIntoViewIfNeeded();
  await expect.poll(() => asked("right/top")).toBeGreaterThan(0);

  await page.getByRole("button", { name: "Pause" }).click();
  await page.clock.runFor(1000);
  const held = mock.station.pictures.length;
  await page.clock.runFor(5000);
  expect(mock.station.pictures.length).toBe(held);
});

test("no station yet: a new one can be named", async ({ page, mock }) => {
  mock.station.stations = [];
  await page.goto(`${mock.url}#/stations`);
  await expect(page.getByText("No station is at work.")).toBeVisible();
  await page.getByLabel("New station").fill("packing");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "New station packing" })).toBeVisible();
});

test("a wrong token is asked for again, and no picture goes without it", async ({ page, mock }) => {
  mock.guard("s3cret");
  await page.goto(`${mock.url}#/stations`);
  await page.getByLabel("Token").fill("wrong");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toHaveText("this token is not known");
  await page.getByLabel("Token").fill("s3cret");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("img", { name: /^front, with/ })).toBeVisible();
});

test("a daemon that is gone: the last state stays", async ({ page, mock }) => {
  await page.goto(`${mock.url}#/stations`);
  await expect(page.getByRole("img", { name: /^front, with/ })).toBeVisible();
  mock.down();
  await expect(page.getByRole("main").getByText("Disconnected.")).toBeVisible();
  await expect(page.getByRole("img", { name: /^front, with/ })).toBeVisible();
});

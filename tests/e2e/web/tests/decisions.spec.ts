// The list of decisions, the story of one, and what-if.
import { expect, test } from "./mock";

test("decisions by task and end", async ({ page, mock }) => {
  await page.goto(mock.url);
  const table = page.getByRole("table").filter({ hasText: "Request" });
  const ends = table.getByRole("row").filter({ has: page.getByRole("link") }).getByRole("cell").nth(3);
  await expect(ends).toBeVisible();
  await page.getByRole("combobox", { name: "End" }).selectOption("infeasible");
  await expect(table.getByText("on time", { exact: true })).toHaveCount(0);
  await expect(table.getByText("infeasible", { exact: true }).first()).toBeVisible();
  await page.getByRole("combobox", { name: "Task" }).selectOption("labels");
  await expect(page.getByText("No request ended like that lately.")).toBeVisible();
});

test("the story of a request, with the keyboard alone", async ({ page, mock }) => {
  await page.goto(mock.url);
  await page.getByRole("combobox", { name: "End" }).selectOption("shed");
  await expect(page.getByText("infeasible", { exact: true }).and(page.locator(".chip"))).toHaveCount(0);
  const link = page.getByRole("link", { name: /^Story of/ }).first();
  await link.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("listitem").filter({ hasText: "the shedder had been on" })).toBeVisible();
  const helped = dialog.getByRole("row").filter({ hasText: "one slot more" });
  await expect(helped).toContainText("yes");
  await expect(helped).toContainText("on time after 388 ms");
  await expect(dialog.getByRole("button", { name: "Close" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(link).toBeFocused();
  expect(new URL(page.url()).hash).toBe("");
});

test("a click anywhere on a row tells its story, and back closes it", async ({ page, mock }) => {
  await page.goto(mock.url);
  // Forced: what is hit is the link, which covers the row.
  await page.getByText("2.4 ms late").nth(1).click({ force: true });
  await expect(page.getByRole("dialog")).toContainText("What happened");
  await page.goBack();
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("a story can be linked to, and may be gone", async ({ page, mock }) => {
  await page.goto(`${mock.url}#request=2-48213`);
  await expect(page.getByRole("dialog", { name: "Request 2-48213" })).toContainText("What happened");
  await page.goto("about:blank");
  await page.goto(`${mock.url}#request=1-1`);
  await expect(page.getByRole("dialog")).toContainText("not remembered any more");
  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("what-if asks for what was entered and compares", async ({ page, mock }) => {
  await page.goto(mock.url);
  const panel = page.getByRole("region", { name: "What if?" });
  await panel.getByRole("combobox", { name: "Policy" }).selectOption("edf");
  await panel.getByRole("textbox").fill(" tasks[labels].latency_budget=50ms \n\nscheduler.slots=3");
  await panel.getByRole("button", { name: "Simulate" }).click();
  const labels = panel.getByRole("row", { name: /^labels/ });
  await expect(labels.getByRole("cell")).toHaveText(["100 %", "0", "0", "58 ms", /worse:.*73 %/, "101", "377", "80 ms"]);
  await expect(panel).toContainText("the simulator gets labels 100 % (recorded 100 %)");
  expect(mock.asked).toEqual([{ policy: "edf", set: ["tasks[labels].latency_budget=50ms", "scheduler.slots=3"] }]);
});

test("what-if says what is wrong with a setting", async ({ page, mock }) => {
  await page.goto(mock.url);
  const panel = page.getByRole("region", { name: "What if?" });
  await panel.getByRole("textbox").fill("nonsense");
  await panel.getByRole("button", { name: "Simulate" }).click();
  await expect(panel).toContainText("setting 1: expected KEY=VALUE");
  expect(mock.asked).toEqual([{ set: ["nonsense"] }]);
});

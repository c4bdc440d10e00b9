// The page in front of a mock of its own for each test.
import { expect, test as base } from "@playwright/test";
import { type Mock, startMock } from "../mock/server";

export const test = base.extend<{ mock: Mock }>({
  mock: async ({}, use) => {
    const mock = await startMock();
    await use(mock);
    await mock.close();
  },
  page: async ({ page }, use) => {
    // Whatever the page logs as an error is one: a refused script, a failed promise.
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (line) => {
      // The browser itself logs answers like 401 and a lost connection.
      if (line.type() === "error" && !line.text().startsWith("Failed to load resource")) errors.push(line.text());
    });
    await use(page);
    expect(errors).toEqual([]);
  },
});
export { expect };

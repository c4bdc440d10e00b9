import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "tests",
  outputDir: process.env.SLUICE_E2E_OUTPUT ?? "test-results",
  workers: 1,
  // Generous, as other tests may keep the machine busy: what is there is found at once.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: "list",
  use: {
    browserName: "chromium",
    locale: "en-GB",
    // The system's browser: nothing is downloaded. Tests run as root in containers, where its
    // sandbox does not start.
    launchOptions: { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", chromiumSandbox: false },
  },
});

// The page as the daemon itself serves it, with what the daemon itself says. Two synthetic models,
// whose tasks ask for more than there is: without SLUICE_BINARY there is no daemon to ask.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";

const binary = process.env.SLUICE_BINARY;
test.skip(!binary, "SLUICE_BINARY is not set");

const configuration = `
node: { name: bench-1 }
models:
  - { name: fast, synthetic: { service: 10ms } }
  - { name: slow, synthetic: { service: 40ms } }
tasks:
  - { name: labels, model: fast, priority: 100, latency_budget: 200ms, source: { rate: 20/s } }
  - { name: archive, model: slow, priority: 0, latency_budget: 400ms, source: { rate: 60/s } }
scheduler: { slots: 1 }
`;

let folder: string;
let daemon: ChildProcess;
let url: string;

async function start(): Promise<void> {
  const ports = path.join(folder, "ports.json");
  await rm(ports, { force: true });
  const off = ["--grpc", "off", "--tcp", "off"];
  daemon = spawn(binary!, ["serve", path.join(folder, "sluice.yaml"), "--http", "127.0.0.1:0", ...off, "--ports-file", ports], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  await expect(async () => {
    url = `http://127.0.0.1:${(JSON.parse(await readFile(ports, "utf8")) as { http: number }).http}/`;
  }).toPass({ timeout: 20_000 });
}

async function stop(): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = once(daemon, "exit");
  daemon.kill("SIGKILL");
  await ended;
}

test.beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "sluice-web-"));
  await writeFile(path.join(folder, "sluice.yaml"), configuration);
  await start();
});
test.afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true });
});

test("the overloaded daemon: live numbers, a drop's story, what-if, and its end", async ({ page }) => {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(url);
  await expect(page.getByRole("heading", { name: "bench-1" })).toBeVisible();
  await expect(page.getByRole("banner")).toContainText("Ready");
  const labels = page.getByRole("article", { name: "labels" });
  await expect(labels).toContainText("fast:1 · priority 100");
  await expect(labels.getByRole("listitem").filter({ hasText: "on time" })).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "slow:1" }).first()).toContainText("ready");

  await page.getByRole("combobox", { name: "End" }).selectOption("dropped");
  await page.getByRole("link", { name: /^Story of/ }).first().click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("archive");
  await expect(dialog.getByRole("listitem").first()).toBeVisible();
  await page.keyboard.press("Escape");

  await page.getByRole("combobox", { name: "Policy" }).selectOption("fifo");
  await page.getByRole("button", { name: "Simulate" }).click();
  await expect(page.getByText("Simulated: fifo")).toBeVisible();

  await stop();
  await expect(page.getByRole("banner").getByText("Disconnected")).toBeVisible();
  expect(errors).toEqual([]);
});

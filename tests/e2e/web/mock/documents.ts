// Documents as docs/live-api.md describes them, the same at every call: an overloaded node.
import type { Decision, Live, Model, Second, Story, Task, WhatIf } from "../../../../web/src/api/types";
import { noise } from "./noise";
import { now_s } from "./stations";

function history(rate: number, latency_ms: number, load: (i: number) => number, seed: number): Second[] {
  return Array.from({ length: 60 }, (_, i) => {
    const n = seed + i;
    const share = load(i);
    const done = Math.round(rate * share);
    const late = share < 1 && noise(n) > 0.85 ? 1 : 0;
    return {
      t_s: i - 60,
      offered: rate,
      on_time: done - late,
      late,
      failed: 0,
      dropped: rate - done,
      p50_ms: latency_ms * (0.9 + 0.2 * noise(n + 100)),
      p99_ms: latency_ms * (1.4 + 0.5 * noise(n + 200)),
    };
  });
}

function task(name: string, model: string, priority: number, budget: number, seconds: Second[], reasons: Record<string, number>): Task {
  const last = seconds.slice(-10);
  const total = (field: "offered" | "on_time" | "late" | "failed" | "dropped") =>
    last.reduce((sum, second) => sum + second[field], 0);
  const dropped = total("dropped");
  const window = {
    offered: total("offered"),
    on_time: total("on_time"),
    late: total("late"),
    failed: 0,
    dropped: Object.fromEntries(Object.entries(reasons).map(([reason, share]) => [reason, Math.round(dropped * share)])),
  };
  const p50 = last.reduce((sum, second) => sum + second.p50_ms!, 0) / 10;
  const p99 = Math.max(...last.map((second) => second.p99_ms!));
  return {
    name,
    model,
    version: "1",
    priority,
    latency_budget_ms: budget,
    queued: dropped > 0 ? 7 : 1,
    running: 1,
    rate: window.offered / 10,
    goodput: window.on_time / 10,
    window,
    total: { ...window, offered: window.offered * 6, on_time: window.on_time * 6 },
    latency_ms: { p50, p95: p99 * 0.86, p99, max: p99 * 1.05 },
    queue_ms: { p50: p50 * 0.2, p95: p50 * 0.5, p99: p50 * 0.8, max: p50 },
    history: seconds,
  };
}

function runs(slot: number) {
  const found = [];
  let at = -10 + 0.013 * slot;
  for (let n = slot * 1000; at < -0.05; n++) {
    const detector = noise(n) > 0.4;
    const length = detector ? 0.031 + 0.01 * noise(n + 7) : 0.055 + 0.03 * noise(n + 8);
    const [name, model] = detector
      ? noise(n + 3) > 0.75
        ? ["labels", "text-det:1"]
        : ["faces", "face-det:2"]
      : ["archive", "embedder:1"];
    const end = at + length;
    found.push({ start_s: at, end_s: end > -0.02 ? null : end, task: name!, model: model!, size: 1 + Math.floor(noise(n + 5) * 3) });
    at = end + (noise(n + 9) > 0.8 ? 0.05 * noise(n + 11) : 0.001);
  }
  return found;
}

export function live(): Live {
  const tasks = [
    task("labels", "text-det", 100, 80, history(15, 31, () => 1, 1), {}),
    task("faces", "face-det", 50, 150, history(24, 62, (i) => (i > 24 && i < 36 ? 0.8 : 1), 2), { expired: 1 }),
    task("archive", "embedder", 0, 1000, history(30, 410, (i) => (i < 24 ? 0.95 : 0.45 + 0.2 * noise(i)), 3), {
      shed: 0.82,
      infeasible: 0.12,
      queue_full_oldest: 0.06,
    }),
  ];
  const model = (name: string, version: string, batch_p50_ms: number | null, state = "READY", reason = ""): Model => ({
    name,
    version,
    state,
    reason,
    provider: "cpu",
    instances: 2,
    instances_available: state === "READY" ? 2 : 0,
    batch_p50_ms,
  });
  return {
    node: "line-3",
    version: "0.1.0",
    started_unix_s: now_s - 8115.2,
    uptime_s: 8115.2,
    ready: true,
    reason: "",
    configuration: { generation: 2, error: "" },
    scheduler: { policy: "slack", shedder: "adaptive", shedding: true, slots: 2 },
    window_s: 10,
    totals: { offered: 48213, on_time: 41877, late: 12, failed: 0, dropped: { shed: 6315 }, queued: 9, running: 2 },
    tasks,
    slots: [0, 1].map((slot) => ({ slot, busy: true, busy_share: slot === 0 ? 0.94 : 0.91, runs: runs(slot) })),
    models: [
      model("text-det", "1", 24.8),
      model("face-det", "2", 38.2),
      model("embedder", "1", 61.5),
      model("plates", "1", null, "UNAVAILABLE", "the file is not a model: the graph has no output"),
    ],
    resources: {
      cpu: 0.91,
      memory_used_bytes: 3.1e9,
      memory_total_bytes: 8.2e9,
      process_rss_bytes: 2.1e8,
      process_cpu: 1.83,
      temperature_c: 64,
      power_w: 11.3,
      gpu: null,
      throttled: false,
      pressure: 0.22,
    },
  };
}

const kinds: [string, string, number | null, string][] = [
  ["archive", "shed", null, "shed to keep labels on time: with it 2 requests of labels would have been late, and it was worth the least per second of machine time."],
  ["labels", "on_time", 31.2, "on time with 48.8 ms to spare."],
  ["faces", "on_time", 66.0, "on time with 84 ms to spare."],
  ["archive", "on_time", 412.0, "on time with 588 ms to spare."],
  ["archive", "infeasible", null, "dropped as it could not have been on time: it needed 61.5 ms and 40.1 ms were left."],
  ["faces", "late", 152.4, "2.4 ms late: its batch took 61 ms where 38.2 ms were expected."],
];

export function decisions(task: string, end: string): { decisions: Decision[] } {
  const list = Array.from({ length: 60 }, (_, i): Decision => {
    const [name, how, latency_ms, sentence] = kinds[Math.floor(noise(i + 1) * kinds.length)]!;
    return {
      decision: `2-${48213 - i}`,
      t_s: -0.11 * i - 0.05,
      task: name,
      end: how,
      protects: how === "shed" ? "labels" : "",
      priority: name === "labels" ? 100 : 0,
      queued_ms: 3 + 20 * noise(i),
      latency_ms,
      sentence,
    };
  });
  const dropped = (how: string) => !["on_time", "late", "failed"].includes(how);
  return {
    decisions: list
      .filter((d) => (!task || d.task === task) && (!end || d.end === end || (end === "dropped" && dropped(d.end))))
      .slice(0, 50),
  };
}

export function story(decision: string): Story | null {
  const found = decisions("", "").decisions.find((d) => d.decision === decision);
  if (!found) return null;
  return {
    decision,
    request: Number(decision.split("-")[1]),
    task: found.task,
    end: found.end,
    story: [
      `It arrived at 12.431 s with a latency budget of 1 s, so its result was due at 13.431 s; 6 requests were queued before it.`,
      `Both slots were busy: slot 0 with 2 requests of faces until 12.466 s, slot 1 with 1 request of labels until 12.458 s.`,
      `The load offered was 1.8 times what the machine can do; the shedder had been on for 4.2 s.`,
      `At 12.512 s it was ${found.sentence}`,
    ],
    what_if:
      found.end === "on_time"
        ? []
        : [
            { kind: "budget", change: "a latency budget of 1.31 s instead of 1 s", value: 1310, helps: true, result: "on time after 1.27 s" },
            { kind: "priority", change: "priority 50 instead of 0", value: 50, helps: true, result: "on time after 402 ms" },
            { kind: "slots", change: "one slot more", value: 1, helps: true, result: "on time after 388 ms" },
            { kind: "without_request", change: "without request 48190 of faces", value: 48190, helps: false, result: "still shed" },
          ],
    remark: "",
  };
}

export function whatIf(policy: string): WhatIf {
  const row = (name: string, offered: number, on_time: number, late: number, p99_ms: number) => ({
    name,
    offered,
    on_time,
    late,
    dropped: offered - on_time - late,
    failed: 0,
    p99_ms,
  });
  return {
    window_s: 120,
    requests: 8280,
    recorded: { policy: "slack", tasks: [row("labels", 1800, 1800, 0, 58), row("faces", 2880, 2851, 4, 118), row("archive", 3600, 2104, 8, 781)] },
    simulated: { policy, tasks: [row("labels", 1800, 1322, 101, 80), row("faces", 2880, 2140, 310, 151), row("archive", 3600, 2630, 45, 990)] },
    same_policy: { policy: "slack", tasks: [row("labels", 1800, 1800, 0, 57), row("faces", 2880, 2862, 2, 117), row("archive", 3600, 2090, 6, 770)] },
  };
}

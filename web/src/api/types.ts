// The documents of docs/live-api.md.

/** Requests that ended in a span of time, and how. */
export interface Outcomes {
  offered: number;
  on_time: number;
  late: number;
  failed: number;
  /** By reason. */
  dropped: Record<string, number>;
}

/** In milliseconds; null: nothing was measured. */
export interface Quantiles {
  p50: number | null;
  p95: number | null;
  p99: number | null;
  max: number | null;
}

/** One second of a task. */
export interface Second {
  t_s: number;
  offered: number;
  on_time: number;
  late: number;
  failed: number;
  dropped: number;
  p50_ms: number | null;
  p99_ms: number | null;
}

export interface Task {
  name: string;
  model: string;
  version: string;
  priority: number;
  /** null: any time is on time. */
  latency_budget_ms: number | null;
  queued: number;
  running: number;
  rate: number;
  goodput: number;
  window: Outcomes;
  total: Outcomes;
  latency_ms: Quantiles;
  queue_ms: Quantiles;
  history: Second[];
}

/** One batch on a slot; end_s is null while it runs. */
export interface Run {
  start_s: number;
  end_s: number | null;
  task: string;
  model: string;
  size: number;
}

export interface Slot {
  slot: number;
  busy: boolean;
  busy_share: number;
  runs: Run[];
}

export interface Model {
  name: string;
  version: string;
  state: string;
  reason: string;
  provider: string;
  instances: number;
  instances_available: number;
  batch_p50_ms: number | null;
}

export interface Resources {
  cpu: number;
  memory_used_bytes: number;
  memory_total_bytes: number;
  process_rss_bytes: number;
  process_cpu: number;
  temperature_c: number | null;
  power_w: number | null;
  gpu: number | null;
  throttled: boolean;
  pressure: number;
}

export interface Scheduler {
  policy: string;
  shedder: string;
  shedding: boolean;
  slots: number;
}

export interface Live {
  node: string;
  version: string;
  started_unix_s: number | null;
  uptime_s: number;
  ready: boolean;
  reason: string;
  configuration: { generation: number; error: string };
  /** null before the first configuration. */
  scheduler: Scheduler | null;
  window_s: number;
  totals: Outcomes & { queued: number; running: number };
  tasks: Task[];
  slots: Slot[];
  models: Model[];
  resources: Resources | null;
}

export interface Decision {
  decision: string;
  t_s: number;
  task: string;
  end: string;
  protects: string;
  priority: number;
  queued_ms: number | null;
  latency_ms: number | null;
  sentence: string;
}

export interface Story {
  decision: string;
  request: number;
  task: string;
  end: string;
  story: string[];
  what_if: { kind: string; change: string; value: number; helps: boolean; result: string }[];
  remark: string;
}

export interface TaskResult {
  name: string;
  offered: number;
  on_time: number;
  late: number;
  dropped: number;
  failed: number;
  p99_ms: number | null;
}

export interface RunResult {
  policy: string;
  tasks: TaskResult[];
}

export interface WhatIf {
  window_s: number;
  requests: number;
  recorded: RunResult;
  simulated: RunResult;
  same_policy: RunResult;
}

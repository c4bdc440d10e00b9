// The documents of stations and items.

export const decisions = ["OK", "KO", "NO_DECISION"] as const;
export type StationDecision = (typeof decisions)[number];

/** What a rule decided, and the objects behind it: "id" of a camera's, "camera/id" of an item's. */
export interface Verdict {
  rule: string;
  decision: StationDecision;
  reason: string;
  objects: string[];
}

export interface FoundObject {
  label?: string;
  text?: string;
  score?: number | null;
  /** Left, top, right, bottom in pixels of the camera's image. */
  location?: number[] | null;
  /** The object on whose crop this one was found. */
  parent?: string;
}

/** Times in milliseconds since inference began; queued and compute are lengths. */
export interface StepRecord {
  name: string;
  state: string;
  reason: string;
  /** null: it has not begun, or not ended. */
  ready_ms: number | null;
  queued_ms: number;
  compute_ms: number;
  ended_ms: number | null;
  inferences: number;
  passed_over: number;
}

export interface CameraRecord {
  source: string;
  /** Not there: nothing was captured, or decided. */
  captured_time?: string;
  image: string;
  decision?: StationDecision | "";
  steps: StepRecord[];
  verdicts: Verdict[];
  error: string;
}

/** Lengths in milliseconds, one after the other. */
export interface Timing {
  queued_ms: number;
  capture_ms: number;
  save_ms: number;
  inference_ms: number;
  decision_ms: number;
  total_ms: number;
}

export interface ItemAction {
  name: string;
  state: string;
  error: string;
}

export interface Item {
  id: string;
  serial_number?: string;
  category?: string;
  station_config: string;
  received_time: string;
  state: string;
  error: boolean;
  error_message: string;
  decision: StationDecision | "";
  /** Width and height of the image, by camera. */
  dimensions: Record<string, [number, number]>;
  cameras: Record<string, CameraRecord>;
  /** By camera, step and object id. */
  inferences: Record<string, Record<string, Record<string, FoundObject>>>;
  verdict?: Verdict | null;
  trigger: { by: string };
  timing: Partial<Timing>;
  /** Not there: any time is on time. */
  deadline_ms?: number;
  on_time?: boolean;
  /** Names alone: how they fared is not known (any more). */
  actions: (string | ItemAction)[];
  errors: { stage: string; camera?: string; message: string }[];
  configuration: string;
}

export interface StationCamera {
  name: string;
  source: string;
  state: "ok" | "failed";
  error: string;
  last_captured?: string;
}

export type Counts = Record<StationDecision, number>;

export interface Minute extends Counts {
  time: string;
}

export interface Station {
  name: string;
  mode: "item" | "stream";
  run: "always" | "when_active";
  active: boolean;
  /** Why it cannot work as it is configured; empty: it can. */
  error?: string;
  cameras: StationCamera[];
  queue: { waiting: number; capacity: number };
  counts: Counts & { error: number };
  /** The minutes of the last hour in which something was decided. */
  trend: Minute[];
  /** The newest item of the store. */
  last: Item | null;
  actions: { name: string; done: number; failed: number; waiting: number; last_error: string }[];
  /** Of a stream. */
  frames?: { in: number; on_time: number; late: number; dropped: Record<string, number>; in_flight?: number } | null;
}

/** What stations can be made of. */
export interface Inventory {
  models: Record<string, { category: string }>;
}

export interface StationConfig {
  name: string;
  editable: boolean;
  yaml: string;
}

export interface Problem {
  path: string;
  /** From 1; null or 0: of the whole text. */
  line: number | null;
  message: string;
}

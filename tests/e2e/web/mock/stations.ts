// Documents of stations and items: a line that reads labels, and a camera that counts people.
import type { FoundObject, Item, Station, StationDecision } from "../../../../web/src/api/station_types";
import { noise } from "./noise";

const size: [number, number] = [640, 400];
const start = Date.parse("2026-11-22T12:00:00Z");
/** The clock of the mock, in its live document, too. */
export const now_s = start / 1000 + 8 * 60;

/** What the camera of the line sees of item n: the label is in the place that the boxes say. */
export function picture(n: number): string {
  const text = lot(n);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${size[1]}" viewBox="0 0 640 400">
<rect width="640" height="400" fill="#55606a"/><rect y="300" width="640" height="100" fill="#3d464e"/>
<rect x="120" y="60" width="400" height="270" rx="14" fill="#b98b5a"/><path d="M120 190h400" stroke="#9c7346" stroke-width="6"/>
<rect x="180" y="120" width="280" height="130" rx="6" fill="#f7f5ef"/>
<text x="320" y="172" font-family="monospace" font-size="34" text-anchor="middle" fill="#222">${text}</text>
<text x="320" y="226" font-family="monospace" font-size="26" text-anchor="middle" fill="#222">EXP 2027-03</text></svg>`;
}

/** What the camera of the stream sees: somebody in a hall; and as the daemon draws what it found. */
export const hall = (overlay: boolean): string => `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="400" viewBox="0 0 640 400">
<rect width="640" height="400" fill="#cfc8bb"/><path d="M0 400V330L180 270H460L640 330V400Z" fill="#8c8578"/>
<rect x="250" y="110" width="110" height="160" fill="#6d5a48"/><rect x="60" y="100" width="110" height="90" fill="#a9c4d4"/>
<circle cx="515" cy="118" r="26" fill="#c99b78"/><path d="M478 260V190q0-44 37-44t37 44v70Z" fill="#35566e"/>
<path d="M484 256h30v120h-24zM518 256h30l-4 120h-24z" fill="#2b2f36"/>${overlay ? '<rect x="470" y="90" width="90" height="290" fill="none" stroke="#4ba3dc" stroke-width="4"/>' : ""}</svg>`;

const lot = (n: number): string => (isOk(n) ? `LOT ${1200 + n}` : `L0T ${1200 + n}`);
const isOk = (n: number): boolean => n % 5 !== 2;
export const itemId = (n: number): string => `${(0xb1c00000 + n).toString(16)}-0000-4000-8000-000000000000`;

function step(name: string, ready_ms: number, queued_ms: number, compute_ms: number, inferences: number) {
  const ended_ms = ready_ms + queued_ms + compute_ms + 1.3;
  return { name, state: "done", reason: "", ready_ms, queued_ms, compute_ms, ended_ms, inferences, passed_over: 0 };
}

/** Item n of the line: 0 is the oldest. */
export function item(n: number): Item {
  const decision: StationDecision = isOk(n) ? "OK" : "KO";
  const reason = isOk(n) ? `"${lot(n)}" matches LOT [0-9]{4}` : `no text matches LOT [0-9]{4}: "${lot(n)}", "EXP 2027-03"`;
  const received = new Date(start + n * 4000).toISOString();
  const image = `label-line/2026-11-22/${itemId(n)}/front.jpg`;
  const read: Record<string, FoundObject> = {
    "read-1": { text: lot(n), score: 0.98, location: [216, 140, 424, 182], parent: "text-1" },
    "read-2": { text: "EXP 2027-03", score: 0.95, location: [230, 202, 410, 234], parent: "text-2" },
  };
  return {
    id: itemId(n),
    serial_number: "",
    category: "",
    station_config: "label-line",
    received_time: received,
    state: "Done",
    error: false,
    error_message: "",
    decision,
    dimensions: { front: size },
    cameras: {
      front: {
        source: `frames/${n}.png`,
        captured_time: received,
        image,
        decision,
        steps: [step("text", 0.1, 0.4, 31.2, 1), step("read", 33, 6.5, 38.2, 2)],
        verdicts: [
          { rule: "lot", decision, reason, objects: ["read-1"] },
          { rule: "expiry", decision: "OK", reason: '"EXP 2027-03" is not past', objects: ["read-2"] },
        ],
        error: "",
      },
    },
    inferences: {
      front: {
        text: {
          "text-1": { label: "text", score: 0.93, location: [212, 136, 428, 186], parent: "" },
          "text-2": { label: "text", score: 0.9, location: [226, 198, 414, 238], parent: "" },
        },
        read,
      },
    },
    verdict: { rule: "all", decision, reason: `front is ${decision}: ${reason}`, objects: ["front/read-1"] },
    trigger: { by: "timer" },
    timing: { queued_ms: 0.2, capture_ms: 12, save_ms: 3.1, inference_ms: 80.2, decision_ms: 0.1, total_ms: 95.6 },
    deadline_ms: 500,
    on_time: true,
    actions: [
      { name: "log", state: "done", error: "" },
      isOk(n) ? { name: "mqtt", state: "skipped", error: "" } : { name: "mqtt", state: "done", error: "" },
    ],
    errors: [],
    configuration: "9f2c",
  };
}

/** One that could not be captured. */
export function failedItem(n: number): Item {
  const whole = item(n);
  const message = "frames/: no such folder";
  return {
    ...whole,
    error: true,
    error_message: message,
    decision: "NO_DECISION",
    dimensions: {},
    inferences: {},
    cameras: { front: { ...whole.cameras["front"]!, image: "", decision: "NO_DECISION", steps: [], verdicts: [], error: message } },
    verdict: { rule: "all", decision: "NO_DECISION", reason: "front has no image", objects: [] },
    timing: {},
    actions: [{ name: "mqtt", state: "failed", error: "the broker refused the connection" }],
    errors: [{ stage: "Capture", camera: "front", message }],
  };
}

/** Newest first; the second is one that failed. */
export const items = (): Item[] => {
  const all = Array.from({ length: 120 }, (_, i) => item(119 - i));
  all[1] = failedItem(118);
  return all;
};

function trend(rate: number, ko: number, none: number, seed: number): Station["trend"] {
  return Array.from({ length: 60 }, (_, i) => {
    const n = noise(seed + i);
    return {
      time: new Date((now_s - (59 - i) * 60) * 1000).toISOString(),
      OK: Math.round(rate * (0.7 + 0.3 * n)),
      KO: Math.round(ko * noise(seed + 100 + i) * (i > 40 ? 2 : 1)),
      NO_DECISION: noise(seed + 200 + i) > 0.85 ? none : 0,
    };
  });
}

const camera = (name: string, source: string): Station["cameras"][number] => ({
  name,
  source,
  state: "ok",
  error: "",
  last_captured: item(117).received_time,
});

/** The last event of the stream. */
function watched(): Item {
  const base = item(119);
  return {
    ...base,
    received_time: item(60).received_time,
    id: "d00d0000-0000-4000-8000-000000000000",
    station_config: "door",
    decision: "KO",
    dimensions: { hall: size },
    cameras: { hall: { ...base.cameras["front"]!, source: "rtsp://camera-2", steps: [step("people", 0.1, 0.8, 44, 1)], verdicts: [] } },
    inferences: { hall: { people: { "people-1": { label: "person", score: 0.71, location: [470, 90, 560, 380], parent: "" } } } },
    verdict: { rule: "crossing", decision: "KO", reason: "person people-1 is in 3 of the last 5 frames: crossed from left to right", objects: [] },
  };
}

export function stations(active: string): Station[] {
  return [
    {
      name: "label-line",
      mode: "item",
      run: "always",
      active: true,
      cameras: [camera("front", "images")],
      queue: { waiting: 2, capacity: 64 },
      counts: { OK: 9312, KO: 214, NO_DECISION: 3, error: 3 },
      trend: trend(15, 2, 1, 1),
      last: item(117),
      actions: [
        { name: "log", done: 9529, failed: 0, waiting: 0, last_error: "" },
        { name: "mqtt", done: 211, failed: 1, waiting: 2, last_error: "the broker refused the connection" },
      ],
      frames: null,
    },
    {
      name: "door",
      mode: "stream",
      run: "always",
      active: true,
      cameras: [camera("hall", "stream")],
      queue: { waiting: 0, capacity: 64 },
      counts: { OK: 4120, KO: 12, NO_DECISION: 88, error: 0 },
      trend: trend(40, 1, 4, 7),
      last: watched(),
      actions: [],
      frames: { in: 54_000, on_time: 51_200, late: 300, dropped: { superseded: 2300, shed: 200 } },
    },
    ...["left", "right"].map(
      (name): Station => ({
        name,
        mode: "item",
        run: "when_active",
        active: active === name,
        cameras: [
          camera("top", "device"),
          { name: "side", source: "device", state: "failed", error: "/dev/video1: no such device; trying again in 8 s" },
        ],
        queue: { waiting: 64, capacity: 64 },
        counts: { OK: 0, KO: 0, NO_DECISION: 0, error: 0 },
        trend: trend(0, 0, 0, 3),
        last: null,
        actions: [],
      }),
    ),
  ];
}

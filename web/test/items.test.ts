import { expect, test } from "vitest";
import type { FoundObject, Item, StepRecord } from "../src/api/station_types";
import { end, finished, objectsOf, spans, stepsOf } from "../src/items";

const step = (name: string, ready_ms: number, inferences = 1): StepRecord => ({
  name,
  state: "done",
  reason: "",
  ready_ms,
  queued_ms: 2,
  compute_ms: 10,
  ended_ms: ready_ms + 13,
  inferences,
  passed_over: 0,
});

function itemWith(found: Record<string, Record<string, FoundObject>>, steps: StepRecord[] = []): Item {
  return {
    id: "1",
    station_config: "line",
    received_time: "2026-11-22T12:00:00Z",
    state: "Done",
    error: false,
    error_message: "",
    decision: "OK",
    dimensions: {},
    cameras: { front: { source: "", captured_time: "", image: "", decision: "OK", steps, verdicts: [], error: "" } },
    inferences: { front: found },
    trigger: { by: "api" },
    timing: { queued_ms: 1, capture_ms: 5, save_ms: 2, inference_ms: 30, decision_ms: 0.5, total_ms: 38.5 },
    on_time: true,
    actions: [],
    errors: [],
    configuration: "",
  };
}

test("an object follows the one on whose crop it was found", () => {
  const item = itemWith({
    text: { "text-1": { parent: "" }, "text-2": { parent: "" } },
    read: { "read-1": { parent: "text-2" }, "read-2": { parent: "text-1" } },
  });
  expect(objectsOf(item, "front").map(({ id, depth }) => [id, depth])).toEqual([
    ["text-1", 0],
    ["read-2", 1],
    ["text-2", 0],
    ["read-1", 1],
  ]);
  expect(objectsOf(item, "front")[1]).toMatchObject({ key: "front/read-2", step: "read", camera: "front" });
  expect(objectsOf(item, "back")).toEqual([]);
});

test("an object whose parent is not known is listed all the same", () => {
  const item = itemWith({ read: { "read-1": { parent: "gone-1" }, "read-2": { parent: "read-2" } } });
  expect(objectsOf(item, "front").map(({ id, depth }) => [id, depth])).toEqual([
    ["read-1", 0],
    ["read-2", 0],
  ]);
});

test("stages follow one another, and steps are within inference", () => {
  const found = spans(itemWith({}, [step("text", 0.5), step("read", 14), step("face", 0.5, 0)]));
  expect(found.map((span) => [span.name, span.start, end(span)])).toEqual([
    ["queued", 0, 1],
    ["capture", 1, 6],
    ["save", 6, 8],
    ["inference", 8, 38],
    ["text", 8.5, 21.5],
    ["read", 22, 35],
    ["decision", 38, 38.5],
  ]);
  expect(found[4]!.parts).toEqual([
    { kind: "queued", length: 2 },
    { kind: "compute", length: 10 },
    { kind: "rest", length: 1 },
  ]);
});

test("a step that failed before it began has no length", () => {
  const failed = { ...step("text", 0), ready_ms: null, ended_ms: null, queued_ms: 0, compute_ms: 0 };
  expect(spans(itemWith({}, [failed]))[4]).toMatchObject({ name: "text", start: 8 });
  expect(end(spans(itemWith({}, [failed]))[4]!)).toBe(8);
});

test("steps keep their order, so that their colours stay", () => {
  const item = itemWith({ read: {}, text: {}, other: {} }, [step("text", 0), step("read", 14)]);
  expect(stepsOf(item)).toEqual(["text", "read", "other"]);
});

test("an item is finished when no action waits", () => {
  const item = itemWith({});
  expect(finished(item)).toBe(true);
  expect(finished({ ...item, state: "Inference" })).toBe(false);
  expect(finished({ ...item, actions: [{ name: "mqtt", state: "waiting", error: "" }] })).toBe(false);
  expect(finished({ ...item, actions: ["mqtt"] })).toBe(true);
});

import { expect, test } from "vitest";
import type { Outcomes, Second } from "../src/api/types";
import {
  compare,
  droppedCount,
  kind,
  onTimeShare,
  parts,
  resultShare,
  slotShares,
  stacked,
  sum,
} from "../src/outcomes";

const some: Outcomes = {
  offered: 20,
  on_time: 12,
  late: 1,
  failed: 0,
  dropped: { expired: 1, shed: 2, infeasible: 0 },
};
const none: Outcomes = { offered: 3, on_time: 0, late: 0, failed: 0, dropped: {} };

test("every drop reason is a drop", () => {
  expect(kind("late")).toBe("late");
  expect(kind("dropped")).toBe("dropped");
  expect(kind("shed")).toBe("dropped");
});

test("the share on time is of what ended, not of what was offered", () => {
  expect(droppedCount(some)).toBe(3);
  expect(onTimeShare(some)).toBe(12 / 16);
  expect(onTimeShare(none)).toBeNull();
});

test("parts leave out what did not happen and lead with the most frequent reason", () => {
  expect(parts(some).map((part) => [part.kind, part.label, part.count])).toEqual([
    ["on_time", "on_time", 12],
    ["late", "late", 1],
    ["dropped", "shed", 2],
    ["dropped", "expired", 1],
  ]);
});

test("tasks add up", () => {
  expect(sum([some, some, none])).toEqual({
    offered: 43,
    on_time: 24,
    late: 2,
    failed: 0,
    dropped: { expired: 2, shed: 4, infeasible: 0 },
  });
});

test("stacks are running totals of what there is", () => {
  const second = (on_time: number, late: number, failed: number, dropped: number): Second => ({
    t_s: 0,
    offered: 0,
    on_time,
    late,
    failed,
    dropped,
    p50_ms: null,
    p99_ms: null,
  });
  expect(stacked([second(1, 2, 3, 4), second(5, 0, 0, 1)])).toEqual([
    [1, 5],
    [3, null],
    [6, null],
    [10, 6],
  ]);
});

test("a slot's shares count what lies in the window, and a batch that still runs until now", () => {
  const run = (start_s: number, end_s: number | null, task: string) => ({
    start_s,
    end_s,
    task,
    model: "m:1",
    size: 1,
  });
  const shares = slotShares([run(-12, -9, "a"), run(-4, -2, "b"), run(-1, null, "a")], 10);
  expect(shares.get("a")).toBeCloseTo(0.2);
  expect(shares.get("b")).toBeCloseTo(0.2);
});

test("a comparison has every task of either side", () => {
  const result = { offered: 10, on_time: 6, late: 1, dropped: 2, failed: 1, p99_ms: 1 };
  const rows = compare(
    { policy: "slack", tasks: [{ name: "a", ...result }] },
    { policy: "edf", tasks: [{ name: "b", ...result }] },
  );
  expect(rows.map((row) => [row.name, resultShare(row.recorded), resultShare(row.simulated)])).toEqual([
    ["a", 0.6, null],
    ["b", null, 0.6],
  ]);
});

// Sums over how requests ended.
import type { Outcomes, Run, RunResult, Second, TaskResult } from "./api/types";

/** The ends that every chart stacks, in this order, each with its colour in the style sheet. */
export const ends = ["on_time", "late", "failed", "dropped"] as const;
export type End = (typeof ends)[number];

/** Which of the four an end or drop reason belongs to. */
export function kind(end: string): End {
  return (ends as readonly string[]).includes(end) ? (end as End) : "dropped";
}

export function droppedCount(outcomes: Outcomes): number {
  return Object.values(outcomes.dropped).reduce((sum, value) => sum + value, 0);
}

export function ended(outcomes: Outcomes): number {
  return outcomes.on_time + outcomes.late + outcomes.failed + droppedCount(outcomes);
}

/** The share on time of what ended; null: nothing did. */
export function onTimeShare(outcomes: Outcomes): number | null {
  const all = ended(outcomes);
  return all > 0 ? outcomes.on_time / all : null;
}

export interface Part {
  kind: End;
  label: string;
  count: number;
}

/** What there was, in the order of `ends`, the drops by reason with the most frequent first. */
export function parts(outcomes: Outcomes): Part[] {
  const reasons = Object.entries(outcomes.dropped)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]): Part => ({ kind: "dropped", label: reason, count }));
  const others = (["on_time", "late", "failed"] as const).map(
    (end): Part => ({ kind: end, label: end, count: outcomes[end] }),
  );
  return [...others, ...reasons].filter((part) => part.count > 0);
}

/** All tasks' outcomes together. */
export function sum(list: Outcomes[]): Outcomes {
  const total: Outcomes = { offered: 0, on_time: 0, late: 0, failed: 0, dropped: {} };
  for (const outcomes of list) {
    total.offered += outcomes.offered;
    total.on_time += outcomes.on_time;
    total.late += outcomes.late;
    total.failed += outcomes.failed;
    for (const [reason, count] of Object.entries(outcomes.dropped)) {
      total.dropped[reason] = (total.dropped[reason] ?? 0) + count;
    }
  }
  return total;
}

/**
 * Running totals per second, one list per end: what a chart draws on top of one another. null where
 * there is nothing of that end, so that not even its edge shows.
 */
export function stacked(history: Second[]): (number | null)[][] {
  const below = history.map(() => 0);
  return ends.map((end) =>
    history.map((second, i) => {
      below[i]! += second[end];
      return second[end] > 0 ? below[i]! : null;
    }),
  );
}

/** Each task's share of a slot's last `window_s` seconds, by name. */
export function slotShares(runs: Run[], window_s: number): Map<string, number> {
  const shares = new Map<string, number>();
  for (const run of runs) {
    const start = Math.max(run.start_s, -window_s);
    const length = Math.max(0, (run.end_s ?? 0) - start);
    shares.set(run.task, (shares.get(run.task) ?? 0) + length / window_s);
  }
  return shares;
}

export interface Comparison {
  name: string;
  recorded: TaskResult | undefined;
  simulated: TaskResult | undefined;
}

/** Two results side by side, in the order of the first. */
export function compare(recorded: RunResult, simulated: RunResult): Comparison[] {
  const names = new Set([...recorded.tasks, ...simulated.tasks].map((task) => task.name));
  return [...names].map((name) => ({
    name,
    recorded: recorded.tasks.find((task) => task.name === name),
    simulated: simulated.tasks.find((task) => task.name === name),
  }));
}

/** The share on time of what ended in a simulation or its record; null: nothing did. */
export function resultShare(result: TaskResult | undefined): number | null {
  if (!result) return null;
  const all = result.on_time + result.late + result.failed + result.dropped;
  return all > 0 ? result.on_time / all : null;
}

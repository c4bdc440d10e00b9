// Decisions of the last hour, minute by minute.
import { type Counts, decisions, type Minute } from "./api/station_types";

/** How many minutes a chart shows. */
export const minutes = 60;

/** One entry for each of the last minutes, the present one last; what is missing is zero. */
export function everyMinute(trend: Minute[], now_s: number): Counts[] {
  const present = Math.floor(now_s / 60);
  const all = Array.from({ length: minutes }, (): Counts => ({ OK: 0, KO: 0, NO_DECISION: 0 }));
  for (const minute of trend) {
    const at = minutes - 1 - (present - Math.floor(Date.parse(minute.time) / 60_000));
    // A clock that was set may put some elsewhere.
    for (const decision of decisions) if (all[at]) all[at][decision] += minute[decision];
  }
  return all;
}

/**
 * Running totals per minute, one list per decision: what a chart draws on top of one another. null
 * where there is nothing of it, so that not even its edge shows.
 */
export function stackedDecisions(trend: Counts[]): (number | null)[][] {
  const below = trend.map(() => 0);
  return decisions.map((decision) =>
    trend.map((minute, i) => {
      below[i]! += minute[decision];
      return minute[decision] > 0 ? below[i]! : null;
    }),
  );
}

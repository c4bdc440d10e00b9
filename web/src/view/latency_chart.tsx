// Latency of the last minute against the budget.
import { useMemo } from "preact/hooks";
import type uPlot from "uplot";
import type { Second } from "../api/types";
import { milliseconds } from "../format";
import { colour } from "../theme";
import { Chart } from "./chart";

interface Props {
  history: Second[];
  budget_ms: number | null;
  at: number | null;
  onHover(index: number | null): void;
  sync: string;
}

export function LatencyChart({ history, budget_ms, at, onHover, sync }: Props) {
  const data = useMemo<uPlot.AlignedData>(
    () => [
      history.map((second) => second.t_s),
      history.map((second) => second.p99_ms),
      history.map((second) => second.p50_ms),
      history.map(() => budget_ms),
    ],
    [history, budget_ms],
  );
  const second = at === null ? history.at(-1) : history[at];
  const worst = history.reduce<number | null>(
    (most, { p99_ms }) => (p99_ms === null ? most : Math.max(most ?? 0, p99_ms)),
    null,
  );
  return (
    <figure>
      <h4>Latency, ms</h4>
      <Chart
        label={`Latency of the last minute: p99 at most ${milliseconds(worst)}, budget ${milliseconds(budget_ms)}.`}
        series={series}
        top={(max) => Math.max(max * 1.1, (budget_ms ?? 0) * 1.2, 1)}
        data={data}
        height={128}
        unit="s"
        sync={sync}
        onHover={onHover}
      />
      <figcaption>
        <span>
          <i class="line p50" /> p50 <b>{milliseconds(second?.p50_ms)}</b>
        </span>
        <span>
          <i class="line p99" /> p99 <b>{milliseconds(second?.p99_ms)}</b>
        </span>
        <span>
          <i class="line budget" /> budget
        </span>
        {at !== null && second && <span class="soft">{-second.t_s} s ago</span>}
      </figcaption>
    </figure>
  );
}

function series(): uPlot.Series[] {
  return [
    { stroke: colour("--p99"), width: 1.5, points: { size: 4 }, fill: colour("--p99-area") },
    { stroke: colour("--p50"), width: 2, points: { size: 4 } },
    { stroke: colour("--ink"), width: 1.25, dash: [5, 4], points: { show: false } },
  ];
}

// Requests per second of the last minute by how they ended, stacked.
import { useMemo } from "preact/hooks";
import uPlot from "uplot";
import type { Second } from "../api/types";
import { count, words } from "../format";
import { ends, stacked } from "../outcomes";
import { colour } from "../theme";
import { Chart } from "./chart";

interface Props {
  history: Second[];
  at: number | null;
  onHover(index: number | null): void;
  sync: string;
}

export function OutcomeChart({ history, at, onHover, sync }: Props) {
  // The highest stack is painted first, the lower ones over it.
  const data = useMemo<uPlot.AlignedData>(
    () => [history.map((second) => second.t_s), ...stacked(history).reverse()],
    [history],
  );
  const second = at === null ? history.at(-1) : history[at];
  const total = (end: (typeof ends)[number]) => history.reduce((sum, each) => sum + each[end], 0);
  return (
    <figure>
      <h4>Requests per second</h4>
      <Chart
        label={`Requests that ended in the last minute: ${ends.map((end) => `${total(end)} ${words(end)}`).join(", ")}.`}
        series={series}
        top={(max) => Math.max(max * 1.1, 4)}
        data={data}
        height={96}
        unit="s"
        sync={sync}
        onHover={onHover}
      />
      <figcaption>
        {ends.map((end) => (
          <span key={end}>
            <i class={`mark ${end}`} /> {words(end)} <b>{count(second?.[end])}</b>
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function series(): uPlot.Series[] {
  const paths = uPlot.paths.bars!({ size: [1] });
  return [...ends]
    .reverse()
    .map((end) => ({ fill: colour(`--${end}`), width: 0, points: { show: false }, paths }));
}

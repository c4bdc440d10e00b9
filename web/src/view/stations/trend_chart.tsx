// Decisions per minute of the last hour, stacked.
import { useMemo, useState } from "preact/hooks";
import uPlot from "uplot";
import { decisions, type Station } from "../../api/station_types";
import { count, words } from "../../format";
import { colour } from "../../theme";
import { Chart } from "../chart";

const colours = { OK: "on_time", KO: "failed", NO_DECISION: "dropped" } as const;

export function TrendChart({ station, trend }: { station: string; trend: Station["trend"] }) {
  const [at, setAt] = useState<number | null>(null);
  const data = useMemo<uPlot.AlignedData>(() => stacked(trend), [trend]);
  const total = (decision: (typeof decisions)[number]) => trend.reduce((sum, minute) => sum + minute[decision], 0);
  const minute = at === null ? null : trend[at];
  return (
    <figure>
      <h4>Decisions per minute</h4>
      <Chart
        label={`Decisions of the last hour: ${decisions.map((each) => `${total(each)} ${words(each)}`).join(", ")}.`}
        series={series}
        top={(max) => Math.max(max * 1.1, 4)}
        data={data}
        height={96}
        unit="min"
        sync={`station ${station}`}
        onHover={setAt}
      />
      <figcaption>
        {decisions.map((each) => (
          <span key={each}>
            <i class={`mark ${colours[each]}`} /> {words(each)} <b>{count(minute ? minute[each] : total(each))}</b>
          </span>
        ))}
        <span class="soft">{at === null || !minute ? "last hour" : `${trend.length - at} min ago`}</span>
      </figcaption>
    </figure>
  );
}

/** Running totals, the highest first: it is painted first. */
function stacked(trend: Station["trend"]): uPlot.AlignedData {
  const below = trend.map(() => 0);
  const layers = decisions.map((decision) =>
    trend.map((minute, i) => {
      below[i]! += minute[decision];
      return minute[decision] > 0 ? below[i]! : null;
    }),
  );
  return [trend.map((_, i) => i - trend.length), ...layers.reverse()];
}

function series(): uPlot.Series[] {
  const paths = uPlot.paths.bars!({ size: [1] });
  return [...decisions]
    .reverse()
    .map((decision) => ({ fill: colour(`--${colours[decision]}`), width: 0, points: { show: false }, paths }));
}

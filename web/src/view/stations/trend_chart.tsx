// Decisions per minute of the last hour, stacked.
import { useMemo, useState } from "preact/hooks";
import uPlot from "uplot";
import { decisions, type Minute } from "../../api/station_types";
import { count, words } from "../../format";
import { colour } from "../../theme";
import { everyMinute, minutes, stackedDecisions } from "../../trend";
import { Chart } from "../chart";

const colours = { OK: "on_time", KO: "failed", NO_DECISION: "dropped" } as const;

interface Props {
  station: string;
  trend: Minute[];
  now_s: number;
}

export function TrendChart({ station, trend: known, now_s }: Props) {
  const [at, setAt] = useState<number | null>(null);
  const present = Math.floor(now_s / 60);
  const trend = useMemo(() => everyMinute(known, present * 60), [known, present]);
  // The highest stack is painted first, the lower ones over it.
  const data = useMemo<uPlot.AlignedData>(
    () => [trend.map((_, i) => i - minutes), ...stackedDecisions(trend).reverse()],
    [trend],
  );
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
        <span class="soft">{at === null || !minute ? "last hour" : `${minutes - at} min ago`}</span>
      </figcaption>
    </figure>
  );
}

function series(): uPlot.Series[] {
  const paths = uPlot.paths.bars!({ size: [1] });
  return [...decisions]
    .reverse()
    .map((decision) => ({ fill: colour(`--${colours[decision]}`), width: 0, points: { show: false }, paths }));
}

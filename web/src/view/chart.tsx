// uPlot as a component: made once, fed with data, made anew when the colours change.
import { useLayoutEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { colour, onThemeChange } from "../theme";

interface Props {
  /** What there is to see, in a sentence, for those who do not see it. */
  label: string;
  /** Called again when the colours change. */
  series: () => uPlot.Series[];
  /** The largest value to show, of the data's own maximum. */
  top: (max: number) => number;
  data: uPlot.AlignedData;
  height: number;
  /** Of the 60 steps back that the data has. */
  unit: "s" | "min";
  /** Charts of the same name move their cursors together. */
  sync: string;
  onHover(index: number | null): void;
}

export function Chart(props: Props) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;

  useLayoutEffect(() => {
    const element = host.current!;
    const make = () => {
      plot.current?.destroy();
      plot.current = new uPlot(options(latest, element.clientWidth), latest.current.data, element);
    };
    make();
    const resize = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: latest.current.height }),
    );
    resize.observe(element);
    const unsubscribe = onThemeChange(make);
    return () => {
      unsubscribe();
      resize.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, []);
  useLayoutEffect(() => plot.current?.setData(props.data), [props.data]);

  return <div ref={host} class="chart" role="img" aria-label={props.label} />;
}

function options(props: { current: Props }, width: number): uPlot.Options {
  const { series, height, unit, sync } = props.current;
  const axis: uPlot.Axis = {
    stroke: colour("--soft"),
    grid: { stroke: colour("--grid"), width: 1 },
    ticks: { show: false },
    font: "11px system-ui, sans-serif",
  };
  return {
    width,
    height,
    pxAlign: true,
    padding: [8, 16, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: sync, setSeries: false },
      points: { show: false },
      drag: { x: false, y: false },
      y: false,
    },
    hooks: {
      setCursor: [(plot) => props.current.onHover(plot.cursor.idx ?? null)],
    },
    scales: {
      x: { time: false, range: [-60, 0] },
      y: { range: (_plot, _min, max) => [0, props.current.top(max ?? 0)] },
    },
    axes: [
      {
        ...axis,
        size: 24,
        gap: 6,
        grid: { show: false },
        incrs: [15, 30],
        values: (_plot, ticks) => ticks.map((tick) => (tick === 0 ? "now" : `${tick} ${unit}`.replace("-", "−"))),
      },
      {
        ...axis,
        size: 40,
        gap: 4,
        space: 28,
      },
    ],
    series: [{}, ...series()],
  };
}

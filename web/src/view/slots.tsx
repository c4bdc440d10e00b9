// What ran where in the last ten seconds.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Run, Slot, Task } from "../api/types";
import { milliseconds, percent } from "../format";
import { slotShares } from "../outcomes";
import { colour, onThemeChange, taskColour } from "../theme";

const window_s = 10;

export function Slots({ slots, tasks }: { slots: Slot[]; tasks: Task[] }) {
  const index = (name: string) => tasks.findIndex((task) => task.name === name);
  const [hovered, setHovered] = useState<Run | null>(null);
  return (
    <section aria-labelledby="slots" class="card">
      <h2 id="slots">Slots</h2>
      <ul class="slots">
        {slots.map((slot) => (
          <li key={slot.slot}>
            <span class="name">Slot {slot.slot}</span>
            <Lane slot={slot} index={index} onHover={setHovered} />
            <span class="busy">
              {percent(slot.busy_share)} <span class="soft">busy</span>
            </span>
          </li>
        ))}
        <li class="scale" aria-hidden="true">
          <span />
          <span>
            <span>−10 s</span>
            <span>−5 s</span>
            <span>now</span>
          </span>
          <span />
        </li>
      </ul>
      <div class="lane-legend">
        <ul class="legend">
          {tasks.map((task, i) => (
            <li key={task.name}>
              <i class="mark" style={{ background: `var(${taskColour(i)})` }} />
              {task.name}
            </li>
          ))}
        </ul>
        <p class="soft small">{hovered ? tell(hovered) : "Point at a batch to see what it was."}</p>
      </div>
    </section>
  );
}

function tell(run: Run): string {
  const length = milliseconds(((run.end_s ?? 0) - run.start_s) * 1000);
  const what = `${run.task} on ${run.model}, ${run.size} ${run.size === 1 ? "request" : "requests"}`;
  return `${what}, ${run.end_s === null ? `running for ${length}` : length}`;
}

interface LaneProps {
  slot: Slot;
  index(task: string): number;
  onHover(run: Run | null): void;
}

/** A canvas, as a busy slot runs thousands of batches in ten seconds. */
function Lane({ slot, index, onHover }: LaneProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const paint = useRef(() => {});
  paint.current = () => draw(canvas.current!, slot.runs, index);
  useLayoutEffect(() => paint.current(), [slot.runs]);
  useLayoutEffect(() => {
    const repaint = () => paint.current();
    const resize = new ResizeObserver(repaint);
    resize.observe(canvas.current!);
    const unsubscribe = onThemeChange(repaint);
    return () => {
      resize.disconnect();
      unsubscribe();
    };
  }, []);

  const find = (event: PointerEvent) => {
    const { left, width } = canvas.current!.getBoundingClientRect();
    const t = ((event.clientX - left) / width - 1) * window_s;
    onHover(slot.runs.find((run) => run.start_s <= t && t <= (run.end_s ?? 0)) ?? null);
  };
  const shares = [...slotShares(slot.runs, window_s)]
    .map(([task, share]) => `${task} ${percent(share)}`)
    .join(", ");
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={`Batches of the last ten seconds: ${shares || "none"}.`}
      onPointerMove={find}
      onPointerLeave={() => onHover(null)}
    />
  );
}

function draw(canvas: HTMLCanvasElement, runs: Run[], index: (task: string) => number): void {
  const scale = window.devicePixelRatio;
  const width = (canvas.width = Math.round(canvas.clientWidth * scale));
  const height = (canvas.height = Math.round(canvas.clientHeight * scale));
  const context = canvas.getContext("2d")!;
  const colours = new Map<string, string>();
  for (const run of runs) {
    if (!colours.has(run.task)) colours.set(run.task, colour(taskColour(index(run.task))));
    const x = Math.max(0, (1 + run.start_s / window_s) * width);
    const end = (1 + (run.end_s ?? 0) / window_s) * width;
    // A hair of ground between batches, where there is room for it.
    const gap = end - x > 3 * scale ? scale : 0;
    context.fillStyle = colours.get(run.task)!;
    context.fillRect(x, 0, Math.max(end - x - gap, scale / 2), height);
  }
}

// One card per task: is it on time, and if not, what became of its requests.
import { useState } from "preact/hooks";
import type { Task } from "../api/types";
import { milliseconds, percent, perSecond, words } from "../format";
import { onTimeShare, parts } from "../outcomes";
import { taskColour } from "../theme";
import { LatencyChart } from "./latency_chart";
import { OutcomeBar } from "./outcome_bar";
import { OutcomeChart } from "./outcome_chart";

export function Tasks({ tasks, window_s }: { tasks: Task[]; window_s: number }) {
  return (
    <section aria-labelledby="tasks-title" id="tasks" tabIndex={-1}>
      <h2 id="tasks-title">Tasks</h2>
      {tasks.length === 0 && <p class="soft">No task is configured, and no client has asked for a model yet.</p>}
      <div class="tasks">
        {tasks.map((task, index) => (
          <TaskCard key={task.name} task={task} index={index} window_s={window_s} />
        ))}
      </div>
    </section>
  );
}

function TaskCard({ task, index, window_s }: { task: Task; index: number; window_s: number }) {
  const [at, setAt] = useState<number | null>(null);
  const share = onTimeShare(task.window);
  const budget = task.latency_budget_ms;
  const p99 = task.latency_ms.p99;
  return (
    <article class="card task" aria-labelledby={`task-${index}`}>
      <div class="task-head">
        <div>
          <h3 id={`task-${index}`}>
            <i class="dot" style={{ background: `var(${taskColour(index)})` }} />
            {task.name}
          </h3>
          <p class="soft">
            {task.model}
            {task.version && `:${task.version}`} · priority {task.priority}
          </p>
        </div>
        <p class={`share ${grade(share)}`}>
          <span class="value">{percent(share)}</span>
          <span class="soft">on time</span>
        </p>
      </div>

      <dl class="row">
        <Pair name="p50" value={milliseconds(task.latency_ms.p50)} />
        <Pair name="p95" value={milliseconds(task.latency_ms.p95)} />
        <Pair name="p99" value={milliseconds(p99)} bad={p99 !== null && budget !== null && p99 > budget} />
        <Pair name="budget" value={milliseconds(budget)} />
      </dl>
      <LatencyChart history={task.history} budget_ms={budget} at={at} onHover={setAt} sync={task.name} />

      <dl class="row">
        <Pair name="offered" value={perSecond(task.rate)} />
        <Pair name="goodput" value={perSecond(task.goodput)} />
        <Pair name="queued" value={String(task.queued)} />
        <Pair name="running" value={String(task.running)} />
      </dl>
      <OutcomeChart history={task.history} at={at} onHover={setAt} sync={task.name} />

      <h4>
        Ends in the last {window_s} s
        <span class="soft"> · queued for {milliseconds(task.queue_ms.p50)} (p50)</span>
      </h4>
      <OutcomeBar parts={parts(task.window)} />
    </article>
  );
}

function Pair({ name, value, bad }: { name: string; value: string; bad?: boolean }) {
  return (
    <div class={bad ? "bad" : undefined}>
      <dt>{words(name)}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function grade(share: number | null): string {
  if (share === null || share >= 0.99) return "";
  return share >= 0.9 ? "warn" : "bad";
}

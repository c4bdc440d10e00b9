// The last requests that ended; each leads to its story.
import { useState } from "preact/hooks";
import type { Decision, Task } from "../api/types";
import { ago, milliseconds, words } from "../format";
import { kind } from "../outcomes";
import { usePolled } from "../polling";
import { useApi } from "../session";
import { storyLink } from "./story";

const refresh_ms = 2000;
const endFilters = [
  "on_time",
  "late",
  "failed",
  "dropped",
  "shed",
  "expired",
  "infeasible",
  "queue_full_oldest",
  "queue_full_newest",
  "queue_full_lowest_value",
  "cancelled",
  "quarantined",
];

export function Decisions({ tasks, paused }: { tasks: Task[]; paused: boolean }) {
  const [task, setTask] = useState("");
  const [end, setEnd] = useState("");
  const { decisions, error } = useDecisions(task, end, paused);
  return (
    <section aria-labelledby="decisions" class="card">
      <div class="section-head">
        <h2 id="decisions">Last decisions</h2>
        <div class="filters">
          <label>
            Task
            <select value={task} onChange={(event) => setTask(event.currentTarget.value)}>
              <option value="">all</option>
              {tasks.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label>
            End
            <select value={end} onChange={(event) => setEnd(event.currentTarget.value)}>
              <option value="">all</option>
              {endFilters.map((name) => (
                <option key={name} value={name}>
                  {words(name)}
                </option>
              ))}
            </select>
          </label>
        </div>
      </div>
      {error && <p class="problem">{error}</p>}
      {decisions?.length === 0 && <p class="soft">No request ended like that lately.</p>}
      {decisions && decisions.length > 0 && <DecisionTable decisions={decisions} />}
    </section>
  );
}

function useDecisions(task: string, end: string, paused: boolean) {
  const api = useApi();
  const query = new URLSearchParams({ task, end, limit: "50" });
  const load = (signal: AbortSignal) => api.get<{ decisions: Decision[] }>(`api/v1/decisions?${query}`, signal);
  const { value, error } = usePolled(String(query), load, { every_ms: refresh_ms, held: paused });
  return { decisions: value?.decisions ?? null, error };
}

// The roles are those of a table anyway; on a phone the style sheet lays the rows out as cards, and
// browsers then forget the roles that are not spelt out.
function DecisionTable({ decisions }: { decisions: Decision[] }) {
  return (
    <div class="scroll tall" tabIndex={0} role="group" aria-labelledby="decisions">
      <table class="decisions" role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">Request</th>
            <th scope="col" role="columnheader">When</th>
            <th scope="col" role="columnheader">Task</th>
            <th scope="col" role="columnheader">End</th>
            <th scope="col" role="columnheader" class="number">Latency</th>
            <th scope="col" role="columnheader">Why</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {decisions.map((decision) => (
            <DecisionRow key={decision.decision} decision={decision} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DecisionRow({ decision: d }: { decision: Decision }) {
  return (
    <tr role="row">
      <td role="cell" class="id">
        <a href={storyLink(d.decision)} aria-label={`Story of request ${d.decision}`}>
          {d.decision}
        </a>
      </td>
      <td role="cell" class="when soft">{ago(d.t_s)}</td>
      <td role="cell" class="who">{d.task}</td>
      <td role="cell" class="end">
        <span class={`chip ${kind(d.end)}`}>{words(d.end)}</span>
      </td>
      <td role="cell" class="number latency">{milliseconds(d.latency_ms)}</td>
      <td role="cell" class="why">{d.sentence}</td>
    </tr>
  );
}

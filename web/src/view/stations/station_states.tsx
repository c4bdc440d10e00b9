// What waits, and how the actions fare.
import type { Station } from "../../api/station_types";
import { count } from "../../format";

export function ActionStates({ station: { mode, queue, actions } }: { station: Station }) {
  const full = queue.waiting >= queue.capacity;
  return (
    <ul class="states small">
      {mode === "item" && (
        <li>
          <b>Queue</b>{" "}
          <span class={full ? "chip bad" : "soft"}>
            {count(queue.waiting)} of {count(queue.capacity)}
          </span>
        </li>
      )}
      {actions.map((action) => (
        <li key={action.name} class={action.last_error ? "troubled" : undefined}>
          <b>{action.name}</b> <span class="soft">{count(action.done)} done</span>
          {action.waiting > 0 && <span class="chip warn">{count(action.waiting)} waiting</span>}
          {action.failed > 0 && <span class="chip bad">{count(action.failed)} failed</span>}
          {action.last_error && <span class="soft reason">{action.last_error}</span>}
        </li>
      ))}
    </ul>
  );
}

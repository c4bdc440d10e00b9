// What was done about an item, and what went wrong with it.
import type { Item } from "../../api/station_types";
import { actionsOf } from "../../items";

const chips: Record<string, string> = { done: "good", failed: "bad", waiting: "warn" };

export function Actions({ item }: { item: Item }) {
  const actions = actionsOf(item);
  return (
    <section aria-labelledby="actions" class="card">
      <h2 id="actions">Actions</h2>
      {actions.length === 0 && <p class="soft">None.</p>}
      <ul class="notes">
        {actions.map((action) => (
          <li key={action.name}>
            {action.state && <span class={`chip ${chips[action.state] ?? ""}`}>{action.state}</span>} <b>{action.name}</b>{" "}
            {action.error && <span class="soft">{action.error}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Errors({ item }: { item: Item }) {
  const cameras = Object.entries(item.cameras ?? {}).filter(([, { error }]) => error !== "");
  const listed = new Set(item.errors.map(({ message }) => message));
  const all = [
    ...item.errors,
    ...cameras.filter(([, { error }]) => !listed.has(error)).map(([camera, { error }]) => ({ stage: "", camera, message: error })),
  ];
  if (all.length === 0 && !item.error) return null;
  return (
    <section aria-labelledby="errors" class="card">
      <h2 id="errors">Errors</h2>
      <ul class="notes">
        {all.length === 0 && <li>{item.error_message}</li>}
        {all.map(({ stage, camera, message }, i) => (
          <li key={i}>
            <span class="chip bad">{[stage, camera].filter(Boolean).join(": ")}</span> {message}
          </li>
        ))}
      </ul>
    </section>
  );
}

// How requests ended, as one bar and its legend.
import { count, percent, words } from "../format";
import type { Part } from "../outcomes";

export function OutcomeBar({ parts }: { parts: Part[] }) {
  const all = parts.reduce((sum, part) => sum + part.count, 0);
  if (all === 0) return <p class="soft small">No request ended.</p>;
  return (
    <>
      <div class="bar" aria-hidden="true">
        {parts.map((part) => (
          <span key={part.label} class={part.kind} style={{ flexGrow: part.count }} />
        ))}
      </div>
      <ul class="legend">
        {parts.map((part) => (
          <li key={part.label}>
            <i class={`mark ${part.kind}`} />
            {words(part.label)} <b>{count(part.count)}</b>{" "}
            <span class="soft">{percent(part.count / all)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

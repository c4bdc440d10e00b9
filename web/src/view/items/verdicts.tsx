// What each rule decided and why. Pointing at a verdict shows the objects behind it.
import { useState } from "preact/hooks";
import type { Item, Verdict } from "../../api/station_types";
import type { Keys } from "../../items";
import { DecisionChip } from "../decision_chip";

interface Row {
  of: string;
  verdict: Verdict;
  keys: Keys;
}

interface Props {
  item: Item;
  /** Objects to point out for as long as this is pointed at; null: no longer. */
  onPoint(keys: Keys | null): void;
  /** The same until it is taken back. */
  onHold(keys: Keys | null): void;
}

export function Verdicts({ item, onPoint, onHold }: Props) {
  const [held, setHeld] = useState(-1);
  const rows = rowsOf(item);
  const hold = (row: number) => {
    const next = row === held ? -1 : row;
    setHeld(next);
    onHold(rows[next]?.keys ?? null);
  };
  return (
    <section aria-labelledby="verdicts" class="card">
      <h2 id="verdicts">Why</h2>
      {rows.length === 0 && <p class="soft">No rule has decided.</p>}
      {rows.length > 0 && (
        <div class="scroll" tabIndex={0} role="group" aria-labelledby="verdicts">
          <table class="verdicts">
            <thead>
              <tr>
                <th scope="col">Rule</th>
                <th scope="col">Decision</th>
                <th scope="col">Reason</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, i) => (
                <tr key={i} onMouseEnter={() => onPoint(row.keys)} onMouseLeave={() => onPoint(null)}>
                  <th scope="row">
                    <button
                      type="button"
                      class="plain"
                      aria-pressed={i === held}
                      aria-label={`${row.verdict.rule}: show its ${row.keys.size} objects`}
                      disabled={row.keys.size === 0}
                      onFocus={() => onPoint(row.keys)}
                      onBlur={() => onPoint(null)}
                      onClick={() => hold(i)}
                    >
                      {row.verdict.rule}
                    </button>
                    <span class="soft small reason">{row.of}</span>
                  </th>
                  <td>
                    <DecisionChip decision={row.verdict.decision} />
                  </td>
                  <td class="wrap">{row.verdict.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** The item's verdict first, then those of its cameras. */
function rowsOf(item: Item): Row[] {
  const whole = item.verdict ? [{ of: "the item", verdict: item.verdict, keys: new Set(item.verdict.objects) }] : [];
  const cameras = Object.entries(item.cameras ?? {}).flatMap(([camera, { verdicts }]) =>
    verdicts.map((verdict) => ({ of: camera, verdict, keys: new Set(verdict.objects.map((id) => `${camera}/${id}`)) })),
  );
  return [...whole, ...cameras];
}

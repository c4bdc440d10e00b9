// What was found, each object below the one on whose crop it was found.
import { type Keys, type ListedObject, nameOf } from "../../items";
import { percent } from "../../format";
import { taskColour } from "../../theme";

interface Props {
  objects: ListedObject[];
  steps: string[];
  several: boolean;
  lit: Keys;
  /** Objects to point out for as long as this is pointed at; null: no longer. */
  onPoint(keys: Keys | null): void;
}

export function ObjectTable({ objects, steps, several, lit, onPoint }: Props) {
  return (
    <section aria-labelledby="objects" class="card">
      <h2 id="objects">Objects</h2>
      {objects.length === 0 && <p class="soft">Nothing was found.</p>}
      {objects.length > 0 && (
        <div class="scroll" tabIndex={0} role="group" aria-labelledby="objects">
          <table class="objects">
            <thead>
              <tr>
                <th scope="col">Object</th>
                {several && <th scope="col">Camera</th>}
                <th scope="col">Is</th>
                <th scope="col" class="number">Score</th>
                <th scope="col" class="origin">Found on</th>
                <th scope="col">Box</th>
              </tr>
            </thead>
            <tbody>
              {objects.map((object) => (
                <tr
                  key={object.key}
                  class={lit.has(object.key) ? "lit" : undefined}
                  onMouseEnter={() => onPoint(new Set([object.key]))}
                  onMouseLeave={() => onPoint(null)}
                >
                  <th scope="row" style={{ paddingLeft: `${object.depth * 18}px` }}>
                    <i class="mark step" style={{ background: `var(${taskColour(steps.indexOf(object.step))})` }} />
                    {object.id}
                  </th>
                  {several && <td>{object.camera}</td>}
                  <td class="wrap">{nameOf(object) || "–"}</td>
                  <td class="number">{percent(object.score)}</td>
                  <td class="origin">{object.parent || "the image"}</td>
                  <td class="soft">{object.location?.map((edge) => Math.round(edge)).join(", ") || "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

// What became of an item, and why: of the store, or of a try.
import { useState } from "preact/hooks";
import type { Item } from "../../api/station_types";
import { milliseconds, moment, words } from "../../format";
import { camerasOf, type Keys, noKeys, objectsOf, stepsOf } from "../../items";
import { DecisionChip } from "../decision_chip";
import { FetchedPicture, Picture } from "../picture";
import { StepLegend } from "../step_legend";
import { Actions, Errors } from "./item_ends";
import { ObjectTable } from "./object_table";
import { Verdicts } from "./verdicts";
import { Waterfall } from "./waterfall";

/** It may not be kept yet while the item is on its way. */
const refresh_ms = 1000;

interface Props {
  item: Item;
  title: string;
  /** Where the picture of a camera is: a path of the daemon, or a data: address; empty: there is none. */
  pictures(camera: string): string;
}

export function ItemView({ item, title, pictures }: Props) {
  const [overlay, setOverlay] = useState(true);
  const [pointed, setPointed] = useState<Keys | null>(null);
  const [held, setHeld] = useState<Keys | null>(null);
  const lit = pointed ?? held ?? noKeys;
  const steps = stepsOf(item);
  const cameras = camerasOf(item);
  const objects = cameras.map((camera) => objectsOf(item, camera));
  return (
    <>
      <div class="item-top">
        <section aria-labelledby="item-title" class="card">
          <div class="section-head">
            <h2 id="item-title">{title}</h2>
            <button type="button" aria-pressed={overlay} onClick={() => setOverlay(!overlay)}>
              Boxes
            </button>
          </div>
          <Summary item={item} />
          <div class={cameras.length > 1 ? "pictures several" : "pictures"}>
            {cameras.map((camera, i) => {
              const shown = { camera, objects: objects[i]!, steps, size: item.dimensions?.[camera], overlay, lit };
              const path = pictures(camera);
              return (
                <figure key={camera}>
                  {path.startsWith("data:") ? (
                    <Picture source={path} {...shown} />
                  ) : (
                    <FetchedPicture path={path} every_ms={item.state === "Done" ? null : refresh_ms} {...shown} />
                  )}
                  <p class="small">
                    <b>{camera}</b> <span class="soft">{item.cameras[camera]!.source}</span>
                  </p>
                </figure>
              );
            })}
          </div>
          <StepLegend steps={steps} />
        </section>
        <div class="column">
          <Errors item={item} />
          <Verdicts item={item} onPoint={setPointed} onHold={setHeld} />
          <ObjectTable
            objects={objects.flat()}
            steps={steps}
            several={cameras.length > 1}
            lit={lit}
            onPoint={setPointed}
          />
        </div>
      </div>
      <div class="pair">
        <Waterfall item={item} />
        <Actions item={item} />
      </div>
      <section aria-labelledby="raw" class="card">
        <h2 id="raw">Document</h2>
        <details>
          <summary>JSON</summary>
          <pre tabIndex={0}>{JSON.stringify(item, null, 2)}</pre>
        </details>
      </section>
    </>
  );
}

function Summary({ item }: { item: Item }) {
  const facts: [string, string][] = [
    ["Station", item.station_config],
    ["Received", moment(item.received_time)],
    ["Triggered by", item.trigger?.by ?? "–"],
    ["State", item.state],
    ["Took", milliseconds(item.timing?.total_ms)],
    ["Budget", milliseconds(item.deadline_ms)],
    ...(item.serial_number ? ([["Serial number", item.serial_number]] as [string, string][]) : []),
    ...(item.category ? ([["Category", item.category]] as [string, string][]) : []),
  ];
  const done = item.state === "Done";
  return (
    <>
      <p class="decided">
        <DecisionChip decision={item.decision} />{" "}
        {item.on_time === false && <span class="chip warn">late</span>}{" "}
        {item.verdict?.reason || (done ? "" : `${words(item.state)}…`)}
      </p>
      <dl class="facts item-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

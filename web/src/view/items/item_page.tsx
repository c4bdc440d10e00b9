// One item of the store.
import { useState } from "preact/hooks";
import type { Item } from "../../api/station_types";
import { finished } from "../../items";
import { usePolled } from "../../polling";
import { itemsLink } from "../../routes";
import { useApi } from "../../session";
import { ItemView } from "./item_view";

const refresh_ms = 1000;

export function ItemPage({ id, held }: { id: string; held: boolean }) {
  const api = useApi();
  const [done, setDone] = useState(false);
  const path = `api/v1/items/${encodeURIComponent(id)}`;
  const load = async (signal: AbortSignal) => {
    const item = await api.get<Item>(path, signal);
    setDone(finished(item));
    return item;
  };
  const { value: item, error } = usePolled(path, load, { every_ms: refresh_ms, held: held || done });
  return (
    <>
      <nav aria-label="Where this is">
        <a href={itemsLink({})}>Items</a>
        {item && (
          <>
            {" › "}
            <a href={itemsLink({ station: item.station_config })}>{item.station_config}</a>
          </>
        )}
      </nav>
      {error && (
        <p class="problem" role="alert">
          {error}
        </p>
      )}
      {!item && !error && <p class="waiting">Loading the item…</p>}
      {item && <ItemView item={item} title={`Item ${id}`} pictures={(camera) => pictureOf(item, path, camera)} />}
    </>
  );
}

/** Cameras that failed, sensors and stations without a store have none. */
function pictureOf(item: Item, path: string, camera: string): string {
  const none = item.state === "Done" && !item.cameras[camera]?.image;
  return none ? "" : `${path}/binaries/${encodeURIComponent(camera)}`;
}

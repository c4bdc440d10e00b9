// One item of the store.
import { useEffect } from "preact/hooks";
import type { Item } from "../../api/station_types";
import { finished } from "../../items";
import { usePolled } from "../../polling";
import { itemsLink } from "../../routes";
import { useApi } from "../../session";
import { ItemView } from "./item_view";

const refresh_ms = 1000;

export function ItemPage({ id }: { id: string }) {
  const api = useApi();
  const path = `api/v1/items/${encodeURIComponent(id)}`;
  const load = (signal: AbortSignal) => api.get<Item>(path, signal);
  const { value: item, error, reload } = usePolled(path, load, { every_ms: null });
  // It changes until it is done.
  useEffect(() => {
    if (!item || finished(item)) return;
    const timer = window.setTimeout(reload, refresh_ms);
    return () => window.clearTimeout(timer);
  }, [item]);
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
      {item && <ItemView item={item} title={`Item ${id}`} pictures={(camera) => `${path}/binaries/${encodeURIComponent(camera)}`} />}
    </>
  );
}

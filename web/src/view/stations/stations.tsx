// All stations: what they see, what they decide, and what they wait for.
import { useState } from "preact/hooks";
import type { Station } from "../../api/station_types";
import { usePolled } from "../../polling";
import { useApi } from "../../session";
import { NewStation } from "./new_station";
import { StationCard } from "./station_card";

const refresh_ms = 1000;

export function Stations({ held, now_s }: { held: boolean; now_s: number }) {
  const api = useApi();
  const load = (signal: AbortSignal) => api.get<Station[]>("api/v1/stations", signal);
  const { value: stations, error, reload } = usePolled("stations", load, { every_ms: refresh_ms, held });
  const [overlay, setOverlay] = useState(true);
  return (
    <section aria-labelledby="stations-title">
      <div class="section-head">
        <h2 id="stations-title">Stations</h2>
        <div class="controls">
          <button type="button" aria-pressed={overlay} onClick={() => setOverlay(!overlay)}>
            Boxes
          </button>
        </div>
      </div>
      {error && <p class="problem" role="alert">{error}</p>}
      {!stations && !error && <p class="waiting">Loading the stations…</p>}
      {stations?.length === 0 && (
        <p class="soft intro-empty">
          No station is at work. Name one here, or list it under <code>stations</code> in the configuration.
        </p>
      )}
      {stations && (
        <>
          <div class="stations">
            {stations.map((station) => (
              <StationCard
                key={station.name}
                station={station}
                overlay={overlay}
                held={held}
                now_s={now_s}
                onChanged={reload}
              />
            ))}
          </div>
          <NewStation />
        </>
      )}
    </section>
  );
}

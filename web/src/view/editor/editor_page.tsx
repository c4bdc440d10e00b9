// A station's configuration as text: read, checked, saved, removed and tried.
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../../api/client";
import type { Inventory, Station, StationConfig } from "../../api/station_types";
import { usePolled } from "../../polling";
import { stationsLink } from "../../routes";
import { message, useApi } from "../../session";
import { StationButtons } from "../stations/station_buttons";
import { Editor } from "./editor";
import { template } from "./template";
import { TryIt } from "./try_it";

export function EditorPage({ name }: { name: string }) {
  const api = useApi();
  const [config, setConfig] = useState<StationConfig | null>(null);
  const [isNew, setNew] = useState(false);
  const [error, setError] = useState("");
  const path = `api/v1/configs/${encodeURIComponent(name)}`;
  useEffect(() => {
    const controller = new AbortController();
    api
      .get<StationConfig>(path, controller.signal)
      .then(setConfig)
      .catch((problem: unknown) => {
        if (controller.signal.aborted) return;
        if (problem instanceof ApiError && problem.status === 404) {
          setNew(true);
          void firstModel(api, controller.signal).then((model) => {
            if (!controller.signal.aborted) setConfig({ name, editable: true, yaml: template(model) });
          });
        } else {
          setError(message(problem));
        }
      });
    return () => controller.abort();
  }, [api, path]);
  const load = (signal: AbortSignal) => api.get<Station[]>("api/v1/stations", signal);
  const stations = usePolled("stations", load, { every_ms: null });
  const station = stations.value?.find((each) => each.name === name);
  const saved = () => {
    setNew(false);
    stations.reload();
  };
  return (
    <>
      <div class="section-head">
        <nav aria-label="Where this is">
          <a href={stationsLink}>Stations</a> › {name}
        </nav>
        {station && <StationButtons station={station} onChanged={stations.reload} />}
      </div>
      {error && (
        <p class="problem" role="alert">
          {error}
        </p>
      )}
      {!config && !error && <p class="waiting">Loading the configuration…</p>}
      {config && <Editor config={config} isNew={isNew} path={path} onSaved={saved} />}
      {config && !isNew && <TryIt station={name} cameras={station?.cameras.map((camera) => camera.name) ?? []} />}
    </>
  );
}

/** Of those that the daemon serves; where there is none, or they may not be seen: a word that the check points at. */
async function firstModel(api: ReturnType<typeof useApi>, signal: AbortSignal): Promise<string> {
  try {
    return Object.keys((await api.get<Inventory>("api/v1/inventory", signal)).models)[0] ?? "MODEL";
  } catch {
    return "MODEL";
  }
}

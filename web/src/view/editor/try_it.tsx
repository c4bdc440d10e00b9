// What the station, as it is saved, would decide about a picture; nothing is kept or done.
import { useState } from "preact/hooks";
import type { Item } from "../../api/station_types";
import { dataUrl } from "../../polling";
import { message, useApi } from "../../session";
import { ItemView } from "../items/item_view";

interface Tried {
  item: Item;
  picture: string;
}

export function TryIt({ station, cameras }: { station: string; cameras: string[] }) {
  const api = useApi();
  const [file, setFile] = useState<File | null>(null);
  const [camera, setCamera] = useState("");
  const chosen = camera || cameras[0] || "";
  const [running, setRunning] = useState(false);
  const [tried, setTried] = useState<Tried | null>(null);
  const [error, setError] = useState("");

  const run = async (event: Event) => {
    event.preventDefault();
    if (!file) return;
    setRunning(true);
    setError("");
    try {
      const query = chosen ? `?camera=${encodeURIComponent(chosen)}` : "";
      const path = `api/v1/stations/${encodeURIComponent(station)}/try${query}`;
      const headers = { "Content-Type": file.type || "application/octet-stream" };
      const response = await api.call(path, { method: "POST", headers, body: file });
      setTried({ item: (await response.json()) as Item, picture: await dataUrl(file) });
    } catch (problem) {
      setTried(null);
      setError(message(problem));
    }
    setRunning(false);
  };
  return (
    <>
      <section aria-labelledby="try-it" class="card">
        <h2 id="try-it">Try it</h2>
        <p class="soft intro">Runs the saved station on a picture of yours. Nothing is kept, and no action is taken.</p>
        <form class="try-it" onSubmit={run}>
          <label>
            Picture
            <input
              type="file"
              accept="image/*"
              required
              onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)}
            />
          </label>
          {cameras.length > 1 && (
            <label>
              As camera
              <select value={chosen} onChange={(event) => setCamera(event.currentTarget.value)}>
                {cameras.map((name) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          )}
          <button class="primary" disabled={running || !file}>
            {running ? "Trying…" : "Try it"}
          </button>
        </form>
        {error && (
          <p class="problem" role="alert">
            {error}
          </p>
        )}
      </section>
      {tried && <ItemView key={tried.item.id} item={tried.item} title="What it would decide" pictures={() => tried.picture} />}
    </>
  );
}

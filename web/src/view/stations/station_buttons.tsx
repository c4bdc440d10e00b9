// A trigger by hand, and the switch of the active station.
import { useState } from "preact/hooks";
import type { Station } from "../../api/station_types";
import { itemLink } from "../../routes";
import { message, useApi } from "../../session";

interface Props {
  station: Station;
  onChanged(): void;
}

export function StationButtons({ station: { name, mode, run, active }, onChanged }: Props) {
  const api = useApi();
  const [item, setItem] = useState("");
  const [problem, setProblem] = useState("");
  const attempt = async (what: () => Promise<void>) => {
    setProblem("");
    setItem("");
    try {
      await what();
      onChanged();
    } catch (error) {
      setProblem(message(error));
    }
  };
  const trigger = () =>
    attempt(async () => {
      const response = await api.call(`api/v1/trigger?station=${encodeURIComponent(name)}`, { method: "POST" });
      setItem(((await response.json()) as { item_id: string }).item_id);
    });
  const activate = () =>
    attempt(async () => {
      await api.post("api/v1/configs/active", { config_name: name });
    });
  return (
    <div class="station-buttons">
      {run === "when_active" && !active && (
        <button type="button" aria-label={`Make active: ${name}`} onClick={activate}>
          Make active
        </button>
      )}
      {mode === "item" && (run === "always" || active) && (
        <button type="button" class="primary" aria-label={`Trigger ${name}`} onClick={trigger}>
          Trigger
        </button>
      )}
      <p class="small" aria-live="polite">
        {item && (
          <>
            Triggered: <a href={itemLink(item)}>item {item.slice(0, 8)}</a>
          </>
        )}
        {problem && <span class="problem-text">{problem}</span>}
      </p>
    </div>
  );
}

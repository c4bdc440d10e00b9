import { useState } from "preact/hooks";
import type { Connection } from "../api/follow";
import type { Live } from "../api/types";
import { span } from "../format";
import { itemsLink, type Route, stationsLink } from "../routes";
import { applyTheme, storedTheme, type Theme, themes } from "../theme";

interface Props {
  live: Live | null;
  connection: Connection;
  paused: boolean;
  onPause(paused: boolean): void;
  page: Route["page"];
}

export function Header({ live, connection, paused, onPause, page }: Props) {
  return (
    <header class="top">
      <div class="identity">
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="8" />
          <path d="M7 10h18M7 16h11M7 22h5" />
        </svg>
        <h1>{live?.node || "Sluice"}</h1>
        {live && <Ready live={live} />}
      </div>
      <Pages page={page} />
      {live && <Facts live={live} />}
      <div class="controls">
        <Link connection={connection} paused={paused} />
        <button type="button" aria-pressed={paused} onClick={() => onPause(!paused)}>
          Pause
        </button>
        <ThemeChoice />
      </div>
    </header>
  );
}

function Pages({ page }: { page: Route["page"] }) {
  const links: [string, string, boolean][] = [
    ["Node", "#/", page === "node"],
    ["Stations", stationsLink, page === "stations" || page === "editor"],
    ["Items", itemsLink({}), page === "items" || page === "item"],
  ];
  return (
    <nav class="pages" aria-label="Pages">
      {links.map(([name, link, here]) => (
        <a key={name} href={link} aria-current={here ? "page" : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}

function Ready({ live }: { live: Live }) {
  return live.ready ? (
    <span class="chip good">Ready</span>
  ) : (
    <span class="chip bad">Not ready</span>
  );
}

function Facts({ live }: { live: Live }) {
  const facts: [string, string][] = [
    ["Policy", live.scheduler?.policy ?? "–"],
    ["Shedding", live.scheduler?.shedder ?? "–"],
    ["Slots", String(live.scheduler?.slots ?? "–")],
    ["Configuration", `no. ${live.configuration.generation}`],
    ["Up", span(live.uptime_s)],
    ["Version", live.version],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Link({ connection, paused }: { connection: Connection; paused: boolean }) {
  if (connection.state === "live") {
    return <span class={paused ? "link" : "link on"}>{paused ? "Paused" : "Live"}</span>;
  }
  return <span class="link off">{connection.state === "lost" ? "Disconnected" : "Connecting"}</span>;
}

function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>(storedTheme);
  const choose = (chosen: Theme) => {
    applyTheme(chosen);
    setTheme(chosen);
  };
  return (
    <label class="theme">
      <span class="unseen">Colours</span>
      <select
        value={theme}
        onChange={(event) => choose(event.currentTarget.value as Theme)}
      >
        {themes.map((name) => (
          <option key={name} value={name}>
            {name === "auto" ? "Auto" : name === "light" ? "Light" : "Dark"}
          </option>
        ))}
      </select>
    </label>
  );
}

import { useEffect, useMemo, useState } from "preact/hooks";
import type { Token } from "./api/client";
import { type Connection, follow } from "./api/follow";
import type { Live } from "./api/types";
import { type Route, useRoute } from "./routes";
import { ApiContext, makeApi, storedToken, storeToken } from "./session";
import { Announcer } from "./view/announcer";
import { EditorPage } from "./view/editor/editor_page";
import { Header } from "./view/header";
import { ItemList } from "./view/items/item_list";
import { ItemPage } from "./view/items/item_page";
import { Node } from "./view/node";
import { Notices } from "./view/notices";
import { SignIn } from "./view/sign_in";
import { Stations } from "./view/stations/stations";

export function App() {
  const route = useRoute();
  const [token, setToken] = useState<Token>(storedToken);
  const [attempt, setAttempt] = useState(0);
  const [connection, setConnection] = useState<Connection>({ state: "connecting" });
  const [live, setLive] = useState<Live | null>(null);
  const [shown, setShown] = useState<Live | null>(null);
  const [paused, setPaused] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);

  useEffect(() => {
    if (refusal !== null) return;
    return follow(token, { onLive: setLive, onConnection: setConnection, onRefused: setRefusal });
  }, [token, attempt, refusal]);
  useEffect(() => {
    if (!paused) setShown(live);
  }, [live, paused]);
  useEffect(() => {
    if (shown) document.title = `${titleOf(route)}${shown.node || "Sluice"} – Sluice`;
  }, [shown?.node, titleOf(route)]);

  const api = useMemo(() => makeApi(token, setRefusal), [token]);
  const signIn = (entered: string) => {
    storeToken(entered);
    setToken(entered);
    setRefusal(null);
  };

  if (refusal !== null) {
    return <SignIn problem={token === null ? "" : refusal} onToken={signIn} />;
  }
  const held = paused || connection.state !== "live";
  const skip = (event: Event) => {
    event.preventDefault();
    document.getElementById(route.page === "node" ? "tasks" : "content")?.focus();
  };
  return (
    <ApiContext.Provider value={api}>
      <a class="skip" href="#content" onClick={skip}>
        Skip to the {route.page === "node" ? "tasks" : "content"}
      </a>
      <Header live={shown} connection={connection} paused={paused} onPause={setPaused} page={route.page} />
      <Announcer live={shown} connection={connection} />
      <main id="content" tabIndex={-1}>
        {shown ? (
          <>
            <Notices live={shown} connection={connection} onRetry={() => setAttempt(attempt + 1)} />
            <Page route={route} live={shown} held={held} />
          </>
        ) : (
          <p class="waiting">
            {connection.state === "lost"
              ? "The daemon does not answer. Trying again…"
              : "Connecting to the daemon…"}
          </p>
        )}
      </main>
    </ApiContext.Provider>
  );
}

function Page({ route, live, held }: { route: Route; live: Live; held: boolean }) {
  switch (route.page) {
    case "node":
      return <Node live={live} held={held} />;
    case "stations":
      return <Stations held={held} now_s={clockOf(live)} />;
    case "items":
      return <ItemList query={route.query} held={held} />;
    case "item":
      return <ItemPage key={route.id} id={route.id} held={held} />;
    case "editor":
      return <EditorPage key={route.name} name={route.name} />;
  }
}

/** The daemon's clock, which may be another than the browser's. */
const clockOf = (live: Live): number =>
  live.started_unix_s === null ? Date.now() / 1000 : live.started_unix_s + live.uptime_s;

function titleOf(route: Route): string {
  switch (route.page) {
    case "node":
      return "";
    case "stations":
      return "Stations – ";
    case "items":
      return "Items – ";
    case "item":
      return `Item ${route.id.slice(0, 8)} – `;
    case "editor":
      return `${route.name} – `;
  }
}

import { useEffect, useMemo, useState } from "preact/hooks";
import type { Token } from "./api/client";
import { type Connection, follow } from "./api/follow";
import type { Live } from "./api/types";
import { ApiContext, makeApi, storedToken, storeToken } from "./session";
import { Announcer } from "./view/announcer";
import { Decisions } from "./view/decisions";
import { Header } from "./view/header";
import { Models } from "./view/models";
import { Notices } from "./view/notices";
import { Overview } from "./view/overview";
import { ResourceList } from "./view/resources";
import { SignIn } from "./view/sign_in";
import { Slots } from "./view/slots";
import { StoryDialog } from "./view/story";
import { Tasks } from "./view/tasks";
import { WhatIfPanel } from "./view/what_if";

export function App() {
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
    if (shown) document.title = `${shown.node || "Sluice"} – Sluice`;
  }, [shown?.node]);

  const api = useMemo(() => makeApi(token, setRefusal), [token]);
  const signIn = (entered: string) => {
    storeToken(entered);
    setToken(entered);
    setRefusal(null);
  };

  if (refusal !== null) {
    return <SignIn problem={token === null ? "" : refusal} onToken={signIn} />;
  }
  return (
    <ApiContext.Provider value={api}>
      <a class="skip" href="#tasks">
        Skip to the tasks
      </a>
      <Header live={shown} connection={connection} paused={paused} onPause={setPaused} />
      <Announcer live={shown} connection={connection} />
      <main>
        {shown ? (
          <>
            <Notices live={shown} connection={connection} onRetry={() => setAttempt(attempt + 1)} />
            <Overview live={shown} />
            <Tasks tasks={shown.tasks} window_s={shown.window_s} />
            <Slots slots={shown.slots} tasks={shown.tasks} />
            <div class="pair">
              <Models models={shown.models} />
              <ResourceList resources={shown.resources} />
            </div>
            <Decisions tasks={shown.tasks} paused={paused || connection.state !== "live"} />
            {shown.scheduler && <WhatIfPanel policy={shown.scheduler.policy} tasks={shown.tasks} />}
          </>
        ) : (
          <p class="waiting">
            {connection.state === "lost"
              ? "The daemon does not answer. Trying again…"
              : "Connecting to the daemon…"}
          </p>
        )}
      </main>
      <StoryDialog />
    </ApiContext.Provider>
  );
}

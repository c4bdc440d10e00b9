// The last minutes again, in the simulator, under another policy or other settings.
import { useState } from "preact/hooks";
import type { Task, TaskResult, WhatIf } from "../api/types";
import { count, milliseconds, percent, span } from "../format";
import { compare, resultShare } from "../outcomes";
import { message, useApi } from "../session";

const policies = ["slack", "edf", "priority", "fifo", "round_robin", "fixed_batch", "interval", "levels"];

export function WhatIfPanel({ policy: inForce, tasks }: { policy: string; tasks: Task[] }) {
  const api = useApi();
  const [policy, setPolicy] = useState("");
  const [settings, setSettings] = useState("");
  const [running, setRunning] = useState(false);
  const [result, setResult] = useState<WhatIf | null>(null);
  const [error, setError] = useState("");

  const run = async (event: Event) => {
    event.preventDefault();
    setRunning(true);
    setError("");
    const set = settings
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    try {
      setResult(await api.post<WhatIf>("api/v1/what-if", { ...(policy && { policy }), ...(set.length && { set }) }));
    } catch (problem) {
      setResult(null);
      setError(message(problem));
    }
    setRunning(false);
  };

  const example = `tasks[${tasks[0]?.name ?? "NAME"}].latency_budget=50ms`;
  return (
    <section aria-labelledby="what-if" class="card">
      <h2 id="what-if">What if?</h2>
      <p class="soft intro">
        Replays the last minutes in the simulator, under another policy or other settings. The daemon goes on as it is.
      </p>
      <form class="what-if" onSubmit={run}>
        <label>
          Policy
          <select value={policy} onChange={(event) => setPolicy(event.currentTarget.value)}>
            <option value="">as now ({inForce})</option>
            {policies.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Settings, one a line
          <textarea
            rows={2}
            spellcheck={false}
            autocapitalize="off"
            placeholder={example}
            value={settings}
            onInput={(event) => setSettings(event.currentTarget.value)}
          />
        </label>
        <button class="primary" disabled={running}>
          {running ? "Simulating…" : "Simulate"}
        </button>
      </form>
      <div aria-live="polite">
        {error && <p class="problem">{error}</p>}
        {result && <Result result={result} />}
      </div>
    </section>
  );
}

function Result({ result }: { result: WhatIf }) {
  return (
    <>
      <div class="scroll" tabIndex={0} role="group" aria-label="Recorded and simulated">
        <table class="compare">
          <caption>
            {count(result.requests)} requests of the last {span(result.window_s)}
          </caption>
          <thead>
            <tr>
              <td rowSpan={2} />
              <th scope="colgroup" colSpan={4}>
                Recorded: {result.recorded.policy}
              </th>
              <th scope="colgroup" colSpan={4} class="split">
                Simulated: {result.simulated.policy}
              </th>
            </tr>
            <tr>
              {[0, 1].flatMap((side) =>
                ["On time", "Late", "Dropped", "p99"].map((name, i) => (
                  <th key={name + side} scope="col" class={side === 1 && i === 0 ? "number split" : "number"}>
                    {name}
                  </th>
                )),
              )}
            </tr>
          </thead>
          <tbody>
            {compare(result.recorded, result.simulated).map(({ name, recorded, simulated }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <Cells result={recorded} />
                <Cells result={simulated} against={recorded} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Agreement result={result} />
    </>
  );
}

function Cells({ result, against }: { result: TaskResult | undefined; against?: TaskResult | undefined }) {
  const share = resultShare(result);
  const before = resultShare(against);
  const change = share !== null && before !== null ? Math.sign(Number((share - before).toFixed(3))) : 0;
  return (
    <>
      <td class={against ? "number split" : "number"}>
        {change !== 0 && (
          <span class={change > 0 ? "up" : "down"}>
            {change > 0 ? "▲" : "▼"}
            <span class="unseen">{change > 0 ? "better:" : "worse:"}</span>{" "}
          </span>
        )}
        {percent(share)}
      </td>
      <td class="number">{count(result?.late)}</td>
      <td class="number">{count(result?.dropped)}</td>
      <td class="number">{milliseconds(result?.p99_ms)}</td>
    </>
  );
}

/** How far the simulation can be trusted: it repeats what was recorded, or not. */
function Agreement({ result }: { result: WhatIf }) {
  const rows = compare(result.recorded, result.same_policy)
    .map(({ name, recorded, simulated }) => ({ name, was: resultShare(recorded), is: resultShare(simulated) }))
    .filter(({ is }) => is !== null);
  if (rows.length === 0) return null;
  return (
    <p class="soft small">
      How far to trust it: under the recorded settings the simulator gets{" "}
      {rows.map(({ name, was, is }) => `${name} ${percent(is)} (recorded ${percent(was)})`).join(", ")}.
    </p>
  );
}

import type { Model } from "../api/types";
import { milliseconds } from "../format";

export function Models({ models }: { models: Model[] }) {
  return (
    <section aria-labelledby="models" class="card">
      <h2 id="models">Models</h2>
      {models.length === 0 ? (
        <p class="soft">No model is in the repository.</p>
      ) : (
        <div class="scroll" tabIndex={0} role="group" aria-labelledby="models">
          <table>
            <thead>
              <tr>
                <th scope="col">Model</th>
                <th scope="col">State</th>
                <th scope="col" class="wide">Provider</th>
                <th scope="col" class="number">
                  Instances
                </th>
                <th scope="col" class="number">
                  Batch p50
                </th>
              </tr>
            </thead>
            <tbody>
              {models.map((model) => (
                <ModelRow key={`${model.name}:${model.version}`} model={model} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function ModelRow({ model }: { model: Model }) {
  return (
    <tr>
      <th scope="row">
        {model.name}
        {model.version && <span class="soft">:{model.version}</span>}
      </th>
      <td class="wrap">
        <span class={`chip ${stateClass(model.state)}`}>{model.state.toLowerCase()}</span>
        {model.reason && <span class="soft small reason">{model.reason}</span>}
      </td>
      <td class="wide">{model.provider || "–"}</td>
      <td class="number">
        {model.instances_available} of {model.instances}
      </td>
      <td class="number">{milliseconds(model.batch_p50_ms)}</td>
    </tr>
  );
}

function stateClass(state: string): string {
  if (state === "READY") return "good";
  return state === "UNAVAILABLE" ? "bad" : "warn";
}

import type { Resources } from "../api/types";
import { bytes, percent } from "../format";

export function ResourceList({ resources }: { resources: Resources | null }) {
  return (
    <section aria-labelledby="resources" class="card">
      <h2 id="resources">Resources</h2>
      {resources ? <Meters resources={resources} /> : <p class="soft">Not read yet.</p>}
    </section>
  );
}

function Meters({ resources: r }: { resources: Resources }) {
  const memory = r.memory_total_bytes > 0 ? r.memory_used_bytes / r.memory_total_bytes : 0;
  return (
    <dl class="meters">
      <Meter name="CPU" value={percent(r.cpu)} share={r.cpu} />
      <Meter
        name="Memory"
        value={`${bytes(r.memory_used_bytes)} of ${bytes(r.memory_total_bytes)}`}
        share={memory}
      />
      {r.gpu !== null && <Meter name="GPU" value={percent(r.gpu)} share={r.gpu} />}
      <Meter name="Pressure" value={percent(r.pressure)} share={r.pressure} />
      <Meter name="Process CPU" value={`${r.process_cpu.toFixed(2)} cores`} />
      <Meter name="Process memory" value={bytes(r.process_rss_bytes)} />
      {r.temperature_c !== null && (
        <Meter
          name="Temperature"
          value={`${r.temperature_c.toFixed(0)} °C${r.throttled ? ", throttled" : ""}`}
        />
      )}
      {r.power_w !== null && <Meter name="Power" value={`${r.power_w.toFixed(1)} W`} />}
    </dl>
  );
}

function Meter({ name, value, share }: { name: string; value: string; share?: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
      {share !== undefined && (
        <div class={share > 0.9 ? "gauge warn" : "gauge"} aria-hidden="true">
          <i style={{ width: `${Math.min(100, share * 100)}%` }} />
        </div>
      )}
    </div>
  );
}

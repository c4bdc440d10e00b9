// What the list of items is narrowed to; each change leads to another address.
import { decisions, type Station } from "../../api/station_types";
import { words } from "../../format";
import { usePolled } from "../../polling";
import { itemsLink } from "../../routes";
import { useApi } from "../../session";

export const fields = ["station", "decision", "state", "from", "until"] as const;
export type Query = Record<(typeof fields)[number], string>;

const states = ["Trigger", "Capture", "Save Binaries", "Inference", "Decision", "Actions", "Done"];

export function readQuery(query: URLSearchParams): Query {
  return Object.fromEntries(fields.map((field) => [field, query.get(field) ?? ""])) as Query;
}

export function ItemFilters({ query }: { query: Query }) {
  const api = useApi();
  const stations = usePolled("stations", (signal) => api.get<Station[]>("api/v1/stations", signal), { every_ms: null });
  const names = (stations.value ?? []).map(({ name }) => name);
  const set = (field: keyof Query, value: string) => {
    location.hash = itemsLink({ ...query, [field]: value });
  };
  return (
    <div class="filters">
      <Choice name="Station" value={query.station} values={withChosen(names, query.station)} onChange={(v) => set("station", v)} />
      <Choice name="Decision" value={query.decision} values={[...decisions]} onChange={(v) => set("decision", v)} />
      <Choice name="State" value={query.state} values={states} onChange={(v) => set("state", v)} />
      <When name="From" value={query.from} onChange={(v) => set("from", v)} />
      <When name="Until" value={query.until} onChange={(v) => set("until", v)} />
    </div>
  );
}

/** A station that is gone may still have items. */
const withChosen = (names: string[], chosen: string): string[] =>
  chosen === "" || names.includes(chosen) ? names : [...names, chosen];

interface FieldProps {
  name: string;
  value: string;
  onChange(value: string): void;
}

function Choice({ name, value, values, onChange }: FieldProps & { values: string[] }) {
  return (
    <label>
      {name}
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">all</option>
        {values.map((each) => (
          <option key={each} value={each}>
            {words(each)}
          </option>
        ))}
      </select>
    </label>
  );
}

function When({ name, value, onChange }: FieldProps) {
  return (
    <label>
      {name}
      <input type="datetime-local" value={value} onChange={(event) => onChange(event.currentTarget.value)} />
    </label>
  );
}

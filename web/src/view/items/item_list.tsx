// The items of all stations, newest first. The page's address holds the filters and the place in
// the list, so that a list can be passed on and the browser's back button works.
import type { Item } from "../../api/station_types";
import { milliseconds, moment, words } from "../../format";
import { usePolled } from "../../polling";
import { itemLink, itemsLink } from "../../routes";
import { useApi } from "../../session";
import { DecisionChip } from "../decision_chip";
import { fields, ItemFilters, type Query, readQuery } from "./item_filters";

const page = 50;
const refresh_ms = 3000;

interface ListPage {
  items: Item[];
  next: string;
}

export function ItemList({ query, held }: { query: URLSearchParams; held: boolean }) {
  const api = useApi();
  const wanted = readQuery(query);
  const after = query.get("after") ?? "";
  const asked = new URLSearchParams({ ...sent(wanted), ...(after && { after }), limit: String(page) });
  const load = async (signal: AbortSignal): Promise<ListPage> => {
    const response = await api.call(`api/v1/items?${asked}`, { signal });
    return { items: (await response.json()) as Item[], next: response.headers.get("X-Next-After") ?? "" };
  };
  // Only the newest change.
  const { value, error } = usePolled(String(asked), load, { every_ms: after === "" ? refresh_ms : null, held });
  return (
    <section aria-labelledby="items" class="card">
      <div class="section-head">
        <h2 id="items">Items</h2>
        <ItemFilters query={wanted} />
      </div>
      {error && <p class="problem" role="alert">{error}</p>}
      {!value && !error && <p class="soft">Loading the items…</p>}
      {value?.items.length === 0 && <p class="soft">{empty(wanted, after)}</p>}
      {value && value.items.length > 0 && <ItemTable items={value.items} />}
      {value && (
        <nav class="paging" aria-label="Pages of the list">
          {after !== "" && <a href={itemsLink(wanted)}>Newest</a>}
          {value.next !== "" && <a href={itemsLink({ ...wanted, after: value.next })}>Older</a>}
        </nav>
      )}
    </section>
  );
}

/** Times as the daemon has them: the filters are in the time of the place where one looks. */
function sent(query: Query): Record<string, string> {
  const set = fields.filter((field) => query[field] !== "");
  return Object.fromEntries(set.map((field) => [field, field === "from" || field === "until" ? utc(query[field]) : query[field]]));
}

function utc(local: string): string {
  const time = new Date(local);
  return Number.isNaN(time.getTime()) ? local : time.toISOString();
}

function empty(query: Query, after: string): string {
  if (after !== "") return "No older item.";
  return fields.some((field) => query[field] !== "") ? "No item is like that." : "No item yet. A trigger makes one.";
}

// The roles are those of a table anyway: see the table of decisions.
function ItemTable({ items }: { items: Item[] }) {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-labelledby="items">
      <table class="decisions" role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">Item</th>
            <th scope="col" role="columnheader">Received</th>
            <th scope="col" role="columnheader">Station</th>
            <th scope="col" role="columnheader">Decision</th>
            <th scope="col" role="columnheader" class="number">Took</th>
            <th scope="col" role="columnheader">Why</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {items.map((item) => (
            <ItemRow key={item.id} item={item} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ItemRow({ item }: { item: Item }) {
  return (
    <tr role="row">
      <td role="cell" class="id">
        <a href={itemLink(item.id)} aria-label={`Item ${item.id}`}>
          {item.id.slice(0, 8)}
        </a>
      </td>
      <td role="cell" class="when soft">{moment(item.received_time)}</td>
      <td role="cell" class="who">{item.station_config}</td>
      <td role="cell" class="end">
        <DecisionChip decision={item.decision} none={words(item.state.toLowerCase())} />
      </td>
      <td role="cell" class="number latency">{milliseconds(item.timing?.total_ms)}</td>
      <td role="cell" class="why">{item.error_message || item.verdict?.reason || ""}</td>
    </tr>
  );
}

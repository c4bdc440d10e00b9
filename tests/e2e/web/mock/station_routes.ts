// The routes of stations, items and configurations, with their state.
import type { IncomingMessage } from "node:http";
import type { Item, Problem, Station } from "../../../../web/src/api/station_types";
import { body } from "./body";
import { hall, item, itemId, items, picture, stations } from "./stations";

export interface Answer {
  status: number;
  body?: unknown;
  /** A picture (SVG) instead of a document. */
  picture?: string;
  headers?: Record<string, string>;
}

export interface StationState {
  /** "METHOD /path?query" of each call so far, but for those of pictures and stations. */
  calls: string[];
  /** "station/camera" of each live picture so far. */
  pictures: string[];
  /** Instead of the usual ones. */
  stations: Station[] | null;
  items: Item[];
  /** Texts by name; those of `editable` can be changed. */
  configs: Map<string, string>;
  editable: Set<string>;
  /** Answers 403 to whatever changes something. */
  readOnly: boolean;
  /** The one of the stations that run one at a time. */
  active: string;
}

const text = `# The line that reads labels.
cameras:
  - name: front
    source: { type: images, path: frames/ }
    steps:
      - { name: text, model: text-det }
      - { name: read, model: text-rec, depends_on: [text] }
    rules:
      - { type: text_match, name: lot, step: read, pattern: "LOT [0-9]{4}" }
rule: { type: all }
`;

export function stationState(): StationState {
  const configs = new Map(["label-line", "door", "left", "right"].map((name) => [name, text]));
  return {
    calls: [],
    pictures: [],
    stations: null,
    items: items(),
    configs,
    editable: new Set(["label-line", "left", "right"]),
    readOnly: false,
    active: "left",
  };
}

const notFound = (what: string): Answer => ({ status: 404, body: { error: `${what} is not known` } });
const ok = (body: unknown): Answer => ({ status: 200, body });

export async function stationAnswer(state: StationState, request: IncomingMessage, url: URL): Promise<Answer | null> {
  const [, , , root = "", name = "", part = "", third = "", fourth = ""] = url.pathname.split("/").map(decodeURIComponent);
  const method = request.method ?? "GET";
  const isPicture = fourth === "picture" || part === "binaries";
  if (!["stations", "items", "configs", "inventory", "trigger"].includes(root)) return null;
  if (!isPicture && url.pathname !== "/api/v1/stations") state.calls.push(`${method} ${url.pathname}${url.search}`);
  const sent = await body(request);
  if (state.readOnly && method !== "GET" && part !== "check") {
    return { status: 403, body: { error: "this token's role does not allow it" } };
  }
  if (root === "inventory") return ok({ models: { "text-detection": { category: "text_regions" } } });
  if (root === "trigger") return trigger(state, url.searchParams.get("station") ?? "");
  if (root === "items") return name === "" ? list(state, url.searchParams) : one(state, name, part);
  if (root === "stations") return station(state, name, part, third, url, sent);
  return config(state, method, name, part, sent);
}

function station(state: StationState, name: string, part: string, camera: string, url: URL, sent: string): Answer {
  const all = state.stations ?? stations(state.active);
  if (name === "") return ok(all);
  const found = all.find((each) => each.name === name);
  if (!found) return notFound(`station ${name}`);
  if (part === "try") {
    if (!sent.startsWith("<svg")) return { status: 422, body: { error: "the body is neither a JPEG nor a PNG image" } };
    return ok({ ...item(2), id: "try", station_config: name, trigger: { by: "try" }, actions: [] });
  }
  const seen = found.cameras.find((each) => each.name === camera);
  if (!seen?.last_captured) return notFound("a picture of this camera");
  const overlay = url.searchParams.get("overlay") === "true";
  state.pictures.push(`${name}/${camera}${overlay ? " drawn" : ""}`);
  return { status: 200, picture: camera === "hall" ? hall(overlay) : picture(117) };
}

function trigger(state: StationState, name: string): Answer {
  const found = (state.stations ?? stations(state.active)).find((each) => each.name === name);
  if (!found) return notFound(`station ${name}`);
  if (found.queue.waiting >= found.queue.capacity) return { status: 503, body: { error: "the queue is full" } };
  const made = { ...item(120), trigger: { by: "api" } };
  state.items.unshift(made);
  return ok({ item_id: made.id });
}

function list(state: StationState, query: URLSearchParams): Answer {
  const wanted = (field: string) => query.get(field) ?? "";
  const found = state.items.filter(
    (each) =>
      (!wanted("station") || each.station_config === wanted("station")) &&
      (!wanted("decision") || each.decision === wanted("decision")) &&
      (!wanted("state") || each.state === wanted("state")) &&
      (!wanted("from") || each.received_time >= wanted("from")) &&
      (!wanted("until") || each.received_time < wanted("until")),
  );
  const begin = wanted("after") ? found.findIndex(({ id }) => id === wanted("after")) + 1 : 0;
  const end = begin + Number(wanted("limit"));
  const page = found.slice(begin, end);
  return { ...ok(page), headers: end < found.length ? { "X-Next-After": page.at(-1)!.id } : {} };
}

function one(state: StationState, id: string, part: string): Answer {
  const found = state.items.find((each) => each.id === id);
  if (!found) return notFound(`item ${id}`);
  if (part === "") return ok(found);
  if (!found.dimensions["front"]) return notFound("a picture of this item");
  const n = Array.from({ length: 121 }, (_, i) => i).find((i) => itemId(i) === id)!;
  return { status: 200, picture: picture(n) };
}

function config(state: StationState, method: string, name: string, part: string, sent: string): Answer {
  if (name === "active") {
    state.active = (JSON.parse(sent) as { config_name: string }).config_name;
    return ok({ name: state.active });
  }
  if (part === "check") return ok({ problems: problems(sent) });
  if (method === "PUT") {
    if (problems(sent).length > 0) return { status: 422, body: { error: "not valid", problems: problems(sent) } };
    state.configs.set(name, sent);
    state.editable.add(name);
    return ok({ name });
  }
  const yaml = state.configs.get(name);
  if (yaml === undefined) return notFound(`configuration ${name}`);
  if (method === "DELETE") state.configs.delete(name);
  return ok({ name, editable: state.editable.has(name), yaml, config: {} });
}

/** Whatever says "wrong" is. */
function problems(yaml: string): Problem[] {
  return yaml.split("\n").flatMap((line, i) => {
    const key = /(\w*wrong)\S*:/.exec(line)?.[0];
    return key ? [{ path: "cameras[0]", line: i + 1, message: `unknown key '${key.slice(0, -1)}'` }] : [];
  });
}

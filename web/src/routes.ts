// Which page the address names: the part after "#", so that one file serves them all.
import { useEffect, useState } from "preact/hooks";

export type Route =
  | { page: "node" }
  | { page: "stations" }
  | { page: "items"; query: URLSearchParams }
  | { page: "item"; id: string }
  | { page: "editor"; name: string };

export const stationsLink = "#/stations";
export const itemLink = (id: string): string => `#/items/${encodeURIComponent(id)}`;
export const editorLink = (name: string): string => `#/stations/${encodeURIComponent(name)}`;
/** Filters that are empty are left out. */
export function itemsLink(query: Record<string, string>): string {
  const set = Object.entries(query).filter(([, value]) => value !== "");
  return set.length > 0 ? `#/items?${new URLSearchParams(set)}` : "#/items";
}

export function routeOf(hash: string): Route {
  const [path = "", query = ""] = hash.split("?", 2);
  const [root, first = "", second = ""] = path.split("/").map(decoded);
  if (root !== "#") return { page: "node" };
  if (first === "stations") return second ? { page: "editor", name: second } : { page: "stations" };
  if (first === "items") {
    return second ? { page: "item", id: second } : { page: "items", query: new URLSearchParams(query) };
  }
  return { page: "node" };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Whether the page may be left now; asked before another one is shown. */
let mayLeave = (): boolean => true;
export function guardLeaving(guard: () => boolean): () => void {
  mayLeave = guard;
  return () => (mayLeave = () => true);
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    let shown = location.hash;
    const changed = () => {
      if (location.hash === shown) return;
      // The browser has gone there already; an entry more brings it back and loses none.
      if (!mayLeave()) return history.pushState(null, "", shown);
      shown = location.hash;
      setHash(shown);
    };
    window.addEventListener("hashchange", changed);
    return () => window.removeEventListener("hashchange", changed);
  }, []);
  return routeOf(hash);
}

import { expect, test } from "vitest";
import { editorLink, itemLink, itemsLink, routeOf, stationsLink } from "../src/routes";

test("every link leads to its page", () => {
  expect(routeOf("")).toEqual({ page: "node" });
  expect(routeOf("#request=2-17")).toEqual({ page: "node" });
  expect(routeOf(stationsLink)).toEqual({ page: "stations" });
  expect(routeOf(editorLink("line 1/é"))).toEqual({ page: "editor", name: "line 1/é" });
  expect(routeOf(itemLink("b1c?#"))).toEqual({ page: "item", id: "b1c?#" });
});

test("filters are part of the address, the empty ones are not", () => {
  expect(itemsLink({ station: "", decision: "" })).toBe("#/items");
  const route = routeOf(itemsLink({ station: "a&b", decision: "KO", state: "" }));
  expect(route.page === "items" && [...route.query]).toEqual([
    ["station", "a&b"],
    ["decision", "KO"],
  ]);
});

test("a name that is not written as an address should be is taken as it is", () => {
  expect(routeOf("#/stations/100%")).toEqual({ page: "editor", name: "100%" });
});

import { expect, test } from "vitest";
import { backOff } from "../src/api/follow";

test("attempts get rarer, up to a limit", () => {
  expect([0, 1, 2, 3, 4, 5, 20].map(backOff)).toEqual([1, 2, 4, 8, 15, 15, 15]);
});

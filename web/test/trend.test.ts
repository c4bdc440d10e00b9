import { expect, test } from "vitest";
import { everyMinute, minutes, stackedDecisions } from "../src/trend";

const now_s = Date.parse("2026-11-22T12:30:40Z") / 1000;
const at = (time: string, OK: number, KO = 0) => ({ time: `2026-11-22T${time}.000Z`, OK, KO, NO_DECISION: 0 });

test("minutes without a decision are there, too", () => {
  const found = everyMinute([at("11:31:00", 1), at("12:29:00", 2, 3), at("12:30:00", 4)], now_s);
  expect(found.length).toBe(minutes);
  expect(found[0]).toEqual({ OK: 1, KO: 0, NO_DECISION: 0 });
  expect(found[58]).toEqual({ OK: 2, KO: 3, NO_DECISION: 0 });
  expect(found[59]!.OK).toBe(4);
  expect(found.reduce((sum, { OK }) => sum + OK, 0)).toBe(7);
});

test("what is older than an hour or of the future is left out", () => {
  const found = everyMinute([at("11:30:59", 1), at("12:31:00", 2)], now_s);
  expect(found.every(({ OK }) => OK === 0)).toBe(true);
});

test("stacks are running totals, and nothing where there is nothing", () => {
  expect(stackedDecisions([{ OK: 2, KO: 0, NO_DECISION: 1 }, { OK: 0, KO: 0, NO_DECISION: 0 }])).toEqual([
    [2, null],
    [null, null],
    [3, null],
  ]);
});

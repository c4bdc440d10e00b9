import { expect, test } from "vitest";
import { ago, bytes, count, milliseconds, moment, percent, perSecond, span, words } from "../src/format";

test("a share is 100 % or 0 % only when it is", () => {
  expect(percent(1)).toBe("100 %");
  expect(percent(0.99999)).toBe("> 99.9 %");
  expect(percent(0.9937)).toBe("99.4 %");
  expect(percent(0.5)).toBe("50 %");
  expect(percent(0.031)).toBe("3.1 %");
  expect(percent(0.00001)).toBe("< 0.1 %");
  expect(percent(0)).toBe("0 %");
});

test("what is missing is a dash", () => {
  for (const format of [percent, milliseconds, perSecond, count, bytes]) {
    expect(format(null)).toBe("–");
  }
  expect(percent(Number.NaN)).toBe("–");
});

test("milliseconds keep three digits and become seconds", () => {
  expect(milliseconds(0.123)).toBe("0.12 ms");
  expect(milliseconds(31)).toBe("31 ms");
  expect(milliseconds(31.04)).toBe("31 ms");
  expect(milliseconds(31.26)).toBe("31.3 ms");
  expect(milliseconds(312.6)).toBe("313 ms");
  expect(milliseconds(999.4)).toBe("999 ms");
  expect(milliseconds(999.6)).toBe("1 s");
  expect(milliseconds(1240)).toBe("1.24 s");
});

test("rates and counts", () => {
  expect(perSecond(14.94)).toBe("14.9/s");
  expect(perSecond(0)).toBe("0/s");
  expect(count(999)).toBe("999");
  expect(count(1234567)).toBe("1\u202f234\u202f567");
});

test("bytes go by 1024", () => {
  expect(bytes(512)).toBe("512 B");
  expect(bytes(1024)).toBe("1 KiB");
  expect(bytes(210 * 1024 * 1024)).toBe("210 MiB");
  expect(bytes(8e9)).toBe("7.45 GiB");
});

test("spans have two units at most", () => {
  expect(span(0.4)).toBe("0 s");
  expect(span(61.2)).toBe("1 min 1 s");
  expect(span(3600)).toBe("1 h");
  expect(span(90061)).toBe("1 d 1 h");
});

test("times relative to now", () => {
  expect(ago(0.2)).toBe("now");
  expect(ago(-0.5)).toBe("now");
  expect(ago(-1.24)).toBe("1.2 s ago");
  expect(ago(-75)).toBe("1 min 15 s ago");
});

test("codes as words", () => {
  expect(words("queue_full_oldest")).toBe("queue full oldest");
});

test("a moment has its date unless it is of today", () => {
  // Local times, as people read them.
  const time = new Date(2026, 10, 2, 8, 5, 9);
  expect(moment(time.toISOString(), new Date(2026, 10, 2, 23, 0))).toBe("08:05:09");
  expect(moment(time.toISOString(), new Date(2026, 10, 3, 8, 5))).toBe("2026-11-02 08:05:09");
  expect(moment("", time)).toBe("–");
  expect(moment(null, time)).toBe("–");
});

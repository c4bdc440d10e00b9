import { expect, test } from "vitest";
import { EventParser } from "../src/api/event_parser";

const text = ': hello\r\n\r\nevent: live\r\ndata: {"a":1}\r\n\r\ndata: x\ndata:  y\nid: 7\nretry\n\n';
const events = [
  { event: "live", data: '{"a":1}' },
  { event: "message", data: "x\n y" },
];

test("events wherever the text is cut", () => {
  for (let size = 1; size <= text.length; size++) {
    const parser = new EventParser();
    const found = [];
    for (let at = 0; at < text.length; at += size) {
      found.push(...parser.feed(text.slice(at, at + size)));
    }
    expect(found).toEqual(events);
  }
});

test("an event that has not ended is not there yet", () => {
  const parser = new EventParser();
  expect(parser.feed("event: live\ndata: 1\n")).toEqual([]);
  expect(parser.feed("\n")).toEqual([{ event: "live", data: "1" }]);
});

test("an event without data is none", () => {
  expect(new EventParser().feed("event: live\n\n")).toEqual([]);
});

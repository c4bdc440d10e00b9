// Server-sent events out of pieces of text. EventSource would do it too, but cannot send a token.

export interface ServerEvent {
  event: string;
  data: string;
}

/** Feed it the text as it comes; it gives the events that became complete. */
export class EventParser {
  private rest = "";
  private event = "message";
  private data: string[] = [];

  feed(text: string): ServerEvent[] {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.line(line.endsWith("\r") ? line.slice(0, -1) : line));
  }

  private line(line: string): ServerEvent[] {
    if (line === "") return this.finish();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.event = value;
    if (field === "data") this.data.push(value);
    return [];
  }

  private finish(): ServerEvent[] {
    const done = this.data.length > 0 ? [{ event: this.event, data: this.data.join("\n") }] : [];
    this.event = "message";
    this.data = [];
    return done;
  }
}

// Serves the built dashboard and the documents of the mock as the daemon would, on a free port.
import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Live } from "../../../../web/src/api/types";
import { body } from "./body";
import { decisions, live, story, whatIf } from "./documents";
import { stationAnswer, type StationState, stationState } from "./station_routes";

const dist = fileURLToPath(new URL("../../../../web/dist", import.meta.url));
const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** As strict as the daemon's: nothing inline, nothing from elsewhere. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface Mock {
  url: string;
  /** Bodies of the calls of what-if so far. */
  asked: unknown[];
  /** Stations, items and configurations; tests look into it and change it. */
  station: StationState;
  /** Ends the streams; refuses new ones until up() is called. */
  down(): void;
  up(): void;
  /** What the next documents show differently. */
  change(changes: Partial<Live>): void;
  /** Streams stay open, but nothing comes any more, and nothing new is answered. */
  silence(): void;
  /** From now on only this token is accepted. */
  guard(token: string): void;
  close(): Promise<void>;
}

export async function startMock(): Promise<Mock> {
  const streams = new Set<ServerResponse>();
  const asked: unknown[] = [];
  const station = stationState();
  let changes: Partial<Live> = {};
  let isDown = false;
  let token = "";

  const send = (stream: ServerResponse) =>
    stream.write(`event: live\ndata: ${JSON.stringify({ ...live(), ...changes })}\n\n`);
  const timer = setInterval(() => streams.forEach(send), 250);

  const server = createServer((request, response) => {
    const url = new URL(request.url!, "http://mock");
    if (!url.pathname.startsWith("/api/")) return void file(url.pathname, response);
    if (isDown) return void request.socket.destroy();
    if (token && request.headers.authorization !== `Bearer ${token}`) {
      return json(response, 401, { error: "this token is not known" });
    }
    if (url.pathname === "/api/v1/live/stream") {
      response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
      streams.add(response);
      response.on("close", () => streams.delete(response));
      send(response);
    } else if (url.pathname === "/api/v1/decisions") {
      json(response, 200, decisions(url.searchParams.get("task") ?? "", url.searchParams.get("end") ?? ""));
    } else if (url.pathname.startsWith("/api/v1/requests/")) {
      const found = story(decodeURIComponent(url.pathname.split("/").at(-1)!));
      if (found) json(response, 200, found);
      else json(response, 404, { error: "this request is not remembered any more" });
    } else if (url.pathname === "/api/v1/what-if" && request.method === "POST") {
      void body(request).then((sent) => {
        const wanted = JSON.parse(sent) as { policy?: string; set?: string[] };
        asked.push(wanted);
        if (wanted.set?.some((setting) => !setting.includes("="))) {
          json(response, 400, { error: "setting 1: expected KEY=VALUE" });
        } else {
          json(response, 200, whatIf(wanted.policy ?? "slack"));
        }
      });
    } else {
      void stationAnswer(station, request, url).then((answer) => {
        if (!answer) json(response, 404, { error: "no such page" });
        else if (answer.picture === undefined) json(response, answer.status, answer.body, answer.headers);
        else response.writeHead(answer.status, { "Content-Type": "image/svg+xml" }).end(answer.picture);
      });
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    station,
    down() {
      isDown = true;
      streams.forEach((stream) => stream.destroy());
    },
    up() {
      isDown = false;
    },
    change(wanted) {
      changes = wanted;
      streams.forEach(send);
    },
    silence() {
      clearInterval(timer);
      isDown = true;
    },
    guard(wanted) {
      token = wanted;
    },
    close() {
      clearInterval(timer);
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

async function file(name: string, response: ServerResponse): Promise<void> {
  const wanted = path.join(dist, name === "/" ? "index.html" : path.normalize(name));
  try {
    const content = await readFile(wanted);
    response.writeHead(200, {
      "Content-Type": types[path.extname(wanted)] ?? "application/octet-stream",
      "Content-Security-Policy": policy,
    });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}

function json(response: ServerResponse, status: number, document: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(document));
}

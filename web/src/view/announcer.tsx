// Tells screen readers what changed for the whole node; the numbers change too often to be read out.
import type { Connection } from "../api/follow";
import type { Live } from "../api/types";

export function Announcer({ live, connection }: { live: Live | null; connection: Connection }) {
  return (
    <p role="status" class="unseen">
      {announcement(live, connection)}
    </p>
  );
}

function announcement(live: Live | null, connection: Connection): string {
  if (connection.state === "lost") return "Disconnected. The numbers are old.";
  if (!live) return "Connecting.";
  if (!live.ready) return `Connected. Not ready: ${live.reason}`;
  return live.scheduler?.shedding ? "Connected. Ready, shedding load." : "Connected. Ready.";
}

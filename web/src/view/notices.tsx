// What needs attention before any number does.
import type { Connection } from "../api/follow";
import type { Live } from "../api/types";

interface Props {
  live: Live;
  connection: Connection;
  onRetry(): void;
}

export function Notices({ live, connection, onRetry }: Props) {
  return (
    <>
      {connection.state === "lost" && (
        <div class="notice bad">
          <p>
            <strong>Disconnected.</strong> These are the last numbers that came. Trying again every{" "}
            {connection.retry_s} s.
          </p>
          <button type="button" onClick={onRetry}>
            Try now
          </button>
        </div>
      )}
      {!live.ready && (
        <div class="notice bad">
          <p>
            <strong>Not ready.</strong> {live.reason}
          </p>
        </div>
      )}
      {live.configuration.error !== "" && (
        <div class="notice warn">
          <p>
            <strong>The last configuration was refused</strong>; no. {live.configuration.generation} stays in
            force. {live.configuration.error}
          </p>
        </div>
      )}
      {live.scheduler?.shedding && (
        <div class="notice warn">
          <p>
            <strong>Shedding load.</strong> More is asked for than can be done in time: less important requests
            are given up so that others are on time.
          </p>
        </div>
      )}
    </>
  );
}

// Has the daemon check a text whenever it has not changed for a moment.
import { useEffect, useState } from "preact/hooks";
import type { Problem } from "../../api/station_types";
import { message, useApi } from "../../session";
import { yamlType } from "./yaml_type";

const pause_ms = 400;

/** `problems`: null while the text is not checked yet. */
export function useCheck(path: string, text: string) {
  const api = useApi();
  const [problems, setProblems] = useState<Problem[] | null>(null);
  const [error, setError] = useState("");
  useEffect(() => {
    const controller = new AbortController();
    const check = async () => {
      try {
        const init = { method: "POST", headers: yamlType, body: text, signal: controller.signal };
        const answer = (await (await api.call(`${path}/check`, init)).json()) as { problems: Problem[] };
        setProblems(answer.problems);
        setError("");
      } catch (problem) {
        if (!controller.signal.aborted) setError(`Not checked: ${message(problem)}`);
      }
    };
    const timer = window.setTimeout(check, pause_ms);
    return () => {
      window.clearTimeout(timer);
      controller.abort();
    };
  }, [api, path, text]);
  return { problems, setProblems, error };
}

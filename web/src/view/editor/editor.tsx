import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../../api/client";
import type { Problem, StationConfig } from "../../api/station_types";
import { guardLeaving, stationsLink } from "../../routes";
import { message, useApi } from "../../session";
import { draftOf, dropDraft, keepDraft } from "./drafts";
import { goToLine, TextArea } from "./text_area";
import { useCheck } from "./use_check";
import { yamlType } from "./yaml_type";

interface Props {
  config: StationConfig;
  isNew: boolean;
  path: string;
  onSaved(): void;
}

export function Editor({ config: { name, editable, yaml }, isNew, path, onSaved }: Props) {
  const api = useApi();
  const [saved, setSaved] = useState(yaml);
  const [text, setText] = useState(() => draftOf(name) ?? yaml);
  const [status, setStatus] = useState("");
  const [failure, setFailure] = useState("");
  const [saving, setSaving] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const { problems, setProblems, error: unchecked } = useCheck(path, text);
  const changed = text !== saved;
  const canSave = editable && !saving && (changed || isNew);
  useGuard(name, changed && editable);
  useEffect(() => keepDraft(name, text, saved), [name, text, saved]);

  const edit = (next: string) => {
    setText(next);
    setStatus("");
    setFailure("");
  };
  const attempt = async (what: () => Promise<void>) => {
    setSaving(true);
    setStatus("");
    setFailure("");
    try {
      await what();
    } catch (problem) {
      const found = problem instanceof ApiError ? problemsIn(problem.body) : [];
      if (found.length > 0) setProblems(found);
      setFailure(found.length > 0 ? "Not saved: see the problems." : message(problem));
    }
    setSaving(false);
  };
  const save = () =>
    attempt(async () => {
      await api.call(path, { method: "PUT", headers: yamlType, body: text });
      setSaved(text);
      setStatus("Saved. It is in force.");
      onSaved();
    });
  const remove = () =>
    attempt(async () => {
      if (!window.confirm(`Delete the station ${name}? Its items stay.`)) return;
      await api.call(path, { method: "DELETE" });
      // Nothing is left to lose.
      setText(saved);
      dropDraft(name);
      guardLeaving(() => true);
      location.hash = stationsLink;
    });
  return (
    <section aria-labelledby="editor" class="card">
      <div class="section-head">
        <h2 id="editor">{isNew ? `New station ${name}` : name}</h2>
        {editable ? (
          <div class="controls">
            <button type="button" class="primary" disabled={!canSave} onClick={save}>
              {saving ? "Saving…" : "Save"}
            </button>
            <button type="button" disabled={!changed} onClick={() => edit(saved)}>
              Revert
            </button>
            <button type="button" disabled={isNew || saving} onClick={remove}>
              Delete
            </button>
          </div>
        ) : (
          <span class="chip">read only</span>
        )}
      </div>
      {!editable && (
        <p class="soft intro">
          This station is part of the configuration file. Only those of the folder <code>station_files</code> can be
          changed here.
        </p>
      )}
      <TextArea area={area} text={text} readOnly={!editable} problems={problems ?? []} onInput={edit} onSave={() => canSave && save()} />
      <div aria-live="polite">
        <p class="small">
          {changed && editable && <span class="chip warn">not saved</span>} {status}{" "}
          <span class="soft">{verdictOf(problems)}</span>
        </p>
        {(failure || unchecked) && <p class="problem">{failure || unchecked}</p>}
        <ul class="notes" aria-label="Problems">
          {(problems ?? []).map((problem, i) => (
            <li key={i}>
              {problem.line ? (
                <button type="button" class="plain" onClick={() => goToLine(area.current!, problem.line!)}>
                  Line {problem.line}
                </button>
              ) : null}{" "}
              {problem.path && <code>{problem.path}</code>} {problem.message}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

/** The problems that an answer to a refused text names. */
function problemsIn(body: unknown): Problem[] {
  const { problems } = (body ?? {}) as { problems?: unknown };
  return Array.isArray(problems) ? (problems as Problem[]) : [];
}

function verdictOf(problems: Problem[] | null): string {
  if (problems === null) return "Checking…";
  if (problems.length === 0) return "No problems.";
  return problems.length === 1 ? "1 problem:" : `${problems.length} problems:`;
}

/** Asks before a text that is not saved is left. */
function useGuard(name: string, unsaved: boolean): void {
  useEffect(() => {
    if (!unsaved) return;
    const closing = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", closing);
    const release = guardLeaving(() => {
      if (!window.confirm(`The changes of ${name} are not saved. Leave them?`)) return false;
      dropDraft(name);
      return true;
    });
    return () => {
      window.removeEventListener("beforeunload", closing);
      release();
    };
  }, [name, unsaved]);
}

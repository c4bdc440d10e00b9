// A text with the numbers of its lines; those with a problem are marked.
import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import type { Problem } from "../../api/station_types";

interface Props {
  area: RefObject<HTMLTextAreaElement | null>;
  text: string;
  readOnly: boolean;
  problems: Problem[];
  onInput(text: string): void;
  /** Control and S. */
  onSave(): void;
}

export function TextArea({ area, text, readOnly, problems, onInput, onSave }: Props) {
  const numbers = useRef<HTMLOListElement>(null);
  const wrong = new Set(problems.map(({ line }) => line));
  const lines = text.split("\n").length;
  return (
    <div class="code">
      <ol ref={numbers} aria-hidden="true">
        {Array.from({ length: lines }, (_, i) => (
          <li key={i} class={wrong.has(i + 1) ? "wrong" : undefined}>
            {i + 1}
          </li>
        ))}
      </ol>
      <textarea
        ref={area}
        aria-label="Configuration of the station (YAML)"
        rows={Math.min(Math.max(lines + 1, 12), 34)}
        wrap="off"
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        readOnly={readOnly}
        value={text}
        onInput={(event) => onInput(event.currentTarget.value)}
        onScroll={(event) => (numbers.current!.scrollTop = event.currentTarget.scrollTop)}
        onKeyDown={(event) => {
          if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
          event.preventDefault();
          if (!readOnly) onSave();
        }}
      />
    </div>
  );
}

/** Selects a line (from 1) and brings it into view. */
export function goToLine(area: HTMLTextAreaElement, line: number): void {
  const lines = area.value.split("\n");
  const index = Math.min(Math.max(line, 1), lines.length) - 1;
  const start = lines.slice(0, index).reduce((sum, each) => sum + each.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + lines[index]!.length);
  const height = area.scrollHeight / lines.length;
  area.scrollTop = Math.max(0, index * height - area.clientHeight / 2);
}

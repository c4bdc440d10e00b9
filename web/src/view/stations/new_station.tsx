import { useState } from "preact/hooks";
import { editorLink } from "../../routes";

/** Leads to the editor of a station that there may not be yet. */
export function NewStation() {
  const [name, setName] = useState("");
  const open = (event: Event) => {
    event.preventDefault();
    location.hash = editorLink(name.trim());
  };
  return (
    <form class="new-station" onSubmit={open}>
      <label>
        New station
        <input
          value={name}
          required
          pattern="[A-Za-z0-9_][A-Za-z0-9_.\-]*"
          title="Letters, digits, and _ . - between them"
          placeholder="its name"
          autocapitalize="off"
          spellcheck={false}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <button>Write it</button>
    </form>
  );
}

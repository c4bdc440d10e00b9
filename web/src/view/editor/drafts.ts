// Texts that are not saved yet, so that signing in again does not lose them.
const drafts = new Map<string, string>();

export const draftOf = (name: string): string | undefined => drafts.get(name);

export function keepDraft(name: string, text: string, saved: string): void {
  if (text === saved) drafts.delete(name);
  else drafts.set(name, text);
}

export function dropDraft(name: string): void {
  drafts.delete(name);
}

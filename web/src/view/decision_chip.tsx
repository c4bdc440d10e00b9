import type { StationDecision } from "../api/station_types";
import { words } from "../format";
import { grade } from "../items";

/** `none` is said where nothing is decided. */
export function DecisionChip({ decision, none = "not decided" }: { decision: StationDecision | ""; none?: string }) {
  return <span class={`chip ${grade(decision)}`}>{decision === "" ? none : words(decision)}</span>;
}

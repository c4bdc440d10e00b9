// What an item's document says, in the order and shape in which it is shown.
import type { FoundObject, Item, ItemAction, StationDecision, StepRecord } from "./api/station_types";

/** An object with its names; `key` is "camera/id", as an item's verdict names it. */
export interface ListedObject extends FoundObject {
  key: string;
  camera: string;
  step: string;
  id: string;
  /** How many ancestors it has. */
  depth: number;
}

/** Objects by their keys. */
export type Keys = ReadonlySet<string>;
export const noKeys: Keys = new Set();

/** A camera's objects, each followed by those that were found on its crop. */
export function objectsOf(item: Item, camera: string): ListedObject[] {
  const all = Object.entries(item.inferences?.[camera] ?? {}).flatMap(([step, found]) =>
    Object.entries(found).map(([id, object]) => ({ ...object, key: `${camera}/${id}`, camera, step, id, depth: 0 })),
  );
  const known = new Set(all.map(({ id }) => id));
  const children = new Map<string, ListedObject[]>();
  for (const object of all) {
    const parent = object.parent && object.parent !== object.id && known.has(object.parent) ? object.parent : "";
    children.set(parent, [...(children.get(parent) ?? []), object]);
  }
  const listed: ListedObject[] = [];
  const list = (parent: string, depth: number) => {
    const here = children.get(parent) ?? [];
    children.delete(parent);
    for (const object of here) {
      listed.push({ ...object, depth });
      list(object.id, depth + 1);
    }
  };
  list("", 0);
  return listed;
}

/** What it is called: the text that was read, or its label. */
export const nameOf = (object: FoundObject): string => object.text || object.label || "";

/** The cameras of an item, in the order of its document. */
export const camerasOf = (item: Item): string[] => Object.keys(item.cameras ?? {});

/** The steps of an item in the order in which they appear; their places choose the colours. */
export function stepsOf(item: Item): string[] {
  const named = Object.values(item.cameras ?? {}).flatMap((camera) => camera.steps.map(({ name }) => name));
  const found = Object.values(item.inferences ?? {}).flatMap((steps) => Object.keys(steps));
  return [...new Set([...named, ...found])];
}

/** A span of time in milliseconds since the trigger. `parts` follow one another from `start`. */
export interface Span {
  name: string;
  kind: "stage" | "step";
  start: number;
  parts: { kind: "queued" | "compute" | "rest"; length: number }[];
}

export const end = (span: Span): number => span.parts.reduce((at, part) => at + part.length, span.start);

const stages = ["queued", "capture", "save", "inference", "decision"] as const;

/** The stages one after the other, and the steps of each camera within inference. */
export function spans(item: Item): Span[] {
  const found: Span[] = [];
  const several = camerasOf(item).length > 1;
  let at = 0;
  for (const stage of stages) {
    const length = item.timing?.[`${stage}_ms`] ?? 0;
    found.push({ name: stage, kind: "stage", start: at, parts: [{ kind: "rest", length }] });
    if (stage === "inference") {
      for (const [camera, { steps }] of Object.entries(item.cameras ?? {})) {
        found.push(...steps.filter(ran).map((step) => stepSpan(step, several ? `${camera}: ${step.name}` : step.name, at)));
      }
    }
    at += length;
  }
  return found;
}

const ran = (step: StepRecord): boolean => step.inferences > 0;

function stepSpan(step: StepRecord, name: string, begin: number): Span {
  const ready = step.ready_ms ?? 0;
  const rest = Math.max(0, (step.ended_ms ?? 0) - ready - step.queued_ms - step.compute_ms);
  return {
    name,
    kind: "step",
    start: begin + ready,
    parts: [
      { kind: "queued", length: step.queued_ms },
      { kind: "compute", length: step.compute_ms },
      { kind: "rest", length: rest },
    ],
  };
}

/** The style sheet's class for the colours of a decision. */
export function grade(decision: StationDecision | ""): "good" | "bad" | "" {
  return decision === "OK" ? "good" : decision === "KO" ? "bad" : "";
}

/** The actions with how they fared, as far as that is known. */
export const actionsOf = (item: Item): ItemAction[] =>
  item.actions.map((action) => (typeof action === "string" ? { name: action, state: "", error: "" } : action));

/** Whether nothing of it will change any more. */
export const finished = (item: Item): boolean =>
  item.state === "Done" && actionsOf(item).every(({ state }) => state !== "waiting");

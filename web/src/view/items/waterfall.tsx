// Where the time went: the stages one after the other, and the steps within inference.
import type { Item, StepRecord } from "../../api/station_types";
import { milliseconds } from "../../format";
import { end, type Span, spans } from "../../items";

export function Waterfall({ item }: { item: Item }) {
  const list = spans(item);
  const total = Math.max(...list.map(end), item.timing?.total_ms ?? 0);
  return (
    <section aria-labelledby="timing" class="card">
      <h2 id="timing">Timing</h2>
      {total === 0 && <p class="soft">Nothing was measured.</p>}
      {total > 0 && (
        <>
          <table class="waterfall">
            <thead class="unseen">
              <tr>
                <th scope="col">Stage</th>
                <th scope="col">When</th>
                <th scope="col">Length</th>
              </tr>
            </thead>
            <tbody>
              {list.map((span) => (
                <Row key={span.kind + span.name} span={span} total={total} />
              ))}
            </tbody>
          </table>
          <ul class="legend">
            <li>
              <i class="mark queued" />
              queued
            </li>
            <li>
              <i class="mark compute" />
              compute
            </li>
            <li>
              <i class="mark rest" />
              other work
            </li>
          </ul>
        </>
      )}
      <NotRun item={item} />
    </section>
  );
}

function Row({ span, total }: { span: Span; total: number }) {
  const share = (length: number) => `${(100 * length) / total}%`;
  const said = span.parts.map(({ kind, length }) => (kind === "rest" ? "" : `${kind} ${milliseconds(length)}`)).filter(Boolean);
  return (
    <tr>
      <th scope="row" class={span.kind}>
        {span.name}
      </th>
      <td class="track">
        <span class="unseen">from {milliseconds(span.start)}</span>
        <span class="bars" title={said.join(", ")}>
          <i style={{ width: share(span.start) }} />
          {span.parts.map(({ kind, length }) => (
            <i key={kind} class={kind} style={{ width: share(length) }} />
          ))}
        </span>
      </td>
      <td class="number">{milliseconds(end(span) - span.start)}</td>
    </tr>
  );
}

/** Steps that had nothing to do, or could not do it, say why. */
function NotRun({ item }: { item: Item }) {
  const steps = Object.entries(item.cameras ?? {}).flatMap(([camera, record]) =>
    record.steps.filter(told).map((step) => ({ camera, step })),
  );
  if (steps.length === 0) return null;
  return (
    <ul class="small notes">
      {steps.map(({ camera, step }) => (
        <li key={`${camera}/${step.name}`}>
          <b>
            {camera}: {step.name}
          </b>{" "}
          {step.state}
          {step.reason && `: ${step.reason}`}
          {step.passed_over > 0 && ` (${step.passed_over} crops passed over)`}
        </li>
      ))}
    </ul>
  );
}

const told = (step: StepRecord): boolean => step.inferences === 0 || step.reason !== "" || step.passed_over > 0;

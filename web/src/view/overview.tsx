// The node in five figures.
import type { ComponentChildren } from "preact";
import type { Live } from "../api/types";
import { count, percent, perSecond } from "../format";
import { droppedCount, onTimeShare, sum } from "../outcomes";

export function Overview({ live }: { live: Live }) {
  const recent = sum(live.tasks.map((task) => task.window));
  const offered = live.tasks.reduce((rate, task) => rate + task.rate, 0);
  const goodput = live.tasks.reduce((rate, task) => rate + task.goodput, 0);
  const dropped = droppedCount(recent);
  const busy = live.slots.filter((slot) => slot.busy).length;
  return (
    <section aria-labelledby="overview" class="overview">
      <h2 id="overview" class="unseen">
        Overview
      </h2>
      <dl class="figures">
        <Figure name="On time" value={percent(onTimeShare(recent))}>
          last {live.window_s} s
        </Figure>
        <Figure name="Goodput" value={perSecond(goodput)}>
          of {perSecond(offered)} offered
        </Figure>
        <Figure name="Dropped" value={count(dropped)}>
          {count(recent.late)} late, {count(recent.failed)} failed
        </Figure>
        <Figure name="Queued" value={count(live.totals.queued)}>
          {count(live.totals.running)} running
        </Figure>
        <Figure name="Slots busy" value={`${busy} of ${live.slots.length}`}>
          {count(live.totals.offered)} requests since the start
        </Figure>
      </dl>
    </section>
  );
}

function Figure(props: { name: string; value: string; children: ComponentChildren }) {
  return (
    <div class="card figure">
      <dt>{props.name}</dt>
      <dd>
        <span class="value">{props.value}</span>
        <span class="soft">{props.children}</span>
      </dd>
    </div>
  );
}

// The page of the node as a whole.
import type { Live } from "../api/types";
import { Decisions } from "./decisions";
import { Models } from "./models";
import { Overview } from "./overview";
import { ResourceList } from "./resources";
import { Slots } from "./slots";
import { StoryDialog } from "./story";
import { Tasks } from "./tasks";
import { WhatIfPanel } from "./what_if";

export function Node({ live, held }: { live: Live; held: boolean }) {
  return (
    <>
      <Overview live={live} />
      <Tasks tasks={live.tasks} window_s={live.window_s} />
      <Slots slots={live.slots} tasks={live.tasks} />
      <div class="pair">
        <Models models={live.models} />
        <ResourceList resources={live.resources} />
      </div>
      <Decisions tasks={live.tasks} paused={held} />
      {live.scheduler && <WhatIfPanel policy={live.scheduler.policy} tasks={live.tasks} />}
      <StoryDialog />
    </>
  );
}

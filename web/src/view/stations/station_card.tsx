import type { Item, Station, StationCamera } from "../../api/station_types";
import { count, moment, words } from "../../format";
import { objectsOf, stepsOf } from "../../items";
import { parts } from "../../outcomes";
import { editorLink, itemLink, itemsLink } from "../../routes";
import { DecisionChip } from "../decision_chip";
import { OutcomeBar } from "../outcome_bar";
import { FetchedPicture } from "../picture";
import { StepLegend } from "../step_legend";
import { StationButtons } from "./station_buttons";
import { ActionStates } from "./station_states";
import { TrendChart } from "./trend_chart";

const picture_ms = 500;

interface Props {
  station: Station;
  overlay: boolean;
  held: boolean;
  /** The daemon's clock. */
  now_s: number;
  onChanged(): void;
}

export function StationCard({ station, overlay, held, now_s, onChanged }: Props) {
  const { name, mode, last, cameras, frames } = station;
  const steps = last ? stepsOf(last) : [];
  const path = `api/v1/stations/${encodeURIComponent(name)}/cameras`;
  // A stream keeps its events only, not what is found on every frame: the daemon draws that.
  const drawn = mode === "stream" && overlay ? "?overlay=true" : "";
  // Once there is a newer picture, the boxes of the last item are not of it.
  const objects = ({ name: camera, last_captured }: StationCamera) =>
    last && mode === "item" && last.cameras[camera]?.captured_time === last_captured ? objectsOf(last, camera) : [];
  return (
    <article class="card station" aria-label={name}>
      <div class="section-head">
        <div>
          <h3>{name}</h3>
          <p class="soft small">{modeOf(station)}</p>
        </div>
        <StationButtons station={station} onChanged={onChanged} />
      </div>
      {station.error && (
        <p class="problem-text" role="alert">
          It cannot work: {station.error}
        </p>
      )}
      <div class={cameras.length > 1 ? "pictures several" : "pictures"}>
        {cameras.map((camera) => (
          <figure key={camera.name}>
            <FetchedPicture
              path={`${path}/${encodeURIComponent(camera.name)}/picture${drawn}`}
              every_ms={picture_ms}
              held={held}
              camera={camera.name}
              objects={objects(camera)}
              steps={steps}
              size={last?.dimensions?.[camera.name]}
              overlay={overlay}
            />
            <p class="small">
              <b>{camera.name}</b> <span class="soft">{camera.source}</span>{" "}
              {camera.state === "failed" ? (
                <span class="chip bad">failed</span>
              ) : (
                <span class="soft">{camera.last_captured ? moment(camera.last_captured) : "nothing yet"}</span>
              )}
              {camera.error && <span class="problem-text reason">{camera.error}</span>}
            </p>
          </figure>
        ))}
      </div>
      {mode === "item" && <StepLegend steps={steps} />}
      {last ? <Last item={last} /> : <p class="soft">{mode === "stream" ? "No event yet." : "Nothing is decided yet."}</p>}
      <dl class="row">
        <Pair name="OK" value={station.counts.OK} />
        <Pair name="KO" value={station.counts.KO} />
        <Pair name={words("NO_DECISION")} value={station.counts.NO_DECISION} />
        <Pair name="errors" value={station.counts.error} />
      </dl>
      <TrendChart station={name} trend={station.trend} now_s={now_s} />
      {frames && (
        <div>
          <h4>
            Frames in <b>{count(frames.in)}</b>
          </h4>
          <OutcomeBar parts={parts({ ...frames, offered: frames.in, failed: 0 })} />
        </div>
      )}
      <ActionStates station={station} />
      <p class="links">
        <a href={itemsLink({ station: name })}>Items of {name}</a>
        <a href={editorLink(name)}>Edit {name}</a>
      </p>
    </article>
  );
}

function modeOf({ mode, run, active }: Station): string {
  const kind = mode === "stream" ? "every frame" : "on a trigger";
  return run === "always" ? kind : `${kind} · ${active ? "the active one" : "not active"}`;
}

function Last({ item }: { item: Item }) {
  return (
    <p class="decided">
      <DecisionChip decision={item.decision} none={item.error ? "error" : words(item.state.toLowerCase())} />{" "}
      {item.error_message || item.verdict?.reason}{" "}
      <a class="small" href={itemLink(item.id)}>
        {moment(item.received_time)}
      </a>
    </p>
  );
}

function Pair({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{count(value)}</dd>
    </div>
  );
}

// The story of one request, in a dialog. The page's address names the request, so that it can be
// passed on and the browser's back button closes it.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Story } from "../api/types";
import { words } from "../format";
import { kind } from "../outcomes";
import { message, useApi } from "../session";

const prefix = "#request=";

export const storyLink = (decision: string): string => prefix + encodeURIComponent(decision);

function named(): string {
  return location.hash.startsWith(prefix) ? decodeURIComponent(location.hash.slice(prefix.length)) : "";
}

export function StoryDialog() {
  const [decision, setDecision] = useState(named);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const read = () => setDecision(named());
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, []);
  useLayoutEffect(() => {
    if (decision) dialog.current!.showModal();
    else dialog.current!.close();
  }, [decision]);

  const close = () => {
    // Closed by going elsewhere: that address stays.
    if (!named()) return;
    history.replaceState(null, "", location.pathname + location.search);
    setDecision("");
  };
  return (
    <dialog
      ref={dialog}
      aria-labelledby="story-title"
      onClose={close}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      {decision && <Content key={decision} decision={decision} />}
    </dialog>
  );
}

function Content({ decision }: { decision: string }) {
  const api = useApi();
  const [story, setStory] = useState<Story | null>(null);
  const [error, setError] = useState("");
  useEffect(() => {
    const controller = new AbortController();
    api
      .get<Story>(`api/v1/requests/${encodeURIComponent(decision)}`, controller.signal)
      .then(setStory)
      .catch((problem: unknown) => controller.signal.aborted || setError(message(problem)));
    return () => controller.abort();
  }, [api, decision]);
  return (
    <div class="story">
      <div class="section-head">
        <h2 id="story-title">Request {decision}</h2>
        <form method="dialog">
          <button aria-label="Close">✕</button>
        </form>
      </div>
      <div aria-live="polite">
        {error && <p class="problem">{error}</p>}
        {!story && !error && <p class="soft">Reading what happened, and trying what would have helped…</p>}
        {story && <Told story={story} />}
      </div>
    </div>
  );
}

function Told({ story }: { story: Story }) {
  return (
    <>
      <p>
        <span class={`chip ${kind(story.end)}`}>{words(story.end)}</span> <b>{story.task}</b>
      </p>
      <h3>What happened</h3>
      <ol class="sentences">
        {story.story.map((sentence, i) => (
          <li key={i}>{sentence}</li>
        ))}
      </ol>
      {story.what_if.length > 0 && <Tried story={story} />}
      {story.remark && <p class="soft">{story.remark}</p>}
    </>
  );
}

function Tried({ story }: { story: Story }) {
  return (
    <>
      <h3 id="tried">What would have helped</h3>
      <div class="scroll" tabIndex={0} role="group" aria-labelledby="tried">
        <table>
          <thead>
            <tr>
              <th scope="col">Change</th>
              <th scope="col">Helps</th>
              <th scope="col">In the simulation</th>
            </tr>
          </thead>
          <tbody>
            {story.what_if.map((tried, i) => (
              <tr key={i}>
                <td class="wrap">{tried.change}</td>
                <td>
                  <span class={tried.helps ? "chip good" : "chip"}>{tried.helps ? "yes" : "no"}</span>
                </td>
                <td class="wrap">{tried.result}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

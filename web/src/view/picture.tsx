// A picture of a camera with what was found on it.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Keys, type ListedObject, nameOf, noKeys } from "../items";
import { dataUrl, useOnScreen, usePolled } from "../polling";
import { useApi } from "../session";
import { Overlay } from "./overlay";

interface Shown {
  camera: string;
  objects: ListedObject[];
  steps: string[];
  /** Width and height that the boxes refer to; not known: those of the picture. */
  size: readonly [number, number] | undefined;
  overlay: boolean;
  lit?: Keys;
}

interface FetchedProps extends Shown {
  /** Empty: there is none. */
  path: string;
  /** From one picture to the next; null: it stays the same. */
  every_ms: number | null;
  held?: boolean;
}

/** A picture of the daemon, asked for while it is on the screen. */
export function FetchedPicture({ path, every_ms, held = false, ...shown }: FetchedProps) {
  const api = useApi();
  const host = useRef<HTMLDivElement>(null);
  const visible = useOnScreen(host);
  // Fetched, as an <img> would not send the token.
  const load = async (signal: AbortSignal) => dataUrl(await (await api.call(path, { signal })).blob());
  const { value, error } = usePolled(visible ? path : "", load, { every_ms, held });
  return (
    <div ref={host} class="fetched">
      {value ? (
        <Picture source={value} {...shown} />
      ) : (
        <div class="picture none" style={{ aspectRatio: (shown.size ?? [16, 9]).join(" / ") }}>
          <p class="soft small">{error || (path ? "Loading the picture…" : "No picture was kept.")}</p>
        </div>
      )}
    </div>
  );
}

export function Picture({ source, camera, objects, steps, size, overlay, lit = noKeys }: Shown & { source: string }) {
  const image = useRef<HTMLImageElement>(null);
  const [own, setOwn] = useState<[number, number] | null>(null);
  const [width, setWidth] = useState(0);
  const [broken, setBroken] = useState(false);
  useLayoutEffect(() => {
    const resize = new ResizeObserver(() => setWidth(image.current?.clientWidth ?? 0));
    resize.observe(image.current!);
    return () => resize.disconnect();
  }, []);
  useEffect(() => setBroken(false), [source]);
  const reference = size ?? own;
  return (
    <div class="picture">
      <img
        ref={image}
        src={source}
        alt={describe(camera, objects)}
        width={reference?.[0]}
        height={reference?.[1]}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => setOwn([naturalWidth, naturalHeight])}
        onError={() => setBroken(true)}
      />
      {overlay && reference && width > 0 && (
        <Overlay objects={objects} steps={steps} size={reference} scale={reference[0] / width} lit={lit} />
      )}
      {broken && <p class="problem small">This is not a picture that the browser can show.</p>}
    </div>
  );
}

function describe(camera: string, objects: ListedObject[]): string {
  const names = objects.map((object) => nameOf(object) || object.id);
  return [camera, ...(names.length > 0 ? [`with ${names.join(", ")}`] : [])].join(", ");
}

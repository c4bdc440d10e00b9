// Boxes and names of objects over a picture, in the picture's own pixels.
import { type Keys, type ListedObject, nameOf } from "../items";
import { taskColour } from "../theme";

interface Props {
  objects: ListedObject[];
  steps: string[];
  size: readonly [number, number];
  /** Pixels of the picture in one of the screen: names stay legible however small the picture is. */
  scale: number;
  /** The objects to point out; empty: none in particular. */
  lit: Keys;
}

export function Overlay({ objects, steps, size: [width, height], scale, lit }: Props) {
  // What was found on a crop says more than the object that was cropped, and is in the same place.
  const parents = new Set(objects.map(({ parent }) => parent));
  return (
    <svg class={lit.size > 0 ? "overlay pointing" : "overlay"} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {objects.map((object) => {
        const box = boxOf(object);
        if (!box) return null;
        const [left, top, right, bottom] = box;
        const colour = `var(${taskColour(steps.indexOf(object.step))})`;
        return (
          <g key={object.key} class={lit.has(object.key) ? "lit" : undefined} style={{ color: colour }}>
            <rect class="edge" x={left} y={top} width={right - left} height={bottom - top} />
            <rect x={left} y={top} width={right - left} height={bottom - top} />
            {(!parents.has(object.id) || lit.has(object.key)) && (
              <Name caption={captionOf(object)} left={left} top={top} scale={scale} />
            )}
          </g>
        );
      })}
    </svg>
  );
}

const text_px = 11;
const tag_px = 15;

/** Above the box, or within it where there is no room. */
function Name({ caption, left, top, scale }: { caption: string; left: number; top: number; scale: number }) {
  const y = top > tag_px * scale ? top - tag_px * scale : top;
  return (
    <>
      <rect class="tag" x={left} y={y} width={(widthOf(caption) + 8) * scale} height={tag_px * scale} />
      <text x={left + 4 * scale} y={y + (text_px + 0.5) * scale} font-size={text_px * scale}>
        {caption}
      </text>
    </>
  );
}

const ruler = document.createElement("canvas").getContext("2d")!;

/** In pixels of the screen. */
function widthOf(caption: string): number {
  ruler.font = `600 ${text_px}px ${getComputedStyle(document.body).fontFamily}`;
  return ruler.measureText(caption).width;
}

function boxOf({ location }: ListedObject): [number, number, number, number] | null {
  return location?.length === 4 && location.every(Number.isFinite) ? (location as [number, number, number, number]) : null;
}

const captionOf = (object: ListedObject): string =>
  [nameOf(object) || object.id, object.score?.toFixed(2)].filter(Boolean).join(" ");

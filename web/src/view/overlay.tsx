// Boxes and names of objects over a picture, in the picture's own pixels.
import { type Keys, type ListedObject, nameOf } from "../items";
import { taskColour } from "../theme";

interface Props {
  objects: ListedObject[];
  steps: string[];
  size: readonly [number, number];
  /** Pixels of the picture in one of the screen: text stays legible however small the picture is. */
  scale: number;
  /** Keys of the objects to point out; empty: none in particular. */
  lit: Keys;
}

const text_px = 11.5;

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
        // Above the box, or within it where there is no room.
        const above = top > (text_px + 6) * scale;
        return (
          <g key={object.key} class={lit.has(object.key) ? "lit" : undefined} style={{ color: colour }}>
            <rect class="edge" x={left} y={top} width={right - left} height={bottom - top} />
            <rect x={left} y={top} width={right - left} height={bottom - top} />
            {(!parents.has(object.id) || lit.has(object.key)) && (
              <text
                x={left + 3 * scale}
                y={above ? top - 5 * scale : top + (text_px + 2) * scale}
                font-size={text_px * scale}
                stroke-width={3.5 * scale}
                letter-spacing={0.5 * scale}
              >
                {captionOf(object)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

function boxOf({ location }: ListedObject): [number, number, number, number] | null {
  return location?.length === 4 && location.every(Number.isFinite) ? (location as [number, number, number, number]) : null;
}

const captionOf = (object: ListedObject): string =>
  [nameOf(object), object.score?.toFixed(2)].filter(Boolean).join(" ");

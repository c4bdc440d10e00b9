// The colours of the steps on the pictures.
import { taskColour } from "../theme";

export function StepLegend({ steps }: { steps: string[] }) {
  if (steps.length === 0) return null;
  return (
    <ul class="legend">
      {steps.map((step, i) => (
        <li key={step}>
          <i class="mark step" style={{ background: `var(${taskColour(i)})` }} />
          {step}
        </li>
      ))}
    </ul>
  );
}

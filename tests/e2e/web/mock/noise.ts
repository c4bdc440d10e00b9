/** A number in 0..1 that looks random and is always the same. */
export function noise(n: number): number {
  const x = Math.sin(n * 12.9898) * 43758.5453;
  return x - Math.floor(x);
}

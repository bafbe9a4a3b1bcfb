import type { Account } from "../app/account";

export const GRID_DIGITS = 15;
const COUNTY_DIGITS = 6;

/** The longest code that all of an account's ranges lie below; a county has six digits. */
export function commonCode(ranges: Account["areas"]): string | null {
  const grid = (code: string) => code.padEnd(GRID_DIGITS, "0");
  // An end may be a county's code: the last place before it has all the digits of a grid.
  const last = (end: string) => String(BigInt(grid(end)) - 1n);
  const [one, ...others] = ranges.flatMap(({ first, end }) => [grid(first), last(end)]);
  if (one === undefined) return null;
  for (let length = GRID_DIGITS; length >= COUNTY_DIGITS; length -= 3) {
    const prefix = one.slice(0, length);
    if (others.every((code) => code.startsWith(prefix))) return prefix;
  }
  return null;
}

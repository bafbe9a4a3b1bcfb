import type { Account } from "../app/account";
import type { Area } from "../places/areas";
import { GRID_DIGITS } from "../places/codes";

/** One step of the tree: what can be chosen, and the code of what is, or "". */
export interface Level {
  level: "street" | "community" | "grid";
  options: Area[];
  chosen: string;
}

const STEPS = [
  ["street", 9],
  ["community", 12],
  ["grid", GRID_DIGITS],
] as const;

/** The areas of a list that an account works for: its grids and what lies above them. */
export function areasOf(areas: readonly Area[], ranges: Account["areas"]): Area[] {
  const codes = new Set<string>();
  for (const { code, level } of areas) {
    if (level !== "grid" || !ranges.some(({ first, end }) => first <= code && code < end)) continue;
    for (const [, digits] of STEPS) codes.add(code.slice(0, digits));
  }
  return areas.filter(({ code }) => codes.has(code));
}

/** The steps down to a place. Where there is one choice alone, it is taken. */
export function levelsOf(areas: readonly Area[], picked: string): Level[] {
  const levels: Level[] = [];
  for (const [level, digits] of STEPS) {
    const above = levels.at(-1);
    if (above?.chosen === "") break;
    const options = areas.filter(
      (area) => area.level === level && area.code.startsWith(above?.chosen ?? ""),
    );
    if (options.length === 0) continue;
    const wanted = options.find(({ code }) => code === picked.slice(0, digits));
    const only = options.length === 1 ? options[0] : undefined;
    levels.push({ level, options, chosen: (wanted ?? only)?.code ?? "" });
  }
  return levels;
}

/** The code of the lowest place that is chosen, or "". */
export function placeOf(levels: readonly Level[]): string {
  return levels.findLast(({ chosen }) => chosen !== "")?.chosen ?? "";
}

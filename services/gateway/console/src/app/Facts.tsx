import { Fragment, type ReactNode } from "react";

/** A name and what there is to say under it; null leaves the line out. */
export type FactRow = readonly [name: string, value: ReactNode] | null;

/** What is known of one thing, name by name. */
export function Facts({ rows }: { rows: readonly FactRow[] }) {
  return (
    <dl className="facts">
      {rows.map(
        (row) =>
          row !== null && (
            <Fragment key={row[0]}>
              <dt>{row[0]}</dt>
              <dd>{row[1]}</dd>
            </Fragment>
          ),
      )}
    </dl>
  );
}

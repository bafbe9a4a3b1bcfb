import { Spin } from "antd";

/** Says that something is on its way, to eyes and to screen readers. */
export function Loading({ label }: { label: string }) {
  return (
    <div role="progressbar" aria-label={label}>
      <Spin aria-hidden="true" />
    </div>
  );
}

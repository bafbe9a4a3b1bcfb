import { Input } from "antd";

/** A field that narrows what a page lists, while it is typed into. */
export function SearchBox(props: { label: string; value: string; set: (typed: string) => void }) {
  return (
    <Input
      type="search"
      aria-label={props.label}
      placeholder={props.label}
      style={{ maxWidth: "22rem" }}
      value={props.value}
      onChange={(change) => props.set(change.target.value)}
    />
  );
}

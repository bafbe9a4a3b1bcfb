import type { InputParts } from "../app/Field";
import { type Label, wordOf } from "./lists";
import { incidentTexts } from "./texts";

interface Props {
  parts: InputParts;
  blank: string;
  labels: Label[] | undefined;
  value: string;
  set: (id: string) => void;
}

/** One entry of a list. */
export function Choice({ parts, blank, labels, value, set }: Props) {
  const { language } = incidentTexts.useText();
  return (
    <select {...parts} value={value} onChange={({ target }) => set(target.value)}>
      <option value="">{blank}</option>
      {labels?.map((label) => (
        <option key={label.id} value={label.id}>
          {wordOf(label, language)}
        </option>
      ))}
    </select>
  );
}

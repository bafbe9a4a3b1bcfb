import { GridName } from "../places/GridName";
import type { Residence } from "./person";
import { personTexts } from "./texts";

/** Where a person lives or lived, the earliest first. */
export function Residences({ residences }: { residences: readonly Residence[] }) {
  const { t } = personTexts.useText();
  if (residences.length === 0) return <p className="quiet">{t("noResidence")}</p>;
  return (
    <ul className="rows">
      {residences.map((residence) => (
        <li key={residence.residence_id}>
          <GridName code={residence.grid} />{" "}
          <span className="quiet">
            <Span residence={residence} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** From when until when somebody lives somewhere. */
export function Span({ residence }: { residence: Residence }) {
  const { t } = personTexts.useText();
  const { first_day: first, last_day: last } = residence;
  return <>{last === null ? t("since", { first }) : t("span", { first, last })}</>;
}

import { useAccount } from "../app/account";
import { Field } from "../app/Field";
import type { Refusal } from "../api/problems";
import { useAreas } from "../places/areas";
import { areasOf } from "../premises/places";
import { usePremisesList } from "../premises/premises";
import { incidentTexts } from "./texts";
import type { Typed } from "./typed";

interface PartProps {
  typed: Typed;
  set: (part: Partial<Typed>) => void;
  refusal: Refusal | null;
}

/** Where something happened: a grid of the account's own, and premises there. */
export function PlaceFields(props: PartProps & { withPremises: boolean }) {
  const { typed, set, refusal, withPremises } = props;
  const { t, language } = incidentTexts.useText();
  const account = useAccount();
  const { data: areas = [], isError } = useAreas(account);
  const own = areasOf(areas, account.areas);
  const name = (area: (typeof own)[number]) => (language === "en" ? area.name_en : area.name_zh);
  return (
    <>
      <Field
        label={t("grid")}
        path="grid"
        refusal={refusal}
        problem={isError ? t("placesFailed") : null}
      >
        {(parts) => (
          <select
            {...parts}
            value={typed.grid}
            onChange={({ target }) => set({ grid: target.value, premises: "" })}
          >
            <option value="">{t("choose")}</option>
            {own
              .filter(({ level }) => level === "community")
              .map((community) => (
                <optgroup key={community.code} label={name(community)}>
                  {own
                    .filter(({ parent_code }) => parent_code === community.code)
                    .map((grid) => (
                      <option key={grid.code} value={grid.code}>
                        {name(grid)}
                      </option>
                    ))}
                </optgroup>
              ))}
          </select>
        )}
      </Field>
      {withPremises && typed.grid !== "" && (
        <PremisesField typed={typed} set={set} refusal={refusal} />
      )}
    </>
  );
}

function PremisesField({ typed, set, refusal }: PartProps) {
  const { t } = incidentTexts.useText();
  const { data, isError } = usePremisesList(typed.grid);
  const found = [...(data?.items ?? [])].sort((a, b) =>
    a.label.localeCompare(b.label, "zh-CN", { numeric: true }),
  );
  return (
    <Field
      label={t("premises")}
      path="premises_id"
      refusal={refusal}
      problem={isError ? t("premisesFailed") : null}
      hint={t(data?.more ? "premisesMany" : "premisesHint")}
    >
      {(parts) => (
        <select
          {...parts}
          value={typed.premises}
          onChange={({ target }) => set({ premises: target.value })}
        >
          <option value="">{t("none")}</option>
          {found.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

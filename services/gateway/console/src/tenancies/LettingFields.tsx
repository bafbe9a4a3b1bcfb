import { Input } from "antd";
import { Field } from "../app/Field";
import type { Premises } from "../premises/premises";
import { LetBy as FiledLetBy } from "../premises/LetBy";
import { personPaths, PersonFields } from "./PersonFields";
import type { LetBy } from "./registration";
import { tenancyTexts } from "./texts";
import type { Registration } from "./useRegistration";

const ORGANISATION = "let_by.organisation.name";
const CREDIT_CODE = "let_by.organisation.credit_code";
const WAYS = [
  ["file", "asFiled"],
  ["person", "person"],
  ["organisation", "organisation"],
] as const;

export const LETTING_PATHS = [...personPaths("let_by"), ORGANISATION, CREDIT_CODE];

interface Props {
  registration: Registration;
  premises: Premises;
}

/** Who lets, where it is somebody else than the file of the premises says. */
export function LettingFields({ registration, premises }: Props) {
  const { t } = tenancyTexts.useText();
  const { draft, busy, refusal, change, known, check } = registration;
  const { letBy } = draft;
  const set = (part: Partial<LetBy>) => change({ letBy: { ...letBy, ...part } });
  return (
    <>
      <fieldset>
        <legend>{t("landlord")}</legend>
        <div className="fields">
          <Field label={t("letBy")}>
            {(parts) => (
              <select
                {...parts}
                value={letBy.by}
                onChange={(event) => set({ by: event.target.value as LetBy["by"] })}
              >
                {WAYS.map(([by, word]) => (
                  <option key={by} value={by}>
                    {t(word)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {letBy.by === "file" && (
            <p>
              <FiledLetBy letBy={premises.let_by} />
            </p>
          )}
          {letBy.by === "organisation" && (
            <>
              <Field label={t("organisationName")} path={ORGANISATION} refusal={refusal}>
                {(parts) => (
                  <Input
                    {...parts}
                    value={letBy.name}
                    onChange={(event) => set({ name: event.target.value })}
                  />
                )}
              </Field>
              <Field label={t("creditCode")} path={CREDIT_CODE} refusal={refusal}>
                {(parts) => (
                  <Input
                    {...parts}
                    value={letBy.creditCode}
                    onChange={(event) => set({ creditCode: event.target.value.toUpperCase() })}
                  />
                )}
              </Field>
            </>
          )}
        </div>
      </fieldset>
      {letBy.by === "person" && (
        <PersonFields
          legend={t("landlord")}
          path="let_by"
          typed={letBy.person}
          set={(person) => set({ person })}
          refusal={refusal}
          known={known(letBy.person, premises)}
          busy={busy}
          check={() => void check("let_by", letBy.person, premises)}
        />
      )}
    </>
  );
}

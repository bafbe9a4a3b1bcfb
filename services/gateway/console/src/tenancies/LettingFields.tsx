import { Input } from "antd";
import { Field } from "../app/Field";
import { LetBy as Filed } from "../premises/LetBy";
import type { Premises } from "../premises/premises";
import { personPaths, PersonFields } from "./PersonFields";
import type { LetBy } from "./registration";
import { tenancyTexts } from "./texts";
import type { Resolving } from "./useResolving";

const PERSON = "let_by";
const ORGANISATION = "let_by.organisation.name";
const CREDIT_CODE = "let_by.organisation.credit_code";

/** The paths under which a refusal speaks of who lets beside a field. */
export const LETTING_PATHS = [...personPaths(PERSON), ORGANISATION, CREDIT_CODE];

interface Props {
  premises: Premises;
  /** How it may be said who lets. */
  ways: readonly LetBy["by"][];
  letBy: LetBy;
  set: (letBy: LetBy) => void;
  resolving: Resolving;
}

/** Who lets premises: a person by the papers, an organisation, or whom the file names. */
export function LettingFields({ premises, ways, letBy, set, resolving }: Props) {
  const { t } = tenancyTexts.useText();
  const { refusal } = resolving;
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
                onChange={(event) => set({ ...letBy, by: event.target.value as LetBy["by"] })}
              >
                {ways.map((by) => (
                  <option key={by} value={by}>
                    {t(by)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {letBy.by === "file" && (
            <p>
              <Filed letBy={premises.let_by} />
            </p>
          )}
          {letBy.by === "organisation" && (
            <>
              <Field label={t("organisationName")} path={ORGANISATION} refusal={refusal}>
                {(parts) => (
                  <Input
                    {...parts}
                    value={letBy.name}
                    onChange={(event) => set({ ...letBy, name: event.target.value })}
                  />
                )}
              </Field>
              <Field label={t("creditCode")} path={CREDIT_CODE} refusal={refusal}>
                {(parts) => (
                  <Input
                    {...parts}
                    value={letBy.creditCode}
                    onChange={(event) =>
                      set({ ...letBy, creditCode: event.target.value.toUpperCase() })
                    }
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
          path={PERSON}
          premisesId={premises.id}
          typed={letBy.person}
          set={(person) => set({ ...letBy, person })}
          resolving={resolving}
        />
      )}
    </>
  );
}

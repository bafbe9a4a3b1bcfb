import { Alert } from "antd";
import { useMemo } from "react";
import { useAccount } from "../app/account";
import { Field } from "../app/Field";
import type { Refusal } from "../api/problems";
import { useAreas } from "../places/areas";
import { areasOf, type Level, levelsOf, placeOf } from "./places";
import { premisesTexts } from "./texts";

export interface AreaChoice {
  levels: Level[];
  /** Code of the lowest place that is chosen, or "". */
  place: string;
  failed: boolean;
  pick: (code: string) => void;
}

/** A place of the account's own, chosen step by step; what was picked last is kept by the page. */
export function useAreaChoice(picked: string, pick: (code: string) => void): AreaChoice {
  const account = useAccount();
  const { data, error } = useAreas(account);
  const levels = useMemo(
    () => levelsOf(areasOf(data ?? [], account.areas), picked),
    [data, account.areas, picked],
  );
  return { levels, place: placeOf(levels), failed: error !== null, pick };
}

interface Props {
  choice: AreaChoice;
  /** Where the place is a field of a request. */
  path?: string;
  refusal?: Refusal | null;
}

export function AreaSelects({ choice, path, refusal }: Props) {
  const { t, language } = premisesTexts.useText();
  const last = choice.levels.length - 1;
  return (
    <>
      {choice.failed && <Alert type="error" title={t("placesFailed")} />}
      {choice.levels.map(({ level, options, chosen }, step) => (
        <Field
          key={level}
          label={t(level)}
          path={step === last ? path : undefined}
          refusal={refusal ?? null}
        >
          {(parts) => (
            <select
              {...parts}
              value={chosen}
              onChange={(change) =>
                choice.pick(change.target.value || (choice.levels[step - 1]?.chosen ?? ""))
              }
            >
              {options.length > 1 && (
                <option value="">{t(path === undefined ? "anywhere" : "choose")}</option>
              )}
              {options.map((area) => (
                <option key={area.code} value={area.code}>
                  {language === "en" ? area.name_en : area.name_zh}
                </option>
              ))}
            </select>
          )}
        </Field>
      ))}
    </>
  );
}

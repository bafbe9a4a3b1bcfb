import { Input } from "antd";
import { Field, type InputParts } from "../app/Field";
import type { Refusal } from "../api/problems";
import { type Office, useOffices } from "../places/offices";
import { CATEGORIES, STATUTES } from "./entries";
import { entryFormTexts } from "./formtexts";
import type { Ground, GroundField } from "./ground";
import { registerTexts, useWords } from "./texts";

// As long as the register takes them.
const LENGTHS = { deciding_organ: 80, document_number: 60 };

interface Props {
  ground: Ground;
  set: (ground: Ground) => void;
  missing: readonly GroundField[];
  refusal: Refusal | null;
}

/** The fields of a statutory ground, each with what is wrong with it beside it. */
export function GroundFields({ ground, set, missing, refusal }: Props) {
  const { t } = entryFormTexts.useText();
  const register = registerTexts.useText();
  const words = useWords();
  const statutes = statutesOf(ground.category);
  const common = (field: GroundField) => ({
    path: field,
    refusal,
    problem: missing.includes(field) ? t("missing") : null,
  });
  const day = (field: "starts_on" | "ends_on" | "review_due_on") => (parts: InputParts) => (
    <Input
      {...parts}
      type="date"
      required
      value={ground[field]}
      onChange={(change) => set({ ...ground, [field]: change.target.value })}
    />
  );
  const text = (field: "deciding_organ" | "document_number") => (parts: InputParts) => (
    <Input
      {...parts}
      required
      autoComplete="off"
      maxLength={LENGTHS[field]}
      value={ground[field]}
      onChange={(change) => set({ ...ground, [field]: change.target.value })}
    />
  );
  return (
    <div className="fields">
      <Field label={register.t("category")} {...common("category")}>
        {(parts) => (
          <select
            {...parts}
            required
            value={ground.category}
            onChange={(change) => {
              const category = CATEGORIES.find((each) => each === change.target.value) ?? "";
              const [only, another] = statutesOf(category);
              set({ ...ground, category, statute: another === undefined ? (only ?? "") : "" });
            }}
          >
            <option value="">{t("choose")}</option>
            {CATEGORIES.map((each) => (
              <option key={each} value={each}>
                {words(each)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={register.t("statute")} {...common("statute")}>
        {(parts) => (
          <select
            {...parts}
            required
            value={ground.statute}
            onChange={(change) => set({ ...ground, statute: change.target.value })}
          >
            <option value="">{t(ground.category === "" ? "categoryFirst" : "choose")}</option>
            {statutes.map((each) => (
              <option key={each} value={each}>
                {words(each)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={register.t("organ")} {...common("deciding_organ")}>
        {text("deciding_organ")}
      </Field>
      <Field label={register.t("document")} {...common("document_number")}>
        {text("document_number")}
      </Field>
      <Field label={register.t("starts")} {...common("starts_on")}>
        {day("starts_on")}
      </Field>
      <Field label={register.t("ends")} {...common("ends_on")} hint={t("endsHint")}>
        {day("ends_on")}
      </Field>
      <Field label={register.t("reviewBy")} {...common("review_due_on")} hint={t("reviewHint")}>
        {day("review_due_on")}
      </Field>
      <Field label={register.t("justice")} {...common("justice_office")}>
        {(parts) => (
          <OfficeSelect
            parts={parts}
            kind="justice"
            none={t("ownJustice")}
            value={ground.justice_office}
            set={(justice_office) => set({ ...ground, justice_office })}
          />
        )}
      </Field>
      <Field
        label={register.t("committee")}
        {...common("assisting_committee")}
        hint={t("committeeHint")}
      >
        {(parts) => (
          <OfficeSelect
            parts={parts}
            kind="committee"
            none={t("noCommittee")}
            value={ground.assisting_committee}
            set={(assisting_committee) => set({ ...ground, assisting_committee })}
          />
        )}
      </Field>
    </div>
  );
}

function statutesOf(category: Ground["category"]): readonly string[] {
  return category === "" ? [] : STATUTES[category];
}

interface SelectProps {
  parts: InputParts;
  kind: Office["kind"];
  none: string;
  value: string;
  set: (office: string) => void;
}

function OfficeSelect({ parts, kind, none, value, set }: SelectProps) {
  const { language } = entryFormTexts.useText();
  const { data: offices = [] } = useOffices();
  return (
    <select {...parts} value={value} onChange={(change) => set(change.target.value)}>
      <option value="">{none}</option>
      {offices
        .filter((office) => office.kind === kind)
        .map((office) => (
          <option key={office.office_id} value={office.office_id}>
            {language === "en" ? office.name_en : office.name_zh}
          </option>
        ))}
    </select>
  );
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Input } from "antd";
import { type ReactNode, useState } from "react";
import { Field, Refused } from "../app/Field";
import { incidents } from "../api/client";
import type { components } from "../api/generated/incidents";
import { useKeys } from "../api/keys";
import { answered, Refusal, refusalOf } from "../api/problems";
import { INCIDENTS } from "./incidents";
import { useLists } from "./lists";
import { Choice } from "./Choice";
import { PlaceFields } from "./PlaceFields";
import { incidentTexts } from "./texts";
import { blankFields, blankReport, bodyOf, type ReportBody, type Typed } from "./typed";

export type ReportAnswer = components["schemas"]["ReportAnswer"];

const BESIDE = [
  ...["classification", "occurred_at", "grid", "premises_id"],
  ...["method", "tip", "narrative", "caller_phone"],
];
const NARRATIVE_MAX = 4_000;
const PHONE_MAX = 30;

interface Props {
  source: ReportBody["source"];
  /** What stands in the form's place once the report is in. */
  children: (answer: ReportAnswer, again: () => void) => ReactNode;
}

/** A report, as somebody tells it. */
export function ReportForm({ source, children }: Props) {
  const { t } = incidentTexts.useText();
  const [typed, setTyped] = useState<Typed>(blankReport);
  const sending = useSending(source);
  const lists = useLists();
  const refusal = sending.error === null ? null : refusalOf(sending.error);
  const set = (part: Partial<Typed>) => setTyped((before) => ({ ...before, ...part }));
  if (sending.data !== undefined) {
    return children(sending.data, () => {
      setTyped(blankReport());
      sending.reset();
    });
  }
  return (
    <form
      className="panel telling"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        sending.mutate(typed);
      }}
    >
      {lists.isError && <Alert type="error" role="alert" title={t("listsFailed")} />}
      <div className="fields">
        <Field label={t("classification")} path="classification" refusal={refusal}>
          {(parts) => (
            <Choice
              parts={parts}
              blank={t("choose")}
              labels={lists.data?.classifications}
              value={typed.classification}
              set={(classification) => set({ classification })}
            />
          )}
        </Field>
        <Field label={t("occurred")} path="occurred_at" refusal={refusal}>
          {(parts) => (
            <input
              {...parts}
              type="datetime-local"
              value={typed.occurred}
              onChange={({ target }) => set({ occurred: target.value })}
            />
          )}
        </Field>
        <PlaceFields typed={typed} set={set} refusal={refusal} withPremises={source === "walk_in"} />
        <Field label={t("methodOf")} path="method" refusal={refusal}>
          {(parts) => (
            <Choice
              parts={parts}
              blank={t("none")}
              labels={lists.data?.methods}
              value={typed.method}
              set={(method) => set({ method })}
            />
          )}
        </Field>
        <Field label={t("tipOf")} path="tip" refusal={refusal}>
          {(parts) => (
            <Choice
              parts={parts}
              blank={t("none")}
              labels={lists.data?.tips}
              value={typed.tip}
              set={(tip) => set({ tip })}
            />
          )}
        </Field>
        <Field label={t("phoneOf")} path="caller_phone" refusal={refusal}>
          {(parts) => (
            <Input
              {...parts}
              type="tel"
              autoComplete="off"
              maxLength={PHONE_MAX}
              value={typed.phone}
              onChange={({ target }) => set({ phone: target.value })}
            />
          )}
        </Field>
      </div>
      <Field
        label={t("narrativeOf")}
        path="narrative"
        refusal={refusal}
        hint={t("narrativeHint")}
      >
        {(parts) => (
          <Input.TextArea
            {...parts}
            rows={4}
            maxLength={NARRATIVE_MAX}
            value={typed.narrative}
            onChange={({ target }) => set({ narrative: target.value })}
          />
        )}
      </Field>
      <Refused refusal={refusal} beside={BESIDE} />
      <p>
        <Button type="primary" htmlType="submit" disabled={sending.isPending}>
          {t(sending.isPending ? "submitting" : "submit")}
        </Button>
      </p>
    </form>
  );
}

function useSending(source: ReportBody["source"]) {
  const { t } = incidentTexts.useText();
  const keys = useKeys();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (typed: Typed) => {
      const blank = blankFields(typed);
      if (blank.length > 0) {
        const errors = blank.map((field) => ({ field, code: "missing", message: t("blank") }));
        throw new Refusal(422, { errors });
      }
      const body = bodyOf(typed, source);
      return keys.run("report", body, (key) =>
        answered(
          incidents.POST("/api/v1/incidents/reports", {
            params: { header: { "idempotency-key": key } },
            body,
          }),
        ),
      );
    },
    onSuccess: () => void queries.invalidateQueries({ queryKey: INCIDENTS }),
  });
}

import { useMutation } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { Field, Refused } from "../app/Field";
import { Loading } from "../app/Loading";
import { shellTexts } from "../app/texts";
import { population } from "../api/client";
import { useKeys } from "../api/keys";
import { answered, refusalOf } from "../api/problems";
import { moment } from "../i18n/time";
import { personsTexts } from "./pagetexts";
import { statePurpose } from "./person";
import { useRecentTenancies } from "./recent";

const GLASS = "glass";
const REASON_MAX = 500;

/** Asks what a person is read for: a tenancy that waits for its check, or broken glass. */
export function StatePurpose({ personId }: { personId: string }) {
  const { t, language } = personsTexts.useText();
  const shell = shellTexts.useText();
  const tenancies = useRecentTenancies(personId);
  const [chosen, setChosen] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const keys = useKeys();
  const breaking = useMutation({
    mutationFn: () => {
      const body = { person_id: personId, reason };
      return keys.run("glass", body, (key) =>
        answered(
          population.POST("/api/v1/population/break-glass", {
            params: { header: { "idempotency-key": key } },
            body,
          }),
        ),
      );
    },
    onSuccess: (made) =>
      statePurpose(personId, { kind: "break_glass", id: (made as { id: string }).id }),
  });
  const refusal = breaking.error === null ? null : refusalOf(breaking.error);
  const choose = (value: string) => {
    setChosen(value);
    setMissing(false);
  };
  if (tenancies.isPending) return <Loading label={shell.t("loading")} />;
  const found = tenancies.data ?? [];
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen === null) setMissing(true);
        else if (chosen === GLASS) breaking.mutate();
        else statePurpose(personId, { kind: "tenancy", id: chosen });
      }}
    >
      <fieldset>
        <legend>{t("why")}</legend>
        <p className="quiet">{t("whyHint")}</p>
        {found.map((tenancy) => (
          <Choice key={tenancy.id} value={tenancy.id} chosen={chosen} choose={choose}>
            {t("tenancy", {
              when: moment(tenancy.registered_at, language),
              first: tenancy.first_day,
            })}
          </Choice>
        ))}
        {found.length === 0 && (
          <p className="quiet">{t(tenancies.isError ? "noTenancies" : "noTenancy")}</p>
        )}
        <Choice value={GLASS} chosen={chosen} choose={choose}>
          {t("glass")}
        </Choice>
        {missing && (
          <p className="wrong" role="alert">
            {t("choose")}
          </p>
        )}
        {chosen === GLASS && (
          <Field
            label={t("reason")}
            path="purpose.reason"
            refusal={refusal}
            hint={t("reasonHint")}
          >
            {(parts) => (
              <Input.TextArea
                {...parts}
                rows={3}
                autoComplete="off"
                maxLength={REASON_MAX}
                value={reason}
                onChange={(change) => setReason(change.target.value)}
              />
            )}
          </Field>
        )}
      </fieldset>
      {chosen === GLASS && <Refused refusal={refusal} beside={["purpose.reason"]} />}
      <p>
        <Button type="primary" htmlType="submit" disabled={breaking.isPending}>
          {t(breaking.isPending ? "going" : "go")}
        </Button>
      </p>
    </form>
  );
}

interface ChoiceProps {
  value: string;
  chosen: string | null;
  choose: (value: string) => void;
  children: React.ReactNode;
}

function Choice({ value, chosen, choose, children }: ChoiceProps) {
  return (
    <p>
      <label>
        <input
          type="radio"
          name="purpose"
          value={value}
          checked={chosen === value}
          onChange={() => choose(value)}
        />{" "}
        {children}
      </label>
    </p>
  );
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Input } from "antd";
import { useState } from "react";
import { Field, Refused } from "../app/Field";
import { rentals } from "../api/client";
import { Keys } from "../api/keys";
import { answered, Refusal, refusalOf } from "../api/problems";
import { today } from "../i18n/time";
import { premisesKey, type Tenancy } from "./premises";
import { likelyEnd } from "./tenancies";
import { premisesTexts } from "./texts";

interface Props {
  tenancy: Tenancy;
  act: "end" | "extend";
  close: () => void;
}

/** Ends or extends a tenancy that nobody changed since it was shown. */
export function ChangeTenancy({ tenancy, act, close }: Props) {
  const { t } = premisesTexts.useText();
  const queries = useQueryClient();
  const [keys] = useState(() => new Keys());
  const [day, setDay] = useState(act === "end" ? likelyEnd(tenancy, today()) : "");
  const readAgain = () =>
    queries.invalidateQueries({ queryKey: premisesKey(tenancy.premises_id) });
  const changing = useMutation({
    mutationFn: () => {
      if (day === "") throw undated(t("chooseDay"));
      const { id, version } = tenancy;
      return keys.run(act, { id, version, day }, (key) => send(act, { id, version, day }, key));
    },
    onSuccess: async () => {
      await readAgain();
      close();
    },
    onError: (error) => refusalOf(error).status === 412 && readAgain(),
  });
  const refusal = changing.isError ? refusalOf(changing.error) : null;
  const stale = refusal?.status === 412;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        changing.mutate();
      }}
    >
      <div className="fields">
        <Field label={t(act === "end" ? "endOn" : "extendTo")} path="last_day" refusal={refusal}>
          {(parts) => (
            <Input
              {...parts}
              type="date"
              value={day}
              onChange={(change) => setDay(change.target.value)}
            />
          )}
        </Field>
      </div>
      {stale ? (
        <Alert type="warning" role="alert" title={t("changed")} />
      ) : (
        <Refused refusal={refusal} beside={["last_day"]} />
      )}
      <p className="spread">
        <Button type="primary" htmlType="submit" disabled={changing.isPending}>
          {t("confirm")}
        </Button>
        <Button onClick={close}>{t("cancel")}</Button>
      </p>
    </form>
  );
}

interface Change {
  id: string;
  version: number;
  day: string;
}

function send(act: "end" | "extend", { id, version, day }: Change, key: string) {
  const ask = {
    params: {
      path: { tenancy_id: id },
      header: { "idempotency-key": key, "if-match": `"${version}"` },
    },
    body: { last_day: day },
  };
  return act === "end"
    ? answered(rentals.POST("/api/v1/rentals/tenancies/{tenancy_id}/endings", ask))
    : answered(rentals.POST("/api/v1/rentals/tenancies/{tenancy_id}/extensions", ask));
}

function undated(message: string): Refusal {
  return new Refusal(422, { errors: [{ field: "last_day", code: "missing", message }] });
}

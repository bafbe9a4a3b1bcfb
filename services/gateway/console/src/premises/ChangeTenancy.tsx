import { Button, Input } from "antd";
import { useState } from "react";
import { ChangeRefused } from "../app/ChangeRefused";
import { Field } from "../app/Field";
import { etag, useChange } from "../api/change";
import { rentals } from "../api/client";
import { answered, Refusal, refusalOf } from "../api/problems";
import { today } from "../i18n/time";
import { premisesKey, type Tenancy } from "./premises";
import { anchorOf, likelyEnd } from "./tenancies";
import { premisesTexts } from "./texts";

type Act = "end" | "extend";

interface Props {
  tenancy: Tenancy;
  act: Act;
  close: () => void;
}

/** Ends or extends a tenancy that nobody changed since it was shown. */
export function ChangeTenancy({ tenancy, act, close }: Props) {
  const { t } = premisesTexts.useText();
  const [day, setDay] = useState(act === "end" ? likelyEnd(tenancy, today()) : "");
  const changing = useChange<Change>({
    send: (asked, key) => {
      if (asked.day === "") throw undated(t("chooseDay"));
      return send(asked, key);
    },
    about: premisesKey(tenancy.premises_id),
    done: close,
  });
  const refusal = changing.isError ? refusalOf(changing.error) : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        changing.mutate({ act, id: tenancy.id, version: tenancy.version, day });
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
      <ChangeRefused refusal={refusal} beside={["last_day"]} />
      <InTheWay refusal={refusal} />
      <p className="spread">
        <Button type="primary" htmlType="submit" disabled={changing.isPending}>
          {t("confirm")}
        </Button>
        <Button onClick={close}>{t("cancel")}</Button>
      </p>
    </form>
  );
}

/** The tenancy that a refusal names as standing in the way. */
function InTheWay({ refusal }: { refusal: Refusal | null }) {
  const { t } = premisesTexts.useText();
  const facts = refusal?.facts;
  const id = facts?.tenancy_id;
  const first = facts?.first_day;
  if (id === undefined || first === undefined) return null;
  return (
    <p>
      <a href={`#${anchorOf(String(id))}`}>
        {t("inTheWay", { first, last: facts?.last_day ?? t("open") })}
      </a>
    </p>
  );
}

interface Change {
  act: Act;
  id: string;
  version: number;
  day: string;
}

function send({ act, id, version, day }: Change, key: string) {
  const ask = {
    params: {
      path: { tenancy_id: id },
      header: { "idempotency-key": key, "if-match": etag(version) },
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

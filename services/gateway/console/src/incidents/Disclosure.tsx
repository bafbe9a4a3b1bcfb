import { Button, Input } from "antd";
import { useState } from "react";
import { Facts } from "../app/Facts";
import { Field, Refused } from "../app/Field";
import { useOnce } from "../app/once";
import { incidents } from "../api/client";
import { answered } from "../api/problems";
import type { IncidentDetail } from "./incidents";
import { incidentTexts } from "./texts";

const REASON = "purpose.reason";
const REASON_MAX = 500;

/** What was asked for is where the keyboard goes on. */
const focus = (element: HTMLElement | null) => element?.focus();

/** What a report tells, read for the incident that it belongs to; each reading is written down. */
export function Disclosure(props: { incident: IncidentDetail; reportId: string }) {
  const { incident, reportId } = props;
  const { t } = incidentTexts.useText();
  const [reason, setReason] = useState("");
  const { told, refusal, asking, read, forget } = useOnce((why: string) =>
    answered(
      incidents.POST("/api/v1/incidents/reports/{report_id}/disclosures", {
        params: { path: { report_id: reportId } },
        body: { purpose: { kind: "incident", id: incident.id, reason: why === "" ? null : why } },
      }),
    ),
  );
  if (told !== null) {
    return (
      <div tabIndex={-1} ref={focus}>
        <Facts
          rows={[
            [t("narrative"), <span key="told" className="told">{told.narrative ?? t("nothing")}</span>],
            [t("phone"), told.caller_phone ?? t("nothing")],
          ]}
        />
        <p>
          <Button onClick={forget}>{t("hide")}</Button>
        </p>
      </div>
    );
  }
  return (
    <details>
      <summary>{t("disclose")}</summary>
      <form
        className="telling"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void read(reason.trim());
        }}
      >
        <p>{t("purpose")}</p>
        <Field label={t("reason")} path={REASON} refusal={refusal}>
          {(parts) => (
            <Input.TextArea
              {...parts}
              rows={2}
              maxLength={REASON_MAX}
              value={reason}
              onChange={({ target }) => setReason(target.value)}
            />
          )}
        </Field>
        <Refused refusal={refusal} beside={[REASON]} />
        <Button htmlType="submit" disabled={asking}>
          {t("read")}
        </Button>
      </form>
    </details>
  );
}

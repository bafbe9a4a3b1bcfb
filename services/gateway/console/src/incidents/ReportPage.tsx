import { Alert, Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { Unlinked } from "./Reports";
import { type ReportAnswer, ReportForm } from "./ReportForm";
import { incidentTexts } from "./texts";
import { Unlink } from "./Unlink";

/** Takes in what somebody tells at the desk. */
export function ReportPage() {
  const { t } = incidentTexts.useText();
  return (
    <>
      <h1>{t("newReport")}</h1>
      <ReportForm source="walk_in">
        {(answer, again) => <Taken answer={answer} again={again} />}
      </ReportForm>
    </>
  );
}

function Taken({ answer, again }: { answer: ReportAnswer; again: () => void }) {
  const { t } = incidentTexts.useText();
  const [apart, setApart] = useState<string | null>(null);
  const { id, version, incident_id, linked } = answer;
  return (
    <div className="panel">
      <Alert
        type="success"
        role="status"
        title={t(linked ? "linked" : "opened")}
        action={incident_id && <Link to={`/incidents/${incident_id}`}>{t("toIncident")}</Link>}
      />
      {linked && apart === null && <Unlink reportId={id} version={version} done={setApart} />}
      {apart !== null && <Unlinked incidentId={apart} />}
      <p>
        <Button onClick={again}>{t("another")}</Button>
      </p>
    </div>
  );
}

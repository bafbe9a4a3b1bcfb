import { Alert } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { type FactRow, Facts } from "../app/Facts";
import { Loading } from "../app/Loading";
import { shellTexts } from "../app/texts";
import { refusalOf } from "../api/problems";
import { moment } from "../i18n/time";
import { Confidential } from "../persons/Confidential";
import { officeName, useOffices } from "../places/offices";
import type { Entry } from "../register/entries";
import { useEntry } from "../register/reading";
import { type Case, type Decision, isOpen, nextStep, responsibleFor } from "./cases";
import { Deadline } from "./Deadline";
import { Decide } from "./Decide";
import { decideTexts } from "./decidetexts";
import { useCase } from "./reading";
import { ResponsibleNow } from "./ResponsibleNow";
import { SideBySide } from "./SideBySide";
import { casesTexts } from "./texts";

const CLOSED_TO_US = new Set([403, 404, 422]);

export function CasePage() {
  const { t } = casesTexts.useText();
  const { caseId = "" } = useParams();
  return (
    <>
      <h1>{t("heading")}</h1>
      <OneCase key={caseId} id={caseId} />
      <p>
        <Link to="/cases">{t("back")}</Link>
      </p>
    </>
  );
}

function OneCase({ id }: { id: string }) {
  const { t } = casesTexts.useText();
  const decide = decideTexts.useText();
  const shell = shellTexts.useText();
  const [decided, setDecided] = useState<Decision | null>(null);
  const { data, error } = useCase(id);
  const entry = useEntry(data?.entry_id ?? null, data?.version);
  // A case that was refused is closed to the office that refused it: what was read goes, too.
  const gone = error !== null && CLOSED_TO_US.has(refusalOf(error).status);
  return (
    <>
      {decided !== null && (
        <Alert type="success" role="status" title={decide.t(`did_${decided}`)} />
      )}
      {error !== null && decided === null && (
        <Alert
          type="error"
          role="alert"
          title={gone ? t("gone") : (refusalOf(error).title ?? shell.t("away"))}
        />
      )}
      {data === undefined && error === null && <Loading label={shell.t("loading")} />}
      {data !== undefined && !gone && (
        <Told
          shown={data}
          entry={entry.isError ? null : (entry.data ?? null)}
          done={setDecided}
        />
      )}
    </>
  );
}

interface ToldProps {
  shown: Case;
  entry: Entry | null;
  done: (decision: Decision) => void;
}

function Told({ shown, entry, done }: ToldProps) {
  const { t, language } = casesTexts.useText();
  const { data: offices } = useOffices();
  const step = nextStep(shown);
  const rows: FactRow[] = [
    [t("state"), <strong key="state">{t(shown.state)}</strong>],
    [
      t("next"),
      step === null
        ? t("nothingNext")
        : t(step.what, { office: officeName(offices, step.office, language) }),
    ],
    step && [t("until"), <Deadline key="until" until={step.until} />],
    [t("openedAt"), moment(shown.opened_at, language)],
    shown.refusal === null
      ? null
      : [t("refusal"), t(casesTexts.has(shown.refusal) ? shown.refusal : "otherReason")],
    shown.outcome === null
      ? null
      : [t("outcome"), t(casesTexts.has(shown.outcome) ? shown.outcome : "closed")],
  ];
  return (
    <>
      <ResponsibleNow
        responsible={responsibleFor(shown, entry)}
        note={isOpen(shown) ? t("untilAccepted") : undefined}
      />
      <section className="panel">
        <Facts rows={rows} />
      </section>
      <h2>{t("compare")}</h2>
      <SideBySide shown={shown} entry={entry} />
      {shown.person && (
        <Confidential
          personId={shown.person.person_id}
          subject={shown.case_id}
          purpose={{ kind: "residence_change_case", id: shown.case_id }}
          explained={t("purpose")}
        />
      )}
      <Decide shown={shown} done={done} />
    </>
  );
}

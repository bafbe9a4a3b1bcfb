import { Link } from "react-router";
import { Loading } from "../app/Loading";
import { NotLoaded } from "../app/NotLoaded";
import { shellTexts } from "../app/texts";
import { refusalOf } from "../api/problems";
import { moment } from "../i18n/time";
import { officeName, useOffices } from "../places/offices";
import { type Case, inOrder, nextStep, responsibleFor } from "./cases";
import { Deadline } from "./Deadline";
import { useCases } from "./reading";
import { casesTexts } from "./texts";

export function CasesPage() {
  const { t } = casesTexts.useText();
  const shell = shellTexts.useText();
  const { data, error, refetch } = useCases();
  return (
    <>
      <h1>{t("heading")}</h1>
      <p className="quiet">{t("intro")}</p>
      {error !== null && (
        <NotLoaded title={refusalOf(error).title ?? t("failed")} retry={refetch} />
      )}
      {data === undefined && error === null && <Loading label={shell.t("loading")} />}
      {data?.length === 0 && (
        <div className="panel" role="status">
          <p>{t("empty")}</p>
          <Link to="/register">{t("toRegister")}</Link>
        </div>
      )}
      <ul className="rows" aria-label={t("heading")}>
        {inOrder(data ?? []).map((each) => <Row key={each.case_id} shown={each} />)}
      </ul>
    </>
  );
}

function Row({ shown }: { shown: Case }) {
  const { t, language } = casesTexts.useText();
  const { data: offices } = useOffices();
  const step = nextStep(shown);
  const responsible = responsibleFor(shown, null);
  const name = (office: string) => officeName(offices, office, language);
  return (
    <li>
      <Link to={`/cases/${shown.case_id}`}>
        {t("one", { when: moment(shown.opened_at, language) })}
      </Link>{" "}
      <strong>{t(shown.state)}</strong>
      {step !== null && (
        <div>
          <span className="quiet">{t("next")}</span>{" "}
          {t(step.what, { office: name(step.office) })} <Deadline until={step.until} />
        </div>
      )}
      {responsible !== null && (
        <div>
          <span className="quiet">{t("responsible")}</span> {name(responsible.office)}
        </div>
      )}
    </li>
  );
}

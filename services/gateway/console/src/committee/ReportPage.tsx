import { Alert, Button } from "antd";
import { Link } from "react-router";
import { shellTexts } from "../app/texts";
import { ReportForm } from "../incidents/ReportForm";
import { committeeTexts } from "./texts";

/** The committee's own word. It learns of no incident: that others told the same would tell of them. */
export function ReportPage() {
  const { t } = committeeTexts.useText();
  const shell = shellTexts.useText();
  return (
    <>
      <h1>{shell.t("/committee/report")}</h1>
      <p>
        {t("reportIntro")} <Link to="/committee/lists">{t("words")}</Link>
      </p>
      <ReportForm source="committee">
        {(_, again) => (
          <div className="panel">
            <Alert type="success" role="status" title={t("reported")} />
            <p className="spread">
              <Button onClick={again}>{t("another")}</Button>
              <Link to="/desk">{t("toDesk")}</Link>
            </p>
          </div>
        )}
      </ReportForm>
    </>
  );
}

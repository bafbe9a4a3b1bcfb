import { Alert, Button } from "antd";
import { Loading } from "../app/Loading";
import { shellTexts } from "../app/texts";
import { type Label, useLists, wordOf } from "./lists";
import { incidentTexts } from "./texts";

/** The words that reports and notices are made of, to look up and to print. */
export function ListsPage() {
  const { t } = incidentTexts.useText();
  const shell = shellTexts.useText();
  const { data, error } = useLists();
  return (
    <>
      <h1>{t("words")}</h1>
      <div className="spread">
        <span>{t("wordsIntro")}</span>
        <Button className="unprinted" onClick={() => window.print()}>
          {t("print")}
        </Button>
      </div>
      {error !== null && <Alert type="error" role="alert" title={t("listsFailed")} />}
      {data === undefined && error === null && <Loading label={shell.t("loading")} />}
      {data !== undefined && (
        <>
          <Words title={t("classification")} labels={data.classifications} />
          <Words title={t("method")} labels={data.methods} />
          <Words title={t("tip")} labels={data.tips} />
        </>
      )}
    </>
  );
}

function Words({ title, labels }: { title: string; labels: Label[] }) {
  const { language } = incidentTexts.useText();
  return (
    <section>
      <h2>{title}</h2>
      <ul className="panel words">
        {labels.map((label) => (
          <li key={label.id}>{wordOf(label, language)}</li>
        ))}
      </ul>
    </section>
  );
}

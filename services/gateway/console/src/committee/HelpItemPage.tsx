import { Alert, Button } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { Facts } from "../app/Facts";
import { Field, Refused } from "../app/Field";
import { useOnce } from "../app/once";
import { population } from "../api/client";
import type { components } from "../api/generated/population";
import { answered } from "../api/problems";
import { ResponsibleNow } from "../cases/ResponsibleNow";
import { PersonFacts } from "../persons/PersonFacts";
import { registerTexts, useWords } from "../register/texts";
import { committeeTexts } from "./texts";

type Entry = components["schemas"]["EntryView"];
type Purpose = components["schemas"]["population__api__register__DisclosureBody"]["purpose"];
const PURPOSES: Purpose[] = ["first_visit", "visit", "review", "end_of_term"];

/** An item of the help team, opened for a purpose; before that the page asks for nothing of it. */
export function HelpItemPage() {
  const { t } = committeeTexts.useText();
  const { entryId = "" } = useParams();
  return (
    <>
      <h1>{t("helpItem")}</h1>
      <HelpItem key={entryId} id={entryId} />
      <p className="unprinted">
        <Link to="/desk">{t("toDesk")}</Link>
      </p>
    </>
  );
}

function HelpItem({ id }: { id: string }) {
  const { t } = committeeTexts.useText();
  const words = useWords();
  const [purpose, setPurpose] = useState<Purpose | "">("");
  const [missing, setMissing] = useState(false);
  const { told, refusal, asking, read, forget } = useOnce((wanted: Purpose) =>
    answered(
      population.POST("/api/v1/population/supervision-entries/{entry_id}/disclosures", {
        params: { path: { entry_id: id } },
        body: { purpose: wanted },
      }),
    ),
  );
  if (told !== null) return <Opened entry={told} hide={forget} />;
  if (refusal?.status === 404) return <Alert type="info" role="status" title={t("gone")} />;
  return (
    <form
      className="panel telling"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setMissing(purpose === "");
        if (purpose !== "") void read(purpose);
      }}
    >
      <p>{t("helpIntro")}</p>
      <Field
        label={t("purpose")}
        path="purpose"
        refusal={refusal}
        problem={missing ? t("choosePurpose") : null}
      >
        {(parts) => (
          <select
            {...parts}
            value={purpose}
            onChange={({ target }) => setPurpose(target.value as Purpose | "")}
          >
            <option value="">{t("choose")}</option>
            {PURPOSES.map((each) => (
              <option key={each} value={each}>
                {words(each)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Refused refusal={refusal} beside={["purpose"]} />
      <p>
        <Button type="primary" htmlType="submit" disabled={asking}>
          {t("open")}
        </Button>
      </p>
    </form>
  );
}

/** What was asked for is where the keyboard goes on. */
const focus = (element: HTMLElement | null) => element?.focus();

function Opened({ entry, hide }: { entry: Entry; hide: () => void }) {
  const { t } = committeeTexts.useText();
  const register = registerTexts.useText();
  const words = useWords();
  return (
    <div tabIndex={-1} ref={focus}>
      <ResponsibleNow
        responsible={{ office: entry.responsible_office, since: entry.responsible_since }}
      />
      <div className="panel">
        <Facts
          rows={[
            [register.t("category"), words(entry.category)],
            [register.t("organ"), entry.deciding_organ],
            [register.t("starts"), entry.starts_on],
            [register.t("ends"), entry.ends_on],
            [register.t("reviewBy"), entry.review_due_on],
          ]}
        />
        {entry.person !== null && <PersonFacts person={entry.person} />}
        <p>
          <Button onClick={hide}>{t("hide")}</Button>
        </p>
      </div>
    </div>
  );
}

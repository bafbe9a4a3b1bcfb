import { Alert } from "antd";
import { useState } from "react";
import { Link, useLocation, useParams } from "react-router";
import { useAccount } from "../app/account";
import { type FactRow, Facts } from "../app/Facts";
import { Loading } from "../app/Loading";
import { shellTexts } from "../app/texts";
import { population } from "../api/client";
import { answered, refusalOf } from "../api/problems";
import { useCases } from "../cases/reading";
import { ResponsibleNow } from "../cases/ResponsibleNow";
import { today } from "../i18n/time";
import { Confidential } from "../persons/Confidential";
import { PersonFacts } from "../persons/PersonFacts";
import { officeName, useOffices } from "../places/offices";
import { DelistEntry, ReviewEntry } from "./ChangeEntry";
import { type Entry, standingOf, type VisitPurpose } from "./entries";
import { useEntry } from "./reading";
import { answersFor } from "./rights";
import { registerTexts, useWords } from "./texts";

const PURPOSES: readonly VisitPurpose[] = ["first_visit", "visit", "review", "end_of_term"];

export function EntryPage() {
  const { t } = registerTexts.useText();
  const { entryId = "" } = useParams();
  return (
    <>
      <h1>{t("heading")}</h1>
      <OneEntry key={entryId} id={entryId} />
      <p>
        <Link to="/register">{t("back")}</Link>
      </p>
    </>
  );
}

function OneEntry({ id }: { id: string }) {
  const { t } = registerTexts.useText();
  const shell = shellTexts.useText();
  const { state } = useLocation() as { state: { made?: boolean } | null };
  const [said, setSaid] = useState<string | null>(state?.made === true ? t("made") : null);
  const { data, error } = useEntry(id);
  const status = error === null ? null : refusalOf(error).status;
  // What has ended is sealed; what was read of it leaves the screen with it.
  const gone = status !== null && [403, 404, 422].includes(status);
  return (
    <>
      {said !== null && <Alert type="success" role="status" title={said} />}
      {error !== null && said === null && (
        <Alert
          type="error"
          role="alert"
          title={gone ? t("gone") : (refusalOf(error).title ?? shell.t("away"))}
        />
      )}
      {data === undefined && error === null && <Loading label={shell.t("loading")} />}
      {data && !gone && <Told entry={data} done={setSaid} />}
    </>
  );
}

function Told({ entry, done }: { entry: Entry; done: (said: string) => void }) {
  const { t, language } = registerTexts.useText();
  const words = useWords();
  const account = useAccount();
  const { data: offices } = useOffices();
  const name = (office: string) => officeName(offices, office, language);
  const standing = standingOf(entry, today());
  const rows: FactRow[] = [
    [
      t("state"),
      <span key="state" className={standing === "review_late" ? "late" : ""}>
        {t(standing)}
      </span>,
    ],
    [t("category"), words(entry.category)],
    [t("statute"), words(entry.statute)],
    [t("organ"), entry.deciding_organ],
    entry.document_number === null ? null : [t("document"), entry.document_number],
    [t("starts"), entry.starts_on],
    [t("ends"), entry.ends_on],
    [t("reviewBy"), entry.review_due_on],
    [t("justice"), name(entry.justice_office)],
    [
      t("committee"),
      entry.assisting_committee === null ? t("none") : name(entry.assisting_committee),
    ],
  ];
  return (
    <>
      <ResponsibleNow
        responsible={{ office: entry.responsible_office, since: entry.responsible_since }}
      />
      <OpenCase entryId={entry.entry_id} />
      <section className="panel">
        <Facts rows={rows} />
        <p>{t("endsByItself", { day: entry.ends_on })}</p>
      </section>
      <h2>{t("person")}</h2>
      <Person entry={entry} />
      {answersFor(account, entry) ? (
        <>
          <ReviewEntry entry={entry} done={done} />
          <DelistEntry entry={entry} done={done} />
        </>
      ) : (
        <p className="quiet">{t("notOurs")}</p>
      )}
    </>
  );
}

function Person({ entry }: { entry: Entry }) {
  const { t } = registerTexts.useText();
  const { person, entry_id: id } = entry;
  if (person === null) return <p className="quiet">{t("unnamed")}</p>;
  return (
    <>
      <PersonFacts person={person} />
      <Confidential
        personId={person.person_id}
        subject={id}
        purpose={{ kind: "supervision_entry", id }}
        explained={t("purpose")}
        choices={PURPOSES.map((value) => ({ value, label: t(value) }))}
        record={(purpose) =>
          answered(
            population.POST("/api/v1/population/supervision-entries/{entry_id}/disclosures", {
              params: { path: { entry_id: id } },
              body: { purpose },
            }),
          )
        }
      />
    </>
  );
}

/** An open residence change of the entry: then somebody has to act, and the office may change. */
function OpenCase({ entryId }: { entryId: string }) {
  const { t } = registerTexts.useText();
  const { data } = useCases();
  const found = data?.find((each) => each.entry_id === entryId);
  if (found === undefined) return null;
  return (
    <p role="status">
      <Link to={`/cases/${found.case_id}`}>{t("openCase")}</Link>
    </p>
  );
}

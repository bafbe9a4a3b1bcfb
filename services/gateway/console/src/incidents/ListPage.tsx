import { Button } from "antd";
import { Link, useSearchParams } from "react-router";
import { useAccount } from "../app/account";
import { Loading } from "../app/Loading";
import { More } from "../app/More";
import { NotLoaded } from "../app/NotLoaded";
import { shellTexts } from "../app/texts";
import { refusalOf } from "../api/problems";
import { type Filter, filterOf, queryOf } from "./filter";
import { IncidentTable } from "./IncidentTable";
import { useIncidentList } from "./incidents";
import { useLists, wordOf } from "./lists";
import { handlesIncidents } from "./rights";
import { incidentTexts } from "./texts";

/** The book of incidents: what the areas of the account have, to filter and to print. */
export function ListPage() {
  const { t } = incidentTexts.useText();
  const shell = shellTexts.useText();
  const { role } = useAccount();
  const [query, setQuery] = useSearchParams();
  const filter = filterOf(query);
  const found = useIncidentList(filter);
  const shown = found.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <h1>{shell.t("/incidents")}</h1>
      <div className="spread unprinted">
        <FilterFields filter={filter} set={(wanted) => setQuery(queryOf(wanted))} />
        <span className="spread">
          {handlesIncidents(role) && <Link to="/incidents/new">{t("newReport")}</Link>}
          <Link to="/incidents/lists">{t("words")}</Link>
          <Button onClick={() => window.print()}>{t("print")}</Button>
        </span>
      </div>
      {found.isPending && <Loading label={shell.t("loading")} />}
      {found.isError && (
        <NotLoaded
          title={t("failed")}
          description={refusalOf(found.error).title}
          retry={found.refetch}
        />
      )}
      {found.isSuccess && shown.length === 0 && (
        <Empty filter={filter} all={() => setQuery(queryOf({ state: "all", classification: "" }))} />
      )}
      {shown.length > 0 && <IncidentTable incidents={shown} />}
      <More found={found} label={t("more")} />
    </>
  );
}

function FilterFields({ filter, set }: { filter: Filter; set: (filter: Filter) => void }) {
  const { t, language } = incidentTexts.useText();
  const lists = useLists();
  return (
    <span className="spread" role="group" aria-label={t("which")}>
      <select
        aria-label={t("state")}
        value={filter.state}
        onChange={({ target }) => set({ ...filter, state: target.value as Filter["state"] })}
      >
        {(["open", "closed", "all"] as const).map((state) => (
          <option key={state} value={state}>
            {t(state)}
          </option>
        ))}
      </select>
      <select
        aria-label={t("classification")}
        value={filter.classification}
        onChange={({ target }) => set({ ...filter, classification: target.value })}
      >
        <option value="">{t("everyClass")}</option>
        {lists.data?.classifications.map((label) => (
          <option key={label.id} value={label.id}>
            {wordOf(label, language)}
          </option>
        ))}
      </select>
    </span>
  );
}

function Empty({ filter, all }: { filter: Filter; all: () => void }) {
  const { t } = incidentTexts.useText();
  const { role } = useAccount();
  const nothingOpen = filter.state === "open" && filter.classification === "";
  return (
    <div className="panel" role="status">
      <p>{t(nothingOpen ? "emptyOpen" : "emptyFilter")}</p>
      <p className="spread">
        <Button onClick={all}>{t("unfilter")}</Button>
        {handlesIncidents(role) && <Link to="/incidents/new">{t("newReport")}</Link>}
      </p>
    </div>
  );
}

import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { FILING, useAccount } from "../app/account";
import { Loading } from "../app/Loading";
import { NotLoaded } from "../app/NotLoaded";
import { SearchBox } from "../app/SearchBox";
import { shellTexts } from "../app/texts";
import { AreaSelects, useAreaChoice } from "./AreaSelects";
import { FilePremises } from "./FilePremises";
import { LISTED_MAX, type PremisesFile, usePremisesList } from "./premises";
import { premisesTexts } from "./texts";

const SHOWN_MAX = 50; // more nobody reads through; a place or a house number is quicker

/** Finds premises by place and house number, or files them; `to` is where each one leads. */
export function PremisesFinder({ to }: { to: (id: string) => string }) {
  const { t } = premisesTexts.useText();
  const account = useAccount();
  const navigate = useNavigate();
  const [query, setQuery] = useSearchParams();
  const [wanted, setWanted] = useState("");
  const choice = useAreaChoice(query.get("area") ?? "", (area) =>
    setQuery(area === "" ? {} : { area }, { replace: true }),
  );
  return (
    <>
      <p className="quiet">{t("intro")}</p>
      <div className="fields">
        <AreaSelects choice={choice} />
      </div>
      <p>
        <SearchBox label={t("search")} value={wanted} set={setWanted} />
      </p>
      {FILING.has(account.role) && (
        <Filing area={choice.place} done={(id) => void navigate(to(id))} />
      )}
      <Found area={choice.place} wanted={wanted} to={to} />
    </>
  );
}

function Found(props: { area: string; wanted: string; to: (id: string) => string }) {
  const { t } = premisesTexts.useText();
  const shell = shellTexts.useText();
  const { data, error, refetch } = usePremisesList(props.area);
  if (error !== null) {
    return <NotLoaded title={t("failed")} retry={refetch} />;
  }
  if (data === undefined) return <Loading label={shell.t("loading")} />;
  const fits = fitting(data.items, props.wanted);
  return (
    <>
      <p className="quiet" role="status">
        {t("count", { count: fits.length })}{" "}
        {data.more && t("many", { count: LISTED_MAX })}{" "}
        {fits.length > SHOWN_MAX && t("shown", { count: SHOWN_MAX })}
      </p>
      {fits.length === 0 && (
        <p className="panel">{t(data.items.length === 0 ? "none" : "noneFits")}</p>
      )}
      <ul className="rows">
        {fits.slice(0, SHOWN_MAX).map((premises) => (
          <li key={premises.id} className="spread">
            <Link to={props.to(premises.id)}>{premises.label}</Link>
            <span>{premises.area}</span>
            <span className="quiet">{t(premises.kind)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function fitting(items: readonly PremisesFile[], wanted: string): PremisesFile[] {
  const plain = (text: string) => text.replaceAll(/\s/g, "").toLowerCase();
  return items.filter(({ area, label }) => plain(area + label).includes(plain(wanted)));
}

function Filing({ area, done }: { area: string; done: (id: string) => void }) {
  const { t } = premisesTexts.useText();
  const [open, setOpen] = useState(false);
  return (
    <details className="panel" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("file")}</summary>
      {open && <FilePremises area={area} done={done} />}
    </details>
  );
}

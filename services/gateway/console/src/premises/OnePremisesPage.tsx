import { useState } from "react";
import { Link, useParams } from "react-router";
import { FILING, useAccount } from "../app/account";
import { Facts } from "../app/Facts";
import { Loading } from "../app/Loading";
import { NotLoaded } from "../app/NotLoaded";
import { shellTexts } from "../app/texts";
import { refusalOf } from "../api/problems";
import { moment } from "../i18n/time";
import { ChangeLandlord } from "../tenancies/ChangeLandlord";
import { LetBy } from "./LetBy";
import { type Premises, usePremises } from "./premises";
import { Tenancies } from "./Tenancies";
import { premisesTexts } from "./texts";

export default function OnePremisesPage() {
  const { t } = premisesTexts.useText();
  const { premisesId = "" } = useParams();
  const { data, error, refetch } = usePremises(premisesId);
  const shell = shellTexts.useText();
  if (data !== undefined) return <Shown key={data.id} premises={data} />;
  if (error === null) return <Loading label={shell.t("loading")} />;
  const refusal = refusalOf(error);
  return (
    <>
      <h1>{shell.t("/premises")}</h1>
      <NotLoaded title={refusal.unsure ? t("failed") : t("gone")} retry={refetch} />
      <p>
        <Link to="/premises">{t("back")}</Link>
      </p>
    </>
  );
}

function Shown({ premises }: { premises: Premises }) {
  const { t, language } = premisesTexts.useText();
  const { role } = useAccount();
  return (
    <>
      <p>
        <Link to="/premises">{t("back")}</Link>
      </p>
      <h1>{premises.label}</h1>
      <div className="panel">
        <Facts
          rows={[
            [t("address"), `${premises.area} ${premises.label}`],
            [t("kind"), t(premises.kind)],
            [t("rooms"), premises.rooms],
            [t("office"), premises.office?.name ?? t("noOffice")],
            [t("letBy"), <LetBy letBy={premises.let_by} />],
            [t("filed"), moment(premises.filed_at, language)],
          ]}
        />
        {FILING.has(role) && <Landlord premises={premises} />}
      </div>
      {FILING.has(role) && (
        <p>
          <Link className="act" to={`/tenancies/new?premises=${premises.id}`}>
            {t("register")}
          </Link>
        </p>
      )}
      <h2>{t("current")}</h2>
      <Tenancies tenancies={premises.tenancies} />
    </>
  );
}

function Landlord({ premises }: { premises: Premises }) {
  const { t } = premisesTexts.useText();
  const [open, setOpen] = useState(false);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("changeLandlord")}</summary>
      {open && (
        <>
          <p className="quiet">{t("landlordHint")}</p>
          <ChangeLandlord premises={premises} close={() => setOpen(false)} />
        </>
      )}
    </details>
  );
}

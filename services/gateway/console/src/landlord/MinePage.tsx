import { Alert, Button } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { Loading } from "../app/Loading";
import { NotLoaded } from "../app/NotLoaded";
import { shellTexts } from "../app/texts";
import { type Premises, usePremises, usePremisesList } from "../premises/premises";
import { Tenancies } from "../premises/Tenancies";
import { premisesTexts } from "../premises/texts";
import { RegisterHere } from "./RegisterHere";
import { landlordTexts } from "./texts";

const SHOWN_AT_ONCE = 10; // each asks for its own address and tenancies
const LOOK_AGAIN_MS = 30_000;

/** A landlord's own premises, who rents there, and one tap to register or end. */
export default function MinePage() {
  const { premisesId } = useParams();
  const shell = shellTexts.useText();
  return (
    <>
      <h1>{shell.t("/mine")}</h1>
      {premisesId === undefined ? <Own /> : <RegisterHere key={premisesId} id={premisesId} />}
    </>
  );
}

function Own() {
  const { t } = landlordTexts.useText();
  const shell = shellTexts.useText();
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const { data, error, refetch } = usePremisesList("");
  if (error !== null && data === undefined) {
    return <NotLoaded title={t("failed")} retry={refetch} />;
  }
  if (data === undefined) return <Loading label={shell.t("loading")} />;
  if (data.items.length === 0) return <p className="panel">{t("none")}</p>;
  return (
    <>
      {data.items.slice(0, shown).map(({ id, label }) => (
        <One key={id} id={id} label={label} />
      ))}
      {data.items.length > shown && (
        <Button onClick={() => setShown(shown + SHOWN_AT_ONCE)}>{t("more")}</Button>
      )}
    </>
  );
}

function One({ id, label }: { id: string; label: string }) {
  const { t } = landlordTexts.useText();
  const shell = shellTexts.useText();
  const { data, error } = usePremises(id, LOOK_AGAIN_MS);
  return (
    <section className="panel" style={{ marginBottom: "0.75rem" }}>
      <h2>
        {data?.area} <span className="whole">{label}</span>
      </h2>
      {error !== null && data === undefined && <Alert type="error" title={t("failed")} />}
      {data === undefined && error === null && <Loading label={shell.t("loading")} />}
      {data !== undefined && <Rented premises={data} />}
    </section>
  );
}

function Rented({ premises }: { premises: Premises }) {
  const { t } = landlordTexts.useText();
  const words = premisesTexts.useText();
  return (
    <>
      <p className="spread">
        <span className="quiet">{words.t(premises.kind)}</span>
        <Link className="act" to={`/mine/${premises.id}`}>{t("register")}</Link>
      </p>
      <Tenancies tenancies={premises.tenancies} />
    </>
  );
}

import { Alert, Button } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";
import { Loading } from "../app/Loading";
import { shellTexts } from "../app/texts";
import { refusalOf } from "../api/problems";
import { usePremises } from "../premises/premises";
import { PremisesFinder } from "../premises/PremisesFinder";
import { Tenancies } from "../premises/Tenancies";
import { premisesTexts } from "../premises/texts";
import { RegisteredNote } from "./RegisteredNote";
import { TenancyForm } from "./TenancyForm";
import { tenancyTexts } from "./texts";
import { type Registration, useRegistration } from "./useRegistration";

const HERE = "/tenancies/new";

/** An officer's registration on one page; what was typed stays when the premises are changed. */
export default function NewTenancyPage() {
  const { t } = tenancyTexts.useText();
  const shell = shellTexts.useText();
  const navigate = useNavigate();
  const [query] = useSearchParams();
  const registration = useRegistration();
  const premisesId = query.get("premises");
  const { done, again } = registration;
  if (done !== null) {
    const next = (address: string) => {
      again();
      void navigate(address);
    };
    return (
      <>
        <h1>{shell.t(HERE)}</h1>
        <RegisteredNote done={done}>
          <Button type="primary" onClick={() => next(HERE)}>
            {t("another")}
          </Button>
          <Button onClick={() => next(`${HERE}?premises=${done.premises.id}`)}>
            {t("samePlace")}
          </Button>
          <Link to={`/premises/${done.premises.id}`}>{t("look")}</Link>
        </RegisteredNote>
      </>
    );
  }
  return (
    <>
      <h1>{shell.t(HERE)}</h1>
      {premisesId === null ? (
        <>
          <h2>{t("find")}</h2>
          <PremisesFinder to={(id) => `${HERE}?premises=${id}`} />
        </>
      ) : (
        <AtPremises id={premisesId} registration={registration} />
      )}
    </>
  );
}

function AtPremises({ id, registration }: { id: string; registration: Registration }) {
  const { t } = tenancyTexts.useText();
  const premises = premisesTexts.useText();
  const shell = shellTexts.useText();
  const { data, error } = usePremises(id);
  const other = <Link to={HERE}>{t("other")}</Link>;
  if (data === undefined) {
    if (error === null) return <Loading label={shell.t("loading")} />;
    return (
      <Alert
        type="error"
        title={premises.t(refusalOf(error).unsure ? "failed" : "gone")}
        action={other}
      />
    );
  }
  return (
    <>
      <p className="panel spread">
        <span>
          {t("premises")}{" "}
          <strong>
            {data.area} {data.label}
          </strong>
        </span>
        <span className="quiet">{premises.t(data.kind)}</span>
        {other}
      </p>
      <TenancyForm registration={registration} premises={data} asksWhoLets />
      <h2>{t("tenancies")}</h2>
      <Tenancies tenancies={data.tenancies} />
    </>
  );
}

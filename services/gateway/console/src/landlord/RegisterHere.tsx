import { Alert, Button } from "antd";
import { Link } from "react-router";
import { Loading } from "../app/Loading";
import { shellTexts } from "../app/texts";
import { refusalOf } from "../api/problems";
import { usePremises } from "../premises/premises";
import { RegisteredNote } from "../tenancies/RegisteredNote";
import { TenancyForm } from "../tenancies/TenancyForm";
import { useRegistration } from "../tenancies/useRegistration";
import { landlordTexts } from "./texts";

/** The officer's form with what a landlord need not say left out: which premises, and who lets. */
export function RegisterHere({ id }: { id: string }) {
  const { t } = landlordTexts.useText();
  const shell = shellTexts.useText();
  const { data, error } = usePremises(id);
  const registration = useRegistration();
  const { done, again } = registration;
  const back = <Link to="/mine">{t("back")}</Link>;
  if (done !== null) {
    return (
      <RegisteredNote done={done}>
        {back}
        <Button onClick={again}>{t("same")}</Button>
      </RegisteredNote>
    );
  }
  if (data === undefined) {
    if (error === null) return <Loading label={shell.t("loading")} />;
    return (
      <Alert type="error" title={t(refusalOf(error).unsure ? "failed" : "gone")} action={back} />
    );
  }
  return (
    <>
      <p className="spread">
        <strong>
          {data.area} {data.label}
        </strong>
        {back}
      </p>
      <TenancyForm registration={registration} premises={data} asksWhoLets={false} />
    </>
  );
}

import type { Premises } from "./premises";
import { premisesTexts } from "./texts";

/** Who lets, as far as the answer says it: a person without a name. */
export function LetBy({ letBy }: { letBy: Premises["let_by"] }) {
  const { t } = premisesTexts.useText();
  if (letBy === null) return <>{t("unknownLandlord")}</>;
  if (letBy.kind === "person") return <>{t("person")}</>;
  return (
    <>
      {letBy.name} <span className="quiet">{t("code", { code: letBy.credit_code ?? "" })}</span>
    </>
  );
}

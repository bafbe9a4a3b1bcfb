import { Alert } from "antd";
import { useState } from "react";
import { Loading } from "../app/Loading";
import { useRoleName } from "../app/texts";
import { useRules } from "../rules/rules";
import { deskTexts } from "./texts";

/** Why a notice came: its rule in plain language. */
export function Why({ ruleId, version }: { ruleId: string; version: number }) {
  const { t } = deskTexts.useText();
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("why")}</summary>
      {open && <Rule id={ruleId} version={version} />}
    </details>
  );
}

function Rule({ id, version }: { id: string; version: number }) {
  const { t, language } = deskTexts.useText();
  const roleName = useRoleName();
  const { data, error } = useRules();
  if (error !== null) return <Alert type="error" title={t("failed")} />;
  if (data === undefined) return <Loading label={t("connecting")} />;
  const rule = data.find((each) => each.id === id);
  if (rule === undefined) return <p className="quiet">{t("version", { version })}</p>;
  const desks = rule.chain.map(roleName);
  const minutes = Math.round((rule.acknowledge_within_seconds ?? 0) / 60);
  return (
    <>
      <p>{language === "en" ? rule.explanation_en : rule.explanation_zh}</p>
      {rule.acknowledge_within_seconds !== null && <p>{t("within", { minutes })}</p>}
      {desks.length > 1 && <p>{t("chain", { roles: desks.join(" → ") })}</p>}
      <p className="quiet">{t("version", { version })}</p>
    </>
  );
}

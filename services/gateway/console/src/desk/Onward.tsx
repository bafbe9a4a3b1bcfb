import { Link } from "react-router";
import { useAccount } from "../app/account";
import { readsIncidents } from "../incidents/rights";
import { readsRegister } from "../register/rights";
import type { Notice } from "./notices";
import { deskTexts } from "./texts";

/** The way from a notice to what it is about, where the account may read that. */
export function Onward({ notice }: { notice: Pick<Notice, "subject_kind" | "subject_id"> }) {
  const { t } = deskTexts.useText();
  const { role } = useAccount();
  const { subject_kind: kind, subject_id: id } = notice;
  if (kind === "incident" && readsIncidents(role)) {
    return <Link to={`/incidents/${id}`}>{t("toIncident")}</Link>;
  }
  if (kind === "supervision_entry" && readsRegister(role)) {
    return <Link to={`/register/${id}`}>{t("toEntry")}</Link>;
  }
  if (kind === "residence_change_case" && readsRegister(role)) {
    return <Link to={`/cases/${id}`}>{t("toCase")}</Link>;
  }
  if (kind === "help_item" && role === "committee") {
    return <Link to={`/committee/help-items/${id}`}>{t("toHelpItem")}</Link>;
  }
  return null;
}

import { useAccount } from "../app/account";
import { useRoleName, shellTexts } from "../app/texts";
import { defineTexts } from "../i18n/texts";
import { moment } from "../i18n/time";
import { placeName, useAreas } from "../places/areas";

const texts = defineTexts(
  "account",
  {
    login: "登录名",
    name: "姓名",
    role: "岗位",
    office: "单位",
    scope: "管辖范围",
    none: "无",
    ends: "登录有效至",
  },
  {
    login: "Login",
    name: "Name",
    role: "Role",
    office: "Office",
    scope: "Scope",
    none: "none",
    ends: "Session ends",
  },
);

export default function AccountPage() {
  const { t, language } = texts.useText();
  const shell = shellTexts.useText();
  const roleName = useRoleName();
  const account = useAccount();
  const { data: areas = [] } = useAreas(account);
  const zh = language === "zh-CN";
  const office = account.office && (zh ? account.office.name_zh : account.office.name_en);
  const scope = areas
    .filter((area) => area.level === "grid")
    .filter(({ code }) => account.areas.some(({ first, end }) => first <= code && code < end))
    .map((area) => placeName(areas, area.code, language));
  const facts = [
    [t("login"), account.login],
    [t("name"), zh ? account.name_zh : account.name_en],
    [t("role"), roleName(account.role)],
    [t("office"), office ?? t("none")],
    [t("scope"), scope.join(zh ? "、" : "; ") || t("none")],
    [t("ends"), moment(account.session_ends_at, language)],
  ] as const;
  return (
    <>
      <h1>{shell.t("/account")}</h1>
      <dl className="facts panel">
        {facts.map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

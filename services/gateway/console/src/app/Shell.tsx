import { Button } from "antd";
import { Suspense } from "react";
import { NavLink, Outlet } from "react-router";
import { gateway } from "../api/client";
import { loginAddress, useSessionEnded } from "../api/session";
import { useOpenCount } from "../desk/store";
import { changeLanguage } from "../i18n/language";
import { type Account, pagesOf } from "./account";
import { Loading } from "./Loading";
import { useFirstPage } from "./pages";
import { useRoleName, shellTexts } from "./texts";

async function logOut(): Promise<void> {
  await gateway.POST("/auth/logout");
  window.location.assign(loginAddress("/console/"));
}

export function Shell({ account }: { account: Account }) {
  const { t, language } = shellTexts.useText();
  const roleName = useRoleName();
  const zh = language === "zh-CN";
  const office = account.office && (zh ? account.office.name_zh : account.office.name_en);
  const named = roleName(account.role);
  const own = zh ? account.name_zh : account.name_en;
  // Waited for here and not by Suspense, which would show what has come 300 ms later.
  const begun = useFirstPage(account);
  const loading = <Loading label={t("loading")} />;
  const who = eachSaidOnce([office, named, own]).join(" ");
  return (
    <>
      <a className="skip" href="#content">
        {t("skip")}
      </a>
      <header className="bar">
        <strong className="brand">{t("name")}</strong>
        <nav aria-label={t("navigation")}>
          {pagesOf(account).map((page) => (
            <NavLink key={page} to={page}>
              {shellTexts.has(page) ? t(page) : page}
              {page === "/desk" && <OpenCount />}
            </NavLink>
          ))}
        </nav>
        <span className="who">{who}</span>
        <Button
          size="small"
          lang={zh ? "en" : "zh-CN"}
          onClick={() => void changeLanguage(zh ? "en" : "zh-CN")}
        >
          {t("language")}
        </Button>
        <Button size="small" onClick={() => void logOut()}>
          {t("logout")}
        </Button>
      </header>
      <SessionEnded />
      <main id="content" tabIndex={-1}>
        <Suspense fallback={loading}>{begun ? <Outlet /> : loading}</Suspense>
      </main>
    </>
  );
}

/** The names without those that another one says: a head's account names the office and the role. */
function eachSaidOnce(names: (string | null | undefined)[]): string[] {
  const all = [...new Set(names)].filter((name): name is string => Boolean(name));
  return all.filter((name) => !all.some((other) => other !== name && other.includes(name)));
}

function OpenCount() {
  const count = useOpenCount();
  const { t } = shellTexts.useText();
  if (count === null || count === 0) return null;
  return (
    <span className="count" aria-label={t("open", { count })}>
      {count}
    </span>
  );
}

function SessionEnded() {
  const ended = useSessionEnded();
  const { t } = shellTexts.useText();
  if (!ended) return null;
  return (
    <div role="alert" className="ended">
      {t("ended")}{" "}
      <a href={loginAddress("/console/signed-in")} target="_blank" rel="noreferrer">
        {t("login")}
      </a>
    </div>
  );
}

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Button, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { useEffect } from "react";
import { BrowserRouter, Link, Navigate, Route, Routes } from "react-router";
import { refusalOf } from "../api/problems";
import { loginAddress } from "../api/session";
import { startDesk } from "../desk/store";
import { readsIncidents } from "../incidents/rights";
import { searchesPersons } from "../persons/rights";
import { readsRegister } from "../register/rights";
import { readsWeek } from "../week/rights";
import { ACCOUNT, type Account, firstPage, useAccountQuery } from "./account";
import { Loading } from "./Loading";
import {
  AccountPage,
  CasesPages,
  CommitteePages,
  DeskPage,
  IncidentPages,
  loadPage,
  MinePage,
  NewTenancyPage,
  OnePremisesPage,
  OperationsPage,
  PersonsPage,
  PremisesPage,
  RegisterPages,
  RulesPage,
  WeekPage,
} from "./pages";
import { Shell } from "./Shell";
import { shellTexts } from "./texts";

const HOME = "/console";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => refusalOf(error).unsure && failures < 2,
    },
  },
});

// On their way while React starts; whoever shows them says what went wrong with them.
const asked = window.location.pathname.slice(HOME.length);
void Promise.all([
  loadPage(asked),
  queries.fetchQuery(ACCOUNT).then((account) => loadPage(firstPage(asked, account))),
]).catch(() => undefined);

// Who asked the system for less movement gets none.
const motion = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;

export function App({ nonce }: { nonce: string }) {
  const { language } = shellTexts.useText();
  return (
    <ConfigProvider
      csp={{ nonce }}
      locale={language === "en" ? enUS : zhCN}
      theme={{ token: { colorPrimary: "#0b57a4", colorTextPlaceholder: "#6b6b6b", motion } }}
      button={{ autoInsertSpace: false }}
    >
      <QueryClientProvider client={queries}>
        <BrowserRouter basename={HOME}>
          <Routes>
            <Route path="/signed-in" element={<SignedIn />} />
            <Route path="*" element={<Inside />} />
          </Routes>
        </BrowserRouter>
      </QueryClientProvider>
    </ConfigProvider>
  );
}

function Inside() {
  const { data, error, refetch } = useAccountQuery();
  const { t } = shellTexts.useText();
  const stranger = error !== null && refusalOf(error).status === 401;
  useEffect(() => {
    if (stranger && data === undefined) {
      window.location.replace(loginAddress(window.location.pathname + window.location.search));
    }
  }, [stranger, data]);
  if (data !== undefined) return <Pages account={data} />;
  if (error !== null && !stranger) {
    return (
      <main className="alone" role="alert">
        <p>{refusalOf(error).title ?? t("away")}</p>
        <Button onClick={() => void refetch()}>{t("again")}</Button>
      </main>
    );
  }
  return (
    <main className="alone">
      <Loading label={t("loading")} />
    </main>
  );
}

function Pages({ account }: { account: Account }) {
  const atDesk = account.desks.length > 0;
  useEffect(() => (atDesk ? startDesk() : undefined), [atDesk]);
  return (
    <Routes>
      <Route element={<Shell account={account} />}>
        <Route index element={<Navigate to={firstPage("/", account)} replace />} />
        {atDesk && <Route path="/desk/:noticeId?" element={<DeskPage />} />}
        <Route path="/rules" element={<RulesPage />} />
        <Route path="/premises" element={<PremisesPage />} />
        <Route path="/premises/:premisesId" element={<OnePremisesPage />} />
        <Route path="/tenancies/new" element={<NewTenancyPage />} />
        <Route path="/mine/:premisesId?" element={<MinePage />} />
        {readsIncidents(account.role) && <Route path="/incidents/*" element={<IncidentPages />} />}
        {account.role === "committee" && <Route path="/committee/*" element={<CommitteePages />} />}
        {readsRegister(account.role) && <Route path="/register/*" element={<RegisterPages />} />}
        {readsRegister(account.role) && <Route path="/cases/*" element={<CasesPages />} />}
        {searchesPersons(account.role) && (
          <Route path="/persons/:personId?" element={<PersonsPage />} />
        )}
        {readsWeek(account.role) && <Route path="/week" element={<WeekPage />} />}
        {account.role === "ops" && <Route path="/operations" element={<OperationsPage />} />}
        <Route path="/account" element={<AccountPage />} />
        <Route path="*" element={<Nowhere />} />
      </Route>
    </Routes>
  );
}

function Nowhere() {
  const { t } = shellTexts.useText();
  return (
    <>
      <h1>{t("nowhere")}</h1>
      <Link to="/">{t("home")}</Link>
    </>
  );
}

function SignedIn() {
  const { t } = shellTexts.useText();
  return <main className="alone">{t("signedIn")}</main>;
}

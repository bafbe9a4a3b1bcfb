import { Route, Routes } from "react-router";
import { useAccount } from "../app/account";
import { useReadAgain } from "../desk/live";
import { IncidentPage } from "./IncidentPage";
import { INCIDENTS } from "./incidents";
import { ListPage } from "./ListPage";
import { ListsPage } from "./ListsPage";
import { ReportPage } from "./ReportPage";
import { handlesIncidents } from "./rights";

export default function IncidentPages() {
  useReadAgain(INCIDENTS);
  const { role } = useAccount();
  return (
    <Routes>
      <Route index element={<ListPage />} />
      {handlesIncidents(role) && <Route path="new" element={<ReportPage />} />}
      <Route path="lists" element={<ListsPage />} />
      <Route path=":incidentId" element={<IncidentPage />} />
    </Routes>
  );
}

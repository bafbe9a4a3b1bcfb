import { Route, Routes } from "react-router";
import { CasePage } from "./CasePage";
import { CasesPage } from "./CasesPage";

/** The pages of residence changes. */
export default function CasesPages() {
  return (
    <Routes>
      <Route index element={<CasesPage />} />
      <Route path=":caseId" element={<CasePage />} />
    </Routes>
  );
}

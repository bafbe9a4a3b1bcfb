import { Route, Routes } from "react-router";
import { ListsPage } from "../incidents/ListsPage";
import { HelpItemPage } from "./HelpItemPage";
import { ReceiptsPage } from "./ReceiptsPage";
import { ReportPage } from "./ReportPage";

/** What a committee has beside its desk: its report, its read receipts, its help team's items. */
export default function CommitteePages() {
  return (
    <Routes>
      <Route path="report" element={<ReportPage />} />
      <Route path="receipts" element={<ReceiptsPage />} />
      <Route path="lists" element={<ListsPage />} />
      <Route path="help-items/:entryId" element={<HelpItemPage />} />
    </Routes>
  );
}

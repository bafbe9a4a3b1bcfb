import { Route, Routes } from "react-router";
import { useAccount } from "../app/account";
import { EntryPage } from "./EntryPage";
import { NewEntryPage } from "./NewEntryPage";
import { RegisterPage } from "./RegisterPage";
import { mayEnter } from "./rights";

/** The pages of the register. */
export default function RegisterPages() {
  const enters = mayEnter(useAccount());
  return (
    <Routes>
      <Route index element={<RegisterPage />} />
      {enters && <Route path="new" element={<NewEntryPage />} />}
      <Route path=":entryId" element={<EntryPage />} />
    </Routes>
  );
}

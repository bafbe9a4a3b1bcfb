import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useAccount } from "../app/account";
import { GlassReviews } from "./GlassReviews";
import { personsTexts } from "./pagetexts";
import type { Masked } from "./person";
import { PersonPanel } from "./PersonPanel";
import { PersonSearch } from "./PersonSearch";
import { reviewsGlass } from "./rights";

export default function PersonsPage() {
  const { t } = personsTexts.useText();
  const { role } = useAccount();
  const { personId } = useParams();
  const navigate = useNavigate();
  const [found, setFound] = useState<Masked | null>(null);
  return (
    <>
      <h1>{t("heading")}</h1>
      <p className="quiet">{t("intro")}</p>
      <PersonSearch
        action={t("open")}
        choose={(person) => {
          setFound(person);
          void navigate(`/persons/${person.person_id}`);
        }}
      />
      {reviewsGlass(role) && <GlassReviews />}
      {personId !== undefined && (
        <PersonPanel
          key={personId}
          personId={personId}
          found={found?.person_id === personId ? found : null}
          close={() => void navigate("/persons")}
        />
      )}
    </>
  );
}

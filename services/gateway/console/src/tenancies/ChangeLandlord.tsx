import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { ChangeRefused } from "../app/ChangeRefused";
import { etag } from "../api/change";
import { rentals } from "../api/client";
import type { components } from "../api/generated/rentals";
import { answered, Refusal, refusalOf } from "../api/problems";
import { LISTED, type Premises, premisesKey } from "../premises/premises";
import { LETTING_PATHS, LettingFields } from "./LettingFields";
import { NOBODY } from "./person";
import { faultsOf, type LetBy, letByBody, naming, personsOf } from "./registration";
import { tenancyTexts } from "./texts";
import { useResolving } from "./useResolving";

type LandlordBody = components["schemas"]["LandlordAsked"];

const NOT_SAID: LetBy = { by: "person", person: NOBODY, name: "", creditCode: "" };

/** Records on the file who lets the premises from now on; tenancies keep whom they were let by. */
export function ChangeLandlord({ premises, close }: { premises: Premises; close: () => void }) {
  const { t } = tenancyTexts.useText();
  const queries = useQueryClient();
  const resolving = useResolving();
  const { receipts, keys, busy, refusal, during } = resolving;
  const [letBy, setLetBy] = useState(NOT_SAID);
  const readAgain = () => queries.invalidateQueries({ queryKey: premisesKey(premises.id) });

  async function change(): Promise<void> {
    const persons = personsOf({ tenants: [], letBy });
    const faults = faultsOf(persons, { missing: t("missing"), twin: t("twin") });
    if (faults.length > 0) throw new Refusal(422, { errors: faults });
    try {
      await naming(persons, premises.id, receipts, ([landlord]) => {
        const body = { let_by: letByBody(letBy, landlord) ?? {} };
        const content = { ...body, version: premises.version };
        return keys.run("landlord", content, (key) => post(premises, body, key));
      });
    } catch (error) {
      if (refusalOf(error).status === 412) await readAgain();
      throw error;
    }
    receipts.clear();
    await Promise.all([readAgain(), queries.invalidateQueries({ queryKey: LISTED })]);
    close();
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void during(change);
      }}
    >
      <LettingFields
        premises={premises}
        ways={["person", "organisation"]}
        letBy={letBy}
        set={setLetBy}
        resolving={resolving}
      />
      <ChangeRefused refusal={refusal} beside={LETTING_PATHS} />
      <p className="spread">
        <Button type="primary" htmlType="submit" disabled={busy}>
          {t(busy ? "recording" : "record")}
        </Button>
        <Button onClick={close}>{t("cancel")}</Button>
      </p>
    </form>
  );
}

function post(premises: Premises, body: LandlordBody, key: string) {
  return answered(
    rentals.POST("/api/v1/rentals/premises/{premises_id}/landlords", {
      params: {
        path: { premises_id: premises.id },
        header: { "idempotency-key": key, "if-match": etag(premises.version) },
      },
      body,
    }),
  );
}

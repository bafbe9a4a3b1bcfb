import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { Field, Refused } from "../app/Field";
import { rentals } from "../api/client";
import { useKeys } from "../api/keys";
import { answered, Refusal, refusalOf } from "../api/problems";
import { GRID_DIGITS } from "../places/codes";
import { AreaSelects, useAreaChoice } from "./AreaSelects";
import { KINDS, LISTED, type PremisesKind, ROOMS_MAX } from "./premises";
import { premisesTexts } from "./texts";

const ORGANISATION = "let_by.organisation.name";
const CREDIT_CODE = "let_by.organisation.credit_code";
const BESIDE = ["grid", "kind", "rooms", "label", ORGANISATION, CREDIT_CODE];
const LABEL_MAX = 40;

/** Opens the file of premises; a person who lets them is named at the first tenancy. */
export function FilePremises({ area, done }: { area: string; done: (id: string) => void }) {
  const { t } = premisesTexts.useText();
  const queries = useQueryClient();
  const keys = useKeys();
  const [picked, pick] = useState(area);
  const choice = useAreaChoice(picked, pick);
  const [kind, setKind] = useState<PremisesKind>("flat");
  const [rooms, setRooms] = useState("1");
  const [label, setLabel] = useState("");
  const [organisation, setOrganisation] = useState("");
  const [creditCode, setCreditCode] = useState("");
  const filing = useMutation({
    mutationFn: () => {
      if (choice.place.length !== GRID_DIGITS) throw unplaced(t("toGrid"));
      const lets = { name: organisation.trim(), credit_code: creditCode.trim().toUpperCase() };
      const body = {
        grid: choice.place,
        kind,
        rooms: Number(rooms),
        label: label.trim(),
        let_by: lets.name + lets.credit_code === "" ? null : { organisation: lets },
      };
      return keys.run("premises", body, (key) =>
        answered(
          rentals.POST("/api/v1/rentals/premises", {
            params: { header: { "idempotency-key": key } },
            body,
          }),
        ),
      );
    },
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: LISTED });
      done(id);
    },
  });
  const refusal = filing.isError ? refusalOf(filing.error) : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        filing.mutate();
      }}
    >
      <div className="fields">
        <AreaSelects choice={choice} path="grid" refusal={refusal} />
        <Field label={t("label")} path="label" refusal={refusal} hint={t("labelHint")}>
          {(parts) => (
            <Input
              {...parts}
              value={label}
              maxLength={LABEL_MAX}
              onChange={(change) => setLabel(change.target.value)}
            />
          )}
        </Field>
        <Field label={t("kind")} path="kind" refusal={refusal}>
          {(parts) => (
            <select
              {...parts}
              value={kind}
              onChange={(change) => setKind(change.target.value as PremisesKind)}
            >
              {KINDS.map((each) => (
                <option key={each} value={each}>
                  {t(each)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t("rooms")} path="rooms" refusal={refusal}>
          {(parts) => (
            <Input
              {...parts}
              type="number"
              min={1}
              max={ROOMS_MAX}
              value={rooms}
              onChange={(change) => setRooms(change.target.value)}
            />
          )}
        </Field>
        <Field label={t("organisation")} path={ORGANISATION} refusal={refusal}>
          {(parts) => (
            <Input
              {...parts}
              value={organisation}
              onChange={(change) => setOrganisation(change.target.value)}
            />
          )}
        </Field>
        <Field label={t("creditCode")} path={CREDIT_CODE} refusal={refusal}>
          {(parts) => (
            <Input
              {...parts}
              value={creditCode}
              onChange={(change) => setCreditCode(change.target.value)}
            />
          )}
        </Field>
      </div>
      <Refused refusal={refusal} beside={BESIDE} />
      <p>
        <Button type="primary" htmlType="submit" disabled={filing.isPending}>
          {t(filing.isPending ? "saving" : "save")}
        </Button>
      </p>
    </form>
  );
}

function unplaced(message: string): Refusal {
  return new Refusal(422, { errors: [{ field: "grid", code: "missing", message }] });
}

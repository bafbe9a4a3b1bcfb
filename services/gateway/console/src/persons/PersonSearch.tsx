import { Button, Input } from "antd";
import { type FormEvent, useState } from "react";
import { Field, Refused } from "../app/Field";
import { useOnce } from "../app/once";
import { population } from "../api/client";
import type { components } from "../api/generated/population";
import { answered } from "../api/problems";
import type { Masked } from "./person";
import { usePersonDocument } from "./PersonFacts";
import { searchTexts } from "./searchtexts";
import { personTexts } from "./texts";

const BY = ["name", "pinyin", "document_number"] as const;
const KINDS = ["resident_id", "passport", "other"] as const;
const A_PAGE = 20;

type Wanted = Omit<components["schemas"]["SearchBody"], "cursor">;
type Found = components["schemas"]["PersonPage"];

interface Props {
  /** What can be done with somebody who was found. */
  action: string;
  choose: (person: Masked) => void;
}

/** Finds persons of the own areas. What was typed and found lives in this component alone. */
export function PersonSearch({ action, choose }: Props) {
  const { t } = searchTexts.useText();
  const person = personTexts.useText();
  const [by, setBy] = useState<(typeof BY)[number]>("name");
  const [kind, setKind] = useState<(typeof KINDS)[number]>("resident_id");
  const [typed, setTyped] = useState("");
  const [missing, setMissing] = useState(false);
  const { told: found, refusal, asking: searching, read: search, forget } = useOnce(find);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (typed.trim() === "") {
      setMissing(true);
      return;
    }
    const asked = { name: null, pinyin: null, document_number: null, [by]: typed };
    const wanted = { ...asked, document_kind: kind, limit: A_PAGE };
    void search({ wanted, before: null });
  }

  return (
    <>
      <form className="panel" noValidate onSubmit={submit}>
        <div className="fields">
          <Field label={t("by")}>
            {(parts) => (
              <select
                {...parts}
                value={by}
                onChange={(change) => {
                  setBy(BY.find((each) => each === change.target.value) ?? "name");
                  setMissing(false);
                  forget();
                }}
              >
                {BY.map((each) => (
                  <option key={each} value={each}>
                    {t(each)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {by === "document_number" && (
            <Field label={t("kind")}>
              {(parts) => (
                <select
                  {...parts}
                  value={kind}
                  onChange={(change) =>
                    setKind(KINDS.find((each) => each === change.target.value) ?? "other")
                  }
                >
                  {KINDS.map((each) => (
                    <option key={each} value={each}>
                      {person.t(each)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          )}
          <Field
            label={t(by)}
            path={by}
            refusal={refusal}
            problem={missing ? t("missing") : null}
            hint={t(`${by}_hint`)}
          >
            {(parts) => (
              <Input
                {...parts}
                autoComplete="off"
                spellCheck={false}
                maxLength={60}
                value={typed}
                onChange={(change) => {
                  setTyped(change.target.value);
                  setMissing(false);
                }}
              />
            )}
          </Field>
        </div>
        <Refused refusal={refusal} beside={[by]} />
        <p>
          <Button type="primary" htmlType="submit" disabled={searching}>
            {t(searching ? "searching" : "search")}
          </Button>
        </p>
      </form>
      {found !== null && (
        <>
          <p role="status" className="quiet">
            {found.page.items.length === 0
              ? t("nobody")
              : t(found.page.next === null ? "found" : "foundMore", {
                  count: found.page.items.length,
                })}
          </p>
          <Hits persons={found.page.items} action={action} choose={choose} />
          {found.page.next !== null && (
            <Button disabled={searching} onClick={() => void search({ wanted: found.wanted, before: found.page })}>
              {t("more")}
            </Button>
          )}
        </>
      )}
    </>
  );
}

/** Ask for the first page, or for the one after what was found before. */
async function find({ wanted, before }: { wanted: Wanted; before: Found | null }) {
  const page = await answered(
    population.POST("/api/v1/population/persons/searches", {
      body: before === null ? wanted : { ...wanted, cursor: before.next },
    }),
  );
  const items = before === null ? page.items : [...before.items, ...page.items];
  return { wanted, page: { items, next: page.next } };
}

interface HitsProps extends Props {
  persons: readonly Masked[];
}

function Hits({ persons, action, choose }: HitsProps) {
  const document = usePersonDocument();
  return (
    <ul className="rows">
      {persons.map((person) => (
        <li key={person.person_id} className="spread">
          <strong>{person.name}</strong>
          <span>{document(person)}</span>
          <span className="quiet">{person.phone}</span>
          <Button
            size="small"
            aria-label={`${action} ${person.name} ${document(person)}`}
            onClick={() => choose(person)}
          >
            {action}
          </Button>
        </li>
      ))}
    </ul>
  );
}

import { Button, Input } from "antd";
import { useState } from "react";
import { Field, Refused } from "../app/Field";
import { useChange } from "../api/change";
import { refusalOf } from "../api/problems";
import { OPERATIONS } from "./reading";
import { operationsTexts } from "./texts";

const WHY_MAX = 300;

interface Props {
  warning?: string;
  send: (why: string, key: string) => Promise<unknown>;
  done?: () => void;
  close: () => void;
}

/** Asks why something is done, and does it. */
export function ReasonForm({ warning, send, done, close }: Props) {
  const { t } = operationsTexts.useText();
  const [why, setWhy] = useState("");
  const [missing, setMissing] = useState(false);
  const doing = useChange<string>({
    about: OPERATIONS,
    send,
    done: () => {
      done?.();
      close();
    },
  });
  return (
    <form
      className="acts"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const said = why.trim();
        setMissing(said === "");
        if (said !== "") doing.mutate(said);
      }}
    >
      {warning !== undefined && <p className="late">{warning}</p>}
      <Field
        label={t("why")}
        path="why"
        hint={t("whyHint")}
        problem={missing ? t("whyMissing") : null}
        refusal={doing.error === null ? null : refusalOf(doing.error)}
      >
        {(parts) => (
          <Input
            {...parts}
            maxLength={WHY_MAX}
            value={why}
            onChange={({ target }) => setWhy(target.value)}
          />
        )}
      </Field>
      <Refused
        refusal={doing.error === null ? null : refusalOf(doing.error)}
        beside={["why"]}
      />
      <p className="spread">
        <Button type="primary" htmlType="submit" disabled={doing.isPending}>
          {t("confirm")}
        </Button>
        <Button onClick={close}>{t("cancel")}</Button>
      </p>
    </form>
  );
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Input } from "antd";
import { useState } from "react";
import { useAccount } from "../app/account";
import { shellTexts } from "../app/texts";
import { notifications } from "../api/client";
import { useKeys } from "../api/keys";
import { answered, refusalOf } from "../api/problems";
import { closeNotice } from "./store";
import { deskTexts } from "./texts";

const COMMENT_MAX = 1_000;

/** Takes a notice over for the whole desk. */
export function Acknowledge({ id }: { id: string }) {
  const { t } = deskTexts.useText();
  const shell = shellTexts.useText();
  const { role } = useAccount();
  const [comment, setComment] = useState("");
  const keys = useKeys();
  const queries = useQueryClient();
  const taking = useMutation({
    mutationFn: () => {
      const body = comment.trim() === "" ? {} : { comment: comment.trim() };
      return keys.run(id, body, (key) =>
        answered(
          notifications.POST("/api/v1/notifications/notices/{notice_id}/acknowledgements", {
            params: { path: { notice_id: id }, header: { "idempotency-key": key } },
            body,
          }),
        ),
      );
    },
    onSuccess: async () => {
      closeNotice(id);
      await queries.invalidateQueries({ queryKey: ["notice", id] });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        taking.mutate();
      }}
    >
      <p>
        <label htmlFor="comment">{t("comment")}</label>
        <Input.TextArea
          id="comment"
          rows={2}
          maxLength={COMMENT_MAX}
          value={comment}
          onChange={(change) => setComment(change.target.value)}
        />
      </p>
      {taking.isError && (
        <Alert type="error" role="alert" title={refusalOf(taking.error).title ?? shell.t("away")} />
      )}
      <p>
        <Button type="primary" htmlType="submit" disabled={taking.isPending}>
          {taking.isPending ? t("taking") : t(role === "committee" ? "read" : "take")}
        </Button>
      </p>
    </form>
  );
}

import { Alert } from "antd";
import type { Refusal } from "../api/problems";
import { defineTexts } from "../i18n/texts";
import { Refused } from "./Field";

const texts = defineTexts(
  "change",
  { changed: "此项刚被他人更改，本页已显示最新状态。请核对后再决定。" },
  { changed: "Somebody changed this meanwhile. The page shows how it stands now; look again." },
);

/** Why a change had no success; one of an older version says that the newest is shown now. */
export function ChangeRefused(props: { refusal: Refusal | null; beside: readonly string[] }) {
  const { t } = texts.useText();
  if (props.refusal?.status !== 412) return <Refused {...props} />;
  return <Alert type="warning" role="alert" title={t("changed")} />;
}

import { Alert, Button } from "antd";
import { shellTexts } from "./texts";

interface Props {
  title: string;
  description?: string | null;
  retry: () => unknown;
}

/** Says that something could not be read, and offers to try again. */
export function NotLoaded({ title, description, retry }: Props) {
  const { t } = shellTexts.useText();
  return (
    <Alert
      type="error"
      role="alert"
      title={title}
      description={description}
      action={<Button onClick={() => void retry()}>{t("again")}</Button>}
    />
  );
}

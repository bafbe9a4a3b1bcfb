import { Component, type ReactNode } from "react";
import { shellTexts } from "./texts";

/** Shows one sentence instead of a blank page when a page fails. */
export class Broken extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Sorry /> : this.props.children;
  }
}

function Sorry() {
  const { t } = shellTexts.useText();
  return (
    <main className="alone" role="alert">
      <p>{t("broken")}</p>
      <button type="button" onClick={() => window.location.reload()}>
        {t("reload")}
      </button>
    </main>
  );
}

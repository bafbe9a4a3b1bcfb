import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startLanguage } from "./i18n/language";
import "./styles.css";

// A part of the page that is gone belongs to a console that was built anew.
window.addEventListener("vite:preloadError", () => window.location.reload());

async function start(): Promise<void> {
  await startLanguage();
  const [{ App }, { Broken }] = await Promise.all([import("./app/App"), import("./app/Broken")]);
  const root = document.getElementById("console");
  const nonce = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
  if (root === null) return;
  createRoot(root).render(
    <StrictMode>
      <Broken>
        <App nonce={nonce} />
      </Broken>
    </StrictMode>,
  );
}

void start();

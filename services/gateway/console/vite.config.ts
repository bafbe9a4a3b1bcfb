import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  base: "/console/",
  plugins: [react()],
  // The gateway puts a fresh nonce in this word's place in every page that it answers with.
  html: { cspNonce: "CONSOLE-NONCE" },
  build: {
    target: "es2022",
    // Nothing inlined: the page's policy knows files of this host alone.
    assetsInlineLimit: 0,
    emptyOutDir: true,
    reportCompressedSize: false,
  },
});

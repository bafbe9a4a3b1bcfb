// Types, type check, bundle, compression: `node scripts/build.mjs FOLDER`.
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

const folder = resolve(process.argv[2] ?? "dist");
const run = (...parts) => execFileSync(process.execPath, parts, { stdio: "inherit" });

run("scripts/types.mjs");
run("node_modules/typescript/bin/tsc");
run("node_modules/vite/bin/vite.js", "build", "--logLevel", "warn", "--outDir", folder);
run("scripts/compress.mjs", folder);

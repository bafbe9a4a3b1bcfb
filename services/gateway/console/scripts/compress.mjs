// Packs what was built, once and well, so that the gateway packs nothing while it serves.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const folder = join(process.argv[2], "assets");
for (const name of await readdir(folder)) {
  const path = join(folder, name);
  const plain = await readFile(path);
  await writeFile(`${path}.br`, brotliCompressSync(plain));
  await writeFile(`${path}.gz`, gzipSync(plain, { level: 9 }));
}

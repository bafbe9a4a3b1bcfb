// Writes the types of the services' APIs from their committed contracts.
import { mkdir, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const services = ["gateway", "population", "rentals", "incidents", "notifications"];
const target = new URL("../src/api/generated/", import.meta.url);

await mkdir(target, { recursive: true });
for (const service of services) {
  const contract = new URL(`../../../${service}/contracts/openapi.json`, import.meta.url);
  await writeFile(new URL(`${service}.ts`, target), astToString(await openapiTS(contract)));
}

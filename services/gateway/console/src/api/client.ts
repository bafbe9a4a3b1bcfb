import createClient, { type Middleware } from "openapi-fetch";
import { languageNow } from "../i18n/language";
import type { paths as GatewayPaths } from "./generated/gateway";
import type { paths as IncidentsPaths } from "./generated/incidents";
import type { paths as NotificationsPaths } from "./generated/notifications";
import type { paths as PopulationPaths } from "./generated/population";
import type { paths as RentalsPaths } from "./generated/rentals";
import { sessionEnded, sessionStands } from "./session";

// Persons are searched and read by POST, so that nothing of them stands in an address. The gateway
// wants a key of every POST; what changes something has one that its form repeats.
const READING = /\/(searches|disclosures)$/;

const edge: Middleware = {
  onRequest({ request }) {
    request.headers.set("Accept-Language", languageNow());
    if (READING.test(new URL(request.url).pathname)) {
      request.headers.set("Idempotency-Key", crypto.randomUUID());
    }
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) sessionEnded();
    else if (response.ok) sessionStands();
  },
};

function client<Paths extends object>(below = "") {
  const made = createClient<Paths>({ baseUrl: window.location.origin + below });
  made.use(edge);
  return made;
}

export const gateway = client<GatewayPaths>();
export const population = client<PopulationPaths>();
export const rentals = client<RentalsPaths>();
export const incidents = client<IncidentsPaths>();
export const notifications = client<NotificationsPaths>();

/** What every service serves operators, below its own `operations`: the gateway's types say it for all. */
type OperationsPaths = {
  [Path in keyof GatewayPaths as Path extends `/api/v1/gateway/operations${infer Rest}`
    ? Rest
    : never]: GatewayPaths[Path];
};

export const operationsOf = (service: string) =>
  client<OperationsPaths>(`/api/v1/${service}/operations`);

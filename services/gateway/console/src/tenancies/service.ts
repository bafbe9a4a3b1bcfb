import { population, rentals } from "../api/client";
import { answered } from "../api/problems";
import type { ResolveBody } from "./person";
import type { Known } from "./receipts";
import type { TenancyBody } from "./registration";

/** Resolve a person, and read back what was typed, masked; without it the receipt serves as well. */
export async function resolveIdentity(body: ResolveBody, key: string): Promise<Known> {
  const { receipt, receipt_id } = await answered(
    population.POST("/api/v1/population/identity-resolutions", {
      params: { header: { "idempotency-key": key } },
      body,
    }),
  );
  const masked = await answered(
    population.GET("/api/v1/population/identity-resolutions/{receipt_id}", {
      params: { path: { receipt_id } },
    }),
  ).catch(() => null);
  return { receipt, masked };
}

export function postTenancy(body: TenancyBody, key: string) {
  return answered(
    rentals.POST("/api/v1/rentals/tenancies", {
      params: { header: { "idempotency-key": key } },
      body,
    }),
  );
}

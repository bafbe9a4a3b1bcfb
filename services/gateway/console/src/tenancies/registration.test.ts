import { describe, expect, it } from "vitest";
import { Keys } from "../api/keys";
import { Refusal } from "../api/problems";
import { NOBODY, type ResolveBody } from "./person";
import { Receipts } from "./receipts";
import {
  faultsOf,
  mayStandAlready,
  naming,
  personsOf,
  tenancyBody,
  type TenancyBody,
  type Wanted,
} from "./registration";

const person = (name: string, number = name) => ({ ...NOBODY, name, number });
const wanted = (...tenants: Wanted["tenants"]): Wanted => ({
  premisesId: "p",
  room: null,
  firstDay: "2026-11-01",
  lastDay: null,
  tenants,
  letBy: { by: "file", person: NOBODY, name: "", creditCode: "" },
});
const refused = (field: string, code: string) =>
  new Refusal(422, { errors: [{ field, code, message: code }] });

/** A network that answers with what is given, in turn, and then with success. */
function network(...answers: (Error | null)[]) {
  const resolved: string[] = [];
  const posted: { body: TenancyBody; key: string }[] = [];
  const receipts = new Receipts((body: ResolveBody) => {
    resolved.push(body.name);
    if (body.name === "错") return Promise.reject(refused("name", "name-unreadable"));
    return Promise.resolve({ receipt: `${body.name}${resolved.length}`, masked: null });
  });
  const post = (body: TenancyBody, key: string) => {
    posted.push({ body, key });
    const answer = answers.shift() ?? null;
    if (answer !== null) return Promise.reject(answer);
    return Promise.resolve();
  };
  const keys = new Keys();
  const register = (form: Wanted) =>
    naming(personsOf(form), form.premisesId, receipts, (known) => {
      const body = tenancyBody(form, known);
      return keys.run("tenancy", body, (key) => post(body, key));
    });
  return { register, resolved, posted };
}

describe("registering a tenancy", () => {
  it("resolves nobody twice when the second half is repeated, and keeps its key", async () => {
    const { register, resolved, posted } = network(new Refusal(0));
    const form = wanted(person("甲"), person("乙"));
    await expect(register(form)).rejects.toMatchObject({ status: 0 });
    await register(form);
    expect(resolved).toEqual(["甲", "乙"]);
    expect(posted[1]).toEqual(posted[0]);
  });

  it("makes receipts anew by itself that have become too old, and no others", async () => {
    const { register, resolved, posted } = network(
      refused("tenants.1.receipt", "receipt-expired"),
      refused("tenants.0.receipt", "receipt-expired"),
    );
    await register(wanted(person("甲"), person("乙")));
    expect(resolved).toEqual(["甲", "乙", "乙", "甲"]);
    expect(new Set(posted.map(({ key }) => key)).size).toBe(3);
  });

  it("ends where receipts are refused again and again", async () => {
    const always = Array.from({ length: 9 }, () => refused("tenants.0.receipt", "receipt-invalid"));
    const { register, posted } = network(...always);
    await expect(register(wanted(person("甲")))).rejects.toBe(always[1]);
    expect(posted.length).toBe(2);
  });

  it("does not go on by itself after a used receipt: the tenancy may stand already", async () => {
    const used = refused("tenants.0.receipt", "receipt-used");
    const { register, resolved, posted } = network(used);
    const form = wanted(person("甲"));
    await expect(register(form)).rejects.toBe(used);
    expect(mayStandAlready(used)).toBe(true);
    expect(posted.length).toBe(1);
    await register(form);
    expect(resolved).toEqual(["甲", "甲"]);
  });

  it("says at once what is wrong with each person, by the path in the form", async () => {
    const { register, posted } = network();
    const landlord = { by: "person" as const, person: person("错", "2"), name: "", creditCode: "" };
    const form = { ...wanted(person("甲"), person("错", "1")), letBy: landlord };
    await expect(register(form)).rejects.toMatchObject({
      fields: [{ field: "tenants.1.name" }, { field: "let_by.name" }],
    });
    expect(posted).toEqual([]);
  });

  it("names who lets by the last receipt", async () => {
    const { register, posted } = network();
    const landlord = { by: "person" as const, person: person("丙"), name: "", creditCode: "" };
    await register({ ...wanted(person("甲")), letBy: landlord });
    expect(posted[0]?.body).toMatchObject({
      tenants: [{ receipt: "甲1" }],
      let_by: { receipt: "丙2" },
    });
  });
});

describe("what is wrong at first sight", () => {
  const say = { missing: "missing", twin: "twin" };

  it("is what is missing, and a document that stands twice", () => {
    const form = wanted(person("甲", "A1 x"), person("乙", "a1X"), person("", ""));
    expect(faultsOf(personsOf(form), say).map(({ field, code }) => `${field} ${code}`)).toEqual([
      "tenants.1.document_number twin",
      "tenants.2.name missing",
      "tenants.2.document_number missing",
    ]);
  });

  it("is nothing where all is there", () => {
    expect(faultsOf(personsOf(wanted(person("甲"), person("乙"))), say)).toEqual([]);
  });
});

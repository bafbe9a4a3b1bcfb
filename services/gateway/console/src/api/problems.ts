import type { components } from "./generated/gateway";

export type FieldProblem = components["schemas"]["FieldProblem"];
type ProblemBody = components["schemas"]["Problem"];

/** Why a request had no success: what the service said, or that nobody answered. */
export class Refusal extends Error {
  /** 0 where no answer came. */
  readonly status: number;
  readonly slug: string;
  readonly title: string | null;
  readonly fields: FieldProblem[];
  /** Facts of the rule that was broken, such as what stands in the way. */
  readonly facts: NonNullable<ProblemBody["facts"]>;

  constructor(status: number, problem?: Partial<ProblemBody>) {
    const slug = problem?.type?.split("/").pop() ?? "no-answer";
    super(slug);
    this.status = status;
    this.slug = slug;
    this.title = problem?.title ?? null;
    this.fields = problem?.errors ?? [];
    this.facts = problem?.facts ?? {};
  }

  /** Whether the request may have had its effect: then it is repeated under the same key. */
  get unsure(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** Return what was answered, or throw the refusal. */
export async function answered<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
  let answer: Answer<Data>;
  try {
    answer = await asked;
  } catch {
    throw new Refusal(0);
  }
  if (!answer.response.ok) {
    throw new Refusal(answer.response.status, (answer.error ?? {}) as Partial<ProblemBody>);
  }
  return answer.data as Data;
}

export function refusalOf(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal(0);
}

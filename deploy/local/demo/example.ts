import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { ERRORS, type ErrorCode } from '../../../domain/errors';
import { ORDER_SOURCES, ORDER_STATUSES } from '../../../domain/order';

/** The tenants of the local stack, as `examples/orders.jsonl` and `.data/dev.env` (`DEMO_…`, `DEMO2_…`) call them. */
export const DEMO_TENANTS = ['demo', 'demo2'] as const;
export type DemoTenant = (typeof DEMO_TENANTS)[number];

/** Names a later line can refer to. */
const name = z.string().regex(/^[a-z][a-z0-9-]*$/);
const status = z.enum(ORDER_STATUSES);
const errorCode = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);

/** The request of CreateOrder. Its values are loose on purpose: the file is full of mistakes for the API to find. */
const create = z.strictObject({
  customer_name: z.string(),
  customer_phone: z.string(),
  items: z.array(z.strictObject({ name: z.string(), quantity: z.number() })),
  source: z.enum(ORDER_SOURCES).optional(),
  notes: z.string().optional(),
  /** One of `DEMO_SLOTS`. */
  slot_id: z.string().optional(),
  allow_duplicate: z.boolean().optional(),
  /** The tenant the caller claims to be; its real id is filled in when the line is sent. */
  user_id: z.enum(DEMO_TENANTS).optional(),
});

/** What must come of a line. `of` names the earlier order that the answer must be about. */
const expect = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('booked') }),
  z.strictObject({ outcome: z.literal('replayed'), of: name, status }),
  z.strictObject({ outcome: z.literal('moved'), status }),
  z.strictObject({ outcome: z.literal('unchanged'), status }),
  z.strictObject({
    outcome: z.literal('refused'),
    code: errorCode,
    of: name.optional(),
    /** The field that a VALIDATION_FAILED must name. */
    field: z.string().optional(),
  }),
]);

const line = {
  shop: z.enum(['bakery', 'pizzeria', 'parts']),
  tenant: z.enum(DEMO_TENANTS),
  via: z.enum(['rest', 'grpc']),
  /** `unknown`: an API key that nobody issued, instead of the tenant's. */
  credential: z.literal('unknown').optional(),
  expect,
  /** One sentence for the reader. */
  why: z.string().regex(/^\p{Lu}.*\.$/u),
};

const exampleSchema = z.union([
  z.strictObject({ ...line, name: name.optional(), key: z.string().optional(), create }),
  z.strictObject({
    ...line,
    move: z.strictObject({
      order: name,
      status,
      expected_version: z.int().optional(),
      reason: z.string().optional(),
    }),
  }),
  z.strictObject({ ...line, cancel: z.strictObject({ order: name, reason: z.string().optional() }) }),
]);

/** One line of the file: one call, and what must come of it. */
export type Example = z.output<typeof exampleSchema>;
export type CreateExample = Extract<Example, { create: unknown }>;
export type Expectation = Example['expect'];
export type Outcome = Expectation['outcome'];

/**
 * The lines of the file, in order.
 * @throws Error that names the line which is not JSON or not of this shape.
 */
export function readExamples(path: string): Example[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((text) => text.trim() !== '')
    .map((text, index) => {
      try {
        return exampleSchema.parse(JSON.parse(text));
      } catch (error) {
        const problem = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
        throw new Error(`line ${index + 1} of ${path}: ${problem}`);
      }
    });
}

export function isCreate(example: Example): example is CreateExample {
  return 'create' in example;
}

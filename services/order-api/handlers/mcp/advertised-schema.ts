import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import * as z from 'zod';

type JsonObject = Record<string, unknown>;

/**
 * A schema that MCP shows to clients and that refuses nothing by itself. The library's own refusals are sentences for people;
 * ours name each field and carry a code (see `callTool`). The JSON Schema is made once: a server is made for every request,
 * and the conversion costs milliseconds.
 */
export function advertised(schema: z.ZodType, io: 'input' | 'output'): StandardSchemaWithJSON<JsonObject> {
  const { $defs = {}, ...root } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  const json = inlined(root, $defs as JsonObject) as JsonObject;
  return {
    '~standard': {
      version: 1,
      vendor: 'orderbooking',
      validate: (value) => ({ value: value as JsonObject }),
      jsonSchema: { input: () => json, output: () => json },
    },
  };
}

/** Named parts written out where they are used: many clients hand the schema to a model without following references. */
function inlined(node: unknown, parts: JsonObject): unknown {
  if (Array.isArray(node)) return node.map((element) => inlined(element, parts));
  if (typeof node !== 'object' || node === null) return node;
  const { $ref, ...rest } = node as JsonObject;
  const part = typeof $ref === 'string' ? parts[$ref.replace('#/$defs/', '')] : undefined;
  return Object.fromEntries(
    Object.entries({ ...(part as JsonObject | undefined), ...rest }).map(([name, value]) => [
      name,
      inlined(value, parts),
    ]),
  );
}

import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { SESSION_URL } from '../../operations';
import { SESSION_COOKIE } from '../../session-cookie';

const USER_ID_PARAMETER = {
  name: 'user_id',
  in: 'query',
  required: false,
  description: "The tenant. Where it is sent, it must be the API key's own; the body may carry it instead.",
  schema: { type: 'string' },
} as const;

/**
 * What `/docs` may load: its own files. The plugin's own policy lets it load from other hosts, and has browsers ask for the
 * files over https, so that the page stays empty where this server is reached over plain HTTP.
 */
const CONTENT_POLICY = {
  'default-src': "'self'",
  'base-uri': "'self'",
  'frame-ancestors': "'self'",
  'img-src': "'self' data:",
  'object-src': "'none'",
  'script-src-attr': "'none'",
} as const;

/**
 * Collects the routes that are added after it: `GET /openapi.json` (OpenAPI 3.1) and, for people, `GET /docs`, which loads
 * nothing from elsewhere. Both are open: they say how to call, and show nothing of anybody.
 */
export async function addDocumentation(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Order booking',
        version: '1.0.0',
        description:
          'Books orders, each once, and moves them through their states; lets AI agents book what a customer has confirmed, and ' +
          'nothing else. Every answer is an envelope with the call’s correlation ' +
          'id, which is in the header `X-Correlation-ID` as well and may be sent there (1 to 128 of `A-Z a-z 0-9 . _ : -`). ' +
          'Errors with the code `UNAVAILABLE` may be sent again with the same idempotency key.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [
        { name: 'Orders' },
        { name: 'Bookings' },
        { name: 'Catalogue' },
        { name: 'Capabilities' },
        { name: 'Sheets' },
        { name: 'Notifications' },
        { name: 'Session' },
      ],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, as `Authorization: Bearer <key>`.' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: SESSION_COOKIE,
            description:
              'The console’s session, from `POST /api/session`. All but GET and HEAD send its `csrf_token` as `X-CSRF-Token` too.',
          },
        },
      },
      security: [{ apiKey: [] }, { session: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => complete(jsonSchemaTransformObject(document)),
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: { ...CONTENT_POLICY },
    uiConfig: { deepLinking: true },
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}

/** What of an OpenAPI document is completed here. */
interface Document {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, { parameters?: unknown[] }>>>>;
  readonly components?: { readonly schemas?: Record<string, unknown> };
}

/** Says of every operation of a tenant that it takes a `user_id`, and drops the schemas nothing points at: each is made as input and output. */
function complete<Transformed extends object>(transformed: Transformed): Transformed {
  const document: Document = transformed;
  for (const [url, path] of Object.entries(document.paths ?? {})) {
    if (url === SESSION_URL) continue;
    for (const operation of Object.values(path)) {
      operation.parameters = [...(operation.parameters ?? []), USER_ID_PARAMETER];
    }
  }
  const schemas = document.components?.schemas ?? {};
  for (;;) {
    const text = JSON.stringify(document);
    const unused = Object.keys(schemas).filter((name) => !text.includes(`"#/components/schemas/${name}"`));
    if (unused.length === 0) return transformed;
    for (const name of unused) delete schemas[name];
  }
}

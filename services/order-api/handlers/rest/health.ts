import type { Readiness } from '../../readiness';
import type { RestApp } from './rest-call';

/** GET /healthz (the process lives) and /readyz (it can serve): open to probes, which have no key. */
export function healthRoutes(app: RestApp, readiness: Readiness): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const report = await readiness.report();
    return reply.code(report.ready ? 200 : 503).send(report);
  });
}

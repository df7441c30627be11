import { renderMetrics } from '../../../../platform/metrics';
import type { Readiness } from '../../readiness';
import type { RestApp } from './rest-call';

/** GET /healthz (the process lives), /readyz (it can serve) and /metrics (Prometheus): open to probes, which have no key. */
export function healthRoutes(app: RestApp, readiness: Readiness): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const report = await readiness.report();
    return reply.code(report.ready ? 200 : 503).send(report);
  });
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    const { contentType, body } = await renderMetrics();
    return reply.type(contentType).send(body);
  });
}

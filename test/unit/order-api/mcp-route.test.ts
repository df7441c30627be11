import fastify from 'fastify';
import { parseKeyring } from '../../../platform/keyring';
import { createLogger } from '../../../platform/logger';
import { createConsoleSessions } from '../../../services/order-api/console-sessions';
import { mcpRoute } from '../../../services/order-api/handlers/mcp/mcp-route';
import { createRestAdmission } from '../../../services/order-api/handlers/rest/rest-admission';
import type { RestApp } from '../../../services/order-api/handlers/rest/rest-call';
import { surroundCalls } from '../../../services/order-api/handlers/rest/surround-calls';
import { createOpenStreams } from '../../../services/order-api/open-streams';
import { runConformance } from '../../support/conformance';
import { createConformanceServer } from '../../support/conformance-server';
import { KEY, useCasesDouble } from './doors';

test('the conformance tool finds nothing wrong with a server of its own making behind our route', async () => {
  const logger = createLogger({ service: 'order-api', level: 'silent' });
  const useCases = useCasesDouble({});
  const app: RestApp = fastify({ logger: false });
  const sessions = createConsoleSessions({ keyring: parseKeyring(`k:${'A'.repeat(43)}`), ttlSeconds: 60 });
  const admission = createRestAdmission({ useCases, sessions, consoleOrigin: undefined });
  surroundCalls(app, { admission, logger, requestDeadlineMs: 5_000 });
  mcpRoute(app, {
    useCases,
    logger,
    streams: createOpenStreams(),
    allowedHosts: ['127.0.0.1'],
    createServer: createConformanceServer,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const results = await runConformance(`${url}/mcp`, KEY.ai);
  await app.close();

  const wrong = [...results].flatMap(([name, { failures }]) => failures.map((failure) => `${name}: ${failure}`));
  expect(wrong).toEqual([]);
  const passed = [...results].filter(([, { checks }]) => checks.some(({ status }) => status === 'SUCCESS'));
  // All but the one that recommends streams which can be resumed.
  expect([...results.keys()].filter((name) => !passed.some(([other]) => other === name))).toEqual([
    'server-sse-polling',
  ]);
  expect(passed).toHaveLength(31);
});

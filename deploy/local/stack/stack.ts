import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from '../../../workflows/contract';
import { startPostgres } from '../postgres/start-postgres';
import { recordChildren } from '../process/children-record';
import { type KeptRunning, keepRunning, type Start } from '../process/keep-running';
import { projectRoot } from '../project-root';
import { startService } from '../services/start-service';
import { StackError } from '../stack-error';
import { findTemporal } from '../temporal/find-temporal';
import { makeCurrent } from '../temporal/make-current';
import { prepareTemporal, type SearchAttributes } from '../temporal/prepare-temporal';
import { startTemporal } from '../temporal/start-temporal';
import { choosePorts } from './choose-ports';
import type { DataFolder } from './data-folder';
import { type DemoTenantSeed, demoTenants } from './demo-tenants';
import { type EmbeddedPart, writeDevEnv } from './dev-env';
import { prepareDatabase } from './prepare-database';
import { loadSecrets } from './secrets';
import type { StackConfig } from './stack-config';

export interface StackAddresses {
  readonly api: string;
  readonly grpc: string;
  readonly mcp: string;
  readonly temporal: string;
  readonly temporalUi: string | undefined;
  /** Without the password. */
  readonly postgres: string;
  readonly worker: string;
  readonly syncWorker: string;
  readonly console: string;
  /** The stand-in for Google Sheets; undefined when the sheets are Google's own. */
  readonly sheets: string | undefined;
  /** Of the first demo tenant, with the scope `ai:book`: what an agent is given. */
  readonly agentKey: string;
}

export interface Stack {
  /**
   * @throws StackError when something does not start, or `stop` comes before it is there. What was started by then, or still is being,
   * ends with `stop`.
   */
  start(): Promise<StackAddresses>;
  /** Stops what runs, each part before those it uses: API, workers, sheets, Temporal, Postgres. */
  stop(): Promise<void>;
  /** Kills what runs at once. */
  kill(): void;
}

/** Who says something, and what. */
export type OnLine = (name: string, line: string) => void;

type OwnPart = 'order-api' | 'order-worker' | 'sync-worker' | 'sheets';
type Part = OwnPart | 'temporal' | 'postgres';
const STOP_ORDER: readonly Part[] = ['order-api', 'order-worker', 'sync-worker', 'sheets', 'temporal', 'postgres'];

const LOOPBACK = '127.0.0.1';
/** A server of somebody else's should be up already. */
const EXTERNAL_TEMPORAL_WITHIN_MS = 15_000;

const SEARCH_ATTRIBUTE_TYPES: SearchAttributes = Object.fromEntries(
  Object.values(SEARCH_ATTRIBUTES).map(({ name }) => [name, 'Keyword'] as const),
);

/** The whole local stack on one data folder. The caller holds the folder's lock from before `start` to after `stop`. */
export function createStack(config: StackConfig, folder: DataFolder, onLine: OnLine): Stack {
  const running = new Map<Part, KeptRunning>();
  const children = recordChildren(folder.children);
  let stopping = false;

  return {
    start,
    async stop() {
      stopping = true;
      for (const part of STOP_ORDER) {
        await running.get(part)?.stop();
        running.delete(part);
      }
      children.clear();
    },
    kill() {
      stopping = true;
      for (const part of running.values()) part.kill();
    },
  };

  async function start(): Promise<StackAddresses> {
    const ports = await choosePorts(wantedPorts(config));
    const portOf = (variable: string): number => ports.get(variable) ?? 0;
    const secrets = loadSecrets(folder.secrets);
    const tenants = demoTenants(secrets, new Date(), { sheets: config.GOOGLE_SHEETS_CREDENTIALS === undefined });
    const api = `http://${LOOPBACK}:${portOf('HTTP_PORT')}`;
    const grpc = `${LOOPBACK}:${portOf('GRPC_PORT')}`;
    const mcp = `${api}/mcp`;
    const worker = `http://${LOOPBACK}:${portOf('WORKER_HEALTH_PORT')}`;
    const syncWorker = `http://${LOOPBACK}:${portOf('SYNC_HEALTH_PORT')}`;

    // Side by side: a first start may build Temporal for minutes.
    const [database, temporal, sheets] = await Promise.all([
      startDatabase(portOf('POSTGRES_PORT')).then((ownerUrl) =>
        prepareDatabase({ ownerUrl, servicePassword: secrets.servicePassword, tenants }),
      ),
      startWorkflowServer({ grpc: portOf('TEMPORAL_PORT'), ui: portOf('TEMPORAL_UI_PORT') }),
      startSheets(portOf('SHEETS_PORT'), tenants),
    ]);
    for (const name of database.applied) onLine('postgres', `migrated: ${name}`);

    const env: NodeJS.ProcessEnv = {
      ...config.env,
      DATABASE_URL: database.serviceUrl,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: config.TEMPORAL_NAMESPACE,
      PAYLOAD_ENCRYPTION_KEYS: config.PAYLOAD_ENCRYPTION_KEYS ?? secrets.payloadEncryptionKeys,
      CONFIRMATION_SIGNING_KEYS: config.CONFIRMATION_SIGNING_KEYS ?? secrets.confirmationSigningKeys,
      SECRETS_ENCRYPTION_KEYS: config.SECRETS_ENCRYPTION_KEYS ?? secrets.secretsEncryptionKeys,
      BIND_ADDRESS: LOOPBACK,
      HTTP_PORT: String(portOf('HTTP_PORT')),
      GRPC_PORT: String(portOf('GRPC_PORT')),
      // Receivers of webhooks that a developer runs are on this machine.
      ALLOW_LOOPBACK_TARGETS: config.env.ALLOW_LOOPBACK_TARGETS ?? 'true',
      CONSOLE_URL: config.env.CONSOLE_URL ?? api,
      LOG_LEVEL: config.LOG_LEVEL,
      ...(sheets === undefined
        ? {}
        : { SHEETS_API_URL: sheets.url, GOOGLE_SHEETS_CREDENTIALS: readFileSync(folder.sheetsCredentials, 'utf8') }),
    };
    const startWorker = async (
      name: 'order-worker' | 'sync-worker',
      more: { readonly url: string; readonly port: number; readonly bundle: string },
    ): Promise<void> => {
      const buildId = workerBuildId(more.bundle);
      await startOurs(
        name,
        `services/${name}`,
        { ...env, HEALTH_PORT: String(more.port), WORKER_DEPLOYMENT_NAME: name, WORKER_BUILD_ID: buildId },
        `${more.url}/readyz`,
      );
      const { address } = temporal;
      await makeCurrent({ address, namespace: config.TEMPORAL_NAMESPACE, deploymentName: name, buildId });
    };
    await Promise.all([
      startWorker('order-worker', { url: worker, port: portOf('WORKER_HEALTH_PORT'), bundle: 'workflow-bundle' }),
      startWorker('sync-worker', { url: syncWorker, port: portOf('SYNC_HEALTH_PORT'), bundle: 'sync-workflow-bundle' }),
      startOurs('order-api', 'services/order-api', env, `${api}/readyz`),
    ]);

    const embedded: EmbeddedPart[] = [];
    if (running.has('postgres')) embedded.push('postgres');
    if (running.has('temporal')) embedded.push('temporal');
    writeDevEnv(folder.devEnv, {
      embedded,
      addresses: {
        ORDER_API_URL: api,
        ORDER_GRPC_ADDRESS: grpc,
        MCP_URL: mcp,
        CONSOLE_URL: api,
        SHEETS_URL: sheets?.url,
        TEMPORAL_ADDRESS: temporal.address,
        TEMPORAL_UI_URL: temporal.uiUrl,
        DATABASE_URL: database.serviceUrl,
        DATABASE_OWNER_URL: database.ownerUrl,
      },
      tenants,
      secrets,
    });
    const { host, pathname } = new URL(database.serviceUrl);
    return {
      api,
      grpc,
      mcp,
      temporal: temporal.address,
      temporalUi: temporal.uiUrl,
      postgres: `${host}${pathname}`,
      worker,
      syncWorker,
      console: api,
      sheets: sheets?.url,
      agentKey: secrets.demo.ai,
    };
  }

  /** The owner's URL. */
  async function startDatabase(port: number): Promise<string> {
    if (config.DATABASE_URL !== undefined) {
      onLine('postgres', 'using DATABASE_URL');
      return config.DATABASE_URL;
    }
    let url = '';
    await keep('postgres', async (onSpawned) => {
      const postgres = await startPostgres({
        dataDir: folder.postgres,
        port,
        persistent: true,
        logFile: join(folder.logs, 'postgres.log'),
        onSpawned,
      });
      url = postgres.url;
      if (postgres.dataDir !== folder.postgres) onLine('postgres', `keeps its data in ${postgres.dataDir}`);
    });
    onLine('postgres', `ready on ${LOOPBACK}:${port}`);
    return url;
  }

  async function startWorkflowServer(ports: {
    readonly grpc: number;
    readonly ui: number;
  }): Promise<{ readonly address: string; readonly uiUrl: string | undefined }> {
    const found = await findTemporal({ env: config.env, onProgress: (line) => onLine('temporal', line) });
    const namespace = config.TEMPORAL_NAMESPACE;
    const searchAttributes = SEARCH_ATTRIBUTE_TYPES;
    if (found.kind === 'external') {
      onLine('temporal', `using TEMPORAL_ADDRESS ${found.address}`);
      const withinMs = EXTERNAL_TEMPORAL_WITHIN_MS;
      await prepareTemporal({ address: found.address, namespace, searchAttributes, withinMs }).catch(
        (error: unknown) => {
          if (!(error instanceof StackError)) throw error;
          throw new StackError(`${error.message} Correct or unset TEMPORAL_ADDRESS.`);
        },
      );
      return { address: found.address, uiUrl: undefined };
    }
    await keep('temporal', (onSpawned) =>
      startTemporal({
        binary: found.path,
        dbFile: folder.temporalDb,
        ports,
        logFile: join(folder.logs, 'temporal.log'),
        namespace,
        searchAttributes,
        onSpawned,
      }),
    );
    onLine('temporal', `ready on ${LOOPBACK}:${ports.grpc}, UI on ${LOOPBACK}:${ports.ui}`);
    return { address: `${LOOPBACK}:${ports.grpc}`, uiUrl: `http://${LOOPBACK}:${ports.ui}` };
  }

  /** Undefined where credentials were given: then it is Google's. */
  async function startSheets(
    port: number,
    tenants: readonly DemoTenantSeed[],
  ): Promise<{ readonly url: string } | undefined> {
    if (config.GOOGLE_SHEETS_CREDENTIALS !== undefined) {
      onLine('sheets', 'using GOOGLE_SHEETS_CREDENTIALS');
      return undefined;
    }
    const url = `http://${LOOPBACK}:${port}`;
    const seed = tenants.flatMap(({ name, sheet }) =>
      sheet === undefined ? [] : [{ id: sheet.spreadsheetId, title: `${name}: orders` }],
    );
    const env = {
      ...config.env,
      BIND_ADDRESS: LOOPBACK,
      SHEETS_PORT: String(port),
      SHEETS_DATA_FILE: folder.sheets,
      SHEETS_CREDENTIALS_FILE: folder.sheetsCredentials,
      SHEETS_SEED: JSON.stringify(seed),
    };
    await startOurs('sheets', 'deploy/local/sheets', env, `${url}/readyz`);
    return { url };
  }

  async function startOurs(name: OwnPart, ownFolder: string, env: NodeJS.ProcessEnv, readyUrl: string): Promise<void> {
    const logFile = join(folder.logs, `${name}.log`);
    rmSync(logFile, { force: true });
    await keep(name, (onSpawned) =>
      startService({
        name,
        folder: ownFolder,
        env,
        readyUrl,
        logFile,
        onSpawned,
        onLine: (line) => onLine(name, line),
      }),
    );
  }

  async function keep(name: Part, start: Start): Promise<void> {
    // A start goes on until it comes to its next part, which would run on after us: nobody looks for it any more.
    if (stopping) throw new StackError(`${name} is not started: the stack is being stopped.`);
    const part = keepRunning({ name, start, onSpawned: children.add, onLine: (line) => onLine(name, line) });
    running.set(name, part);
    await part.ready;
  }
}

/** Another bundle is another build: open orders move on to it with their next task. */
function workerBuildId(bundle: string): string {
  return readFileSync(join(projectRoot(), 'dist', `${bundle}.sha256`), 'utf8').slice(0, 12);
}

function wantedPorts(config: StackConfig) {
  const ours = [
    { variable: 'HTTP_PORT', what: 'the REST API', port: config.HTTP_PORT },
    { variable: 'GRPC_PORT', what: 'the gRPC API', port: config.GRPC_PORT },
    { variable: 'WORKER_HEALTH_PORT', what: "the order worker's health", port: config.WORKER_HEALTH_PORT },
    { variable: 'SYNC_HEALTH_PORT', what: "the sync worker's health", port: config.SYNC_HEALTH_PORT },
  ];
  const sheets = { variable: 'SHEETS_PORT', what: 'the stand-in for Google Sheets', port: config.SHEETS_PORT };
  const postgres = { variable: 'POSTGRES_PORT', what: 'Postgres', port: config.POSTGRES_PORT };
  const temporal = [
    { variable: 'TEMPORAL_PORT', what: 'Temporal', port: config.TEMPORAL_PORT },
    { variable: 'TEMPORAL_UI_PORT', what: "Temporal's UI", port: config.TEMPORAL_UI_PORT },
  ];
  return [
    ...ours,
    ...(config.GOOGLE_SHEETS_CREDENTIALS === undefined ? [sheets] : []),
    ...(config.DATABASE_URL === undefined ? [postgres] : []),
    ...(config.TEMPORAL_ADDRESS === undefined ? temporal : []),
  ];
}

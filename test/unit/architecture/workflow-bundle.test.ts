import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { PROJECT_ROOT } from '../../support/source-files';

/**
 * Modules of ours that workflows may be made of: all else belongs to the process around them. Of the booking's, where it
 * stands and nothing else: the rules that judge its steps may change any day, and histories have to replay all the same.
 */
const OWN = /^(dist\/)?((workflows|domain)\/[^/]+|domain\/booking\/view\.js|domain\/sheets\/causes\.js)$/;
/** Made for the sandbox and for nothing else, and named by the bundler rather than by a workflow. */
const SANDBOX = /^dist\/platform\/(failure-converter|sandbox-[^/]+)\.js$/;
/** The SDK's workflow side, its tracing interceptors, and what these two are made of. */
const PACKAGES =
  /^node_modules\/(@temporalio\/(workflow|common|interceptors-opentelemetry-v2)|@opentelemetry\/(api|core|resources|sdk-trace(-base)?|semantic-conventions)|nexus-rpc|long|ms)\//;
/** The SDK's own stand-ins for what a bundle does not have. */
const STAND_INS = ['__temporal_custom_payload_converter'];

/** The modules of a bundle, by their paths from the project's root; names of what webpack left out. */
function modulesOf(bundle: string): { readonly paths: readonly string[]; readonly leftOut: readonly string[] } {
  const names = [...bundle.matchAll(/^\/\*{3}\/ "([^"]+)"/gm)].map(([, name]) => name ?? '');
  return {
    paths: names.filter((name) => !name.startsWith('?')).map((name) => name.replace(/^\.\//, '')),
    leftOut: [...bundle.matchAll(/^ {2}!\*{3} (\S+) \(ignored\) \*{3}!$/gm)].map(([, name]) => name ?? ''),
  };
}

function strays(bundle: string): readonly string[] {
  const { paths, leftOut } = modulesOf(bundle);
  return [
    ...paths.filter((path) => !(OWN.test(path) || SANDBOX.test(path) || isAllowedPackage(path))),
    ...leftOut.filter((name) => !STAND_INS.includes(name)),
  ];
}

/** A package of a package (`a/node_modules/b`) is judged as `b`. */
function isAllowedPackage(path: string): boolean {
  return PACKAGES.test(path.slice(Math.max(path.lastIndexOf('node_modules/'), 0)));
}

const BUNDLES = {
  'order-worker': {
    file: 'workflow-bundle.js',
    own: ['workflows/order', 'workflows/booking', 'domain/order-state', 'domain/booking/view', 'workflows/contract'],
  },
  'sync-worker': {
    file: 'sync-workflow-bundle.js',
    own: ['workflows/sheet-check', 'workflows/sheet-sync', 'workflows/sheet-sweep'],
  },
} as const;

describe.each(Object.entries(BUNDLES))('the workflow bundle of %s', (_, { file, own }) => {
  const bundle = readFileSync(join(PROJECT_ROOT, 'dist', file), 'utf8');

  it('holds no activity, no schema, no database driver, no Node built-in: only workflows, domain and the SDK', () => {
    expect(strays(bundle)).toEqual([]);
  });

  it('holds what it is for', () => {
    const { paths } = modulesOf(bundle);
    for (const name of [...own, 'platform/failure-converter']) {
      expect(paths).toContain(`dist/${name}.js`);
    }
  });

  it('holds none of the rules that bookings are judged by', () => {
    const { paths } = modulesOf(bundle);
    expect(paths.filter((path) => /guardrails|take-step|confirmation-key|summary|digest/.test(path))).toEqual([]);
  });

  it('asks Node for nothing', () => {
    const asked = [...bundle.matchAll(/\brequire\(["'](?:node:)?([^"'./][^"']*)["']\)/g)].map(([, name]) => name ?? '');
    expect(asked.filter((name) => builtinModules.includes(name))).toEqual([]);
  });
});

describe('a workflow that imports an activity or a schema by value', () => {
  it('is bundled by the SDK without complaint, and found here', async () => {
    const { code } = await bundleWorkflowCode({
      workflowsPath: require.resolve('./fixtures/careless-workflow'),
      logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} },
    });
    const found = strays(code).map((path) => path.replace(/^node_modules\/([^/]+)\/.*/, '$1'));
    expect(found).toContain('services/order-worker/activities/booking-failure.ts');
    expect(found).toContain('domain/schemas/fields.ts');
    expect(found).toContain('zod');
  });

  it('and Node built-ins are refused by the SDK itself', async () => {
    const bundling = bundleWorkflowCode({
      workflowsPath: require.resolve('./fixtures/reckless-workflow'),
      logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} },
    });
    await expect(bundling).rejects.toThrow('Webpack');
  });
});

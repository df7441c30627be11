import {
  nameOf,
  nodesOf,
  parseSource,
  type SourceFile,
  type SyntaxNode,
  sourceFiles,
  specifiersOf,
  targetOf,
} from '../../support/source-files';

/**
 * Who may import whom, types included. `own`: folders of this project, by the beginning of their paths; `packages`:
 * what else. A folder that is not here (test, bench, deploy) may import anything.
 */
interface Rule {
  readonly from: string;
  readonly own: readonly string[];
  readonly packages: 'any' | RegExp;
}

const NONE = /^(?!)/;
const RULES: readonly Rule[] = [
  { from: 'domain/', own: ['domain/'], packages: NONE },
  { from: 'domain/schemas/', own: ['domain/'], packages: /^zod$/ },
  { from: 'workflows/', own: ['workflows/', 'domain/'], packages: /^@temporalio\/(workflow|common)$/ },
  { from: 'persistence/', own: ['persistence/', 'domain/'], packages: /^(pg|node-pg-migrate|node:.+)$/ },
  { from: 'platform/', own: ['platform/'], packages: 'any' },
  { from: 'services/', own: ['domain/', 'workflows/', 'persistence/', 'platform/', 'gen/'], packages: 'any' },
  { from: 'client/', own: ['client/', 'gen/', 'domain/'], packages: 'any' },
  { from: 'console/', own: ['console/'], packages: 'any' },
  { from: 'gen/', own: ['gen/'], packages: /^@bufbuild\// },
];

/** The imports of a file that its rule does not allow, as sentences. */
function violations({ path, module }: SourceFile): readonly string[] {
  const rule = RULES.filter(({ from }) => path.startsWith(from)).at(-1);
  if (rule === undefined) return [];
  const service = /^services\/[^/]+\//.exec(path)?.[0] ?? [];
  const schemas = /^(workflows\/|domain\/(?!schemas\/))/.test(path) ? ['domain/schemas/'] : [];
  return specifiersOf(module)
    .filter((specifier) => {
      if (!specifier.startsWith('.')) return rule.packages !== 'any' && !rule.packages.test(specifier);
      const target = `${targetOf(specifier, path)}/`;
      const isIn = (folder: string): boolean => target.startsWith(folder);
      return schemas.some(isIn) || !rule.own.concat(service).some(isIn);
    })
    .map((specifier) => `${path} imports ${specifier}`);
}

const FOLDERS = ['domain', 'workflows', 'persistence', 'platform', 'services', 'client', 'console', 'gen'];
const FILES = FOLDERS.flatMap(sourceFiles);

function file(path: string, text: string): SourceFile {
  return { path, module: parseSource(text) };
}

describe('who imports whom', () => {
  it.each(FOLDERS)('%s imports only what it may', (folder) => {
    const files = FILES.filter(({ path }) => path.startsWith(`${folder}/`));
    expect(files.flatMap(violations)).toEqual([]);
  });

  it('every folder that must be there has been read', () => {
    for (const folder of ['domain', 'workflows', 'persistence', 'platform', 'services', 'client', 'gen']) {
      expect(FILES.filter(({ path }) => path.startsWith(`${folder}/`)).length).toBeGreaterThan(2);
    }
  });

  it.each([
    ['domain/order.ts', "import { z } from 'zod'"],
    ['domain/order.ts', "import { createHash } from 'node:crypto'"],
    ['domain/order.ts', "import { createOrder } from './schemas/create-order'"],
    ['domain/schemas/order.ts', "import type { Pool } from 'pg'"],
    ['workflows/order.ts', "import { parse } from '../domain/schemas/parse'"],
    ['workflows/order.ts', "import type { Order } from '../domain/schemas/order'"],
    ['workflows/order.ts', "import { createPlaceOrder } from '../services/order-worker/activities/place-order'"],
    ['workflows/order.ts', "import { Client } from '@temporalio/client'"],
    ['workflows/order.ts', "import { sha256Hex } from '../platform/sha256'"],
    ['persistence/orders/place-order.ts', "import { createLogger } from '../../platform/logger'"],
    ['persistence/orders/place-order.ts', "import * as z from 'zod'"],
    ['platform/logger.ts', "import type { Order } from '../domain/order'"],
    ['platform/logger.ts', "const { Order } = require('../domain/order')"],
    ['services/order-api/main.ts', "import { createWorker } from '../order-worker/create-worker'"],
    ['services/order-api/main.ts', "const worker = await import('../order-worker/create-worker.js')"],
    ['services/order-api/main.ts', "type Worker = typeof import('../order-worker/create-worker')"],
    ['services/order-api/main.ts', "export * from '../order-worker/create-worker'"],
    ['services/order-api/main.ts', "import { startStack } from '../../deploy/local/stack'"],
    ['client/order-client.ts', "import { createGrpcClient } from '../platform/grpc-client'"],
    ['console/page.ts', "import type { Order } from '../domain/order'"],
  ])('a stray import would be found: %s with %s', (path, text) => {
    expect(violations(file(path, text))).toHaveLength(1);
  });
});

describe('the domain', () => {
  /** What answers differently from one call to the next, or reaches out of the process. */
  const FORBIDDEN =
    /^(crypto|performance|process|globalThis|global|console|fetch|set(Timeout|Interval|Immediate)|queueMicrotask|Buffer)$/;

  function impurities({ path, module }: SourceFile): readonly string[] {
    return [...nodesOf(module)].filter(isImpure).map(({ type }) => `${path} has an impure ${type}`);
  }

  function isImpure(node: SyntaxNode): boolean {
    switch (node.type) {
      case 'Identifier':
        return FORBIDDEN.test(nameOf(node) ?? '');
      case 'MemberExpression':
        return /^(Date\.now|Math\.random)$/.test(`${nameOf(node.object)}.${nameOf(node.property)}`);
      case 'NewExpression':
        return nameOf(node.callee) === 'Date' && (node.arguments as readonly unknown[] | null)?.length !== 1;
      case 'CallExpression':
        return nameOf(node.callee) === 'Date';
      default:
        return false;
    }
  }

  it('has no clock, no randomness and no way out', () => {
    expect(sourceFiles('domain').flatMap(impurities)).toEqual([]);
  });

  it.each([
    'Date.now()',
    'new Date()',
    'new Date',
    'Date()',
    'Math.random()',
    'crypto.randomUUID()',
    'globalThis.crypto',
    'process.env',
    'setTimeout(() => {}, 1)',
  ])('%s would be found', (text) => {
    expect(impurities(file('domain/order.ts', text)).length).toBeGreaterThan(0);
  });

  it.each(['new Date(text)', 'Date.parse(text)', 'Math.max(1, 2)', 'orders.now()'])('%s is fine', (text) => {
    expect(impurities(file('domain/order.ts', text))).toEqual([]);
  });
});

describe('main.ts', () => {
  const BRANCHING = /^(If|Switch|Try|For|ForIn|ForOf|While|DoWhile)Statement$/;
  const mains = sourceFiles('services').filter(({ path }) => path.endsWith('/main.ts'));

  function decisions({ path, module }: SourceFile): readonly string[] {
    const types = [...nodesOf(module)].map(({ type }) => type);
    return types
      .filter((type) => BRANCHING.test(type) || /^(Export|Class)/.test(type))
      .map((type) => `${path} has a ${type}`);
  }

  it('of every service only wires: no branches, no loops, nothing that another module could import', () => {
    expect(mains.length).toBeGreaterThanOrEqual(3);
    expect(mains.flatMap(decisions)).toEqual([]);
  });

  it('would be found to decide something', () => {
    expect(decisions(file('services/x/main.ts', 'if (x) run();'))).toHaveLength(1);
    expect(decisions(file('services/x/main.ts', 'export const x = 1;'))).toHaveLength(1);
  });
});

describe('barrels', () => {
  /** A module that only hands on what others export, or an `index`, which invites it. */
  function isBarrel({ path, module }: SourceFile): boolean {
    const body = module.body as readonly SyntaxNode[];
    const handsOn =
      body.length > 0 && body.every((node) => /^Export(All|Named)Declaration$/.test(node.type) && Boolean(node.source));
    return handsOn || /(^|\/)index\.tsx?$/.test(path);
  }

  it('there are two, which the workflow bundles need', () => {
    const everywhere = [...FILES, ...['bench', 'deploy', 'test'].flatMap(sourceFiles)];
    expect(everywhere.filter(isBarrel).map(({ path }) => path)).toEqual([
      'workflows/index.ts',
      'workflows/sync-index.ts',
    ]);
  });

  it('another one would be found', () => {
    expect(isBarrel(file('domain/all.ts', "export * from './order'; export { z } from './z'"))).toBe(true);
    expect(isBarrel(file('domain/one.ts', "export { z } from './z'; export const x = 1"))).toBe(false);
  });
});

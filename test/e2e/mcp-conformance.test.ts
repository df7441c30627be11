import { runConformance, type ScenarioResult } from '../support/conformance';
import { createScene, type Scene } from '../support/scene';

/**
 * `@modelcontextprotocol/conformance` against `/mcp`, all of its scenarios for servers (it knows the revisions up to
 * 2025-11-25). Most of them call tools, prompts and resources that only a server written for the tool has; those say
 * nothing of this one. What is expected of each stands here, so that neither a change of ours nor a new version of the tool
 * passes unseen.
 */
const PASSES = [
  'dns-rebinding-protection',
  'ping',
  'prompts-list',
  'resources-list',
  'server-initialize',
  'server-sse-multiple-streams',
  'tools-list',
];

/** It has no failures, only two recommendations that we do not follow: streams that can be resumed. A call can be repeated. */
const NOT_FOLLOWED = ['server-sse-polling'];

/** Optional parts of the protocol that this server does not offer, and does not declare. */
const NOT_OFFERED = [
  'completion-complete',
  'logging-set-level',
  'resources-subscribe',
  'resources-unsubscribe',
  'tools-call-with-logging',
];

/** They look for something of their own in the server. */
const NEEDS_ITS_OWN = [
  'elicitation-sep1034-defaults',
  'elicitation-sep1330-enums',
  'json-schema-2020-12',
  'prompts-get-embedded-resource',
  'prompts-get-simple',
  'prompts-get-with-args',
  'prompts-get-with-image',
  'resources-read-binary',
  'resources-read-text',
  'resources-templates-read',
  'tools-call-audio',
  'tools-call-elicitation',
  'tools-call-embedded-resource',
  'tools-call-error',
  'tools-call-image',
  'tools-call-mixed-content',
  'tools-call-sampling',
  'tools-call-simple-text',
  'tools-call-with-progress',
];

let scene: Scene;
let results: ReadonlyMap<string, ScenarioResult>;

beforeAll(async () => {
  scene = await createScene();
  const api = await scene.startApi();
  results = await runConformance(`${api.restUrl}/mcp`, scene.tenant.aiKey);
});
afterAll(() => scene.close());

function resultOf(scenario: string): ScenarioResult {
  const result = results.get(scenario);
  if (result === undefined) throw new Error(`${scenario} was not run`);
  return result;
}

test('every scenario of the tool is expected here', () => {
  expect([...results.keys()].sort()).toEqual([...PASSES, ...NOT_FOLLOWED, ...NOT_OFFERED, ...NEEDS_ITS_OWN].sort());
});

test.each(PASSES)('%s passes', (scenario) => {
  const { checks, failures } = resultOf(scenario);
  expect(failures).toEqual([]);
  expect(checks.length).toBeGreaterThan(0);
  expect(new Set(checks.map(({ status }) => status))).toEqual(new Set(['SUCCESS']));
});

test.each(NOT_FOLLOWED)('%s finds nothing wrong', (scenario) => {
  const { checks, failures } = resultOf(scenario);
  expect(failures).toEqual([]);
  expect(checks.filter(({ status }) => status === 'WARNING').map(({ id }) => id)).toEqual([
    'server-sse-priming-event',
    'server-sse-retry-field',
  ]);
});

test.each(NOT_OFFERED)('%s is told that there is no such method', (scenario) => {
  expect(resultOf(scenario).failures).toEqual([expect.stringMatching(/MCP error -32601: Method not found$/)]);
});

test.each(NEEDS_ITS_OWN)('%s does not find its own', (scenario) => {
  expect(resultOf(scenario).failures).toEqual([
    expect.stringMatching(/(?:Tool|Prompt) '?(?:test_|json_schema_)\w+'? not found|Resource not found: test:\/\//),
  ]);
});

import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { TRACING_PRELOADS, tracingPlugin } from '../../../platform/tracing-plugin';

interface SerializedSpan {
  readonly name: string;
  readonly spanContext: { readonly traceId: string; readonly spanId: string };
  readonly parentSpanContext?: { readonly spanId: string };
}

const history = readFileSync(join(__dirname, 'fixtures', 'traced-history.json'), 'utf8');
const quiet = new DefaultLogger('ERROR');
let code: string;

beforeAll(async () => {
  Runtime.install({ logger: quiet });
  ({ code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('./fixtures/traced-workflow'),
    plugins: [tracingPlugin()],
    preloadModules: [...TRACING_PRELOADS],
    logger: quiet,
  }));
});

afterAll(() => Runtime.instance().shutdown());

/** The recorded history of `traced`, as if its caller had begun this trace. */
function historyOf(traceparent: string | undefined): unknown {
  const copy = JSON.parse(history);
  const started = copy.events[0].workflowExecutionStartedEventAttributes;
  const data = Buffer.from(JSON.stringify({ traceparent })).toString('base64');
  if (traceparent === undefined) delete started.header;
  else started.header.fields['_tracer-data'].data = data;
  return copy;
}

/** Replays the histories in one worker, so in one V8 context, and gives what the workflows hand out to be exported. */
async function spansOf(...histories: unknown[]): Promise<SerializedSpan[]> {
  const spans: SerializedSpan[] = [];
  const exporter = {
    export: { fn: (_info: unknown, batch: SerializedSpan[]) => void spans.push(...batch), callDuringReplay: true },
  };
  const replays = Worker.runReplayHistories(
    { workflowBundle: { code }, sinks: { exporter } },
    histories.map((each, index) => ({ workflowId: `traced-${index}`, history: each })),
  );
  for await (const { error } of replays) expect(error).toBeUndefined();
  return spans;
}

const traceparent = (trace: string, sampled: boolean) => `00-${trace.repeat(32)}-${'b'.repeat(16)}-0${sampled ? 1 : 0}`;

describe('tracing in the workflow sandbox', () => {
  test('a sampled caller is followed through every await, and each workflow has its own trace', async () => {
    const spans = await spansOf(historyOf(traceparent('1', true)), historyOf(traceparent('2', true)));
    for (const trace of ['1', '2']) {
      const own = spans.filter(({ spanContext }) => spanContext.traceId === trace.repeat(32));
      expect(own.map(({ name }) => name).sort()).toEqual([
        'RunWorkflow:traced',
        'StartActivity:step',
        'StartActivity:step',
      ]);
      const run = own.find(({ name }) => name === 'RunWorkflow:traced');
      expect(run?.parentSpanContext?.spanId).toBe('b'.repeat(16));
      for (const { name, parentSpanContext } of own) {
        if (name === 'StartActivity:step') expect(parentSpanContext?.spanId).toBe(run?.spanContext.spanId);
      }
    }
    expect(spans).toHaveLength(6);
  });

  test('below an unsampled caller nothing is recorded, and the next workflow is not touched by it', async () => {
    expect(await spansOf(historyOf(traceparent('3', false)))).toEqual([]);
    const spans = await spansOf(historyOf(traceparent('3', false)), historyOf(traceparent('4', true)));
    expect(new Set(spans.map(({ spanContext }) => spanContext.traceId))).toEqual(new Set(['4'.repeat(32)]));
    expect(spans).toHaveLength(3);
  });

  test('a run that nobody traced begins a trace of its own', async () => {
    expect(await spansOf(historyOf(undefined))).toHaveLength(3);
  });

  test('what takes the sandbox down at the end can be had although it was frozen with what is preloaded', () => {
    const takeDown = () => undefined;
    const list = [takeDown];
    // As the sandbox has them. On Node 20 the SDK does not come upon the list when it freezes, so it is frozen here.
    const global = globalThis as { AsyncLocalStorage?: unknown; __temporal_globalSandboxDestructors?: unknown };
    Object.assign(global, { AsyncLocalStorage, __temporal_globalSandboxDestructors: list });
    try {
      jest.isolateModules(() => require('../../../platform/sandbox-tracing'));
    } finally {
      delete global.AsyncLocalStorage;
      delete global.__temporal_globalSandboxDestructors;
    }
    Object.freeze(list);
    expect(list.splice(0)).toEqual([takeDown]);
  });
});

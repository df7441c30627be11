import { cpus, totalmem } from 'node:os';
import type { TemporalDatabase } from './stack';

/** When and on what something was measured. */
export interface RunDescription {
  readonly measuredAt: string;
  readonly machine: {
    readonly cpus: number;
    readonly model: string;
    readonly memoryGiB: number;
    readonly node: string;
  };
  readonly temporalDatabase: TemporalDatabase;
}

export function aboutRun({ temporalDatabase }: { readonly temporalDatabase: TemporalDatabase }): RunDescription {
  const processors = cpus();
  return {
    measuredAt: new Date().toISOString(),
    machine: {
      cpus: processors.length,
      model: processors[0]?.model ?? 'unknown',
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    temporalDatabase,
  };
}

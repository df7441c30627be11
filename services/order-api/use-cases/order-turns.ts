/**
 * Messages that this process has under way to one order's run. Temporal takes ten per run from all processes together, and
 * one too many costs the others their workflow task, so that a crowd at one order makes each other's answers late or lost.
 */
const AT_ONCE = 4;

interface Line {
  underWay: number;
  readonly waiting: (() => void)[];
}

/** Lets the callers of one order's run take turns, first come, first served. Different orders do not wait for each other. */
export class OrderTurns {
  private readonly lines = new Map<string, Line>();

  /** Runs `work` when it is its turn. A caller whose deadline passed meanwhile finds out by its own call. */
  async take<T>(workflowId: string, work: () => Promise<T>): Promise<T> {
    const line = this.lines.get(workflowId) ?? { underWay: 0, waiting: [] };
    this.lines.set(workflowId, line);
    if (line.underWay < AT_ONCE) line.underWay += 1;
    else await new Promise<void>((resume) => line.waiting.push(resume));
    try {
      return await work();
    } finally {
      // The place goes straight to the next one, so that none who comes now can slip in between.
      const next = line.waiting.shift();
      if (next !== undefined) next();
      else line.underWay -= 1;
      if (line.underWay === 0) this.lines.delete(workflowId);
    }
  }
}

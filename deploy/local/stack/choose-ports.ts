import { freePorts, isPortFree } from '../process/free-port';
import { StackError } from '../stack-error';

export interface WantedPort {
  /** The environment variable that changes it. */
  readonly variable: string;
  readonly what: string;
  /** 0: any free one. */
  readonly port: number;
}

/**
 * The ports to use, by variable, after making sure that nobody listens on any of them.
 *
 * @throws StackError with one line for each port that is taken or wanted twice
 */
export async function choosePorts(wanted: readonly WantedPort[]): Promise<ReadonlyMap<string, number>> {
  const problems: string[] = [];
  const chosen = new Map<string, number>();
  const owners = new Map<number, WantedPort>();
  for (const want of wanted.filter(({ port }) => port !== 0)) {
    const other = owners.get(want.port);
    if (other !== undefined) problems.push(`Port ${want.port} is wanted by ${describe(other)} and ${describe(want)}.`);
    else if (!(await isPortFree(want.port))) problems.push(taken(want));
    owners.set(want.port, want);
    chosen.set(want.variable, want.port);
  }
  if (problems.length > 0) throw new StackError(problems.join('\n'));

  const any = wanted.filter(({ port }) => port === 0);
  const free = await freePorts(any.length);
  any.forEach(({ variable }, index) => {
    const port = free[index];
    if (port !== undefined) chosen.set(variable, port);
  });
  return chosen;
}

function taken(want: WantedPort): string {
  const example = `${want.variable}=${want.port < 55_000 ? want.port + 10_000 : want.port - 10_000}`;
  return `Port ${want.port} (for ${want.what}) is taken: choose another, for example ${example} npm start, or ${want.variable}=0 for any free one.`;
}

function describe({ variable, what }: WantedPort): string {
  return `${what} (${variable})`;
}

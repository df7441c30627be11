/** In the line already, or the same in every line of a service. */
const SHOWN = new Set(['time', 'level', 'msg', 'service', 'pid', 'event']);

/**
 * A service's JSON log line as a person reads it: time, level unless it is info, message, then the other fields. Any
 * other line is returned as it is.
 */
export function readableLine(line: string): string {
  const entry = parseObject(line);
  if (entry === undefined) return line;
  const time = typeof entry.time === 'string' ? entry.time.slice(11, 19) : '';
  const level = entry.level === 'info' ? '' : String(entry.level ?? '').toUpperCase();
  const message = String(entry.msg ?? '') || String(entry.event ?? '');
  const fields = Object.entries(entry)
    .filter(([name]) => !SHOWN.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  return [time, level, message, ...fields].filter(Boolean).join(' ');
}

function parseObject(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

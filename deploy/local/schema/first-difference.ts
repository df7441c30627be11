/** The first line, counted from 1, in which two texts differ, with both versions of it; undefined when they are equal. */
export function firstDifference(
  before: string,
  after: string,
): { readonly line: number; readonly before: string | undefined; readonly after: string | undefined } | undefined {
  if (before === after) return undefined;
  const [left, right] = [before.split('\n'), after.split('\n')];
  let index = 0;
  while (left[index] === right[index]) index += 1;
  return { line: index + 1, before: left[index], after: right[index] };
}

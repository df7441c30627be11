/** Names a tab in A1 notation, or a part of it. https://developers.google.com/workspace/sheets/api/guides/concepts#expandable-1 */
export function inTab(title: string, part?: string): string {
  const name = `'${title.replaceAll("'", "''")}'`;
  return part === undefined ? name : `${name}!${part}`;
}

/** A column's letters: 0 is A, 26 is AA. */
export function columnLetters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : columnLetters(Math.floor(index / 26) - 1) + last;
}

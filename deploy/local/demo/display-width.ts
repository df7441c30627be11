const COMBINING = /[\p{Mn}\p{Me}\p{Cf}]/u;
/** Characters that a terminal draws two cells wide: CJK and the full-width forms (Unicode's East Asian Width W and F). */
const WIDE = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303e\u30fc\uff01-\uff60]/u;
const HALF_WIDTH = /[\uff61-\uffdc]/;

/** How many terminal cells a text takes, for aligning columns that hold several scripts. */
export function displayWidth(text: string): number {
  let cells = 0;
  for (const character of text) {
    if (COMBINING.test(character)) continue;
    cells += WIDE.test(character) && !HALF_WIDTH.test(character) ? 2 : 1;
  }
  return cells;
}

/** The text with spaces after it up to `cells`. */
export function padCells(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - displayWidth(text)));
}

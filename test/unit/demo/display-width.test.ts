import { displayWidth, padCells } from '../../../deploy/local/demo/display-width';

test.each([
  ['Maja', 4],
  ['Å\u030a', 1],
  ['山田太郎', 8],
  ['김민수', 6],
  ['ｺｰﾗ', 3],
  ['０３－', 6],
  ['पिज़्ज़ा', 5],
])('%s takes %d cells of a terminal', (text, cells) => {
  expect(displayWidth(text)).toBe(cells);
  expect(padCells(text, 10)).toBe(text + ' '.repeat(10 - cells));
});

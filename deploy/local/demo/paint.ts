export type Colour = 'green' | 'cyan' | 'yellow' | 'blue' | 'red' | 'dim' | 'bold';
export type Paint = (colour: Colour, text: string) => string;

const CODES: Readonly<Record<Colour, number>> = { green: 32, cyan: 36, yellow: 33, blue: 34, red: 31, dim: 2, bold: 1 };

/** Colours text for a terminal; gives it back as it is when the output is a file or NO_COLOR is set (no-color.org). */
export function createPaint(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  if (stream.isTTY !== true || env.NO_COLOR) return (_, text) => text;
  return (colour, text) => `\u001b[${CODES[colour]}m${text}\u001b[0m`;
}

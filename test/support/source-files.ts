import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { parseSync } from '@swc/core';

export const PROJECT_ROOT = join(__dirname, '..', '..');

/** A node of the syntax tree, as far as the tests look at it: by its type and whatever fields that type has. */
export interface SyntaxNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface SourceFile {
  /** From the project's root, with slashes. */
  readonly path: string;
  readonly module: SyntaxNode;
}

/** The TypeScript files below a folder of the project; none if there is no such folder. */
export function sourceFiles(folder: string): readonly SourceFile[] {
  return readdirSync(PROJECT_ROOT, { withFileTypes: true }).some(({ name }) => name === folder)
    ? readdirSync(join(PROJECT_ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => ({
          path: relative(PROJECT_ROOT, file).split(sep).join('/'),
          module: parseSource(readFileSync(file, 'utf8'), { tsx: file.endsWith('.tsx') }),
        }))
    : [];
}

/** `tsx`: whether it may hold JSX, which a generic arrow function of plain TypeScript would be taken for. */
export function parseSource(text: string, { tsx = false } = {}): SyntaxNode {
  return parseSync(text, { syntax: 'typescript', tsx, target: 'es2022' }) as unknown as SyntaxNode;
}

/** Every node of a tree. */
export function* nodesOf(value: unknown): Generator<SyntaxNode> {
  if (Array.isArray(value)) {
    for (const element of value) yield* nodesOf(element);
  } else if (typeof value === 'object' && value !== null) {
    if ('type' in value && typeof value.type === 'string') yield value as SyntaxNode;
    for (const field of Object.values(value)) yield* nodesOf(field);
  }
}

/** What a module names of other modules, in any way there is: import, export from, import(), require, import types. */
export function specifiersOf(module: SyntaxNode): readonly string[] {
  const found: unknown[] = [];
  for (const node of nodesOf(module)) {
    if (/^(Import|ExportAll|ExportNamed)Declaration$/.test(node.type)) found.push(node.source);
    if (node.type === 'TsExternalModuleReference') found.push(node.expression);
    if (node.type === 'TsImportType') found.push(node.argument);
    if (node.type === 'CallExpression' && isImporting(node.callee)) found.push(firstArgument(node));
  }
  return found.map(stringOf).filter((specifier) => specifier !== undefined);
}

/** Where a specifier leads: a path from the project's root without its extension, or a package's or builtin's name. */
export function targetOf(specifier: string, importer: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return posix.normalize(posix.join(posix.dirname(importer), specifier)).replace(/\.(ts|js)$/, '');
}

function isImporting(callee: unknown): boolean {
  const { type, value, object, property } = callee as SyntaxNode;
  if (type === 'Import') return true;
  if (type === 'Identifier') return value === 'require';
  return type === 'MemberExpression' && nameOf(object) === 'require' && nameOf(property) === 'resolve';
}

function firstArgument(call: SyntaxNode): unknown {
  const [argument] = call.arguments as readonly { readonly expression: unknown }[];
  return argument?.expression;
}

function stringOf(node: unknown): string | undefined {
  const literal = node as SyntaxNode | null | undefined;
  return literal?.type === 'StringLiteral' ? String(literal.value) : undefined;
}

/** The name of an identifier; undefined for anything else. */
export function nameOf(node: unknown): string | undefined {
  const identifier = node as SyntaxNode | null | undefined;
  return identifier?.type === 'Identifier' ? String(identifier.value) : undefined;
}

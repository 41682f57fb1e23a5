import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { Document, Place } from './document.ts';

/** Folders of the project that documents name files of. */
const PATH = /^(?:src|test|docs|deploy|scripts|bench|schema|bin|examples|\.ci)\/[\w./-]*$/;

/** Links of a document that lead nowhere, and files that it names and nobody has. */
export function brokenLinks(document: Document, all: readonly Document[], root: string): string[] {
  const links = document.links.flatMap((link) => brokenLink(link, document, all, root) ?? []);
  const paths = document.codes.filter(({ text }) => PATH.test(text) && !existsSync(join(root, text)));
  return [...links, ...paths.map(({ document: path, line, text }) => `${path}:${line}: there is no ${text}`)];
}

function brokenLink({ line, text }: Place, from: Document, all: readonly Document[], root: string): string | null {
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return null;
  const [path = '', anchor = ''] = text.split('#');
  const target = path === '' ? from.path : normalize(join(dirname(from.path), decodeURI(path)));
  if (!existsSync(join(root, target))) return `${from.path}:${line}: there is no ${target}`;
  const document = all.find((one) => one.path === target);
  if (anchor === '' || document?.anchors.has(anchor)) return null;
  return `${from.path}:${line}: ${target} has no heading #${anchor}`;
}

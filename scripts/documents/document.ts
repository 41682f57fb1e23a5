import GithubSlugger from 'github-slugger';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString as textOf } from 'mdast-util-to-string';

/** A fenced block, with the comments that stand directly before it. */
export interface Block {
  document: string;
  /** The line of its fence, from 1. */
  line: number;
  /** The heading that it stands under. */
  section: string;
  language: string;
  text: string;
  comments: readonly string[];
}

/** Something that stands at a line of a document. */
export interface Place {
  document: string;
  line: number;
  text: string;
}

/** A Markdown document, as far as it can be true or false. */
export interface Document {
  /** From the project's root, with slashes. */
  path: string;
  blocks: readonly Block[];
  /** What stands as code within a text. */
  codes: readonly Place[];
  /** Addresses of links and pictures. */
  links: readonly Place[];
  /** The words of its texts. */
  words: readonly string[];
  /** What GitHub makes of its headings: the part of an address after `#`. */
  anchors: ReadonlySet<string>;
}

/** Reads a document as GitHub does. */
export function readDocument(path: string, markdown: string): Document {
  const slugger = new GithubSlugger();
  const found = { blocks: [] as Block[], codes: [] as Place[], links: [] as Place[], anchors: new Set<string>() };
  const words: string[] = [];
  let section = '';
  const visit = (node: Nodes, comments: readonly string[]): void => {
    const at = { document: path, line: node.position?.start.line ?? 0 };
    if (node.type === 'code') found.blocks.push({ ...at, section, language: node.lang ?? '', text: node.value, comments });
    if (node.type === 'inlineCode') found.codes.push({ ...at, text: node.value });
    if (node.type === 'text') words.push(...(node.value.match(/\w+/g) ?? []));
    if (node.type === 'link' || node.type === 'image' || node.type === 'definition') found.links.push({ ...at, text: node.url });
    if (node.type === 'heading') {
      section = textOf(node);
      found.anchors.add(slugger.slug(section));
    }
    if (!('children' in node)) return;
    let before: string[] = [];
    for (const child of node.children) {
      visit(child, before);
      before = child.type === 'html' ? [...before, ...commentsIn(child.value)] : [];
    }
  };
  visit(fromMarkdown(markdown), []);
  return { path, ...found, words };
}

function commentsIn(html: string): string[] {
  return [...html.matchAll(/<!--([\s\S]*?)-->/g)].map(([, text = '']) => text.trim().replace(/\s+/g, ' '));
}

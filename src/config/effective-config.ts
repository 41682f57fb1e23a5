import { MODES, type Mode } from '../policy/types.ts';
import type { ConfigFault } from './config-faults.ts';
import { type ConfigFile, isPlainMap, type PlainMap, readConfigFile, UNREADABLE_FILE } from './read-config-file.ts';
import { CONFIG_PATH, DEFAULT_REPOSITORY_CONFIG, type RepositoryConfig, repositoryConfigSchema } from './repository-config.ts';

/** Whose file it is; each is laid over the ones before it. */
export const CONFIG_LAYERS = ['server', 'organization', 'repository'] as const;
export type ConfigLayerName = (typeof CONFIG_LAYERS)[number];

/** Where a value was set. */
export interface Place {
  layer: ConfigLayerName;
  /** As people know it: `.github/regreen.yml`, `acme/.github/.github/regreen.yml`, the name of the server's file. */
  file: string;
  /** From 1. */
  line: number;
  /** Such as `paths.protected`; empty for the whole file. */
  key: string;
}

/** One file, as it is read; `text` is null where there is none. */
export interface ConfigLayer {
  layer: ConfigLayerName;
  file: string;
  text: string | null;
  /** False for a file that is no text or too large, of which nothing is known. */
  readable?: boolean;
}

export type LayerFault = ConfigFault & Pick<Place, 'layer' | 'file'>;

/** A configuration that can be used, and who says so. */
export interface ConfigReading {
  config: RepositoryConfig;
  /** Where each value that is not a built-in default was set, by its key. */
  places: ReadonlyMap<string, Place>;
  faults: LayerFault[];
  /** The first fault of the highest file that can't be used, which caps the mode; `null` when all can be. */
  broken: Place | null;
}

/** As far as anything goes while one of the files can't be used. */
const MODE_WHILE_BROKEN: Mode = 'annotate';

/**
 * Lays the files over one another: the repository's over the organisation's over the server's. Maps are merged key by key;
 * words, numbers and lists of a higher file take the place of a lower one's. Never throws.
 *
 * A file with a fault sets nothing, and what it meant to forbid is not known: so the mode is then `annotate` at most, or
 * `observe` where one of the others, or the broken file itself as far as it can be read, says so.
 * @param layers in any order; one of a kind
 */
export function layConfigs(layers: readonly ConfigLayer[]): ConfigReading {
  const ordered = CONFIG_LAYERS.flatMap((name) =>
    layers.filter((one) => one.layer === name && (one.text !== null || one.readable === false)),
  );
  const files = ordered.map((layer) => ({
    layer,
    read: layer.readable === false ? UNREADABLE_FILE : readConfigFile(layer.text ?? ''),
  }));
  const places = new Map<string, Place>();
  let value: PlainMap = {};
  for (const { layer, read } of files) {
    value = merge(value, read.value);
    for (const [key, line] of read.lines) places.set(key, { layer: layer.layer, file: layer.file, line, key: shortForm(key) });
  }
  const merged = repositoryConfigSchema.parse(value);
  const faults = files.flatMap(({ layer, read }) => read.faults.map((one) => ({ ...one, layer: layer.layer, file: layer.file })));
  const highest = faults.findLast((one, at) => faults[at - 1]?.layer !== one.layer);
  if (!highest) return { config: merged, places, faults, broken: null };
  const broken = { layer: highest.layer, file: highest.file, line: highest.line, key: highest.key };
  const config = { ...merged, mode: strictestMode([merged.mode, MODE_WHILE_BROKEN, ...brokenModes(files)]) };
  if (config.mode !== merged.mode || !places.has('mode')) places.set('mode', broken);
  return { config, places, faults, broken };
}

/** Reads a repository's own file by itself. `null` when there is none. */
export function readRepositoryConfig(text: string | null): ConfigReading {
  return layConfigs([{ layer: 'repository', file: CONFIG_PATH, text }]);
}

/** What applies where nobody has written anything. */
export const DEFAULT_CONFIG_READING: ConfigReading = {
  config: DEFAULT_REPOSITORY_CONFIG,
  places: new Map(),
  faults: [],
  broken: null,
};

function brokenModes(files: readonly { read: ConfigFile }[]): Mode[] {
  return files.flatMap(({ read }) => (read.faults.length > 0 && read.mode !== null ? [read.mode] : []));
}

function strictestMode(modes: readonly Mode[]): Mode {
  return MODES.find((mode) => modes.includes(mode)) ?? MODE_WHILE_BROKEN;
}

/** Both are valid by the schema, so their keys are its own. */
function merge(lower: PlainMap, higher: PlainMap): PlainMap {
  const merged = { ...lower };
  for (const [key, value] of Object.entries(higher)) {
    const below = lower[key];
    merged[key] = isPlainMap(below) && isPlainMap(value) ? merge(below, value) : value;
  }
  return merged;
}

/** As it is written in files: `causes.lint: ask` stands for `causes.lint.all`. */
function shortForm(key: string): string {
  return key.startsWith('causes.') && key.endsWith('.all') ? key.slice(0, -'.all'.length) : key;
}

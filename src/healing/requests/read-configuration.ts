import type { Place } from '../../config/effective-config.ts';
import { isPlainMap } from '../../config/read-config-file.ts';
import { answered } from '../../github/refusals.ts';
import type { Mode } from '../../policy/types.ts';
import { readPolicy } from '../repository-policy.ts';
import type { Services } from '../services.ts';
import { repositoryTarget } from './known-places.ts';

type WrittenPlace = Omit<Place, 'key'>;

/** What counts in a repository. */
export interface EffectiveConfiguration {
  repository: string;
  mode: Mode;
  /** `place` is null for what is built in. */
  values: { key: string; value: unknown; place: WrittenPlace | null }[];
  faults: (Place & { message: string })[];
}

/** Reads what counts in a repository now, with the file and line of each value. @throws NotFoundError, UnavailableError */
export async function readConfiguration(
  services: Services,
  name: { owner: string; name: string },
): Promise<EffectiveConfiguration> {
  const target = await repositoryTarget(services, name);
  const { config, places, faults } = await answered(readPolicy(target));
  const values = leavesOf(config).map(({ key, value }) => ({ key, value, place: written(places.get(key)) }));
  return {
    repository: `${target.repository.owner}/${target.repository.name}`,
    mode: config.mode,
    values: values.toSorted((one, other) => one.key.localeCompare(other.key)),
    faults: faults.map(({ layer, file, line, key, message }) => ({ layer, file, line, key, message })),
  };
}

function written(place: Place | undefined): WrittenPlace | null {
  return place ? { layer: place.layer, file: place.file, line: place.line } : null;
}

/** Every value that is no map, by its key; a map without entries sets nothing. */
function leavesOf(value: unknown, path: readonly string[] = []): { key: string; value: unknown }[] {
  if (!isPlainMap(value)) return value === undefined ? [] : [{ key: path.join('.'), value }];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

import type { FixSource } from '../types.ts';
import { type Mend, runnerMessages } from './mend.ts';
import { jobsOf, type Replacement, replaceIn, scalarAt } from './workflow-text.ts';

const RETIRED =
  /\bscheduled (?<image>[\w.-]{3,30}(?: Server)?[ -]?[\d.]{0,6})(?: LTS)?(?: \w{1,20})? brownout|\b(?:The )?(?<gone>(?:ubuntu|macos|windows)-[\d.]{2,6})(?: \w{1,20}){0,3} (?:is|has been|are) (?:deprecated|retired|removed|no longer)/i;

/**
 * The nearest image that still runs, of the same architecture.
 * https://github.com/actions/runner-images#available-images
 */
const SUCCESSORS: Readonly<Record<string, string>> = {
  'ubuntu-16.04': 'ubuntu-22.04',
  'ubuntu-18.04': 'ubuntu-22.04',
  'ubuntu-20.04': 'ubuntu-22.04',
  'macos-10.15': 'macos-15-intel',
  'macos-11': 'macos-15-intel',
  'macos-12': 'macos-15-intel',
  'macos-13': 'macos-15-intel',
  'windows-2016': 'windows-2022',
  'windows-2019': 'windows-2022',
};

/** Images of runners that GitHub has retired. */
export const retiredImages: Mend = {
  applies: (source) => imagesIn(source).length > 0,
  mend({ source, workflow }) {
    const replacements: Replacement[] = [];
    for (const image of imagesIn(source)) {
      for (const job of jobsOf(workflow)) {
        const node = scalarAt(job.map, 'runs-on');
        if (!node || String(node.value).toLowerCase() !== image) continue;
        const one = replaceIn(workflow, node, String(node.value), SUCCESSORS[image] ?? image);
        if (one) replacements.push(one);
      }
    }
    return replacements.length > 0
      ? replacements
      : { declined: 'No job names the retired image by itself; it may stand in a matrix.' };
  },
};

function imagesIn(source: FixSource): string[] {
  const named = runnerMessages(source).flatMap((message) => {
    const groups = RETIRED.exec(message)?.groups;
    return groups?.['image'] ?? groups?.['gone'] ?? [];
  });
  const labels = named.map((image) => image.toLowerCase().replace(' server', '').trim().replace(' ', '-'));
  return [...new Set(labels)].filter((image) => image in SUCCESSORS);
}

import { below, chance, type Random } from './random.ts';

export interface JobKind {
  name: string;
  medianSeconds: number;
  /** The step that does the work. */
  command: string;
}

export interface WorkflowKind {
  id: number;
  name: string;
  path: string;
  /** How often it runs beside the others of its repository. */
  weight: number;
  jobs: readonly JobKind[];
}

/** A repository with the people who work on it. */
export interface Shop {
  id: number;
  owner: string;
  name: string;
  weight: number;
  people: readonly string[];
  workflows: readonly WorkflowKind[];
  /** Tests of it that flicker. */
  shakyTests: readonly string[];
  /** Root causes that come again and again. */
  knownFaults: readonly string[];
}

const job = (name: string, medianSeconds: number, command = `npm run ${name}`): JobKind => ({ name, medianSeconds, command });

/** About four jobs to a run. */
const WORKFLOWS: readonly (Omit<WorkflowKind, 'id'> & { share: number })[] = [
  {
    name: 'CI',
    path: '.github/workflows/ci.yml',
    weight: 45,
    share: 1,
    jobs: [job('build', 180), job('lint', 60), job('test (20)', 300), job('test (22)', 310), job('test (24)', 290)],
  },
  { name: 'Checks', path: '.github/workflows/checks.yml', weight: 15, share: 1, jobs: [job('types', 90), job('licences', 30)] },
  {
    name: 'Deploy',
    path: '.github/workflows/deploy.yml',
    weight: 15,
    share: 1,
    jobs: [job('image', 240), job('deploy', 120), job('smoke', 45)],
  },
  {
    name: 'End to end',
    path: '.github/workflows/e2e.yml',
    weight: 15,
    share: 0.6,
    jobs: [
      job('browsers (1)', 600),
      job('browsers (2)', 620),
      job('browsers (3)', 580),
      job('browsers (4)', 610),
      job('report', 20),
    ],
  },
  {
    name: 'Nightly',
    path: '.github/workflows/nightly.yml',
    weight: 5,
    share: 0.7,
    jobs: [job('fuzz', 1_800), job('audit', 40), job('bench', 900), job('docs', 150)],
  },
];

/** Repositories of which a few run most of all, as in every organisation. */
export function makeShops(random: Random, count: number): Shop[] {
  return Array.from({ length: count }, (_, index) => {
    const id = 1_000 + index;
    const people = Array.from({ length: 3 + below(random, 15) }, () => `person-${below(random, 400)}`);
    return {
      id,
      owner: `org-${index % 4}`,
      name: `service-${index}`,
      weight: (index + 4) ** -0.8,
      people,
      workflows: WORKFLOWS.filter(({ share }) => chance(random, share)).map(({ share: _share, ...workflow }, place) => ({
        ...workflow,
        id: id * 10 + place,
      })),
      shakyTests: Array.from(
        { length: 1 + below(random, 10) },
        (_test, number) => `suite ${number} › settles ${below(random, 99)}`,
      ),
      knownFaults: Array.from({ length: 10 }, (_fault, number) => `fault-${id}-${number}`),
    };
  });
}

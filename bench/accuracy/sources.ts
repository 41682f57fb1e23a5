import type { Goal } from '../section.ts';

/** A set of cases: where it comes from, and what its figures should be. */
export interface Source {
  /** Name of the set's folder. */
  name: string;
  title: string;
  /** Where everybody can get it, and under which terms. */
  from: string;
  /** What its labels say, and by whom. */
  labels: string;
  goals: Readonly<Record<string, Goal>>;
  /** What its figures do not say, and what is weak. */
  weak: string;
}

const atLeast = (value: number): Goal => ({ is: 'at least', value });
const atMost = (value: number): Goal => ({ is: 'at most', value });

/** In the order of the document. A set that is not here is measured all the same, without goals. */
export const SOURCES: readonly Source[] = [
  {
    name: 'issues',
    title: 'Causes of what people pasted into issues',
    from: 'Public issues on GitHub; a case is named by its repository and number. The text belongs to its authors.',
    labels:
      "The cause by the thread's own conclusion, labelled twice (66 of 71 agreed); what the second labeller found defensible counts as right.",
    goals: { causeMacroF1: atLeast(0.9) },
    weak: 'Few cases, most of one line or two, so one case more or less moves the mean by hundredths. Causes that no case has are not measured at all; the wordings of tools in `test/unit/diagnosis/tool-wordings/` are what guards these.',
  },
  {
    name: 'logchunks',
    title: 'Excerpts of logs of Travis CI, 29 languages',
    from: 'LogChunks (Brandt, Panichella, Beller; MSR 2020), https://doi.org/10.5281/zenodo.3632351, CC BY 4.0.',
    labels: 'The chunk that a person copied out of the log as the reason.',
    goals: { hit: atLeast(0.9), recall: atLeast(0.8), precision: atLeast(0.45) },
    weak: 'People copied what they would search for: often one line of a longer message, sometimes a summary far below the error itself, and a chunk may stand in the log many times.',
  },
  {
    name: 'cidiff',
    title: 'Excerpts of a failing log beside the last green one',
    from: 'CiDiff (Hubner, Falleri, Uricaru, Degueule, Durieux; ISSTA 2025), https://doi.org/10.1145/3728966, https://github.com/labri-progress/cidiff.',
    labels:
      'The lines that a person marked; two people agree on a Jaccard index of .64. The green logs must give no error and no cause.',
    goals: {
      recall: atLeast(0.85),
      precision: atLeast(0.5),
      jaccard: atLeast(0.45),
      greenErrors: atMost(0.5),
      greenCause: atMost(0.05),
    },
    weak: 'Ten cases: one log is a tenth of each figure.',
  },
  {
    name: 'bugswarm',
    title: 'Failed tests',
    from: "BugSwarm (Tomassi et al.; ICSE 2019), the logs of its analyser's tests, https://github.com/BugSwarm/bugswarm, BSD 3-Clause.",
    labels: 'Names of failed tests in a form of its own, and counts.',
    goals: { recall: atLeast(0.95), precision: atLeast(0.95), failedCount: atLeast(0.95), runCount: atLeast(0.85) },
    weak: 'Java, JavaScript and Python only; the counts of tests that ran follow one reading of each framework (with or without skipped ones).',
  },
  {
    name: 'analysis-model',
    title: 'Findings of compilers and linters: a peer’s test resources',
    from: "The test resources of Jenkins' analysis-model, https://github.com/jenkinsci/analysis-model, MIT.",
    labels:
      "The issues that its own tests assert. Regreen is not told which tool wrote the log; the peer's parsers are. `popularRecall` is for the common tools.",
    goals: { popularRecall: atLeast(0.95), precision: atLeast(0.9), column: atLeast(0.9), count: atLeast(0.8) },
    weak: 'Many of its tools are rare or proprietary, and Regreen has no matcher for them. Its expectations escape HTML, and some counts follow its policy.',
  },
  {
    name: 'errorformat',
    title: 'Findings of linters: a peer’s test data',
    from: 'The test data of reviewdog’s errorformat, https://github.com/reviewdog/errorformat, MIT.',
    labels: "The peer's parse. It is told which tool wrote the output, Regreen is not.",
    goals: { recall: atLeast(0.97), precision: atLeast(0.95), message: atLeast(0.95) },
    weak: 'One short output a tool.',
  },
];

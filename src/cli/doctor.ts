import { loadEnvironmentFile, processVariables } from '../config/environment.ts';
import { examine } from '../doctor/examine.ts';
import { toJson, toText } from '../doctor/report.ts';

export interface DoctorArguments {
  json?: boolean;
  /** Node itself reads `--env-file`, wherever it stands in the command. */
  dotenv: string;
}

const EXIT_STATUS = { ok: 0, warnings: 1, errors: 2 } as const;

/** Says what is wrong and how it is mended. @returns the exit status: 0, 1 with warnings, 2 with errors */
export async function runDoctor({ json = false, dotenv: envFile }: DoctorArguments): Promise<number> {
  loadEnvironmentFile(envFile);
  const report = await examine({ variables: processVariables(), envFile });
  process.stdout.write(`${json ? toJson(report) : toText(report)}\n`);
  return EXIT_STATUS[report.status];
}

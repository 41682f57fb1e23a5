import { stat } from 'node:fs/promises';
import type { Environment } from '../../config/environment.ts';
import { knownVariables, readEnvironment } from '../../config/environment.ts';
import { ConfigurationError } from '../../errors.ts';
import { readEnvFile, readVariables } from '../../setup/env-file.ts';
import { found } from '../catalogue.ts';
import type { CheckAnswer, Finding } from '../types.ts';

/** The variables of the process, and the .env file beside it. */
export interface Configured {
  variables: Record<string, string | undefined>;
  envFile: string;
}

/** Reads the configuration as the server would. @returns the environment, where it can be used */
export async function checkConfiguration({
  variables,
  envFile,
}: Configured): Promise<{ answer: CheckAnswer; environment: Environment | null }> {
  const findings: Finding[] = [...(await fileFindings(envFile)), ...unknownNames(await namesIn(envFile))];
  try {
    const environment = readEnvironment(variables);
    return { answer: { summary: 'The configuration can be read.', findings }, environment };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    findings.push(...error.faults.map((fault) => found(codeOf(fault), fault)));
    return { answer: { summary: error.message, findings }, environment: null };
  }
}

function codeOf(fault: string): 'CONFIGURATION_MISSING' | 'CONFIGURATION_INVALID' {
  return fault.includes(': not set;') ? 'CONFIGURATION_MISSING' : 'CONFIGURATION_INVALID';
}

async function namesIn(envFile: string): Promise<string[]> {
  const text = await readEnvFile(envFile).catch(() => null);
  return [...readVariables(text ?? '').keys()];
}

/** Bits of the mode by which others than the owner may read. */
const OTHERS_MAY_READ = 0o044;

async function fileFindings(envFile: string): Promise<Finding[]> {
  const mode = await stat(envFile).then(
    (file) => file.mode & 0o777,
    () => 0,
  );
  if ((mode & OTHERS_MAY_READ) === 0) return [];
  return [found('ENV_FILE_OPEN', `${envFile} has mode ${mode.toString(8)}.`)];
}

function unknownNames(names: readonly string[]): Finding[] {
  const known = knownVariables();
  return (
    names
      // Beside those that we read, OpenTelemetry's own code reads some: of certificates, compression, timeouts.
      .filter((name) => !known.has(name) && !name.startsWith('OTEL_'))
      .map((name) => found('VARIABLE_UNKNOWN', `.env sets ${name.slice(0, 60)}, which is no variable of Regreen.`))
  );
}

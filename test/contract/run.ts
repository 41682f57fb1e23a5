import { Report } from './report.ts';
import { checkTypes, ensureInstalled, SetUpError } from './set-up.ts';

/** `npm run test:contract`: exit status 0 when the sandbox speaks as GitHub's descriptions say, otherwise 1. */
const report = new Report();
try {
  await ensureInstalled();
  await checkTypes();
  // Only now: what it imports may have been installed a moment ago.
  const { checkContract } = await import('./contract.ts');
  await checkContract(report);
} catch (error) {
  report.group('Contract test', [['runs to its end', [describe(error)]]]);
}
console.log(report.summary);
process.exitCode = report.failed === 0 ? 0 : 1;

/** What went wrong while setting up says itself what to do; everything else needs its place. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof SetUpError ? error.message : (error.stack ?? error.message);
}

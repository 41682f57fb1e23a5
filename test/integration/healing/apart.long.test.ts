import { playApart } from '../../support/apart.ts';

// Protects that the work can be shared: the same tests, on one process that takes webhooks, two that work jobs and two that
// answer the API.
playApart();
await import('./main-job.test.ts');
await import('./one-head.long.test.ts');
await import('./without-fix.long.test.ts');

import { vi } from 'vitest';
import { playApart } from '../../support/apart.ts';

// Five processes, and workflows that run for real, on machines that are busy with other test files.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

// Protects that the work can be shared: the same tests, on one process that takes webhooks, two that work jobs and two that
// answer the API.
playApart();
await import('./main-job.test.ts');
await import('./one-head.test.ts');
await import('./without-fix.test.ts');

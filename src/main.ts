import { enableCompileCache } from 'node:module';
import { parseArgs } from 'node:util';

// Stripping types and compiling a few hundred files is most of a start; the cache makes the second one fast.
enableCompileCache();

const { values } = parseArgs({ options: { role: { type: 'string' } } });
const { serve } = await import('./serve.ts');
await serve({ roles: values.role });

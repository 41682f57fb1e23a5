import { enableCompileCache } from 'node:module';

// Stripping types and compiling a few hundred files is most of a start; the cache makes the second one fast.
enableCompileCache();

const { serve } = await import('./serve.ts');
await serve();

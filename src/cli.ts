import { enableCompileCache } from 'node:module';

// Stripping types and compiling is most of a start; the cache makes the second one fast.
enableCompileCache();

// A reader that has seen enough (`… | head`) closes the pipe; that is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

// After the cache is there, so that it holds this as well.
const { program } = await import('./cli/program.ts');
await program.parseAsync();

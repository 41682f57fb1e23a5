import { enableCompileCache } from 'node:module';
import { program } from './cli/program.ts';

// Stripping types and compiling is most of a start; the cache makes the second one fast.
enableCompileCache();

// A reader that has seen enough (`… | head`) closes the pipe; that is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

await program.parseAsync();

// `npm run dev`: the server, started again when a file of the program or .env changes.
import { existsSync } from 'node:fs';
import { run } from './run.js';

// Node 24.21 watches a file that does not exist, and dies when it comes to be.
const envFile = existsSync('.env') ? ['--env-file=.env'] : [];
run(['--watch', '--watch-preserve-output', ...envFile, 'src/main.ts']);

/**
 * Says which modules of OpenTelemetry are loaded once a server could start: without an address for traces, and with one. Its API's
 * interfaces are not counted: prom-client has them in any case.
 */
import { registerHooks } from 'node:module';

const loaded: string[] = [];
registerHooks({
  resolve: (specifier, context, next) => {
    const resolved = next(specifier, context);
    if (/@opentelemetry\/(?!api\/)/.test(resolved.url)) loaded.push(resolved.url.split('node_modules/').at(-1) ?? '');
    return resolved;
  },
});
await import('../../../src/compose.ts');
const { startTracing } = await import('../../../src/telemetry/start-tracing.ts');
const { createLog } = await import('../../../src/telemetry/log.ts');
const about = { version: '1', roles: new Set<string>(), log: createLog({ level: 'silent' }) };
await startTracing(null, about);
const off = [...loaded];
const settings = { headers: {}, serviceName: 'regreen', resource: {}, sampler: 'parentbased_always_on', ratio: 1 } as const;
const tracing = await startTracing({ url: 'http://127.0.0.1:9/v1/traces', ...settings }, about);
await tracing.stop();
process.stdout.write(JSON.stringify({ off, on: [...new Set(loaded)] }));
process.exit();

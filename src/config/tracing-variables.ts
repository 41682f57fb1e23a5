import { z } from 'zod';

/** By OpenTelemetry's names: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
export const TRACES_SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type TracesSampler = (typeof TRACES_SAMPLERS)[number];

/** Where traces go and how. */
export interface TracingEnvironment {
  /** Takes OTLP by HTTP, e.g. `http://collector:4318/v1/traces`. */
  url: string;
  /** Sent with every export; they may hold a token. */
  headers: Readonly<Record<string, string>>;
  serviceName: string;
  /** Attributes of the process beside the name and version of the service. */
  resource: Readonly<Record<string, string>>;
  sampler: TracesSampler;
  /** The part of the traces that is kept, by samplers that take one. */
  ratio: number;
}

const PROTOCOL = 'http/protobuf';
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/;
const MOST_PAIRS = 64;

const endpoint = z.string().superRefine((text, context) => {
  if (URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)) return;
  // It may hold a password.
  context.addIssue({ code: 'custom', message: 'found no address that can be read; wanted one such as http://localhost:4318' });
});

/** `name=value,name=value`, values percent-encoded: https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables */
const pairs = (what: string) =>
  z
    .string()
    .default('')
    .transform((text, context): [name: string, value: string][] => {
      const read = text
        .split(',')
        .filter((entry) => entry.trim() !== '')
        .map(readPair);
      const good = read.filter((pair) => pair !== null);
      if (good.length === read.length && good.length <= MOST_PAIRS) return good;
      // They may hold a token, so they are not shown.
      const found = good.length === read.length ? `${good.length} entries` : 'an entry that is none';
      context.addIssue({ code: 'custom', message: `found ${found}; wanted ${what}, values percent-encoded` });
      return z.NEVER;
    });

/** The variables about traces; their descriptions become .env.example's comments. */
export const TRACING_VARIABLES = {
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint
    .optional()
    .describe(
      'Where traces go by OTLP over HTTP, e.g. http://localhost:4318; /v1/traces is added. Without an address there are no traces, and nothing of them is loaded.',
    ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint
    .optional()
    .describe('The whole address for traces, e.g. http://localhost:4318/v1/traces; it wins over OTEL_EXPORTER_OTLP_ENDPOINT.'),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .literal(PROTOCOL, {
      error: ({ input }) => `found "${String(input).slice(0, 40)}"; wanted ${PROTOCOL} (port 4318 at most receivers)`,
    })
    .default(PROTOCOL)
    .describe(`How traces are sent: ${PROTOCOL} only.`),
  OTEL_EXPORTER_OTLP_HEADERS: pairs('name=value,name=value').describe(
    'Headers sent with traces, as name=value separated by commas, values percent-encoded, e.g. a token of the receiver. OTEL_EXPORTER_OTLP_HEADERS_FILE names a file instead.',
  ),
  OTEL_SERVICE_NAME: z.string().min(1).max(255).default('regreen').describe('The name of the service in traces.'),
  OTEL_RESOURCE_ATTRIBUTES: pairs('name=value,name=value such as deployment.environment.name=production').describe(
    'What traces say of this process beside, as name=value separated by commas, values percent-encoded.',
  ),
  OTEL_TRACES_SAMPLER: z
    .enum(TRACES_SAMPLERS, {
      error: ({ input }) => `found "${String(input).slice(0, 40)}"; wanted one of ${TRACES_SAMPLERS.join(', ')}`,
    })
    .default('parentbased_always_on')
    .describe(`Which traces are kept: ${TRACES_SAMPLERS.join(', ')}.`),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .default('1')
    .transform((text, context) => {
      const ratio = /^(?:[01]|0?\.\d{1,15}|1\.0{1,15})$/.test(text) ? Number(text) : Number.NaN;
      if (ratio >= 0 && ratio <= 1) return ratio;
      context.addIssue({ code: 'custom', message: `found "${text.slice(0, 40)}"; wanted a number from 0 to 1 such as 0.1` });
      return z.NEVER;
    })
    .describe('The part of the traces that the samplers with "ratio" in their names keep, from 0 to 1.'),
} as const;

type TracingValues = z.output<z.ZodObject<typeof TRACING_VARIABLES>>;

/** @returns null where no address is given: traces are off */
export function toTracingEnvironment(values: TracingValues): TracingEnvironment | null {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: whole } = values;
  const url = whole ?? (base === undefined ? null : underBase(base));
  if (url === null) return null;
  return {
    url,
    headers: Object.fromEntries(values.OTEL_EXPORTER_OTLP_HEADERS),
    serviceName: values.OTEL_SERVICE_NAME,
    resource: Object.fromEntries(values.OTEL_RESOURCE_ATTRIBUTES),
    sampler: values.OTEL_TRACES_SAMPLER,
    ratio: values.OTEL_TRACES_SAMPLER_ARG,
  };
}

function underBase(base: string): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/traces`;
  return url.href;
}

function readPair(entry: string): [string, string] | null {
  const at = entry.indexOf('=');
  const name = entry.slice(0, at).trim();
  if (at < 1 || !TOKEN.test(name)) return null;
  try {
    const value = decodeURIComponent(entry.slice(at + 1).trim());
    return isPlain(value) ? [name, value] : null;
  } catch {
    return null;
  }
}

/** A line break would end a header. */
function isPlain(value: string): boolean {
  return [...value].every((character) => character >= ' ' && character !== '\x7f');
}

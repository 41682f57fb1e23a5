import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import type { TracingEnvironment } from '../../src/config/tracing-variables.ts';
import { type Fields, messagesOf, readFields, textOf } from './protobuf.ts';

/** A span as it arrived, ids in hexadecimal. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  /** Empty for the first of a trace. */
  parentSpanId: string;
  name: string;
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** Nanoseconds since 1970. */
  start: bigint;
  end: bigint;
  attributes: Record<string, unknown>;
  events: { name: string; attributes: Record<string, unknown> }[];
  links: { traceId: string; spanId: string }[];
  failed: boolean;
  resource: Record<string, unknown>;
}

export interface OtlpReceiver {
  /** What `Environment.tracing` is for it, less what is changed. */
  settings(changes?: Partial<TracingEnvironment>): TracingEnvironment;
  spans: ReceivedSpan[];
  requests: { path: string; headers: IncomingHttpHeaders }[];
  /** The bodies as they came. */
  bodies: Buffer[];
  /** What requests are answered from now on; 200 at first. */
  answer(status: number): void;
  close(): Promise<void>;
}

/** Takes traces as a collector does: OTLP by HTTP, in protobuf, read by its description and not by the library that writes it. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const requests: OtlpReceiver['requests'] = [];
  const bodies: Buffer[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    void buffer(request).then((raw) => {
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      requests.push({ path: request.url ?? '', headers: request.headers });
      bodies.push(body);
      if (status === 200) spans.push(...readExport(body));
      response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  return {
    settings: (changes = {}) => ({
      url,
      headers: {},
      serviceName: 'regreen',
      resource: {},
      sampler: 'parentbased_always_on',
      ratio: 1,
      ...changes,
    }),
    spans,
    requests,
    bodies,
    answer: (next) => {
      status = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const KINDS = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const STATUS_ERROR = 2n;

// The numbers of fields: https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto (collector/trace/v1,
// trace/v1, common/v1, resource/v1).
function readExport(body: Buffer): ReceivedSpan[] {
  return messagesOf(readFields(body), 1).flatMap((resourceSpans) => {
    const resource = attributesOf(messagesOf(resourceSpans, 1)[0] ?? new Map(), 1);
    return messagesOf(resourceSpans, 2).flatMap((scope) => messagesOf(scope, 2).map((span) => readSpan(span, resource)));
  });
}

function readSpan(span: Fields, resource: Record<string, unknown>): ReceivedSpan {
  const status = messagesOf(span, 15)[0];
  return {
    traceId: hexOf(span, 1),
    spanId: hexOf(span, 2),
    parentSpanId: hexOf(span, 4),
    name: textOf(span, 5),
    kind: KINDS[Number(span.get(6)?.[0] ?? 0)] ?? 'internal',
    start: BigInt(String(span.get(7)?.[0] ?? 0)),
    end: BigInt(String(span.get(8)?.[0] ?? 0)),
    attributes: attributesOf(span, 9),
    events: messagesOf(span, 11).map((event) => ({ name: textOf(event, 2), attributes: attributesOf(event, 3) })),
    links: messagesOf(span, 13).map((link) => ({ traceId: hexOf(link, 1), spanId: hexOf(link, 2) })),
    failed: status?.get(3)?.[0] === STATUS_ERROR,
    resource,
  };
}

function hexOf(fields: Fields, number: number): string {
  const value = fields.get(number)?.[0];
  return Buffer.isBuffer(value) ? value.toString('hex') : '';
}

function attributesOf(fields: Fields, number: number): Record<string, unknown> {
  return Object.fromEntries(
    messagesOf(fields, number).map((pair) => [textOf(pair, 1), anyValue(messagesOf(pair, 2)[0] ?? new Map())]),
  );
}

/** `AnyValue`: a text, a truth, a whole number, a number (as its bits), a list. */
function anyValue(any: Fields): unknown {
  const [number, values] = [...any][0] ?? [];
  const value = values?.[0];
  if (number === 1) return textOf(any, 1);
  if (number === 2) return value === 1n;
  if (number === 3) return Number(value);
  if (number === 4) return new Float64Array(new BigUint64Array([value as bigint]).buffer)[0];
  if (number === 5) return messagesOf(any, 5).flatMap((list) => messagesOf(list, 1).map(anyValue));
  return undefined;
}

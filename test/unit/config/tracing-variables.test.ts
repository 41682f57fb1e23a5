import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TRACING_VARIABLES, toTracingEnvironment } from '../../../src/config/tracing-variables.ts';

const schema = z.object(TRACING_VARIABLES);
const settings = (variables: Record<string, string>) => toTracingEnvironment(schema.parse(variables));

/** Protects that traces go where it was said and nowhere else, and that what is set for other programs of a cluster does not start them. */
describe('the variables about traces', () => {
  it('switch nothing on without an address', () => {
    expect(settings({})).toBeNull();
    expect(settings({ OTEL_SERVICE_NAME: 'healer', OTEL_TRACES_SAMPLER: 'always_on' })).toBeNull();
  });

  it.each([
    ['http://localhost:4318', 'http://localhost:4318/v1/traces'],
    ['https://otlp.example.com/tenant/', 'https://otlp.example.com/tenant/v1/traces'],
  ])('take %s for the address of all signals', (base, url) => {
    expect(settings({ OTEL_EXPORTER_OTLP_ENDPOINT: base })?.url).toBe(url);
  });

  it('take the address for traces as it is, and before that of all signals', () => {
    const both = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://all:4318', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://traces:9/x' };
    expect(settings(both)?.url).toBe('http://traces:9/x');
  });

  it('are read as OpenTelemetry writes them', () => {
    const read = settings({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20dXNlcg==, x-tenant=ours ,',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=production',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    });
    expect(read).toEqual({
      url: 'http://localhost:4318/v1/traces',
      headers: { authorization: 'Basic dXNlcg==', 'x-tenant': 'ours' },
      serviceName: 'regreen',
      resource: { 'deployment.environment.name': 'production' },
      sampler: 'parentbased_traceidratio',
      ratio: 0.25,
    });
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://user:password-of-mine@collector'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'password-of-mine'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x=password-of-mine%0d%0ay: z'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x y=password-of-mine'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x=%password-of-mine'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', '10%'],
  ])('say what is wrong with %s=%s, and show no secret', (name, value) => {
    const issues = schema.safeParse({ [name]: value }).error?.issues ?? [];
    expect(issues.map(({ path }) => path[0])).toEqual([name]);
    expect(issues[0]?.message).toMatch(/^found .*; wanted /);
    expect(issues[0]?.message).not.toContain('password');
  });
});

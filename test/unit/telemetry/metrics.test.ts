import { describe, expect, it, vi } from 'vitest';
import { createMetrics } from '../../../src/telemetry/metrics.ts';

const metrics = () => createMetrics({ version: '1.2.3', processMetrics: false });

describe('metrics', () => {
  it('count what each part reports', async () => {
    const counted = metrics();
    counted.deliveryReceived('workflow_run', 'accepted');
    counted.jobEnded('analysis', 'completed', 0.2);
    counted.jobEnded('analysis', 'failed', 3);
    counted.queueDepth('analysis', 'waiting', 7);
    counted.diagnosed('formatting');
    counted.fixEnded('verified');
    counted.githubRequestEnded(304);
    counted.githubRequestEnded(0);
    counted.githubRateLimit('core', 4_321, null);
    const { text } = await counted.render();

    for (const line of [
      'regreen_deliveries_total{event="workflow_run",outcome="accepted"} 1',
      'regreen_jobs_total{queue="analysis",outcome="completed"} 1',
      'regreen_jobs_total{queue="analysis",outcome="failed"} 1',
      'regreen_job_duration_seconds_sum{queue="analysis"} 3.2',
      'regreen_queue_jobs{queue="analysis",state="waiting"} 7',
      'regreen_diagnoses_total{cause="formatting"} 1',
      'regreen_fixes_total{outcome="verified"} 1',
      'regreen_github_requests_total{status_class="3xx"} 1',
      'regreen_github_requests_total{status_class="none"} 1',
      'regreen_github_rate_limit_remaining{resource="core"} 4321',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('forget what GitHub left of a window that is over, and know what is left of the next', async () => {
    let now = new Date('2026-11-02T10:00:00Z');
    const counted = createMetrics({ version: '1.2.3', processMetrics: false, now: () => now });
    const shown = async () => /^regreen_github_rate_limit_remaining\{.*$/m.exec((await counted.render()).text)?.[0];
    counted.githubRateLimit('core', 12, new Date('2026-11-02T10:30:00Z'));
    expect(await shown()).toBe('regreen_github_rate_limit_remaining{resource="core"} 12');
    now = new Date('2026-11-02T10:30:00Z');
    expect(await shown()).toBeUndefined();
    counted.githubRateLimit('core', 4_999, new Date('2026-11-02T11:30:00Z'));
    expect(await shown()).toBe('regreen_github_rate_limit_remaining{resource="core"} 4999');
  });

  it('keep the values of labels bounded, whatever a client sends', async () => {
    const counted = metrics();
    for (let sender = 0; sender < 100; sender++) {
      counted.deliveryReceived(`event-${sender}`, 'refused');
      counted.githubRateLimit(`resource-${sender}`, sender, null);
    }
    const { text } = await counted.render();

    expect(text).toContain('regreen_deliveries_total{event="other",outcome="refused"} 100');
    expect(text).not.toMatch(/event-\d|resource-\d/);
  });

  it('are on a registry of their own', async () => {
    const [one, other] = [metrics(), metrics()];
    one.diagnosed('lint');

    expect((await other.render()).text).not.toContain('cause="lint"');
  });

  it('include those of the process', async () => {
    const { text } = await createMetrics({ version: '1.2.3' }).render();

    expect(text).toContain('process_resident_memory_bytes');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });

  it('are brought up to date before a scrape; a gauge that fails or hangs holds nothing up', async () => {
    vi.useFakeTimers();
    try {
      const counted = metrics();
      counted.onScrape(async () => counted.queueDepth('remedies', 'active', 3));
      counted.onScrape(() => Promise.reject(new Error('the database is away')));
      counted.onScrape(() => new Promise(() => undefined));
      const rendering = counted.render();
      await vi.advanceTimersByTimeAsync(1_000);
      const { text } = await rendering;

      expect(text).toContain('regreen_queue_jobs{queue="remedies",state="active"} 3');
      expect(text).toContain('regreen_scrape_failures_total 2');
    } finally {
      vi.useRealTimers();
    }
  });
});

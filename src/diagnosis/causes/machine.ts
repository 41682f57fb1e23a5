import type { CauseRule } from './cause-rule.ts';

/** The machine, and what ends a job from outside. */
export const MACHINE: readonly CauseRule[] = [
  {
    category: 'disk-full',
    confidence: 0.97,
    hints: [
      'no space left on device',
      'enough space on the disk',
      'disk quota exceeded',
      'enospc',
      'enough free space',
      'disk is full',
    ],
    expression:
      /no space left on device|not enough space on the disk|disk quota exceeded|\bENOSPC\b(?!: System limit)|don't have enough free space in|database or disk is full/i,
  },
  {
    category: 'disk-full',
    confidence: 0.9,
    hints: ['running out of disk space', 'insufficient disk space', 'insufficient space on your system'],
    expression: /You are running out of disk space|insufficient disk space|insufficient space on your system/i,
  },
  {
    category: 'timeout',
    confidence: 0.97,
    hints: ['maximum execution time', 'exceeded the maximum time', 'execution took longer than', 'build timed out (after'],
    expression:
      /has exceeded the maximum execution time of|job exceeded the maximum time limit|Job failed: execution took longer than|Build timed out \(after/i,
  },
  {
    category: 'timeout',
    confidence: 0.9,
    hints: ['has timed out after', 'no output has been received', 'too long with no output', 'timeout: sending signal'],
    expression:
      /^(?:Error: )?The action .* has timed out after \d+ minutes|no output has been received in the last \d+ ?m|Too long with no output|^timeout: sending signal (?:TERM|KILL) to command/i,
  },
  {
    category: 'timeout',
    confidence: 0.79,
    hints: [
      'deadlineexceeded',
      'config.webserver',
      'timed out waiting for the condition',
      'timed out waiting for: ',
      'timed out waiting 1',
      'timed out waiting 6',
      'deadline exceeded',
      'command timed out',
    ],
    expression:
      /timed out waiting for the condition|Timed out waiting \d+ms from config\.webServer|timed out waiting for: |(?:DeadlineExceeded|context deadline exceeded)(?! \(Client)|\bcommand timed out\b/i,
  },
  {
    category: 'runner-lost',
    confidence: 0.96,
    hints: [
      'received a shutdown signal',
      'lost communication with the server',
      'was shut down',
      'was not acquired by runner',
      'error while running your job',
      'provisioning resources (error type',
      'stopped hearing from agent',
      'runner system failure',
      'job failed (system failure)',
    ],
    expression:
      /runner has received a shutdown signal|lost communication with the server|hosted runner.*(?:lost|was shut down)|The job was not acquired by Runner|hosted runner encountered an error while running your job|error occurred while provisioning resources \(Error Type|stopped hearing from agent|runner system failure|job failed \(system failure\)/i,
  },
  {
    category: 'out-of-memory',
    confidence: 0.96,
    hints: [
      'out of memory',
      'outofmemoryerror',
      'cannot allocate memory',
      'oomkilled',
      'memoryerror',
      'enomem',
      'bytes exhausted',
      'memory exhausted',
      'heap space',
      'gc overhead limit',
      'insufficient memory for the java',
      'paging file is too small',
      'out_of_memory',
      'oom-kill',
    ],
    expression:
      /\bout of memory\b|java\.lang\.OutOfMemoryError|cannot allocate memory|\bOOMKilled\b|^(?:E\s+)?MemoryError\b|\bENOMEM\b|Allowed memory size of \d+ bytes exhausted|virtual memory exhausted|Java heap space|JVM heap space is exhausted|out of heap space|GC overhead limit exceeded|insufficient memory for the Java Runtime|paging file is too small|ERR_WORKER_OUT_OF_MEMORY|\boom-kill(?:er|ed|:)/i,
  },
  {
    category: 'out-of-memory',
    confidence: 0.93,
    hints: [
      'killed signal terminated program',
      'killed (program',
      'terminated with signal 9',
      'signal: 9',
      'signal=sigkill',
      'bad_alloc',
    ],
    expression:
      /Killed signal terminated program|internal compiler error: Killed \(program|ld terminated with signal 9|\(signal: 9, SIGKILL|terminated by another process: signal=SIGKILL|\bstd::bad_alloc\b/i,
  },
  {
    // The shell, or a tool, tells that its child got SIGKILL: on a CI machine nearly always the kernel's OOM killer.
    category: 'out-of-memory',
    confidence: 0.78,
    hints: [
      'killed',
      'exit code: 137',
      'exit code 137',
      'exited with code 137',
      'exited with 137',
      'daemon disappeared unexpectedly',
    ],
    expression:
      /^(?:\S+: line \d+:\s+\d+ )?Killed(?: {4}|$)|\.sh: line \d+:\s+\d+ Killed\b|(?:exit code:?|exited with(?: code)?) 137\b|Gradle build daemon disappeared unexpectedly/,
  },
  {
    category: 'cancelled',
    confidence: 0.8,
    hints: [
      'was canceled',
      'was cancelled',
      'higher priority waiting request',
      'has been cancelled',
      'has been canceled',
      'job was cancelled',
    ],
    expression:
      /^(?:Error: )?The (?:operation|run|job|workflow run) was cancell?ed|Canceling since a higher priority waiting request|(?:build|job|workflow|run) has been cancell?ed/i,
  },
];

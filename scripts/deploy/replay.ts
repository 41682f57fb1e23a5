/**
 * The Dockerfile without a container engine: its steps are carried out in layers over this machine's own files, in namespaces of their
 * own, and what comes out is started as deploy/ starts it: not as root, without rights, as process 1, on a root that is read-only.
 * What this can't see: the base image, for which this machine stands in with the project's Node.
 */
import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processVariables } from '../../src/config/environment.ts';
import { readDockerfile, type Stage, type Step } from './dockerfile.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The base image's account. */
const UID = 1000;
/** What npm needs to find its registry, and nothing else of this machine's environment. */
const PASSED = /^(?:npm_config_registry|npm_config_cafile|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS)$/i;

export interface Replay {
  ended: boolean;
  output: string;
}

/** Whether this machine can: Linux, root, and a kernel that lets it. */
export async function canReplay(): Promise<boolean> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const probe =
    'for tool in pgrep ps nsenter setpriv npm; do command -v $tool >/dev/null || exit 1; done; d=$(mktemp -d); trap "umount -R $d; rmdir $d" EXIT; mount -t tmpfs none $d && mkdir $d/u $d/w $d/r && mount -t overlay overlay -o lowerdir=/,upperdir=$d/u,workdir=$d/w $d/r';
  return (await shell(probe, {})).ended;
}

/** Builds, starts, asks whether it is healthy, and stops. @param tools where dockerfile-ast is installed */
export async function replayDockerfile(tools: string): Promise<Replay> {
  const stages = await readDockerfile(await readFile(join(ROOT, 'Dockerfile'), 'utf8'), tools);
  const folder = await mkdtemp(join(tmpdir(), 'regreen-image-'));
  try {
    return await shell(await scriptOf(stages, folder), environmentOf());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function scriptOf(stages: readonly Stage[], folder: string): Promise<string> {
  const last = stages.at(-1);
  if (!last?.command || !last.healthcheck || last.user === null) throw new Error('The image names no user, command or check.');
  const parts = [PRELUDE.replaceAll('@folder@', folder).replaceAll('@node@', process.execPath)];
  for (const [at, stage] of stages.entries()) {
    parts.push(`stage ${at}`);
    let place = '/';
    for (const step of stage.steps) {
      if (step.kind === 'folder') place = step.path;
      parts.push(await commandOf(step, { at, place, stages }));
    }
  }
  const environment = { ...last.environment, ...(await settings()) };
  return [...parts, START.replace('@volumes@', last.volumes.join(' ')), startOf(last, environment), END].join('\n');
}

interface Place {
  at: number;
  place: string;
  stages: readonly Stage[];
}

async function commandOf(step: Step, { at, place, stages }: Place): Promise<string> {
  if (step.kind === 'folder') return `mkdir -p "$root"${quoted(step.path)}`;
  if (step.kind === 'run') {
    const variables = Object.entries(stages[at]?.environment ?? {}).map(([name, value]) => `${name}=${value}`);
    return `inside ${quoted(place)} env ${variables.map(quoted).join(' ')} sh -e -c ${quoted(step.script)}`;
  }
  const to = step.to.startsWith('/') ? step.to : join(place, step.to);
  const copies: string[] = [];
  for (const source of step.sources) {
    if (step.from !== null) {
      const from = stages.findIndex(({ name }) => name === step.from);
      copies.push(`copy "$work/${from}/root"${quoted(source)} "$root"${quoted(to)}`);
    } else {
      await expectInContext(source);
      copies.push(`copy ${quoted(join(ROOT, source))} "$root"${quoted(to)}`);
    }
  }
  if (step.owner !== null) copies.push(`inside / chown -R ${quoted(step.owner)} ${quoted(to)}`);
  return copies.join('\n');
}

/** What .dockerignore names is not sent to the builder. */
async function expectInContext(source: string): Promise<void> {
  const ignored = (await readFile(join(ROOT, '.dockerignore'), 'utf8')).split('\n').filter(Boolean);
  if (ignored.includes(source)) throw new Error(`.dockerignore leaves ${source} out`);
  await stat(join(ROOT, source));
}

async function settings(): Promise<Record<string, string>> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    APP_ID: '1',
    PRIVATE_KEY: Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })).toString('base64'),
    WEBHOOK_SECRET: randomBytes(20).toString('hex'),
    HOST: '127.0.0.1',
    PORT: String(await freePort()),
    // Nobody answers there.
    GITHUB_API_URL: 'http://127.0.0.1:9',
  };
}

function startOf({ command, healthcheck, user, steps }: Stage, environment: Record<string, string>): string {
  const place = steps.findLast((step) => step.kind === 'folder')?.path ?? '/';
  const variables = Object.entries({ PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/home/node', ...environment });
  const env = variables.map(([name, value]) => quoted(`${name}=${value}`)).join(' ');
  const program = (args: readonly string[]) => `env -i --chdir=${quoted(place)} ${env} ${args.map(quoted).join(' ')}`;
  return [
    `[ "$(inside / id -u ${quoted(user ?? '')})" = ${UID} ]`,
    `check() { nsenter --target "$pid" --mount --pid --root=/proc/"$pid"/root ${AS_USER} ${program(healthcheck ?? [])}; }`,
    `unshare --pid --mount --fork --kill-child sh -c ${quoted(`mount -t proc proc "$0/proc" && exec chroot "$0" ${AS_USER} ${program(command ?? [])}`)} "$root" >"$work/log" 2>&1 &`,
  ].join('\n');
}

const AS_USER = `setpriv --reuid ${UID} --regid ${UID} --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs`;

/** Layers over this machine; `inside` runs something in the newest. */
const PRELUDE = `set -eu
work='@folder@'
mount -t tmpfs -o mode=755 none "$work"
stage() {
  mkdir -p "$work/$1/upper" "$work/$1/work" "$work/$1/root"
  root="$work/$1/root"
  mount -t overlay overlay -o lowerdir=/,upperdir="$work/$1/upper",workdir="$work/$1/work" "$root"
  mount --rbind /dev "$root/dev"
  mount --rbind /proc "$root/proc"
  upper="$work/$1/upper"
  chroot "$root" sh -c 'userdel --force node; useradd --uid ${UID} --non-unique --create-home node' >/dev/null 2>&1
  rm -f "$root/usr/local/bin/node"
  cp '@node@' "$root/usr/local/bin/node"
}
inside() {
  place=$1
  shift
  chroot "$root" env --chdir="$place" PATH="/usr/local/bin:$PATH" "$@"
}
copy() {
  if [ -d "$1" ]; then mkdir -p "$2" && cp -a --no-preserve=ownership "$1/." "$2"
  elif [ -d "$2" ]; then cp -a --no-preserve=ownership "$1" "$2"
  else cp -a --no-preserve=ownership "$1" "$2"; fi
}`;

/** Volumes and /tmp as an engine mounts them; all else can't be written. */
const START = `echo "image: $(du -sm --exclude=usr/local/bin/node "$upper" | cut -f1) MB above its base, of which $(du -sm "$upper/app/node_modules" | cut -f1) MB packages"
for volume in @volumes@; do
  mkdir -p "$work/volume$volume"
  cp -a "$root$volume/." "$work/volume$volume"
  chown --reference="$root$volume" "$work/volume$volume"
  mount --bind "$work/volume$volume" "$root$volume"
done
mount -t tmpfs -o mode=1777,noexec,nosuid,nodev,size=64m none "$root/tmp"
mount -o remount,ro,bind "$root"
started=$(date +%s%N)`;

const END = `launcher=$!
trap 'kill -KILL "$launcher" 2>/dev/null || true' EXIT
pid=
ok=
for turn in $(seq 300); do
  pid=$(pgrep --parent "$launcher" || true)
  if [ -n "$pid" ] && check 2>/dev/null; then ok=yes; break; fi
  kill -0 "$launcher" 2>/dev/null || break
  sleep 0.1
done
if [ -z "$ok" ]; then cat "$work/log"; echo "its HEALTHCHECK never succeeded"; exit 1; fi
echo "healthy after $(( ($(date +%s%N) - started) / 1000000 )) ms, as user $(stat -c %u /proc/"$pid"), process $(awk '/^NSpid/ { print $NF }' /proc/"$pid"/status) of its own"
if nsenter --target "$pid" --mount --pid --root=/proc/"$pid"/root ${AS_USER} sh -c 'touch /app/x || touch /home/node/x || touch /etc/x' 2>/dev/null; then echo "more than /data and /tmp can be written"; exit 1; fi
for turn in 1 2 3; do check; done
zombies=$(ps --ppid "$pid" -o stat= | grep -c Z || true)
[ "$zombies" = 0 ] || { echo "$zombies children that nobody waits for"; exit 1; }
stopping=$(date +%s%N)
kill -TERM "$pid"
status=0
wait "$launcher" || status=$?
if [ "$status" != 0 ]; then cat "$work/log"; echo "it ended with $status"; exit 1; fi
if grep -E 'EROFS|EACCES|read-only file system' "$work/log"; then exit 1; fi
echo "stopped after $(( ($(date +%s%N) - stopping) / 1000000 )) ms"`;

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function environmentOf(): NodeJS.ProcessEnv {
  const passed = Object.entries(processVariables()).filter(([name]) => PASSED.test(name));
  return { ...Object.fromEntries(passed), PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' };
}

async function shell(script: string, environment: NodeJS.ProcessEnv): Promise<Replay> {
  const { promise, resolve } = Promise.withResolvers<Replay>();
  const child = spawn('unshare', ['--mount', '--propagation', 'private', 'bash', '-c', script], {
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text));
  child.once('error', (error) => resolve({ ended: false, output: error.message }));
  child.once('close', (status) => resolve({ ended: status === 0, output: output.join('') }));
  return promise;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  const listening = Promise.withResolvers<void>();
  probe.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const address = probe.address();
  const closed = Promise.withResolvers<void>();
  probe.close(() => closed.resolve());
  await closed.promise;
  return typeof address === 'object' && address ? address.port : 0;
}

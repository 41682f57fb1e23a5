import manifest from '@wasm-fmt/gofmt/package.json' with { type: 'json' };
import type { Diagnostic } from '../../diagnosis/types.ts';
import { formatFiles } from '../formatting/format-files.ts';
import { invocations } from '../formatting/invocations.ts';
import { namedFiles, presentFiles } from '../formatting/named-files.ts';
import { agreedVersion, pinnedVersions, pinPaths, type ToolNames } from '../formatting/pins.ts';
import { placesOf } from '../places/places.ts';
import { type Declined, type Fixer, type FixInput, type FixPlan, type FixResult, type FixSource, isDeclined } from '../types.ts';
import { mayBeSimplified } from './simplify.ts';

const NAMES: ToolNames = { asdf: ['go', 'golang'], inputs: [{ action: /^actions\/setup-go@/, input: 'go-version' }] };
/** The first Go whose gofmt lays out doc comments: https://go.dev/doc/go1.19#go-doc */
const FIRST_MINOR = 19;

/** Formats the Go files that gofmt refused, on its own or in golangci-lint. gofmt has no configuration. */
export const gofmt: Fixer = {
  id: 'gofmt',
  tool: 'gofmt (@wasm-fmt/gofmt)',
  version: manifest.version,
  applies: (source) => namedFiles(source, isRefusal).length > 0,
  plan,
  fix,
};

function isRefusal({ tool, code, path, message }: Diagnostic): boolean {
  return (
    path?.endsWith('.go') === true &&
    ((tool === 'gofmt' && message.includes('with gofmt')) || (tool === 'golangci-lint' && code === 'gofmt'))
  );
}

function plan(source: FixSource, paths: ReadonlySet<string>): FixPlan | Declined {
  const targets = presentFiles('gofmt', source, isRefusal, paths);
  return isDeclined(targets) ? targets : { targets, context: pinPaths(NAMES, source, paths) };
}

async function fix({ source, targets, context }: FixInput): Promise<FixResult | Declined> {
  const pins = pinnedVersions(NAMES, context).filter(({ version }) => version.startsWith('1.'));
  const go = agreedVersion('Go', pins, (version) => Number(version.split('.')[1]) >= FIRST_MINOR);
  if (go && isDeclined(go)) return go;
  if (go && !go.is) {
    return {
      declined: `${go.pin.path} asks for Go ${go.pin.version}, whose gofmt lays out comments otherwise than Go 1.${FIRST_MINOR}'s.`,
    };
  }
  const strict = simplifies(source, context);
  const simplifiable = Object.entries(targets).filter(([, text]) => strict && mayBeSimplified(text));
  if (simplifiable.length > 0) {
    return {
      declined: `gofmt runs with -s here, and ${simplifiable.map(([path]) => path).join(', ')} may need more than layout.`,
    };
  }
  // Loaded here and not above: only the child process that formats pays for it.
  const engine = await import('@wasm-fmt/gofmt');
  return formatFiles(targets, {
    name: `gofmt (@wasm-fmt/gofmt ${manifest.version})`,
    places: placesOf(source, isRefusal, new Set(Object.keys(targets))),
    format: (_path, text) => engine.format(text),
  });
}

/** `gofmt -s` also rewrites code. golangci-lint's gofmt does it, too, unless it is told not to. */
function simplifies(source: FixSource, context: FixInput['context']): boolean {
  const refusals = source.diagnosis.diagnostics.filter(isRefusal);
  if (refusals.some(({ tool, message }) => tool === 'golangci-lint' || /\s-\w*s/.test(message))) return true;
  return invocations('gofmt', source, context).some((args) => args.some((word) => /^-\w*s\w*$/.test(word)));
}

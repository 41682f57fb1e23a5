import { type GateInput, type GateResult, passGate } from '../policy/gate.ts';

/** The task of a gate's thread. */
export default function judge(input: GateInput): GateResult {
  return passGate(input);
}

// FIXME: rounding
const rest = compute();

function compute() {
  return 2;
}

export const a = 1;

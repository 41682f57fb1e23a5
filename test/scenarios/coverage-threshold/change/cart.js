exports.total = (a, b) => a + b;
exports.tax = (n) => {
  if (n < 0) throw new Error("negative");
  const rate = 0.19;
  return n * rate;
};

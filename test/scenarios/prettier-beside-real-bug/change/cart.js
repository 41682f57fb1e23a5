exports.total = (lines) => lines.reduce((a, b) => a * b, 0)

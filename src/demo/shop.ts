/** The demo's repository: a small shop whose CI checks the formatting with the real prettier. */
export const SHOP_FILES: Record<string, string> = {
  'package.json': `${JSON.stringify({ name: 'shop', private: true, type: 'module', scripts: { 'check:format': 'prettier --check src' } }, null, 2)}\n`,
  '.prettierrc': 'singleQuote: true\nprintWidth: 100\n',
  'README.md': '# shop\n',
  'src/cart.js': `export function total(items) {
  return items.reduce((sum, item) => sum + item.price * item.quantity, 0);
}
`,
  '.github/regreen.yml': `# yaml-language-server: $schema=https://raw.githubusercontent.com/regreen/regreen/main/schema/regreen.json
mode: fix
`,
  '.github/workflows/ci.yml': `name: CI
on:
  push:
    branches: [main]
  pull_request:
jobs:
  format:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with:
          node-version: 24
      - name: Check the formatting
        run: npm run check:format
`,
};

/** What a contributor pushes: it works, but prettier would write it differently. */
export const UNFORMATTED_FILES: Record<string, string> = {
  'src/cart.js': `export function total(items) {
  return items.reduce((sum, item) => sum + item.price * item.quantity, 0);
}

export function discount( cart, percent )
{
    const factor = 1 - percent/100
    return { ...cart, items: cart.items.map(item => ({ ...item, price: Math.round( item.price*factor ) })) }
}
`,
  'src/currency.js': `export const format = (cents, currency = "EUR") =>
  new Intl.NumberFormat("de-DE", {style: "currency", currency}).format(cents / 100)
`,
};

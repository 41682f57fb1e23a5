const hex = (length: number) => '0123456789abcdef'.repeat(Math.ceil(length / 16)).slice(0, length);
const word = (length: number) => 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0z'.repeat(Math.ceil(length / 31)).slice(0, length);
const upper = (length: number) => 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'.repeat(Math.ceil(length / 31)).slice(0, length);

/** Put together at run time, so that no scanner takes this file for a leak. What may not be seen anywhere is `secret`. */
export const PLANTED: readonly { name: string; text: string; secret: string }[] = [
  plain('GitHub, personal', `gh${'p_'}${word(36)}`),
  plain('GitHub, installation', `gh${'s_'}123456_${word(80)}.${word(40)}`),
  plain('GitHub, fine-grained', `github_${'pat_'}${word(82)}`),
  plain('GitLab, personal', `glp${'at-'}${word(20)}`),
  plain('GitLab, runner', `gl${'rt-'}${word(24)}`),
  plain('AWS, key id', `AK${'IA'}${upper(16)}`),
  within('AWS, secret', 'aws_secret_access_key = ', word(40)),
  plain('Slack, bot', `xo${'xb-'}123456789012-${word(24)}`),
  plain('Slack, app', `xa${'pp-'}1-A0123456789-1234567890123-${hex(64)}`),
  within('Slack, webhook', 'https://hooks.slack.com/services/', `T01ABCDEF/B02ABCDEF/${word(24)}`),
  plain('OpenAI', `s${'k-'}proj-${word(48)}`),
  plain('Anthropic', `s${'k-'}ant-api03-${word(80)}`),
  plain('Stripe', `sk_${'live_'}${word(24)}`),
  plain('Google', `AI${'za'}${word(35)}`),
  plain('npm', `np${'m_'}${word(36)}`),
  plain('PyPI', `py${'pi-'}${word(60)}`),
  plain('JSON Web Token', `ey${'J'}${word(20)}.ey${'J'}${word(40)}.${word(43)}`),
  within('Bearer', 'Authorization: Bearer ', word(40)),
  within('Basic', 'authorization: basic ', word(32)),
  within('npmrc', '//registry.example.com/:_authToken=', word(36)),
  plain('private key', `-----BEGIN RSA PRIVATE ${'KEY'}-----\n${word(64)}\n${word(64)}\n-----END RSA PRIVATE ${'KEY'}-----`),
  within('address', 'postgresql://app:', `${word(16)}`, '@db.example.com/shop'),
  plain('SendGrid', `S${'G.'}${word(22)}.${word(43)}`),
  plain('Mailgun', `ke${'y-'}${hex(32)}`),
  plain('Twilio', `S${'K'}${hex(32)}`),
  plain('DigitalOcean', `do${'p_v1_'}${hex(64)}`),
  plain('Shopify', `shp${'at_'}${hex(32)}`),
  plain('Square', `sq0${'atp-'}${word(22)}`),
  plain('Databricks', `da${'pi'}${hex(32)}`),
  plain('Hugging Face', `h${'f_'}${word(34)}`),
  plain('Docker', `dckr_${'pat_'}${word(27)}`),
  plain('Atlassian', `ATA${'TT3'}${word(60)}`),
  plain('Linear', `lin_${'api_'}${word(40)}`),
  plain('Vault', `hv${'s.'}${word(90)}`),
  plain('Terraform', `${word(14)}.atlas${'v1.'}${word(60)}`),
  plain('New Relic', `NR${'AK-'}${upper(27)}`),
  plain('Grafana', `gl${'sa_'}${word(32)}_1234abcd`),
  plain('Supabase', `sb${'p_'}${hex(40)}`),
  plain('age', `AGE-SECRET-${'KEY-1'}${upper(58)}`),
  plain('RubyGems', `ruby${'gems_'}${hex(48)}`),
  plain('Telegram', `123456789:A${'A'}${word(33)}`),
  within('Azure', 'AccountName=shop;AccountKey=', `${word(86)}==`),
  within('named in code', 'const dbPassword = "', 'correct-horse-battery', '";'),
  within('named in the environment', 'DEPLOY_TOKEN=', 'hunter2hunter2'),
  within('on a command line', 'deploy --password ', 'correct-horse-battery'),
];

function plain(name: string, secret: string) {
  return { name, text: `see ${secret} there`, secret };
}

function within(name: string, before: string, secret: string, after = '') {
  return { name, text: `${before}${secret}${after}`, secret };
}

// What Changesets writes into CHANGELOG.md of one changeset: the text for users as it stands, without commits and names.
module.exports = {
  getReleaseLine: async ({ summary }) => `- ${summary.trim().split('\n').join('\n  ')}`,
  getDependencyReleaseLine: async () => '',
};

import { present, refused, type Stage } from './stage.ts';

/** Issues with their labels, comments and reactions. */
export async function playIssues({ octokit, at }: Stage): Promise<void> {
  const { issues, reactions } = octokit.rest;
  await issues.createLabel({ ...at, name: 'flaky', color: 'd73a4a', description: 'Fails now and then' });
  await refused(422, issues.createLabel({ ...at, name: 'flaky' }));
  await issues.listLabelsForRepo(at);
  const { data: issue } = await issues.create({ ...at, title: 'Flaky test', body: 'Now and then.', labels: ['flaky'] });
  const target = { ...at, issue_number: issue.number };
  const { headers } = await issues.get(target);
  await refused(304, issues.get({ ...target, headers: { 'if-none-match': present(headers.etag, 'etag') } }));
  await refused(404, issues.get({ ...at, issue_number: 999 }));
  await issues.listForRepo({ ...at, state: 'all', labels: 'flaky', creator: 'regreen[bot]' });
  // The list of a repository's issues holds its pull requests too.
  await issues.listForRepo({ ...at, state: 'all', per_page: 2, page: 1 });
  await issues.addLabels({ ...target, labels: ['slow'] });
  await issues.listLabelsOnIssue(target);
  await issues.removeLabel({ ...target, name: 'slow' });
  await refused(404, issues.removeLabel({ ...target, name: 'slow' }));
  const { data: comment } = await issues.createComment({ ...target, body: 'Seen again.' });
  const written = { ...at, comment_id: comment.id };
  await issues.getComment(written);
  await issues.updateComment({ ...written, body: 'Seen twice.' });
  await issues.listComments(target);
  await reactions.createForIssueComment({ ...written, content: 'eyes' });
  await reactions.createForIssueComment({ ...written, content: 'eyes' });
  await reactions.listForIssueComment(written);
  await reactions.createForIssue({ ...target, content: '+1' });
  await reactions.createForIssue({ ...target, content: '+1' });
  await issues.listComments(target);
  await issues.get(target);
  await issues.deleteComment(written);
  await refused(404, issues.getComment(written));
  await refused(422, issues.createComment({ ...target, body: ' ' }));
  await issues.update({ ...target, state: 'closed', state_reason: 'not_planned' });
  await issues.update({ ...target, state: 'open', title: 'Flaky test again' });
}

#!/bin/sh
# Publishes VERSION: a commit on top of this one that holds the action's bundle (dist/action), the tag vVERSION on it, the tag of its
# major (v1) moved to it, and GitHub's release. IMAGE is the image's name with its digest; GH_TOKEN may write contents.
set -eu
cd "$(dirname "$0")/../.."
major="v${VERSION%%.*}"
grep -q "\"version\": \"$VERSION\"" dist/action/build.json || { echo "dist/action is not of $VERSION" >&2; exit 1; }
notes=$(mktemp)
node scripts/release/changelog.ts "$VERSION" >"$notes"
{
  echo
  echo "Image: \`$IMAGE\`"
  echo "Action: \`uses: $GITHUB_REPOSITORY@$major\`, or \`@v$VERSION\`, which never moves"
} >>"$notes"
git config user.name 'github-actions[bot]'
git config user.email '41898282+github-actions[bot]@users.noreply.github.com'
git add --force dist/action
git commit --quiet --message "Release $VERSION with the action's bundle"
git tag --annotate "v$VERSION" --message "Regreen $VERSION"
git tag --force --annotate "$major" --message "Regreen $VERSION" "v$VERSION^{}"
gh auth setup-git
# First the one that never moves: where it is there already, nothing else is touched.
git push --quiet origin "refs/tags/v$VERSION"
git push --quiet --force origin "refs/tags/$major"
archive="regreen-action-$VERSION.tar.gz"
tar --create --gzip --file "$archive" --directory dist/action .
gh release create "v$VERSION" --verify-tag --title "Regreen $VERSION" --notes-file "$notes" "$archive"

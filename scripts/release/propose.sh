#!/bin/sh
# Puts the version that "npm run release:version" has made into a pull request, or into the one that is open. GH_TOKEN may write
# contents and pull requests.
set -eu
cd "$(dirname "$0")/../.."
branch=release/next
version=$(node -p 'require("./package.json").version')
git config user.name 'github-actions[bot]'
git config user.email '41898282+github-actions[bot]@users.noreply.github.com'
git switch --quiet --force-create "$branch"
git commit --quiet --all --message "Version $version"
gh auth setup-git
git push --quiet --force origin "HEAD:refs/heads/$branch"
body=$(mktemp)
{
  echo "Merging this releases $version: image, action and tags are made by .github/workflows/release.yml."
  echo "Approve its workflows to have CI run on it: a workflow's own token has opened it."
  echo
  node scripts/release/changelog.ts "$version"
} >"$body"
if [ "$(gh pr list --head "$branch" --state open --json number --jq length)" = 0 ]; then
  gh pr create --head "$branch" --title "Version $version" --body-file "$body"
else
  gh pr edit "$branch" --title "Version $version" --body-file "$body"
fi
